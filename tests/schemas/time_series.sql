create table events (
    at timestamptz not null, source text not null, kind text not null, value float8, quality real, attributes jsonb,
    local_time timestamp, local_day date, opened time, opened_tz timetz, elapsed interval
);
create index on events (at desc);
create table calendar (
    day date primary key, week int not null, open_from time not null default '09:00',
    open_to time not null default '24:00', slot interval hour to minute
);
