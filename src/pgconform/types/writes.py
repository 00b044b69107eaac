"""The bases of generated models: rows as they are read, and writes that send nothing that was not said."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

UNSET: Final[Any] = None
"""The default of a field that the database fills, or leaves as it is, when the program does not set it."""


class Row(BaseModel):
    """A row as the database sends it. Built when it is first used, so that importing many costs little."""

    model_config = ConfigDict(
        defer_build=True,
        from_attributes=True,
        populate_by_name=True,
        protected_namespaces=(),
        serialize_by_alias=True,
    )


class Write(Row):
    """What is sent to the database: a plain ``model_dump()`` holds only what was set, by column name.

    So the database's defaults apply, and no column is overwritten with NULL by not being mentioned.
    """

    @model_serializer(mode="wrap")
    def _only_what_was_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        dumped: dict[str, Any] = handler(self)
        sent = {}
        for name in self.model_fields_set:
            column = type(self).model_fields[name].serialization_alias or name
            key = column if column in dumped else name
            if key in dumped:
                sent[column] = dumped[key]
        return sent


class Insert(Write):
    """A row to insert."""


class Update(Write):
    """What to change of a row."""
