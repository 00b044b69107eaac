"""The objects that a program makes of rows, by calling their class or by handing rows to what validates them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from pgconform.shape import Location
from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    Class,
    Dict,
    Either,
    External,
    Function,
    Instance,
    List,
    Rows,
    Value,
)
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.models.proofs import embeds, named, shown_by
from pgconform.sources.python.passes.outcome import MadeSeen
from pgconform.sources.python.queries.rows import every_row, is_open, key_of, said_by
from pgconform.sources.python.queries.validated import ADAPTING, Wanted, adapted, field, response_model
from pgconform.sources.python.requests.choose import convincing, settled


def made(evaluator: Evaluator, frames: Iterable[Frame]) -> Iterator[MadeSeen]:
    """Objects made of rows: ``Model(**row)``, ``Model.model_validate(row)``, the results of a route of FastAPI."""
    objects = [(frame, _objects_in(frame)) for frame in frames]
    at_home = {
        id(one)
        for frame, found in objects
        for number in found
        for one in found[number]
        if _makes(evaluator, frame, number)
    }
    for frame, found in objects:
        for number, values in found.items():
            own = [one for one in values if id(one) not in at_home or _makes(evaluator, frame, number)]
            yield from _tried(frame, found, number, _called_at(evaluator, frame, number, own))
        for number in _calls_of(frame, ADAPTING):
            yield from _tried(frame, found, number, _adapted_at(evaluator, frame, number))
        if model := response_model(evaluator, frame):
            for number in frame.scope.returns:
                place = _place(evaluator, frame, number)
                yield from _validated(evaluator, model, evaluator.value(frame, number), place)


def _objects_in(frame: Frame) -> dict[int, list[Instance]]:
    """The objects that the calls of a frame give."""
    found: dict[int, list[Instance]] = {}
    for number, op in enumerate(frame.ops):
        if type(op) is flows.Call and number in frame.memo:
            for value in _objects(frame.memo[number]):
                if isinstance(value, Instance):
                    found.setdefault(number, []).append(value)
    return found


def _makes(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    """A call makes what it gives, and does not hand on what another function makes."""
    op = frame.ops[number]
    called = options(evaluator.value(frame, op.function)) if isinstance(op, flows.Call) else ()
    return not any(isinstance(value, Function | External) for value in called)


def _calls_of(frame: Frame, names: frozenset[str]) -> list[int]:
    return [number for number, op in enumerate(frame.ops) if type(op) is flows.Call and op.name in names]


def _called_at(evaluator: Evaluator, frame: Frame, number: int, values: Iterable[Instance]) -> Iterator[MadeSeen]:
    place = _place(evaluator, frame, number)
    for value in values:
        yield from _called(evaluator, value, place)


def _adapted_at(evaluator: Evaluator, frame: Frame, number: int) -> Iterator[MadeSeen]:
    op = frame.ops[number]
    if isinstance(op, flows.Call) and (found := adapted(evaluator, frame, op)):
        wanted, given = found
        yield from _validated(evaluator, wanted, evaluator.value(frame, given), _place(evaluator, frame, number))


def _tried(
    frame: Frame, found: Mapping[int, list[Instance]], number: int, seen: Iterable[MadeSeen]
) -> Iterator[MadeSeen]:
    """Objects that a call makes; of one in place of which another is tried nothing is demanded."""
    for one in seen:
        yield replace(one, whole=False, shown=()) if _stands_in(frame, found, number) else one


def _stands_in(frame: Frame, found: Mapping[int, list[Instance]], number: int) -> bool:
    """Where rows are not of that class they are tried as another: in a handler, or as the next of several."""
    mine = [attempt for attempt in frame.scope.attempts if attempt.holds(number) and not attempt.rescue]
    if not mine:
        return False
    if len({value.of for value in found.get(number, ()) if value.row is not None}) > 1:
        return True
    others = (other for other, values in found.items() if any(value.row is not None for value in values))
    handlers = [one for one in frame.scope.attempts if any(one.answers(attempt) for attempt in mine)]
    return any(one.rescue and one.holds(other) for other in others for one in handlers)


def _objects(value: Value) -> Iterator[Value]:
    """What a call gives, and what is in a list that a driver makes of rows."""
    for option in options(value):
        yield option
        if isinstance(option, List) and len(option.items) == 1 and not option.exact:
            yield option.items[0]


def _place(evaluator: Evaluator, frame: Frame, number: int) -> Location:
    """Where an operation stands; of one that has no place its function."""
    op = frame.ops[number]
    line, column = getattr(op, "line", 0), getattr(op, "column", 1)
    return evaluator.place(frame, line or frame.scope.line, column if line else 1)


def _called(evaluator: Evaluator, item: Instance, at: Location) -> Iterator[MadeSeen]:
    if item.row is not None:
        yield from _of_row(evaluator, item.row, item.of, [name for name, _ in item.keywords], at)
    for name, value in item.keywords:
        if type(value) in _HOLDING and (wanted := field(evaluator, item.of, name)):
            yield from _validated(evaluator, wanted, value, at)


def _validated(evaluator: Evaluator, wanted: Wanted, value: Value, at: Location) -> Iterator[MadeSeen]:
    """The objects that are made of rows where a value is validated, and of those under the keys of a dict."""
    for rows in every_row(value):
        if rows.one is (not wanted.each) or (rows.one is None and rows.path):
            yield from _of_row(evaluator, replace(rows, one=True), wanted.of, (), at)
    for option in options(value) if not wanted.each else ():
        for name, entry in option.entries.items() if isinstance(option, Dict) and option.row is None else ():
            if inner := field(evaluator, wanted.of, name):
                yield from _validated(evaluator, inner, entry.value, at)


_HOLDING = frozenset({Dict, Either, Rows})
"""Values that may be rows, or hold some."""


def _of_row(evaluator: Evaluator, rows: Rows, of: Class, given: Iterable[str], at: Location) -> Iterator[MadeSeen]:
    """The object that is made of a row, and those that its fields make of what is embedded in that."""
    if rows.picked:
        return
    one = _object(evaluator, rows, of, given, at)
    yield one
    for key in embeds(one.queries, rows.path):
        if key not in one.added and (inner := field(evaluator, of, key)):
            embedded = replace(rows, path=(*rows.path, key), one=True, over=frozenset())
            yield from _of_row(evaluator, embedded, inner.of, (), at)


def _object(evaluator: Evaluator, rows: Rows, of: Class, given: Iterable[str], at: Location) -> MadeSeen:
    uri, path = named(of, evaluator.ground)
    added = (*given, *sorted(rows.over))
    said = said_by(rows.chain)
    straight = not rows.loose and not is_open(rows.chain)
    single = rows.one is True or (rows.one is None and bool(rows.path))
    asked = single and not said and convincing(tuple([step.name for step in rows.chain.steps]))
    queries = tuple(settled(rows.chain)) if asked else ()
    shown = tuple(shown_by(queries, rows.path, uri, path, added, at, straight=straight))
    key = (key_of(evaluator.ground, rows.chain), rows.path)
    return MadeSeen(uri, path, single and straight, added, at, key, rows.copied, said, queries, shown)
