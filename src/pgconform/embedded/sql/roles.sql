-- As on hosted platforms, "postgres" owns databases and makes roles, but is no superuser.
CREATE ROLE postgres LOGIN CREATEROLE CREATEDB BYPASSRLS REPLICATION;
ALTER DATABASE template1 OWNER TO postgres;
-- A role must be able to create in a schema to be given what is in it.
GRANT ALL ON SCHEMA public TO PUBLIC;
