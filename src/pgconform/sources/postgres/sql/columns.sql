-- In order, so that each relation can be made while the next are still on their way.
select
  a.attrelid::int8 as relation,
  a.attnum::int as number,
  a.attname::text as name,
  a.atttypid::int8 as type,
  a.atttypmod as modifier,
  case when a.atttypmod >= 0 then pg_catalog.format_type(a.atttypid, a.atttypmod) end as text,
  a.attnotnull as not_null,
  a.attidentity::text as identity,
  a.attgenerated::text as generated,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) as "default"
from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0
  and not a.attisdropped
  and c.relkind in ('r', 'p', 'v', 'm', 'f', 'c')
  and not c.relispartition
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
order by a.attrelid, a.attnum;
