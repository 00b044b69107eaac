create type order_status as enum ('pending', 'paid', 'shipped', 'cancelled');
create table customers (
    id uuid primary key default gen_random_uuid(),
    email varchar(255) not null unique check (email ~ '^[^@ ]+@[^@ ]+$'),
    full_name text not null check (length(full_name) between 1 and 120), phone text,
    created_at timestamptz not null default now()
);
create table products (
    sku varchar(20) primary key, title text not null, description text,
    price numeric(10, 2) not null check (price >= 0), currency char(3) not null default 'EUR',
    attributes jsonb not null default '{}', tags text[] not null default '{}', active bool not null default true
);
create table orders (
    id bigint generated always as identity primary key, customer_id uuid not null references customers,
    status order_status not null default 'pending', placed_at timestamptz not null default now(),
    shipped_at timestamptz, note text, total numeric(12, 2) not null default 0
);
create table order_items (
    order_id bigint not null references orders on delete cascade, sku varchar(20) not null references products,
    quantity int not null check (quantity > 0), unit_price numeric(10, 2) not null,
    line_total numeric(14, 2) generated always as (quantity * unit_price) stored, primary key (order_id, sku)
);
create view order_totals as
    select o.id, o.status, sum(i.line_total) as total
    from orders o join order_items i on i.order_id = o.id group by o.id;
comment on table customers is 'People who buy.';
comment on column customers.email is 'Where receipts go.';
