"""Other SQL that gives a column another type than it has in the truth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pgconform.pairs.world import World
from pgconform.shape import TEXTS, Array, Scalar, Type
from pgconform.sources.docs.cells import of_type
from pgconform.sources.migrations.beside import Spoken
from pgconform.support.patterns import deferred

_OF_ALCHEMY = deferred(r"\s*,\s*(?:\w+\.)*(\w+(?:\([^()]*\))?)")
"""A column's type after its name in a revision of Alembic's."""
_TIMES = frozenset({"date", "time", "timetz", "timestamp", "timestamptz", "interval"})
_OF_TIMES = deferred(r"\b(?:extract|date_part|date_trunc|age|timezone)\(")
_TYPED = deferred(r"\balter\s+(?:column\s+)?\S+\s+(?:set\s+data\s+)?type\b")
_KINDS = {
    "py.number": ("numeric", "float4", "float8"),
    "py.str": tuple(TEXTS),
    "py.datetime": ("timestamp", "timestamptz"),
}
"""The kinds that a word for a type may stand for."""


def retypes(item: Spoken, column: str, held: Type) -> bool:
    """The statement gives the column another type than the one it is held to have, as far as both are plain."""
    kind, said = _kind(held), _kind(_type_in(item.line_of(column), column))
    return bool(kind and said) and kind not in _KINDS.get(said, (said,))


def _kind(type_: Type) -> str:
    match type_:
        case Scalar(kind=kind):
            return kind
        case Array(of=of):
            return f"{_kind(of)}[]"
    return ""


def _type_in(line: str, column: str) -> Type:
    """The type that a line of SQL, or of a revision of Alembic's, gives a column."""
    named = re.search(rf"\b{re.escape(column.lower())}\b", line)
    said = line[named.end() :].strip(" \"'") if named else ""
    alchemy = _OF_ALCHEMY.match(said)
    return of_type(alchemy[1].replace("(timezone=true)", "tz") if alchemy else said.strip(")")).type


def of_those_types(
    known: Mapping[tuple[str, str], Iterable[Spoken]], message: str, truth: World, relation: str = ""
) -> Spoken | None:
    """Other SQL by which a column has another type that is of one which a refusal names; of that relation, if any."""
    for (kind, name), items in known.items():
        held = truth.relation(*reversed(truth.split(name))) if kind in ("made", "altered") else None
        for column, field in truth.fields(held).items() if held and relation in ("", held.qualified) else ():
            if _names(message, field.type):
                found = next((item for item in items if _gives(item, column, field.type)), None)
                if found is not None:
                    return found
    return None


def _gives(item: Spoken, column: str, held: Type) -> bool:
    return retypes(item, column, held) if item.kind == "made" else bool(_TYPED.search(item.text)) and item.says(column)


def _names(message: str, type_: Type) -> bool:
    """A refusal names the type, without its size; or what is made of a time, which may be of another type."""
    if isinstance(type_, Scalar) and type_.kind in _TIMES and _OF_TIMES.search(message):
        return True
    plain = type_.raw.partition("(")[0]
    return bool(plain) and re.search(rf"(?<![\w\"]){re.escape(plain)}(?![\w\"\[])", message) is not None
