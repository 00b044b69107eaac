select current_setting('server_version') as version, current_setting('server_version_num')::int as number;
