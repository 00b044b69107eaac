-- The roles an API has, as far as they are not there yet: they are the whole server's.
do $$
declare role text;
begin
  foreach role in array array['anon', 'authenticated', 'service_role', 'authenticator'] loop
    if not exists (select from pg_roles where rolname = role) then
      begin
        execute format('create role %I', role);
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
  end loop;
  alter role authenticator noinherit login;
  grant anon, authenticated, service_role to authenticator;
end $$;
grant usage on schema app to anon, service_role;
grant all on all tables in schema app to service_role;
grant all on all sequences in schema app to service_role;
