CREATE TYPE product_status AS ENUM ('draft', 'active', 'archived');

CREATE TABLE categories (
    id   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slug varchar(40) NOT NULL UNIQUE,
    name text NOT NULL
);

CREATE TABLE products (
    id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sku         varchar(24) NOT NULL UNIQUE,
    title       text NOT NULL,
    description text,
    price       numeric(10, 2) NOT NULL CHECK (price >= 0),
    stock       integer NOT NULL DEFAULT 0 CHECK (stock >= 0),
    status      product_status NOT NULL DEFAULT 'draft',
    tags        text[] NOT NULL DEFAULT '{}',
    category_id smallint REFERENCES categories (id),
    created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX products_category ON products (category_id);
