select
  k.contypid::int8 as domain,
  k.conname::text as name,
  k.convalidated as validated,
  pg_catalog.pg_get_expr(k.conbin, 0) as expression
from pg_catalog.pg_type t
join pg_catalog.pg_namespace n on n.oid = t.typnamespace
join pg_catalog.pg_constraint k on k.contypid = t.oid
where t.typtype = 'd' and k.contype = 'c' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema';
