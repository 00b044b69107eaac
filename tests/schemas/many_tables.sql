do $$ begin
    for n in 1..60 loop
        execute format(
            'create table table_%s (id bigint generated always as identity primary key, parent bigint, '
            'name text not null, note varchar(%s), made_at timestamptz not null default now(), data jsonb)', n, n
        );
    end loop;
end $$;
