select extname::text from pg_catalog.pg_extension where extname <> 'plpgsql';
