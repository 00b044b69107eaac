select
  t.tgrelid::int8,
  t.tgname::text,
  pg_catalog.pg_get_triggerdef(t.oid),
  t.tgenabled <> 'D',
  t.tgtype::int,
  t.tgfoid::int8,
  l.lanname::text,
  p.prosrc
from pg_catalog.pg_trigger t
join pg_catalog.pg_proc p on p.oid = t.tgfoid
join pg_catalog.pg_language l on l.oid = p.prolang
where not t.tgisinternal and t.tgparentid = 0;
