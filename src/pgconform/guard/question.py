"""The one question a guard asks a database: of what this program uses, what is no longer as it was?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from pgconform.errors import Problem
from pgconform.guard.uses import Uses
from pgconform.pairs.world import World
from pgconform.schema import VIEWS, Access, Function, Relation
from pgconform.shape import Array, Field, Labels

_KINDS: Final = {
    "table": "rp",
    "partitioned table": "rp",
    "partition": "rp",
    "foreign table": "f",
    "view": "v",
    "materialized view": "m",
}
_PARTS: Final = ("sent", "enums", "checks", "keys", "links", "functions")


class Difference(msgspec.Struct, frozen=True, array_like=True, order=True):
    """Something the program uses that is not as it was.

    ``what``: "missing", "kind", "column", "required", "checks", "key", "links", "function", "labels";
    "ahead": a relation of which something differs, whether it is used or not.
    """

    subject: str
    what: str


class _Answer(msgspec.Struct, frozen=True):
    differs: tuple[Difference, ...]


@cache
def template() -> str:
    return (Path(__file__).parent / "question.sql").read_text(encoding="utf-8")


def statement(uses: Uses) -> str:
    """The question as SQL without parameters, and without a per cent sign, which drivers take for one.

    Parts that nothing is asked of are left out, for planning them takes longer than running the rest.
    """
    facts = _facts_of(uses)
    text = template()
    for part in _PARTS:
        if not any(item.get(part) for item in (facts, *facts["relations"])):
            text = _without(text, part)
    said = msgspec.json.encode(facts).decode().replace("'", "''").replace("%", "\\u0025")
    return text.format(uses=f"'{said}'")


def _without(text: str, part: str) -> str:
    """The query without the part that a comment names."""
    start = text.index(f"  union all -- {part}\n")
    ends = (text.find(mark, start + 1) for mark in ("  union all -- ", ") -- end"))
    return text[:start] + text[min(end for end in ends if end > 0) :]


def asked(uses: Uses) -> str:
    """The facts the question is about, as JSON."""
    return msgspec.json.encode(_facts_of(uses)).decode()


def _facts_of(uses: Uses) -> dict[str, Any]:
    relations, enums = _relations(uses)
    return {"relations": relations, "enums": enums, "functions": _functions(uses.functions)}


def answer(text: str | bytes) -> tuple[Difference, ...]:
    """The differences in the database's answer."""
    try:
        return msgspec.json.decode(text, type=_Answer).differs
    except msgspec.MsgspecError as error:
        raise Problem(
            "the database's answer to the guard's question is not understood", "is it Postgres 14+?"
        ) from error


class _Used:
    """What is done with the columns of one relation."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.written: set[str] = set()
        self.sent: set[str] | None = None
        self.keys: set[tuple[str, ...]] = set()

    def claimed(self, claim: Relation) -> None:
        names = {field.name for field in claim.fields}
        if claim.access.writes and claim.access is not Access.BOTH:
            self.written |= names
            if claim.access is Access.INSERT and claim.whole:
                given = {field.name for field in claim.fields if field.required is not False}
                self.sent = given if self.sent is None else self.sent & given
        else:
            self.read |= names
        self.keys |= {tuple(sorted(key.columns)) for key in claim.keys if key.kind == "target"}


def _relations(uses: Uses) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The facts of the relations that are used, and the enums of their columns."""
    world = World(uses.truth, uses.schemas)
    used: defaultdict[str, _Used] = defaultdict(_Used)
    for claim in uses.claims:
        used[claim.qualified].claimed(claim)
    _behind(world, used)
    embedding = any(query.select for query in uses.queries)
    meant = [item for item in uses.relations if item.qualified in used]
    enums = {found[0]: found[1] for item in meant for found in _enums(world, item, used[item.qualified])}
    facts = [_facts(world, item, used[item.qualified], embedding) for item in meant]
    return facts, [{"type": name, "labels": labels} for name, labels in sorted(enums.items())]


def _enums(world: World, item: Relation, used: _Used) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The enums of the columns that are used, by name."""
    for name, field in world.fields(item).items():
        type_ = field.type.of if isinstance(field.type, Array) else field.type
        if name in used.read | used.written and isinstance(type_, Labels) and type_.raw:
            yield type_.raw, type_.values


def _behind(world: World, used: defaultdict[str, _Used]) -> None:
    """What is done with a view's columns is done with those of its tables."""
    for item in world.truth.relations:
        if item.qualified not in used or item.kind != "view":
            continue
        mine = used[item.qualified]
        for field in item.fields:
            if field.origin:
                schema, name, _ = field.origin
                table = used[f"{schema}.{name}"]
                table.read |= _renamed(mine.read, field)
                table.written |= _renamed(mine.written, field)
                if mine.sent is not None:
                    table.sent = (table.sent or set()) | _renamed(mine.sent, field)


def _renamed(names: set[str], field: Field) -> set[str]:
    return {field.origin[2]} if field.origin and field.name in names else set()


def _facts(world: World, item: Relation, used: _Used, embedding: bool) -> dict[str, Any]:
    fields = world.fields(item)
    view = item.kind in VIEWS
    touched = used.read | used.written
    proved = _proved(item)
    facts: dict[str, Any] = {
        "schema": item.schema,
        "name": item.name,
        "kinds": _KINDS.get(item.kind, "rpvmf"),
        "columns": [
            _column(field, used, proved if not view else None)
            for name, field in sorted(fields.items())
            if name in touched
        ],
        "keys": sorted(list(columns) for columns in used.keys if _unique(item, columns)),
    }
    if used.sent is not None and not view:
        facts["sent"] = sorted(used.sent | _unsent(fields, used.sent) | _filled(fields))
    if not view:
        facts["whole"] = sorted(_spelled(field, proved) for field in fields.values())
    if (used.written or proved & used.read) and not view:
        facts["checks"] = sorted(check.expression for check in item.checks)
    if embedding and not view:
        facts["links"] = sorted(f"{link.name} > {link.target_schema}.{link.target}" for link in item.links if link.name)
    return facts


def _unique(item: Relation, columns: tuple[str, ...]) -> bool:
    """The truth has that key: one that it lacked all along is no news."""
    plain = (key for key in item.keys if not (key.partial or key.expression or key.deferrable))
    return any(tuple(sorted(key.columns)) == columns for key in plain if key.kind != "exclusion")


def _filled(fields: dict[str, Field]) -> set[str]:
    """Columns that a trigger or a domain fills, which the catalogue does not show at the column."""
    plain = {name for name, one in fields.items() if one.default is not None or one.identity or one.generated}
    return {name for name, one in fields.items() if one.filled and name not in plain}


def _unsent(fields: dict[str, Field], sent: set[str]) -> set[str]:
    """Columns that inserts already failed to give when the program was checked: that is no news."""
    return {name for name, one in fields.items() if name not in sent and one.nullable is False and one.filled is False}


def _column(field: Field, used: _Used, proved: set[str] | None) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": field.name,
        "type": field.type.raw,
        "reads": field.name in used.read,
        "writes": field.name in used.written,
        "computed": bool(field.generated) or field.identity == "always",
    }
    if proved is not None:
        facts["not_null"] = field.nullable is False and field.name not in proved
    return facts


def _proved(item: Relation) -> set[str]:
    """The columns that are never NULL by a CHECK, and not by their own word."""
    checks = (check for check in item.checks if len(check.columns) == 1)
    return {check.columns[0] for check in checks if check.expression.endswith(" IS NOT NULL)")}


def _spelled(field: Field, proved: set[str]) -> str:
    """All of a column that decides what may be written to it, as the question spells it."""
    computed = bool(field.generated) or field.identity == "always"
    parts = [
        f"{field.name} {field.type.raw}",
        " not null" if field.nullable is False and field.name not in proved else "",
        " default" if field.default is not None or field.generated else "",
        " computed" if computed else "",
    ]
    return "".join(parts)


def _functions(functions: Iterable[Function]) -> list[dict[str, Any]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for item in functions:
        found[item.schema, item.name].append(_takes(item))
    return [{"schema": schema, "name": name, "takes": sorted(takes)} for (schema, name), takes in sorted(found.items())]


def _takes(function: Function) -> str:
    arguments = function.inputs
    listed = ", ".join(f"{argument.name} {argument.type.raw}" for argument in arguments)
    return f"{listed} / {sum(argument.optional for argument in arguments)}"
