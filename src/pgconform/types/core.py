"""How the annotations are built: Pydantic's own fast path first, ours for what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


@dataclass(frozen=True, eq=False)
class Form:
    """Metadata of ``Annotated``: what Pydantic's own schema takes, or else what ``parse`` makes of the value.

    ``wanted`` names the type to whoever sends something else; ``schema`` makes Pydantic's own; ``parse`` raises
    ValueError for what it cannot read. ``dump`` gives the JSON form, and the Python form too where no driver would know
    the ``strange`` value. ``json`` is the JSON schema.
    """

    wanted: str
    schema: Callable[[], CoreSchema]
    parse: Callable[[Any], Any]
    dump: Callable[[Any], Any]
    json: JsonSchemaValue
    strange: type[Any] | tuple[()] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.union_schema(
            [self.schema(), core_schema.no_info_plain_validator_function(self.parse)],
            mode="left_to_right",
            custom_error_type="postgres_type",
            custom_error_message=f"Input should be {self.wanted}",
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._dumped, info_arg=True, when_used="unless-none" if self.strange else "json-unless-none"
            ),
        )

    def _dumped(self, value: Any, info: core_schema.SerializationInfo) -> Any:
        return self.dump(value) if info.mode == "json" or isinstance(value, self.strange) else value

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return dict(self.json)


def text(value: Any, wanted: str) -> str:
    """The value if it is a text."""
    if isinstance(value, str):
        return value
    raise ValueError(f"{wanted} is wanted")
