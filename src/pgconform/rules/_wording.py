"""How findings put things: types as their owner writes them, lists, what the server answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pgconform.finding import Severity
from pgconform.pairs.pair import RelationPair
from pgconform.schema import Access, Dropped, Transport
from pgconform.shape import Array, Labels, Scalar, Struct, Type, Union

ACTIONS = {
    Access.READ: "read",
    Access.INSERT: "insert",
    Access.UPDATE: "update",
    Access.MENTION: "request",
    Access.BOTH: "write",
}

BARE = ", where nothing more is put into it"
"""What a branch or a loop may put into a statement is what it lacks."""


def spelled(type_: Type) -> str:
    """A type as its owner wrote it, else its plain name."""
    if type_.raw:
        return type_.raw
    match type_:
        case Scalar(kind=kind, size=size):
            limits = f"({','.join(map(str, size))})" if size else ""
            return kind.removeprefix("py.") + limits
        case Labels(values=values):
            return f"one of {quoted(values)}"
        case Array(of=of):
            return f"{spelled(of)}[]"
        case Struct():
            return "an object"
        case Union(options=options):
            return " | ".join(map(spelled, options)) or "NULL"
        case _:
            return "unknown"


def quoted(names: Iterable[str], joint: str = ", ", most: int = 6) -> str:
    """The names in double quotes; of very many only the first ones and how many more there are."""
    listed = [f'"{name}"' for name in names]
    if len(listed) <= most:
        return joint.join(listed)
    return f"{joint.join(listed[:most])} and {len(listed) - most} more"


def did_you_mean(names: Sequence[str]) -> str:
    return f"; did you mean {quoted(names, ' or ')}?" if names else ""


def fails(pair: RelationPair, sql: str, postgrest: str = "") -> str:
    """``the insert fails with 42703``: the code that this claim's transport shows for the error."""
    code = postgrest if postgrest and pair.claim.transport is Transport.POSTGREST else sql
    return f"the {ACTIONS[pair.access]} fails with {code}"


def doubted(pair: RelationPair, telling: Severity) -> Severity:
    """This severity where it is as good as sure what the claim is about; else info."""
    return telling if pair.telling else Severity.INFO


def milder(pair: RelationPair, certain: Severity) -> Severity:
    """This severity where the program itself says what it is about; what was inferred from names is only info."""
    return certain if pair.certain else Severity.INFO


def gone(dropped: Dropped | None) -> str:
    """What migrations did to something that is not there."""
    if dropped is None:
        return ""
    return f'; it was renamed to "{dropped.renamed_to}"' if dropped.renamed_to else "; a migration drops it"
