create table users (id uuid primary key default gen_random_uuid(), boss uuid references users, name text not null);
create table companies (
    country char(2) not null, number int not null, name text not null, primary key (country, number)
);
create table employments (
    "user" uuid not null references users on delete cascade, country char(2), number int,
    since date not null default current_date, primary key ("user", since),
    foreign key (country, number) references companies match full
);
create table profiles (id uuid primary key references users, bio text);
create table a (id int primary key, b int);
create table b (id int primary key, a int references a);
alter table a add foreign key (b) references b deferrable initially deferred;
create table follows (
    follower uuid references users, followed uuid references users, primary key (follower, followed)
);
