create table hosts (
    address inet primary key, network cidr not null, mac macaddr, mac8 macaddr8, others inet[],
    seen timestamptz not null default now()
);
