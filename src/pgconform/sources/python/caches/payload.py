"""What is put into a cache: its encoding, its fields, and the columns these come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pgconform.request import Payload
from pgconform.sources.python.caches.calls import Call, encoded
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.entries import Entry
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Chain, Dict, List, Lit, Rows, Str, Value, is_none
from pgconform.sources.python.evaluate.values.typed import type_of
from pgconform.sources.python.requests.payload import payload

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


class Described(NamedTuple):
    """A payload as far as it is known."""

    encoding: str = ""
    payload: Payload | None = None
    relation: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    row: bool = False
    scalar: str = ""


def described(evaluator: Evaluator, frame: Frame, call: Call) -> Described:
    """What a call writes; nothing of one that reads."""
    if call.verb == "read" or call.payload < 0:
        return Described()
    inner, encoding = encoded(frame, call.payload)
    value = evaluator.value(frame, inner)
    found = [option for option in options(value) if not is_none(option)]
    plain = bool(found) and all(isinstance(option, Str | Lit) for option in found)
    if not encoding and not call.encoding and plain:
        return Described("string")
    if scalar := _scalar(found):
        return Described(encoding, scalar=scalar)
    rows = [option for option in found if isinstance(option, Rows)]
    if rows and len(rows) == len(found):
        return Described(encoding, None, _relation(rows[0].chain), row=not rows[0].path)
    dicts = [option for option in found if isinstance(option, Dict)]
    if not dicts or len(dicts) != len(found) or not all(option.whole for option in dicts):
        return Described(encoding)
    relation, columns = _sources(dicts)
    return Described(encoding, payload(List(tuple(dicts))), relation, columns)


def _scalar(found: list[Value]) -> str:
    """The kind of a payload that is certainly no object: "text", "number"; "" of any other."""
    from pgconform.lattice.sides import kind_of

    kinds = {_KINDS.get(kind_of(type_of(option)), "") for option in found if not isinstance(option, Rows)}
    return kinds.pop() if len(kinds) == 1 and not any(isinstance(option, Rows) for option in found) else ""


_KINDS = {"py.str": "text", "py.int": "number", "py.float": "number", "py.bool": "truth value"}


def _sources(dicts: list[Dict]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The relation that fields are filled from, and which column each is of; of several relations none."""
    found: dict[str, tuple[str, str]] = {}
    for held in dicts:
        for key, entry in held.entries.items():
            if source := _source(entry):
                found.setdefault(key, source)
    relations = {relation for relation, _ in found.values()}
    if len(relations) != 1:
        return "", ()
    return relations.pop(), tuple((key, column) for key, (_, column) in found.items())


def _source(entry: Entry) -> tuple[str, str] | None:
    for option in options(entry.value):
        if isinstance(option, Rows) and len(option.path) == 1 and (relation := _relation(option.chain)):
            return relation, option.path[0]
    return None


def _relation(chain: Chain) -> str:
    """The relation of a chain, with its schema where that is said."""
    schema = name = ""
    for step in chain.steps:
        given = step.arguments[0] if step.arguments else None
        text = _text(given) if given is not None else ""
        if step.name == "schema":
            schema = f"{text}."
        elif step.name in ("table", "from_", "from_table"):
            name = text
    return f"{schema}{name}" if name else ""


def _text(given: object) -> str:
    value: Value = given.full() if hasattr(given, "full") else given  # type: ignore[assignment]
    return value.text.value if isinstance(value, Str) and value.text.whole else ""


def seconds(evaluator: Evaluator, frame: Frame, call: Call) -> int | None:
    """The time to live that a call sets; 0 for none, None where that is not known."""
    if call.ttl < 0 or call.verb == "read":
        return None if call.verb == "read" else call.given
    value = evaluator.value(frame, call.ttl)
    found = [option for option in options(value) if not is_none(option)]
    if len(found) == 1 and isinstance(found[0], Lit) and type(found[0].value) is int:
        return found[0].value
    return None
