create type rating as enum ('G', 'PG', 'PG-13', 'R', 'NC-17');
create domain release_year as int check (value >= 1901 and value <= 2155);
create table actor (
    actor_id serial primary key, first_name varchar(45) not null, last_name varchar(45) not null,
    last_update timestamp not null default now()
);
create table film (
    film_id serial primary key, title varchar(255) not null, description text, released release_year,
    rental_duration smallint not null default 3, rental_rate numeric(4, 2) not null default 4.99, length smallint,
    replacement_cost numeric(5, 2) not null default 19.99, rating rating default 'G', special_features text[],
    fulltext tsvector not null, last_update timestamp not null default now()
);
create table film_actor (
    actor_id smallint not null references actor, film_id smallint not null references film,
    last_update timestamp not null default now(), primary key (actor_id, film_id)
);
create table payment (
    payment_id serial, customer_id smallint not null, amount numeric(5, 2) not null, payment_date timestamp not null,
    primary key (payment_date, payment_id)
) partition by range (payment_date);
create table payment_1 partition of payment default;
create view actor_info as
    select a.actor_id, a.first_name, a.last_name, string_agg(f.title, ', ') as films
    from actor a left join film_actor fa using (actor_id) left join film f using (film_id) group by a.actor_id;
create materialized view rental_by_rating as
    select rating, count(*) as films, avg(rental_rate) as rate from film group by rating;
