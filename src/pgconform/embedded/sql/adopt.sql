-- What this transaction made becomes part of an extension that every database has, so that it is nobody's schema.
DO $$
DECLARE
  since integer := pg_catalog.age(pg_catalog.pg_current_xact_id()::pg_catalog.xid);
  made record;
BEGIN
  FOR made IN
    SELECT 'FUNCTION' AS kind, oid::pg_catalog.regprocedure::text AS name FROM pg_catalog.pg_proc
    WHERE pg_catalog.age(xmin) <= since AND prokind = 'f'
    UNION ALL
    SELECT 'AGGREGATE', oid::pg_catalog.regprocedure::text FROM pg_catalog.pg_proc
    WHERE pg_catalog.age(xmin) <= since AND prokind = 'a'
    UNION ALL
    SELECT 'TYPE', t.oid::pg_catalog.regtype::text FROM pg_catalog.pg_type t
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE pg_catalog.age(t.xmin) <= since AND t.typelem = 0 AND t.typtype IN ('b', 'd', 'e', 'c')
      AND (c.oid IS NULL OR c.relkind = 'c')
    UNION ALL
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, oid::pg_catalog.regclass::text
    FROM pg_catalog.pg_class c
    WHERE pg_catalog.age(xmin) <= since AND relkind IN ('r', 'v', 'S')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i'))
  LOOP
    EXECUTE pg_catalog.format('ALTER EXTENSION plpgsql ADD %s %s', made.kind, made.name);
  END LOOP;
END $$;
