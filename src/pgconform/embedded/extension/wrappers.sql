-- Handlers that wrappers' migrations name; a foreign table is declared, never read.
CREATE TABLE @extschema@.wrappers_fdw_stats (fdw_name text PRIMARY KEY, create_times bigint, rows_in bigint,
  rows_out bigint, bytes_in bigint, bytes_out bigint,
  metadata jsonb, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz NOT NULL DEFAULT now());
