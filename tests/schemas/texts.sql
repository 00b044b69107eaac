create table texts (
    id int primary key, a text collate "C", b varchar(1) not null, c char(10), d text not null default '',
    e varchar(10485760), f bpchar, g name
);
