create type mood as enum ('sad', 'happy');
create type place as (street text, number int);
create domain tag as text check (value <> '');
create table arrays (
    id int primary key,
    bools bool[] not null, ints int4[] not null, longs int8[], floats float8[], numerics numeric(12, 2)[],
    texts text[] not null default '{}', codes varchar(10)[], uuids uuid[], moments timestamptz[] not null, days date[],
    spans interval[], blobs bytea[], documents jsonb[], addresses inet[], ranges int4range[],
    matrix int4[][], cube float8[3][3][3], moods mood[] not null, places place[], tags tag[]
);
