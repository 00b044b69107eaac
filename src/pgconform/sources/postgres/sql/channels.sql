-- The channels on which an event trigger of this database tells of DDL: ours, and PostgREST's, which Supabase sets up.
select distinct said[1] as channel
from pg_catalog.pg_event_trigger t
join pg_catalog.pg_proc f on f.oid = t.evtfoid
cross join lateral pg_catalog.regexp_matches(f.prosrc, '(?:notify\s+|pg_notify\s*\(\s*'')(pgconform|pgrst)\y', 'gi') as said
where t.evtenabled <> 'D' and t.evtevent in ('ddl_command_end', 'sql_drop')
order by 1
