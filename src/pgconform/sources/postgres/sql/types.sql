-- Every type but the row types of ordinary relations and the arrays of those.
select
  t.oid::int8,
  n.nspname::text,
  t.typname::text,
  t.typtype::text,
  pg_catalog.format_type(t.oid, -1),
  case when t.typcategory = 'A' then t.typelem::int8 else 0 end,
  t.typbasetype::int8,
  t.typtypmod,
  case when t.typtypmod >= 0 then pg_catalog.format_type(t.typbasetype, t.typtypmod) end,
  t.typnotnull,
  t.typdefault,
  t.typrelid::int8,
  coalesce(r.rngsubtype, 0)::int8
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
left join pg_catalog.pg_range r on t.oid in (r.rngtypid, r.rngmultitypid)
left join pg_catalog.pg_type e on e.oid = t.typelem and t.typcategory = 'A'
left join pg_catalog.pg_class c on c.oid = case when t.typtype = 'c' then t.typrelid else e.typrelid end
where (coalesce(c.relkind, 'c') = 'c' or n.nspname in ('pg_catalog', 'information_schema'))
  and n.nspname !~ '^pg_(toast|temp)';
