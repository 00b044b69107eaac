select classoid::int8, objoid::int8, objsubid, description
from pg_catalog.pg_description
where objoid >= 16384
  and classoid in (
    'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass
  );
