-- Every type but the row types of ordinary relations and the arrays of those.
select
  t.oid::int8 as oid,
  n.nspname::text as schema,
  t.typname::text as name,
  t.typtype::text as kind,
  pg_catalog.format_type(t.oid, -1) as text,
  case when t.typcategory = 'A' then t.typelem::int8 else 0 end as element,
  t.typbasetype::int8 as base,
  t.typtypmod as base_modifier,
  case when t.typtypmod >= 0 then pg_catalog.format_type(t.typbasetype, t.typtypmod) end as base_text,
  t.typnotnull as not_null,
  t.typdefault as "default",
  t.typrelid::int8 as relation,
  coalesce(r.rngsubtype, 0)::int8 as subtype
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
left join pg_catalog.pg_range r on t.oid in (r.rngtypid, r.rngmultitypid)
left join pg_catalog.pg_type e on e.oid = t.typelem and t.typcategory = 'A'
left join pg_catalog.pg_class c on c.oid = case when t.typtype = 'c' then t.typrelid else e.typrelid end
where (coalesce(c.relkind, 'c') = 'c' or n.nspname in ('pg_catalog', 'information_schema'))
  and n.nspname !~ '^pg_(toast|temp)';
