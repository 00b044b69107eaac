CREATE TABLE customers (
    id         uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
    email      text NOT NULL UNIQUE,
    full_name  text,
    phone      varchar(20),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE addresses (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    line1       text NOT NULL,
    city        text NOT NULL,
    country     char(2) NOT NULL,
    UNIQUE (customer_id, line1)
);

ALTER TABLE customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY "customers see themselves" ON customers FOR SELECT USING (auth.uid() = id);
