select
  c.oid::int8 as oid,
  n.nspname::text as schema,
  c.relname::text as name,
  c.relkind::text as kind,
  c.reltype::int8 as row_type,
  coalesce(t.typarray, 0)::int8 as array_type,
  c.relrowsecurity as row_security,
  case when c.relispartition then
    (select i.inhparent::int8 from pg_catalog.pg_inherits i where i.inhrelid = c.oid limit 1)
  end as parent,
  case c.relkind
    when 'p' then pg_catalog.pg_get_partkeydef(c.oid)
    when 'v' then pg_catalog.pg_get_viewdef(c.oid)
    when 'm' then pg_catalog.pg_get_viewdef(c.oid)
  end as definition,
  -- A wrapper without a handler cannot be asked, not even about a view over its tables.
  case when c.relkind in ('v', 'f') and not exists (
    select from pg_catalog.pg_foreign_table ft
    join pg_catalog.pg_foreign_server fs on fs.oid = ft.ftserver
    join pg_catalog.pg_foreign_data_wrapper fw on fw.oid = fs.srvfdw
    where fw.fdwhandler = 0
  ) then pg_catalog.pg_relation_is_updatable(c.oid, true) end as updatable,
  case when c.relhasrules then (
    select pg_catalog.string_agg(r.ev_type::text, '') from pg_catalog.pg_rewrite r
    where r.ev_class = c.oid and r.is_instead and r.ev_type <> '1'
  ) end as instead,
  case when c.relkind = 'v' then c.reloptions end as options,
  case when c.relkind in ('v', 'm') then
    (select r.ev_action::text from pg_catalog.pg_rewrite r where r.ev_class = c.oid and r.rulename = '_RETURN')
  end as rule
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_type t on t.oid = c.reltype
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema';
