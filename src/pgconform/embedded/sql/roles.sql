-- As on hosted platforms, "postgres" owns databases and makes roles, but is no superuser.
CREATE ROLE postgres LOGIN CREATEROLE CREATEDB BYPASSRLS REPLICATION;
ALTER DATABASE template1 OWNER TO postgres;
