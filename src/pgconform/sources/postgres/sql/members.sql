-- Relations, types and functions that belong to an extension.
select d.classid::int8 as catalogue, d.objid::int8 as oid, e.extname::text as extension
from pg_catalog.pg_depend d
join pg_catalog.pg_extension e on e.oid = d.refobjid
where d.refclassid = 'pg_catalog.pg_extension'::regclass
  and d.deptype = 'e'
  and d.classid in (
    'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass
  );
