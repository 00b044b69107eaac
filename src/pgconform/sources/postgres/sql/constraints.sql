-- Foreign keys, checks, and NOT NULL constraints not validated (Postgres 18). Foreign keys with a parent are a
-- partition's share of one already listed.
select
  k.conrelid::int8,
  k.conname::text,
  k.contype::text,
  k.conkey::int[],
  k.confrelid::int8,
  k.confkey::int[],
  k.confdeltype::text,
  k.confupdtype::text,
  k.convalidated,
  k.condeferrable,
  pg_catalog.pg_get_expr(k.conbin, k.conrelid)
from pg_catalog.pg_constraint k
join pg_catalog.pg_namespace n on n.oid = k.connamespace
where (k.contype in ('f', 'c') or k.contype = 'n' and not k.convalidated)
  and k.conrelid <> 0
  and k.conparentid = 0
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema';
