select enumtypid::int8 as type, array_agg(enumlabel::text order by enumsortorder) as labels
from pg_catalog.pg_enum
group by 1;
