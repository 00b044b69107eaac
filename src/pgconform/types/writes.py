"""What is not said is not sent: the base of insert and update models."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel, SerializerFunctionWrapHandler, model_serializer

UNSET: Final[Any] = None
"""The default of a field that the database fills, or leaves as it is, when the program does not set it."""


class Write(BaseModel):
    """A row to insert, or what to update of one: a plain ``model_dump()`` holds only what was set.

    So the database's defaults apply, and no column is overwritten with NULL by not being mentioned.
    """

    @model_serializer(mode="wrap")
    def _only_what_was_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        sent: dict[str, Any] = handler(self)
        fields = type(self).model_fields
        if len(self.model_fields_set) < len(fields):
            for name in fields.keys() - self.model_fields_set:
                sent.pop(name, None)
                if alias := fields[name].serialization_alias:
                    sent.pop(alias, None)
        return sent
