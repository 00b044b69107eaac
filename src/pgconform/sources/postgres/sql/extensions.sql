select extname::text as name from pg_catalog.pg_extension where extname <> 'plpgsql';
