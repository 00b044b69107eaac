create table shapes (
    id int primary key, a point not null, b line, c lseg, d box not null, e path, f polygon, g circle not null,
    h point[]
);
