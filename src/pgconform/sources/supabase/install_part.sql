  '{name}', (select coalesce(json_agg(q), '[]') from (
{text}
  ) as q)
