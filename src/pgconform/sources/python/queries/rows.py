"""Which rows a value is, and of which request."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.shape import Location
from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.columns import columns_part
from pgconform.sources.python.evaluate.values.containers import has_nothing
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.kinds import (
    STAND_IN,
    UNBOUND,
    Chain,
    Dict,
    Either,
    Opaque,
    Rows,
    Step,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.sent import asked, naming
from pgconform.sources.python.evaluate.values.statements import SQL, text_of
from pgconform.sources.python.flows.chained import STARTS
from pgconform.sources.python.flows.sending import SENT
from pgconform.sources.python.passes.outcome import Name
from pgconform.sources.python.requests.build import asker


def key_of(ground: Ground, chain: Chain) -> Name:
    """What tells the rows of one request from those of another: a function may send many, of relations or of texts."""
    if said := said_by(chain):
        return (str(said[1]), said[0])
    if chain.site is None:
        return ()
    return (f"{chain.site.uri}:{chain.site.scope}:{chain.site.op}", *_asked(ground, chain))


def said_by(chain: Chain) -> tuple[str, Location | None] | None:
    """The text and place of the statement whose chain it is."""
    said = text_of(chain)
    return (said.text.value, said.text.at) if said else None


def rows_of(value: Value) -> list[Rows]:
    """The rows a value is, where they all have the same columns."""
    found = every_row(value)
    return found if of_one_kind(found) else []


def of_one_kind(found: list[Rows]) -> bool:
    """They are of the same relation, with the same columns."""
    return len({_relation(rows.chain) for rows in found}) <= 1


def every_row(value: Value, *, named: bool = False) -> list[Rows]:
    """The rows a value is, or what is ``named`` by them; none when it may also be something with keys of its own.

    A dict made of a row has no attributes of its columns.
    """
    found: list[Rows] = []
    for option in options(value):
        match option:
            case Rows() if option.named is named:
                found.append(option)
            case Dict(row=Rows() as row, entries=entries) if not named:
                found.append(replace(row, over=row.over.union(entries)))
            case _ if is_none(option) or option in (UNBOUND, STAND_IN) or has_nothing(option):
                continue
            case _:
                return []
    return found


def is_open(chain: Chain) -> bool:
    """What the chain is about may also be something that is not known: a parameter with a default."""
    said = [value for value in _naming(chain) if isinstance(value, Either)]
    return any(isinstance(option, Opaque) for value in said for option in options(value))


def _asked(ground: Ground, chain: Chain) -> Iterator[str]:
    """The relation or function that the chain surely names, and the scopes that surely say or send some of it.

    Then the calls that led to where it is named, as far as they were followed, the innermost first.
    """
    begun = next((step for step in chain.steps if step.name in STARTS or step.name == SENT), None)
    if begun and (name := _named(begun)) and chain.steps[-1].sure:
        askers = {place for step in chain.steps if step.sure and (place := asker(step))}
        yield " ".join([name, *[f"{uri}:{number}" for uri, number in sorted(askers)]])
        yield from _callers(ground, begun.origin)


def _named(begun: Step) -> str:
    """What the call that begins a chain surely names."""
    if begun.name == SENT:
        return asked(begun)
    name = begun.arguments[0] if begun.arguments else None
    return name.text.value if isinstance(name, Str) and name.text.whole else ""


def _callers(ground: Ground, origin: object) -> Iterator[str]:
    """The calls that a scope was run by, the innermost first, as long as each has rows of its own.

    ``origin`` is where an operation is in the scope.
    """
    match origin:
        case ((str(uri), int(number), (str(), int(), *_) as caller, int(op)), *_) if op >= 0:
            scope = ground.scope(uri, number)
            if not scope.summary.lasting and _LEAVING.issuperset(scope.decorators):
                yield f"{caller[0]}:{caller[1]}:{op}"
                yield from _callers(ground, (caller,))


def _relation(chain: Chain) -> tuple[str, ...]:
    if said := text_of(chain):
        return (columns_part(said.text.value),)
    return tuple([value.text.value for value in _naming(chain) if isinstance(value, Str)])


def _naming(chain: Chain) -> Iterator[Value | Later]:
    """What decides which columns the rows of a chain have."""
    for step in chain.steps:
        if step.name == SENT:
            yield from naming(step)
        elif step.name in STARTS or step.name in ("schema", "select", SQL):
            yield from step.arguments


_LEAVING = frozenset({"staticmethod", "classmethod"})
"""Decorators of functions that give no call what they gave another."""
