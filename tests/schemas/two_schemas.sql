create schema crm;
create schema billing;
create type crm.state as enum ('open', 'closed');
create type billing.state as enum ('paid', 'due');
create type crm.amount as (value numeric(12, 2), currency char(3));
create table crm.accounts (
    id uuid primary key default gen_random_uuid(), name text not null, state crm.state not null default 'open'
);
create table billing.accounts (
    id uuid primary key references crm.accounts, state billing.state not null, owner crm.state, total crm.amount
);
create table accounts (
    id int primary key, crm uuid references crm.accounts, billing uuid references billing.accounts
);
