-- The roles of a Supabase project; roles are the cluster's, so some may be there.
DO $$
DECLARE
  name text;
  attributes text;
BEGIN
  FOR name, attributes IN VALUES
    ('anon', 'NOINHERIT'), ('authenticated', 'NOINHERIT'), ('service_role', 'NOINHERIT BYPASSRLS'),
    ('authenticator', 'NOINHERIT'), ('supabase_admin', 'CREATEROLE CREATEDB BYPASSRLS'),
    ('supabase_auth_admin', 'NOINHERIT CREATEROLE'), ('supabase_storage_admin', 'NOINHERIT CREATEROLE'),
    ('supabase_functions_admin', 'NOINHERIT CREATEROLE'), ('supabase_realtime_admin', 'NOINHERIT'),
    ('supabase_replication_admin', ''), ('supabase_read_only_user', 'BYPASSRLS'), ('supabase_etl_admin', ''),
    ('dashboard_user', 'CREATEROLE CREATEDB'), ('pgbouncer', ''), ('pgsodium_keyiduser', ''),
    ('pgsodium_keyholder', ''), ('pgsodium_keymaker', ''), ('pgtle_admin', ''), ('cli_login_postgres', '')
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN %s', name, attributes);
    END IF;
    EXECUTE format('GRANT %I TO :owner WITH ADMIN OPTION', name);
  END LOOP;
END $$;
GRANT anon, authenticated, service_role TO authenticator;
ALTER ROLE :owner SET search_path = "$user", public, extensions;
