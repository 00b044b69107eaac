SELECT a.attrelid::bigint, a.attnum::int, n.nspname::text, c.relname::text, a.attname::text
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE a.attrelid::bigint = ANY ('{%s}'::bigint[]) AND a.attnum > 0 AND NOT a.attisdropped
