-- The functions' signatures; each refuses, so that nothing can be reached.
CREATE FOREIGN DATA WRAPPER dblink_fdw;
GRANT USAGE ON FOREIGN DATA WRAPPER dblink_fdw TO PUBLIC;
CREATE FUNCTION @extschema@.dblink_refused()
  RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE insufficient_privilege USING MESSAGE = 'dblink reaches no other
  server here'; END $$;
CREATE FUNCTION @extschema@.dblink_connect(text)
  RETURNS text LANGUAGE sql AS $$ SELECT @extschema@.dblink_refused() $$;
CREATE FUNCTION @extschema@.dblink_connect(text, text)
  RETURNS text LANGUAGE sql AS $$ SELECT @extschema@.dblink_refused() $$;
CREATE FUNCTION @extschema@.dblink_connect_u(text)
  RETURNS text LANGUAGE sql AS $$ SELECT @extschema@.dblink_refused() $$;
CREATE FUNCTION @extschema@.dblink_disconnect() RETURNS text LANGUAGE sql AS $$ SELECT 'OK'::text $$;
CREATE FUNCTION @extschema@.dblink_disconnect(text) RETURNS text LANGUAGE sql AS $$ SELECT 'OK'::text $$;
CREATE FUNCTION @extschema@.dblink(text) RETURNS SETOF record
  LANGUAGE plpgsql AS $$ BEGIN PERFORM @extschema@.dblink_refused(); END $$;
CREATE FUNCTION @extschema@.dblink(text, text)
  RETURNS SETOF record LANGUAGE plpgsql AS $$ BEGIN PERFORM @extschema@.dblink_refused(); END $$;
CREATE FUNCTION @extschema@.dblink(text, text, boolean)
  RETURNS SETOF record LANGUAGE plpgsql AS $$ BEGIN PERFORM @extschema@.dblink_refused(); END $$;
CREATE FUNCTION @extschema@.dblink_exec(text) RETURNS text LANGUAGE sql AS $$ SELECT @extschema@.dblink_refused() $$;
CREATE FUNCTION @extschema@.dblink_exec(text, text)
  RETURNS text LANGUAGE sql AS $$ SELECT @extschema@.dblink_refused() $$;
CREATE FUNCTION @extschema@.dblink_exec(text, text, boolean)
  RETURNS text LANGUAGE sql AS $$ SELECT @extschema@.dblink_refused() $$;
CREATE FUNCTION @extschema@.dblink_send_query(text, text) RETURNS integer LANGUAGE sql AS $$ SELECT 0 $$;
CREATE FUNCTION @extschema@.dblink_is_busy(text) RETURNS integer LANGUAGE sql AS $$ SELECT 0 $$;
CREATE FUNCTION @extschema@.dblink_get_connections() RETURNS text[] LANGUAGE sql AS $$ SELECT '{}'::text[] $$;
