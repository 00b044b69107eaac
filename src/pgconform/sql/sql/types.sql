SELECT oid::bigint, pg_catalog.format_type(oid, NULL) FROM pg_catalog.pg_type WHERE oid::bigint = ANY ('{%s}'::bigint[])
