-- Lets pgconform read the whole schema over the API: pgconform check --truth supabase:
-- A fixed query of the catalogue, which reads no table of yours and takes no argument; for the service role alone.
create or replace function {schema}.pgconform_schema() returns json
  language sql stable security invoker set search_path = ''
as $pgconform$
select json_build_object(
  'format', {format},
{queries}
)
$pgconform$;

comment on function {schema}.pgconform_schema() is 'What pgconform reads: the catalogue, no data.';
revoke all on function {schema}.pgconform_schema() from public, anon, authenticated;
grant execute on function {schema}.pgconform_schema() to service_role;
notify pgrst, 'reload schema';
