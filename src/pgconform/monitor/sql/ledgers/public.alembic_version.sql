select string_agg(version_num, ', ' order by version_num) from public.alembic_version;
