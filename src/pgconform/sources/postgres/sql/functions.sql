-- Without those a type makes for itself (the constructors of ranges).
select
  p.oid::int8 as oid,
  n.nspname::text as schema,
  p.proname::text as name,
  p.prokind::text as kind,
  p.proargnames as names,
  coalesce(p.proallargtypes, p.proargtypes::oid[])::int8[] as types,
  p.proargmodes::text[] as modes,
  p.pronargs::int as inputs,
  p.pronargdefaults::int as defaults,
  p.prorettype::int8 as result,
  p.proretset as returns_set,
  p.provolatile::text as volatility,
  p.prorows::float8 as rows,
  l.lanname::text as language,
  case
    when p.prokind in ('f', 'p', 'w') and l.lanname not in ('c', 'internal')
    then pg_catalog.pg_get_functiondef(p.oid)
  end as definition
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
join pg_catalog.pg_language l on l.oid = p.prolang
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (
    select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i'
  );
