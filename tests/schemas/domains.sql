create type level as enum ('low', 'high');
create domain email as text check (value ~ '^[^@]+@[^@]+$');
create domain work_email as email check (length(value) < 100);
create domain required as text not null;
create domain positive as int check (value > 0);
create domain percentage as numeric(5, 2) check (value between 0 and 100);
create domain tags as text[] not null;
create domain severity as level;
create domain "odd name" as text;
create domain when_ as timestamptz default now();
create table domains (
    id positive primary key, a email not null, b work_email, c required, d percentage not null, e tags,
    f severity not null, g "odd name", h when_ not null default now(), i email[]
);
