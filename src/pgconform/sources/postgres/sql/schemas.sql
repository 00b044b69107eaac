select nspname::text as name
from pg_catalog.pg_namespace
where nspname !~ '^pg_' and nspname <> 'information_schema';
