"""Which rows a value is, and of which request."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.shape import Location
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
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.evaluate.values.sent import naming
from pgconform.sources.python.evaluate.values.statements import SQL, text_of
from pgconform.sources.python.flows.chained import STARTS
from pgconform.sources.python.flows.sending import SENT
from pgconform.sources.python.passes.outcome import Name
from pgconform.sources.python.requests.build import asker


def key_of(chain: Chain) -> Name:
    """What tells the rows of one request from those of another: a function may send many, of relations or of texts."""
    if said := said_by(chain):
        return (str(said[1]), said[0])
    if chain.site is None:
        return ()
    begun = f"{chain.site.uri}:{chain.site.scope}:{chain.site.op}"
    return (begun, asked) if (asked := _asked(chain)) else (begun,)


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
    """The rows a value is, or what is ``named`` by them; none when it may also be something with keys of its own."""
    found: list[Rows] = []
    for option in options(value):
        match option:
            case Rows() if option.named is named:
                found.append(option)
            case Dict(row=Rows() as row, entries=entries):
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


def _asked(chain: Chain) -> str:
    """The relation or function that the chain surely names, and the scopes that surely say or send some of it."""
    first = next((step.arguments for step in chain.steps if step.name in STARTS), ())
    name = first[0] if first else None
    if isinstance(name, Str) and name.text.whole and chain.steps[-1].sure:
        askers = {place for step in chain.steps if step.sure and (place := asker(step))}
        return " ".join([name.text.value, *[f"{uri}:{number}" for uri, number in sorted(askers)]])
    return ""


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
