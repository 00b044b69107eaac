-- Foreign keys, checks, and NOT NULL constraints not validated (Postgres 18). Foreign keys with a parent are a
-- partition's share of one already listed.
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
  pg_catalog.pg_get_expr(k.conbin, k.conrelid) as expression
from pg_catalog.pg_constraint k
join pg_catalog.pg_namespace n on n.oid = k.connamespace
where (k.contype in ('f', 'c') or k.contype = 'n' and not k.convalidated)
  and k.conrelid <> 0
  and k.conparentid = 0
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema';
