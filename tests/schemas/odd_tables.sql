create table nothing ();
create table no_key (a int, b text);
create table one_column (id uuid primary key default gen_random_uuid());
create table only_generated (
    id int generated always as identity primary key, twice int generated always as (2) stored
);
do $$ begin
    execute 'create table wide (id int primary key, ' || (
        select string_agg(
            format('column_%s %s', n, (array['text', 'int', 'timestamptz', 'numeric(10,2)', 'jsonb'])[n % 5 + 1]), ', '
        )
        from generate_series(1, 300) n
    ) || ')';
end $$;
create unlogged table unlogged_one (id int primary key);
