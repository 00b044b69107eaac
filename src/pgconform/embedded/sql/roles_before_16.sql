-- Before version 16 a role with CREATEROLE may grant itself these, which reach files and programs.
DELETE FROM pg_authid
WHERE rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files', 'pg_signal_backend');
