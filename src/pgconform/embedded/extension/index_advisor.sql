-- Index advice; none is ever given.
CREATE FUNCTION @extschema@.index_advisor(query text)
  RETURNS TABLE (startup_cost_before jsonb, startup_cost_after jsonb, total_cost_before jsonb,
  total_cost_after jsonb, index_statements text[], errors text[]) LANGUAGE sql STABLE AS $$
  SELECT '{}'::jsonb, '{}'::jsonb, '{}'::jsonb, '{}'::jsonb, '{}'::text[], '{}'::text[] $$;
