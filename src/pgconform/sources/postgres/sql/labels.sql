select enumtypid::int8, array_agg(enumlabel::text order by enumsortorder)
from pg_catalog.pg_enum
group by 1;
