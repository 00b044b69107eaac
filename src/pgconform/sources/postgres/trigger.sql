-- Tells whoever listens on the channel pgconform that the schema changed: which command, of what, by whom. It reads no
-- table, writes nothing, and never fails the command it tells of. A superuser may create event triggers, and the role
-- postgres of Supabase. To take it away again:
--   drop event trigger pgconform_changed; drop event trigger pgconform_dropped; drop function {schema}.pgconform_changed();
create or replace function {schema}.pgconform_changed() returns event_trigger
  language plpgsql security invoker set search_path = ''
as $pgconform$
declare
  concerned text[];
begin
  if tg_event = 'sql_drop' then
    select pg_catalog.array_agg(distinct pg_catalog.left(d.object_identity, 200)) into concerned
    from pg_catalog.pg_event_trigger_dropped_objects() d
    where d.original and not d.is_temporary;
  else
    select pg_catalog.array_agg(distinct pg_catalog.left(coalesce(d.object_identity, d.object_type), 200)) into concerned
    from pg_catalog.pg_event_trigger_ddl_commands() d
    where d.schema_name is distinct from 'pg_temp' and d.command_tag <> 'REFRESH MATERIALIZED VIEW';
  end if;
  if concerned is not null then
    perform pg_catalog.pg_notify('pgconform', pg_catalog.json_build_object(
      'command', tg_tag,
      'objects', concerned[1:20],
      'role', session_user,
      'application', pg_catalog.current_setting('application_name', true),
      'at', pg_catalog.now()
    )::text);
  end if;
exception when others then
  raise warning 'pgconform_changed: %', sqlerrm;
end
$pgconform$;

comment on function {schema}.pgconform_changed() is 'Tells pgconform that the schema changed.';
revoke all on function {schema}.pgconform_changed() from public;
drop event trigger if exists pgconform_changed;
drop event trigger if exists pgconform_dropped;
create event trigger pgconform_changed on ddl_command_end execute function {schema}.pgconform_changed();
create event trigger pgconform_dropped on sql_drop execute function {schema}.pgconform_changed();
