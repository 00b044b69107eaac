select
  p.polrelid::int8,
  p.polname::text,
  p.polcmd::text,
  array(
    select case when role = 0 then 'public' else pg_catalog.pg_get_userbyid(role)::text end
    from unnest(p.polroles) as role
    order by 1
  ),
  p.polpermissive,
  pg_catalog.pg_get_expr(p.polqual, p.polrelid),
  pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
from pg_catalog.pg_policy p;
