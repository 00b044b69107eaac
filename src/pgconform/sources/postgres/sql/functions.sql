-- Without those a type makes for itself (the constructors of ranges).
select
  p.oid::int8,
  n.nspname::text,
  p.proname::text,
  p.prokind::text,
  p.proargnames,
  coalesce(p.proallargtypes, p.proargtypes::oid[])::int8[],
  p.proargmodes::text[],
  p.pronargs::int,
  p.pronargdefaults::int,
  p.prorettype::int8,
  p.proretset,
  p.provolatile::text,
  p.prorows::float8,
  l.lanname::text,
  case
    when p.prokind in ('f', 'p', 'w') and l.lanname not in ('c', 'internal')
    then pg_catalog.pg_get_functiondef(p.oid)
  end
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i'
  );
