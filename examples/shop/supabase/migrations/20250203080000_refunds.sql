ALTER TYPE order_status ADD VALUE 'refunded';

CREATE TABLE refunds (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    order_id   bigint NOT NULL REFERENCES orders (id),
    amount     numeric(12, 2) NOT NULL CHECK (amount > 0),
    reason     text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE FUNCTION refund_order(p_order_id bigint, p_amount numeric, p_reason text DEFAULT NULL)
RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE made uuid;
BEGIN
    INSERT INTO refunds (order_id, amount, reason) VALUES (p_order_id, p_amount, p_reason) RETURNING id INTO made;
    UPDATE orders SET status = 'refunded' WHERE id = p_order_id;
    RETURN made;
END $$;
