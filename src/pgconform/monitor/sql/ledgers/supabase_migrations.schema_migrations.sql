select concat_ws('_', m.version, to_jsonb(m) ->> 'name') from supabase_migrations.schema_migrations m order by m.version desc limit 1;
