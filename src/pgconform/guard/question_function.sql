
-- Lets a guard ask at start-up whether the schema still has what its program uses: guard.verify(client), in one call.
create or replace function {schema}.pgconform_guard(uses json) returns text
  language sql stable security invoker set search_path = ''
as $pgconform$
{question}$pgconform$;

comment on function {schema}.pgconform_guard(json) is 'What pgconform''s guard asks: what differs, no data.';
revoke all on function {schema}.pgconform_guard(json) from public, anon, authenticated;
grant execute on function {schema}.pgconform_guard(json) to service_role;
notify pgrst, 'reload schema';
