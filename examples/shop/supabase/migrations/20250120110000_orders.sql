CREATE TYPE order_status AS ENUM ('pending', 'paid', 'shipped', 'cancelled');

CREATE TABLE orders (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id      uuid NOT NULL REFERENCES customers (id),
    shipping_address bigint REFERENCES addresses (id),
    billing_address  bigint REFERENCES addresses (id),
    status           order_status NOT NULL DEFAULT 'pending',
    total            numeric(12, 2) NOT NULL,
    paid_at          timestamptz,
    note             text CHECK (length(note) <= 500),
    created_at       timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE order_items (
    order_id   bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    product_id uuid NOT NULL REFERENCES products (id),
    quantity   integer NOT NULL CHECK (quantity > 0),
    unit_price numeric(10, 2) NOT NULL,
    line_total numeric(12, 2) GENERATED ALWAYS AS (quantity * unit_price) STORED,
    PRIMARY KEY (order_id, product_id)
);

CREATE VIEW order_totals AS
SELECT o.id, o.customer_id, o.status, count(i.product_id) AS items, coalesce(sum(i.line_total), 0) AS total
FROM orders o LEFT JOIN order_items i ON i.order_id = o.id
GROUP BY o.id;
