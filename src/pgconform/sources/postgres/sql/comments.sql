select classoid::int8 as catalogue, objoid::int8 as oid, objsubid as part, description as text
from pg_catalog.pg_description
where objoid >= 16384
  and classoid in (
    'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass
  );
