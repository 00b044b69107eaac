"""The import statements of a generated module, for the names it came to use."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from pgconform.generate.layout import INDENT

_OWN: Final = (
    "UNSET", "Bytea", "Composite", "Date", "Float", "FromText", "Geometric", "Geometry", "Hstore", "Int2", "Int4",
    "Int8", "Interval", "Json", "Multirange", "Numeric", "Oid", "Padded", "Range", "Row", "Sparsevec", "Text", "Time",
    "Timestamp", "Timestamptz", "Timetz", "Vector", "Insert", "Update", "Write",
)  # fmt: skip
_ADDRESSES: Final = tuple(f"IPv{version}{what}" for version in (4, 6) for what in ("Address", "Interface", "Network"))
HOMES: Final = {
    "IntEnum": "enum",
    "StrEnum": "enum",
    "UUID": "uuid",
    "Decimal": "decimal",
    "date": "datetime",
    "datetime": "datetime",
    "time": "datetime",
    "timedelta": "datetime",
    **dict.fromkeys(_ADDRESSES, "ipaddress"),
    **dict.fromkeys(("Annotated", "Any", "Literal", "NotRequired", "TypeAlias", "TypedDict"), "typing"),
    **dict.fromkeys(
        ("AwareDatetime", "Field", "IPvAnyInterface", "IPvAnyNetwork", "JsonValue", "NaiveDatetime"), "pydantic"
    ),
    **dict.fromkeys(_OWN, "pgconform.types"),
}
_STANDARD: Final = frozenset({"datetime", "decimal", "enum", "ipaddress", "typing", "uuid"})


class Imports:
    """Collects the names a module uses; each way of noting one gives the name back, to be written down.

    ``field`` is whose ``Field`` it uses.
    """

    def __init__(self, field: str = "pydantic") -> None:
        self._homes = {**HOMES, "Field": field}
        self._names: defaultdict[str, set[str]] = defaultdict(set)
        self._own: dict[str, str] = {}
        self._modules: set[str] = set()

    def use(self, name: str) -> str:
        """A name that generated code knows."""
        self._names[self._homes[name]].add(name)
        return name

    def take(self, module: str, name: str) -> str:
        """A name of another generated module."""
        self._names[module].add(name)
        return name

    def module(self, statement: str) -> None:
        """A module that is used by its own name, or another: ``sqlalchemy as sa``."""
        self._modules.add(f"import {statement}")

    def own(self, reference: str) -> str:
        """A name of the team's own, ``module:Name``; under another name where that one is taken."""
        module, _, name = reference.partition(":")
        taken = name in HOMES or self._own.get(name, reference) != reference
        shown = f"{module.replace('.', '_')}_{name}" if taken else name
        self._own[name] = self._own.get(name, reference)
        self._names[module].add(name if shown == name else f"{name} as {shown}")
        return shown

    def names(self) -> tuple[tuple[str, str], ...]:
        """All names noted, each with its module."""
        return tuple((module, name) for module in sorted(self._names) for name in sorted(self._names[module]))

    def lines(self, width: int) -> list[str]:
        """The statements, in isort's order: the standard library, other packages, the package itself."""
        groups = defaultdict[int, list[str]](list, {1: sorted(self._modules)} if self._modules else {})
        for module in sorted(self._names):
            kind = 0 if module in _STANDARD else 2 if module.startswith(".") else 1
            groups[kind] += _statement(module, sorted(self._names[module], key=by_kind), width)
        return [line for _, lines in sorted(groups.items()) for line in [*lines, ""]][:-1]


def by_kind(name: str) -> tuple[int, str]:
    """The order of names in one import: constants, classes, all else."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return (kind, name)


def _statement(module: str, names: list[str], width: int) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= width:
        return [line]
    return [f"from {module} import (", *(f"{INDENT}{name}," for name in names), ")"]
