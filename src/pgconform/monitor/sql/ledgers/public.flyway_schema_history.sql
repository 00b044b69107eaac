select concat_ws(' ', version, description) from public.flyway_schema_history where success order by installed_rank desc limit 1;
