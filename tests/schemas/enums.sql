create schema other;
create type status as enum (
    'new', 'in progress', 'done', 'done!', 'Done', '', '1st', 'it''s', 'say "hi"', 'ünï', 'None', 'True'
);
create type other.status as enum ('x', 'y');
create type "Order" as enum ('asc', 'desc');
create type single as enum ('only');
create type "class" as enum ('def', 'class', 'import');
create type "select" as enum ('a', 'b');
create type many as enum (
    'alpha_is_the_first', 'bravo_is_the_second', 'charlie_is_the_third', 'delta_is_the_fourth', 'echo_is_the_fifth'
);
create table enums (
    id int primary key, a status not null default 'new', b other.status, c "Order" not null, d single, e "class", f many,
    g status[] not null default '{}', h "select" not null
);
