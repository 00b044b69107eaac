select version::text from public.schema_migrations order by version desc limit 1;
