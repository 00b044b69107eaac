"""Python names for database names: identifiers that are free, and class names that are unique."""

from __future__ import annotations

import keyword
import unicodedata
from collections.abc import Set
from functools import cache
from typing import Final

from pgconform.support.patterns import deferred

_JOINT = deferred(r"[\W_]+")
_HUMP = deferred(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = deferred(r"\W+")

MODEL_ATTRIBUTES: Final = frozenset((
    "construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema", "schema_json",
    "update_forward_refs", "validate", "model_computed_fields", "model_config", "model_construct", "model_copy",
    "model_dump", "model_dump_json", "model_extra", "model_fields", "model_fields_set", "model_json_schema",
    "model_parametrized_name", "model_post_init", "model_rebuild", "model_validate", "model_validate_json",
    "model_validate_strings",
))  # fmt: skip
SQLMODEL_ATTRIBUTES: Final = MODEL_ATTRIBUTES | {"metadata", "registry", "sqlmodel_update"}
BUILTINS: Final = frozenset({"bool", "bytes", "dict", "float", "int", "list", "str", "type", "None"})


def identifier(name: str, taken: Set[str], reserved: Set[str]) -> str:
    """The name itself where Python and Pydantic allow it as a field, else the nearest that they do."""
    found = name if _allowed(name, reserved) else _made(name, reserved)
    while found in taken:
        found += "_"
    return found


def _allowed(name: str, reserved: Set[str]) -> bool:
    return (
        name.isidentifier()
        and not name.startswith("_")
        and not keyword.iskeyword(name)
        and name not in reserved
        and (name.isascii() or unicodedata.normalize("NFKC", name) == name)
    )


def _made(name: str, reserved: Set[str]) -> str:
    plain = _NO_WORD.sub("_", unicodedata.normalize("NFKC", name)).strip("_")
    if not plain or not plain[0].isidentifier():
        plain = f"column_{plain}".rstrip("_")
    return plain if _allowed(plain, reserved) else f"{plain}_"


@cache
def class_name(name: str) -> str:
    """``user_profiles`` and ``userProfiles`` are ``UserProfiles``; ``2fa`` is ``T2fa``."""
    words = (word for part in _JOINT.split(unicodedata.normalize("NFKC", name)) for word in _HUMP.split(part))
    joined = "".join(word[:1].upper() + word[1:] for word in words if word)
    if not joined or not joined[0].isidentifier():
        joined = f"T{joined}"
    return f"{joined}_" if keyword.iskeyword(joined) else joined


class Names:
    """The names of one module; a second thing of the same name is told apart by its schema, if said, or a number."""

    def __init__(self, taken: Set[str]) -> None:
        self._taken = set(taken)

    def free(self, *stems: str) -> bool:
        return self._taken.isdisjoint(stems)

    def take(self, schema: str, name: str, endings: tuple[str, ...] = ("",)) -> str:
        """A stem that is free with each of the endings."""
        plain = class_name(name)
        candidates = [
            plain,
            *([class_name(schema) + plain] if schema else []),
            *(f"{plain}{number}" for number in range(2, 1000)),
        ]
        stem = next(stem for stem in candidates if self.free(*(stem + ending for ending in endings)))
        self._taken.update(stem + ending for ending in endings)
        return stem
