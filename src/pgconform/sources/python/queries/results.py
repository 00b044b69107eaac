"""What becomes of a response's rows: the keys a program reads from them, and the models it makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from pgconform.request import Query, Read, Text
from pgconform.shape import Location
from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.containers import known_texts
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    Chain,
    List,
    Rows,
    Str,
)
from pgconform.sources.python.evaluate.values.tests import may_be_shut
from pgconform.sources.python.flows import framed
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.ties import every_element
from pgconform.sources.python.passes.outcome import (
    ChainSeen,
    Of,
    Origins,
    Outcome,
    ReadSeen,
    other_rows,
)
from pgconform.sources.python.queries.carried import left_by_rounds
from pgconform.sources.python.queries.changed import Changed
from pgconform.sources.python.queries.filled import by_text
from pgconform.sources.python.queries.made import made
from pgconform.sources.python.queries.places import Reading, by_place
from pgconform.sources.python.queries.rows import every_row, is_open, of_one_kind, rows_of, said_by
from pgconform.sources.python.queries.spare import Tests, caught, replaceable, sought, tests_of, tried
from pgconform.sources.python.requests.choose import convincing, settled


class Results:
    """What becomes of rows in the frames of one file; ``origins`` are the calls of a chain as digests.

    ``read`` are the chains whose rows were found to be read.
    """

    def __init__(
        self,
        evaluator: Evaluator,
        frames: Sequence[tuple[Frame, bytearray]],
        origins: Callable[[Chain], Origins],
    ) -> None:
        self.evaluator = evaluator
        self.frames = frames
        self.origins = origins
        self.changed = Changed(evaluator)
        self.key_of = self.changed.key_of
        self.read: dict[int, Chain] = {}
        self._settled: dict[Chain, list[Query]] = {}

    def outcome(self, chains: Callable[[Iterable[Chain]], Iterable[ChainSeen]]) -> Outcome:
        """Every key read from rows, save those the program can do without, and the objects made of rows.

        After ``row.get("a")`` a ``row["a"]`` counts as one more: where there is none, the program has seen it.
        ``chains`` is told whose rows are read.
        """
        for frame, rows in self.frames:
            self.changed.look(frame, rows)
        found = [reading for frame, rows in self.frames for reading in self._frame(frame, rows)]
        calls = self.evaluator.calls
        if calls.sent:
            found += [reading for frame, rows in self.frames for reading in by_place(self.evaluator, frame, rows)]
        if calls.named:
            found += [reading for frame, rows in self.frames for reading in self._by_name(frame, rows)]
        for frame, rows in self.frames:
            for row, key in by_text(self.evaluator, frame, rows):
                found += self._readings(every_row(self.evaluator.value(frame, row)), key, "item")
        for taken in calls.taken:
            found += self._readings(every_row(taken.value, named=taken.method == "field"), taken.key, taken.method)
        reads = {msgspec.msgpack.encode(read): read for reading in found for read in self._seen(reading)}
        return Outcome(
            tuple(chains(self.read.values())),
            tuple(reads.values()),
            tuple((rows, tuple(sorted(keys))) for rows, keys in sorted(self.changed.keys.items())),
            tuple(sorted(self.changed.tested)),
            tuple(made(self.evaluator, [frame for frame, _ in self.frames])),
            tuple(sorted(calls.beyond)),
        )

    def _seen(self, reading: Reading) -> Iterator[ReadSeen]:
        chain, read = reading.chain, reading.read
        if key := self.key_of(chain):
            self.read[id(chain)] = chain
            site = chain.site
            place = (site.uri, site.scope, site.op) if site else None
            origins = self.origins(chain)
            rows, said = (key, read.path), said_by(chain)
            yield ReadSeen(rows, read, place, origins, said, reading.embeds, reading.only, reading.copied)

    def _frame(self, frame: Frame, rows: bytearray) -> Iterator[Reading]:
        spare, expected = replaceable(frame.ops), caught(frame)
        left, unsure = tried(frame), may_be_shut(self.evaluator, frame)
        asked: set[tuple[int, object]] = set()
        for number, op in enumerate(frame.ops):
            match op:
                case flows.Item(base=base, key=key) if rows[base] and number not in unsure:
                    if number not in left or type(frame.ops[key]) is flows.Const:
                        method = _method(frame, base, key, asked, caught=number in expected)
                        yield from self._reads(frame, base, key, method, tests_of(frame, number, base))
                    yield from self._places(frame, op)
                case flows.Call(name="get", arguments=(key, *_)) if (base := _called_on(frame, op, rows)) >= 0:
                    asked.add(sought(frame.ops, base, key))
                    if number not in spare:
                        yield from self._reads(frame, base, key, "get", tests_of(frame, number, base))
                case flows.Call(name="pop", arguments=(key,), keywords=()) if number not in unsure:
                    if (base := _called_on(frame, op, rows)) >= 0:
                        method = _method(frame, base, key, asked, caught=number in expected)
                        yield from self._reads(frame, base, key, method, tests_of(frame, number, base))
        for number, base, told in framed.naming(frame.ops):
            if rows[base] and number not in left and number not in unsure and self._is_frame(frame, base):
                yield from self._reads(frame, base, told, "item")

    def _is_frame(self, frame: Frame, op: int) -> bool:
        found = every_row(self.evaluator.value(frame, op))
        return bool(found) and all(rows.framed for rows in found)

    def _reads(self, frame: Frame, base: int, key: int, method: str, where: Tests = ()) -> Iterator[Reading]:
        what = frame.ops[key]
        if type(what) is flows.Const and not isinstance(what.value, str):
            return
        if found := every_row(left_by_rounds(self.evaluator, frame, base)):
            embeds = self._embeds(frame, base, found)
            for text in self._texts(frame, key, method):
                yield from self._readings(found, text, method, embeds, where)

    def _texts(self, frame: Frame, key: int, method: str) -> list[Text]:
        """The keys that are read for certain: one that is known, or each of those that a loop reads in the same way."""
        value = self.evaluator.value(frame, key)
        if isinstance(value, Str):
            return [value.text] if value.text.whole else []
        if isinstance(value, List) and value.exact:
            return [item.text for item in value.items if isinstance(item, Str) and item.text.whole]
        if method != "item" or not every_element(frame.ops, key, left=False) or not known_texts(value):
            return []
        return [option.text for option in options(value) if isinstance(option, Str)]

    def _places(self, frame: Frame, op: flows.Item) -> Iterator[Reading]:
        """An embed that is read as a list: ``row["items"][0]``."""
        key = frame.ops[op.key]
        if type(key) is not flows.Const or type(key.value) is not int:
            return
        found = rows_of(self.evaluator.value(frame, op.base))
        if embeds := self._embeds(frame, op.base, found):
            at = Location(frame.uri, key.line, key.column, key.line, key.column + 1) if key.line else None
            for rows in found:
                read = Read(Text(str(key.value), at), rows.path, "place", at=at)
                yield Reading(rows.chain, read, embeds, only=True)

    def _readings(
        self, found: list[Rows], key: Text, method: str, embeds: tuple[Of, ...] = (), where: Tests = ()
    ) -> Iterator[Reading]:
        """The read of a key from rows that have it from nowhere else."""
        if any(rows.loose or key.value in rows.over or is_open(rows.chain) for rows in found):
            return
        told = tuple([test for test in where if not any(test[0] in rows.over for rows in found)])
        read = Read(key, (), method, method not in ("get", "caught"), at=key.at, where=told)
        if not of_one_kind(found):
            yield from self._shared(found, read)
            return
        for rows in found:
            if rows.one or rows.path:
                yield Reading(rows.chain, msgspec.structs.replace(read, path=rows.path), embeds, copied=rows.copied)

    def _by_name(self, frame: Frame, rows: bytearray) -> Iterator[Reading]:
        """The columns that a frame takes as attributes of what was made of a row."""
        expected = caught(frame)
        for number, op in enumerate(frame.ops):
            if type(op) is flows.Attr and rows[op.base] and not op.name.startswith("_"):
                found = every_row(left_by_rounds(self.evaluator, frame, op.base), named=True)
                at = Location(frame.uri, op.line, op.column, op.line, op.column + len(op.name))
                yield from self._readings(found, Text(op.name, at), "caught" if number in expected else "field")

    def _shared(self, found: list[Rows], read: Read) -> Iterator[Reading]:
        """A key of a row that any of several requests may give: a read of one of them that knows the others."""
        if any(not rows.one or rows.path or said_by(rows.chain) for rows in found):
            return
        queries: list[tuple[Chain, Query]] = []
        for rows in found:
            if not convincing(tuple([step.name for step in rows.chain.steps])):
                return
            queries += [(rows.chain, query) for query in self._requests(rows.chain)]
        chain, first = min(queries, key=lambda item: self.key_of(item[0]))
        others = other_rows(first, [query for _, query in queries])
        copied = any(rows.copied for rows in found)
        yield Reading(chain, msgspec.structs.replace(read, others=others), copied=copied)

    def _embeds(self, frame: Frame, base: int, found: list[Rows]) -> tuple[Of, ...]:
        """The rows that a value is an embed of, just as the row has it: ``row["items"]``."""
        if type(frame.ops[base]) is not flows.Item:
            return ()
        whole = all(rows.one is None and rows.path and not rows.loose for rows in found)
        return tuple((self.key_of(rows.chain), rows.path) for rows in found) if whole else ()

    def _requests(self, chain: Chain) -> list[Query]:
        """The requests of a chain, of whose rows many keys may be read."""
        if (found := self._settled.get(chain)) is None:
            found = self._settled[chain] = settled(chain)
        return found


def _called_on(frame: Frame, call: flows.Call, rows: bytearray) -> int:
    """What may be a row of which a method is called; else -1."""
    function = frame.ops[call.function]
    return function.base if isinstance(function, flows.Attr) and rows[function.base] else -1


def _method(frame: Frame, base: int, key: int, asked: set[tuple[int, object]], *, caught: bool) -> str:
    """How a key is read that has to be there, save where the program asked for it before, or goes on without it."""
    return "get" if sought(frame.ops, base, key) in asked else "caught" if caught else "item"
