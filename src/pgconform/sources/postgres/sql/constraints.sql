-- Foreign keys, checks, and NOT NULL constraints not validated (Postgres 18). Foreign keys with a parent are a
-- partition's share of one already listed. Before Postgres 18 the name conenforced finds no column and falls back to
-- the outer relation of that name.
select
  k.conrelid::int8 as relation,
  k.conname::text as name,
  k.contype::text as kind,
  k.conkey::int[] as numbers,
  k.confrelid::int8 as target,
  k.confkey::int[] as target_numbers,
  k.confdeltype::text as on_delete,
  k.confupdtype::text as on_update,
  k.convalidated as validated,
  k.condeferrable as deferrable,
  pg_catalog.pg_get_expr(k.conbin, k.conrelid) as expression,
  k.confmatchtype = 'f' as full_match,
  k.is_enforced as enforced,
  case when k.contype = 'f' then exists (
    select from pg_catalog.pg_index i
    where i.indrelid = k.conrelid
      and i.indisvalid and i.indpred is null
      and (i.indkey::int2[])[0:pg_catalog.cardinality(k.conkey) - 1] operator(pg_catalog.@>) k.conkey
  ) end as indexed
from (select true as conenforced) as before_18
cross join lateral (
  select x.*, conenforced as is_enforced
  from pg_catalog.pg_constraint x
  join pg_catalog.pg_namespace n on n.oid = x.connamespace
  where (x.contype in ('f', 'c') or x.contype = 'n' and not x.convalidated)
    and x.conrelid <> 0
    and x.conparentid = 0
    and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
) as k;
