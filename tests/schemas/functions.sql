create type pair as (a int, b text);
create table things (id int primary key, name text not null);
create function add(a int, b int default 1) returns int language sql as $$ select a + b $$;
create function add(a float8, b float8) returns float8 language sql as $$ select a + b $$;
create function no_names(int, text) returns text language sql as $$ select $2 $$;
create function gives_pair(out a int, out b text) language sql as $$ select 1, 'x' $$;
create function gives_pairs() returns setof pair language sql as $$ select 1, 'x' $$;
create function gives_things(only_named text default null) returns setof things
    language sql as $$ select * from things $$;
create function gives_table(since timestamptz) returns table ("when" timestamptz, n bigint)
    language sql as $$ select now(), 1::bigint $$;
create function gives_nothing(payload jsonb) returns void language sql as $$ select $$;
create function many_of(variadic items text[]) returns int language sql as $$ select 1 $$;
create function "odd name"("odd arg" text, "class" int) returns jsonb language sql as $$ select '1'::jsonb $$;
create procedure do_it(x int) language sql as $$ select 1 $$;
comment on function add(int, int) is 'Adds.';
