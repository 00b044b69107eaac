-- One digest of everything in the catalogue that DDL writes: equal digests, equal schemas. Partitions come and go with
-- the data; statistics, sequences' values and rewritten files are no part of it.
with spaces as (
  select oid, nspname, nspacl from pg_catalog.pg_namespace
  where nspname !~ '^pg_' and nspname <> 'information_schema'
), classes as (
  select c.oid, c.relname, c.relnamespace, c.relkind, c.relowner, c.relrowsecurity, c.relforcerowsecurity,
    c.relreplident, c.reloptions, c.relacl
  from pg_catalog.pg_class c
  join spaces s on s.oid = c.relnamespace
  where not c.relispartition
), parts (part) as (
  select 'n' || n::text from spaces n
  union all
  select 'c' || c::text from classes c
  union all
  select 'a' || a.attrelid || ':' || a.attnum || ':' || a.xmin
  from pg_catalog.pg_attribute a join classes c on c.oid = a.attrelid where a.attnum > 0
  union all
  select 'd' || d.oid || ':' || d.xmin from pg_catalog.pg_attrdef d join classes c on c.oid = d.adrelid
  union all
  select 'k' || k.oid || ':' || k.xmin
  from pg_catalog.pg_constraint k join spaces s on s.oid = k.connamespace where k.conparentid = 0
  union all
  select 'i' || i.indexrelid || ':' || i.indisvalid
  from pg_catalog.pg_index i join classes c on c.oid = i.indexrelid
  union all
  select 't' || t.oid || ':' || t.xmin from pg_catalog.pg_type t join spaces s on s.oid = t.typnamespace
  where t.typtype in ('d', 'e', 'r', 'm')
  union all
  select 'e' || e.oid || ':' || e.xmin from pg_catalog.pg_enum e
  union all
  select 'f' || f.oid || ':' || f.xmin from pg_catalog.pg_proc f join spaces s on s.oid = f.pronamespace
  union all
  select 'g' || g.oid || ':' || g.xmin
  from pg_catalog.pg_trigger g join classes c on c.oid = g.tgrelid where not g.tgisinternal
  union all
  select 'p' || p.oid || ':' || p.xmin from pg_catalog.pg_policy p
  union all
  select 'r' || r.oid || ':' || r.xmin from pg_catalog.pg_rewrite r join classes c on c.oid = r.ev_class
  union all
  select 'h' || h.objoid || ':' || h.objsubid || ':' || h.xmin from pg_catalog.pg_description h where h.objoid >= 16384
  union all
  select 'x' || x.extname || ':' || x.extversion from pg_catalog.pg_extension x
)
select pg_catalog.count(part) || '-' || coalesce(pg_catalog.sum(pg_catalog.hashtextextended(part, 0)), 0) from parts
