"""Types that a listing of the Supabase dashboard leaves out: stand-ins while it is applied, `Unknown` afterwards."""

from __future__ import annotations

import msgspec

from pgconform.schema import Relation, Schema
from pgconform.shape import Field, Unknown

SCHEMA = "pgconform_unsaid"
SETUP = b"""
    DO $$ BEGIN
      CREATE SCHEMA pgconform_unsaid;
      CREATE DOMAIN pgconform_unsaid."ARRAY" AS text;
      CREATE DOMAIN pgconform_unsaid."USER-DEFINED" AS text;
    EXCEPTION WHEN duplicate_schema THEN NULL;
    END $$
"""


def without_stand_ins(schema: Schema) -> Schema:
    """The schema as if the stand-ins had never been: such a column's type is not known."""
    if SCHEMA not in schema.schemas:
        return schema
    return msgspec.structs.replace(
        schema,
        relations=tuple(_relation(relation) for relation in schema.relations),
        types=tuple(named for named in schema.types if named.schema != SCHEMA),
        schemas=tuple(name for name in schema.schemas if name != SCHEMA),
    )


def _relation(relation: Relation) -> Relation:
    return msgspec.structs.replace(relation, fields=tuple(_field(column) for column in relation.fields))


def _field(column: Field) -> Field:
    if not column.type.raw.startswith(SCHEMA):
        return column
    said = column.type.raw.removeprefix(f"{SCHEMA}.").strip('"')
    return msgspec.structs.replace(column, type=Unknown(said))
