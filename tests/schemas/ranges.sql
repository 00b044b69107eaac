create type float_range as range (subtype = float8);
create type inet_range as range (subtype = inet);
create table ranges (
    id int primary key, a int4range not null, b int8range, c numrange not null, d daterange not null, e tsrange,
    f tstzrange not null, g int4multirange not null, h tstzmultirange, i datemultirange, j float_range not null,
    k float_multirange, l inet_range, m int4range[]
);
create table bookings (room int, during tstzrange not null, exclude using gist (during with &&));
