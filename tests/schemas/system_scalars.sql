create table system_scalars (
    an_oid oid, a_xid xid, a_xid8 xid8, a_cid cid, a_tid tid, a_lsn pg_lsn, a_snapshot pg_snapshot, a_class regclass,
    a_type regtype, a_proc regproc, a_procedure regprocedure, an_operator regoperator, a_role regrole,
    a_namespace regnamespace, a_config regconfig, a_dictionary regdictionary, a_collation regcollation,
    a_cursor refcursor, an_acl aclitem
);
