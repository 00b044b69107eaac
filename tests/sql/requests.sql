-- A schema with every kind of relationship, column and function that requests can be about.
create schema shop;
set search_path to shop;

create type status as enum ('draft', 'sold', 'gone');
create domain percent as int4 check (value between 0 and 100);

create table people (
  id int4 primary key,
  name text not null,
  email varchar(20) unique,
  friend int4 references people,
  born date
);
create table passports (
  holder int4 primary key references people,
  number text not null
);
create table items (
  id int4 generated always as identity primary key,
  title text not null,
  price numeric(8, 2),
  state status not null default 'draft',
  tags text[] not null default '{}',
  data jsonb,
  raw json,
  size int4range,
  spot point,
  key uuid default gen_random_uuid(),
  share percent,
  active boolean,
  seller int4 not null constraint items_seller references people,
  buyer int4 constraint items_buyer references people,
  doubled numeric generated always as (price * 2) stored,
  unique (seller, title)
);
create table labels (id int4 primary key, label text);
create table item_labels (
  item int4 references items,
  label int4 references labels,
  primary key (item, label)
);
create table notes (body text, item int4 references items);
create table counters (name text unique, value int4);

create view open_items as select id, title, seller, price from items where state <> 'gone';
create view totals as select seller, count(*) as number from items group by seller;
create materialized view shelf as select id, title from items;

create table events (id int4, at date not null, item int4) partition by range (at);
create table events_2024 partition of events for values from ('2024-01-01') to ('2025-01-01');

create function label_count(items) returns int8 language sql stable as
  'select count(*) from shop.item_labels where item = $1.id';
create function best_friend(people) returns setof people rows 1 language sql stable as
  'select * from shop.people where id = $1.friend';
create function sold_by(people) returns setof items language sql stable as
  'select * from shop.items where seller = $1.id';

create function find_items(query text, most int4 default 5) returns setof items language sql stable as
  'select * from shop.items where title ~ query limit most';
create function totals_of(person int4) returns table (number int8, price numeric) language sql stable as
  'select count(*), sum(price) from shop.items where seller = person';
create function answer() returns int4 language sql immutable as 'select 42';
create function twice(value int4) returns int4 language sql immutable as 'select value * 2';
create function twice(value text) returns text language sql immutable as 'select value || value';
create function anything(json) returns json language sql immutable as 'select $1';
