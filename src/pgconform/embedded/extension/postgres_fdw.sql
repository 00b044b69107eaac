-- A wrapper without a handler: servers and foreign tables can be declared, and nothing can be reached.
CREATE FOREIGN DATA WRAPPER postgres_fdw;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO PUBLIC;
CREATE FUNCTION @extschema@.postgres_fdw_get_connections(OUT server_name text, OUT valid boolean)
  RETURNS SETOF record LANGUAGE sql AS $$ SELECT ''::text, false WHERE false $$;
CREATE FUNCTION @extschema@.postgres_fdw_disconnect(text) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
CREATE FUNCTION @extschema@.postgres_fdw_disconnect_all() RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
