create table readings (
    sensor int not null, at timestamptz not null, value float8, primary key (sensor, at)
) partition by range (at);
create table readings_2024 partition of readings for values from ('2024-01-01') to ('2025-01-01');
create table readings_rest partition of readings default partition by list (sensor);
create table readings_rest_1 partition of readings_rest default;
create table animals (id int primary key, name text not null);
create table dogs (breed text) inherits (animals);
