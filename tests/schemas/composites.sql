create type colour as enum ('red', 'blue');
create type point2 as (x float8, y float8);
create type address as (
    street text, "zip code" varchar(10), "class" int, located point2, shade colour, lines text[]
);
create type nothing as ();
create table composites (
    id int primary key, a address not null, b address, c address[], d point2[] not null default '{}'
);
