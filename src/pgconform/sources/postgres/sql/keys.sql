-- Primary keys, unique and exclusion constraints and unique indexes. Before Postgres 15 the name indnullsnotdistinct
-- finds no column and falls back to the outer relation of that name.
select
  i.indrelid::int8 as relation,
  coalesce(k.conname, i.relname)::text as name,
  coalesce(k.contype::text, 'i') as kind,
  i.indkey::text as numbers,
  i.indnkeyatts::int as length,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid) as partial,
  not i.nulls_alike as nulls_distinct,
  not i.indimmediate as deferrable,
  case
    when k.contype = 'x' then pg_catalog.pg_get_constraintdef(k.oid)
    when i.indexprs is not null then pg_catalog.pg_get_indexdef(i.indexrelid)
  end as definition
from (select false as indnullsnotdistinct) as before_15
cross join lateral (
  select x.*, c.relname, indnullsnotdistinct as nulls_alike
  from pg_catalog.pg_index x
  join pg_catalog.pg_class c on c.oid = x.indexrelid
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where (x.indisunique or x.indisexclusion)
    and x.indisvalid
    and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
) as i
left join pg_catalog.pg_constraint k
  on k.conindid = i.indexrelid and k.conrelid = i.indrelid and k.contype in ('p', 'u', 'x');
