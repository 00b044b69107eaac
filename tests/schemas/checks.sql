create table checks (
    id int primary key,
    age int not null check (age between 0 and 150), price numeric(10, 2) not null check (price > 0.01),
    ratio float8 check (ratio >= 0 and ratio <= 1.5), anything numeric check (anything <> 3),
    name text not null check (length(name) >= 2 and length(name) <= 40),
    code varchar(12) not null check (code ~ '^[A-Z]{3}-\d+$'),
    colour text not null check (colour in ('red', 'green', 'blue')), shade text check (shade = any (array['light', 'dark'])),
    size int check (size in (1, 2, 3)), letter char(1) check (letter in ('a', 'b')),
    padded char(4) not null check (padded in ('ab', 'abcd')), tags text[] check (cardinality(tags) <= 5),
    slug text check (slug ~* '^[a-z0-9-]+$'), words text check (words ~ '^\w+$'),
    starts timestamptz not null, ends timestamptz, check (ends is null or ends > starts),
    many text not null check (many in ('alternative one', 'alternative two', 'alternative three', 'alternative four')),
    not_empty text not null check (not_empty <> ''), maybe int check (maybe is not null)
);
alter table checks add constraint late check (age < 200) not valid;
