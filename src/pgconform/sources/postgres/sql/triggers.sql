select
  t.tgrelid::int8 as relation,
  t.tgname::text as name,
  pg_catalog.pg_get_triggerdef(t.oid) as definition,
  t.tgenabled <> 'D' as enabled,
  t.tgtype::int as "when",
  t.tgfoid::int8 as function,
  l.lanname::text as language,
  p.prosrc as body
from pg_catalog.pg_trigger t
join pg_catalog.pg_proc p on p.oid = t.tgfoid
join pg_catalog.pg_language l on l.oid = p.prolang
where not t.tgisinternal and t.tgparentid = 0;
