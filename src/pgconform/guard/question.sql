-- What of the things a program uses is not as it was: one row for each difference that can matter to it, none where
-- nothing does. Names are in full while it runs; the search path is put back at the end. Each catalogue is reached by
-- its index (offset 0 keeps a lookup a lookup, and a text made once), so that the size of the database does not matter.
with path as materialized (
  select
    {uses}::json as uses,
    pg_catalog.current_setting('search_path') as was,
    pg_catalog.set_config('search_path', '', true) as emptied
), given as materialized (
  select g.*, c.oid, c.relkind, coalesce(g.whole = c.whole, false) as same
  from path
  cross join lateral pg_catalog.json_to_recordset(path.uses -> 'relations') as g (
    schema text, name text, kinds text, columns json, whole text[], sent text[], checks text[], keys json, links text[]
  )
  left join lateral (
    select c.oid, c.relkind, (
      select pg_catalog.array_agg(e.text order by e.text collate "C")
      from pg_catalog.pg_attribute a
      cross join lateral (
        select a.attname || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
          || case when a.attnotnull
            or a.atttypid >= 16384 and (select t.typnotnull from pg_catalog.pg_type t where t.oid = a.atttypid)
            then ' not null' else '' end
          || case when a.atthasdef
            or a.atttypid >= 16384 and (select t.typdefault is not null from pg_catalog.pg_type t where t.oid = a.atttypid)
            then ' default' else '' end
          || case when a.attgenerated <> '' or a.attidentity = 'a' then ' computed' else '' end as text
        offset 0
      ) as e
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ) as whole
    from pg_catalog.pg_class c
    where c.relname = g.name
      and c.relnamespace = (select n.oid from pg_catalog.pg_namespace n where n.nspname = g.schema)
    offset 0
  ) as c on true
), found (subject, what) as (
  select g.schema || '.' || g.name, case
      when g.oid is null then 'missing' when pg_catalog.strpos(g.kinds, g.relkind::text) = 0 then 'kind' else 'ahead'
    end
  from given g
  where g.oid is null or pg_catalog.strpos(g.kinds, g.relkind::text) = 0 or g.whole is not null and not g.same

  union all
  select g.schema || '.' || g.name || '.' || k.name, case when a.attnum is null then 'missing' else 'column' end
  from given g
  cross join lateral pg_catalog.json_to_recordset(g.columns) as k (
    name text, type text, not_null boolean, reads boolean, writes boolean, computed boolean
  )
  left join lateral (
    select a.*, a.attnotnull or t.typnotnull as never_null
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
    where a.attrelid = g.oid and a.attname = k.name and a.attnum > 0 and not a.attisdropped
    offset 0
  ) as a on true
  where g.oid is not null and not g.same and (
    a.attnum is null
    or pg_catalog.format_type(a.atttypid, a.atttypmod) <> k.type
    or k.reads and k.not_null and not a.never_null
    or k.writes and not k.not_null and a.never_null
    or k.writes and (a.attgenerated <> '' or a.attidentity = 'a') <> k.computed
  )

  union all -- sent
  select g.schema || '.' || g.name || '.' || a.attname, 'required'
  from given g
  cross join lateral (
    select a.*, t.typdefault
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
    where a.attrelid = g.oid and a.attnum > 0 and not a.attisdropped
    offset 0
  ) as a
  where g.sent is not null and not g.same
    and a.attnotnull and not a.atthasdef and a.typdefault is null and a.attidentity = '' and a.attgenerated = ''
    and a.attname <> all (g.sent)

  union all -- enums
  select e.type, 'labels'
  from path
  cross join lateral pg_catalog.json_to_recordset(path.uses -> 'enums') as e (type text, labels text[])
  where e.labels is distinct from (
    select pg_catalog.array_agg(l.enumlabel::text order by l.enumsortorder)
    from pg_catalog.pg_enum l
    where l.enumtypid = pg_catalog.to_regtype(e.type)
  )

  union all -- checks
  select g.schema || '.' || g.name, 'checks'
  from given g
  where g.checks is not null and g.oid is not null and g.checks is distinct from (
    select coalesce(pg_catalog.array_agg(e.text order by e.text collate "C"), '{{}}')
    from pg_catalog.pg_constraint k
    cross join lateral (select pg_catalog.pg_get_expr(k.conbin, k.conrelid) as text offset 0) as e
    where k.conrelid = g.oid and k.contype = 'c'
  )

  union all -- keys
  select g.schema || '.' || g.name, 'key'
  from given g
  cross join lateral pg_catalog.json_array_elements(g.keys) as wanted (columns)
  where g.oid is not null and not exists (
    select
    from (select i.* from pg_catalog.pg_index i where i.indrelid = g.oid offset 0) as i
    where i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null
      and (
        select pg_catalog.array_agg(a.attname::text order by a.attname::text collate "C")
        from pg_catalog.pg_attribute a
        where a.attrelid = g.oid and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1])
      ) = array(select pg_catalog.json_array_elements_text(wanted.columns))
  )

  union all -- links
  select g.schema || '.' || g.name, 'links'
  from given g
  where g.links is not null and g.oid is not null and g.links is distinct from (
    select coalesce(pg_catalog.array_agg(e.text order by e.text collate "C"), '{{}}')
    from pg_catalog.pg_constraint k
    cross join lateral (
      select k.conname || ' > ' || n.nspname || '.' || c.relname as text
      from pg_catalog.pg_class c
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
      where c.oid = k.confrelid
      offset 0
    ) as e
    where k.conrelid = g.oid and k.contype = 'f' and k.conparentid = 0
  )

  union all -- functions
  select c.schema || '.' || c.name, 'function'
  from path
  cross join lateral pg_catalog.json_to_recordset(path.uses -> 'functions') as c (schema text, name text, takes text[])
  where c.takes is distinct from (
    select coalesce(pg_catalog.array_agg(e.text order by e.text collate "C"), '{{}}')
    from pg_catalog.pg_proc f
    join pg_catalog.pg_namespace n on n.oid = f.pronamespace
    cross join lateral (
      select coalesce(pg_catalog.string_agg(
        coalesce(f.proargnames[p.number], '') || ' ' || pg_catalog.format_type(p.type, null), ', ' order by p.number
      ), '') || ' / ' || f.pronargdefaults as text
      from pg_catalog.unnest(coalesce(f.proallargtypes, f.proargtypes::oid[])) with ordinality as p (type, number)
      where coalesce(f.proargmodes[p.number], 'i') in ('i', 'b', 'v')
    ) as e
    where n.nspname = c.schema and f.proname = c.name
  )

) -- end
select pg_catalog.json_build_object(
  'differs', (
    select coalesce(
      pg_catalog.json_agg(pg_catalog.json_build_array(subject, what) order by subject collate "C", what), '[]'
    ) from found
  ),
  'path', pg_catalog.set_config('search_path', path.was, true)
)::text
from path
