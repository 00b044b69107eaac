select
  p.polrelid::int8 as relation,
  p.polname::text as name,
  p.polcmd::text as command,
  array(
    select case when role = 0 then 'public' else pg_catalog.pg_get_userbyid(role)::text end
    from unnest(p.polroles) as role
    order by 1
  ) as roles,
  p.polpermissive as permissive,
  pg_catalog.pg_get_expr(p.polqual, p.polrelid) as "using",
  pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as "check"
from pg_catalog.pg_policy p;
