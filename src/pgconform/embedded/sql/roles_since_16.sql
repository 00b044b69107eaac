-- Whoever makes a role may act as it, as the makers of roles could before version 16.
SET createrole_self_grant = 'set, inherit';
ALTER ROLE postgres SET createrole_self_grant = 'set, inherit';
GRANT SET ON PARAMETER session_replication_role TO postgres;
