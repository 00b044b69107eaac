"""A database's tables as an OpenAPI document such as PostgREST serves, for tools that read those."""

from __future__ import annotations

from typing import Any

import psycopg

_NUMBERS = ("numeric", "real", "double precision")
_WHOLE = ("smallint", "integer", "bigint")
_COLUMNS = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, t.typtype = 'e',
  (select array_agg(e.enumlabel::text order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
order by c.relname, a.attnum
"""


def document(dsn: str) -> dict[str, Any]:
    """The document, with a schema for each table and view."""
    schemas: dict[str, Any] = {}
    with psycopg.connect(dsn) as connection:
        for table, column, kind, required, is_enum, labels in connection.execute(_COLUMNS):
            schema = schemas.setdefault(table, {"type": "object", "properties": {}, "required": []})
            enum = {"enum": labels} if is_enum else {}
            schema["properties"][column] = {**_type(kind), **enum}
            if required:
                schema["required"].append(column)
    return {"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {}, "components": {"schemas": schemas}}


def _type(kind: str) -> dict[str, Any]:
    """The type that PostgREST says; the format is Postgres' own name."""
    if kind.endswith("[]"):
        return {"type": "array", "items": _type(kind[:-2]), "format": kind}
    plain = kind.partition("(")[0]
    if plain in ("json", "jsonb"):
        return {"format": kind}
    if plain == "boolean":
        return {"type": "boolean", "format": kind}
    named = "integer" if plain in _WHOLE else "number" if plain in _NUMBERS else "string"
    return {"type": named, "format": kind}
