ALTER TABLE customers RENAME COLUMN full_name TO display_name;
ALTER TABLE products ADD COLUMN weight_grams integer;
