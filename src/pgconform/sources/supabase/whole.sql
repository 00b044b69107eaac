with path as materialized (
  select
    pg_catalog.current_setting('search_path') as was,
    pg_catalog.set_config('search_path', '', true) as emptied
)
select json_build_object(
  'format', {format},
{queries},
  'path', pg_catalog.set_config('search_path', path.was, true)
)::text
from path
