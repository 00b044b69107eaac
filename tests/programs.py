"""Little programs that put a row together and send it: written at random, run in all the ways they can go."""

from __future__ import annotations

import json
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from pgconform.request import Query
from tests.flowing import queries

T = TypeVar("T")
Pick = Callable[[Sequence[T]], T]
Sent = tuple[str, dict[str, object]]
Ask = Callable[[], bool]
KEYS = ("a", "b", "c", "d")
TABLES = ("t1", "t2", "t3")
WAYS = 300
"""A program that can go more ways than these is not run."""
_DEEPEST = 2


class TooMany(Exception):  # noqa: N818  no fault of the program
    """The program can go too many ways."""


@dataclass
class Program:
    """Lines that make a row ``d`` and the name ``s`` of a table; ``pick`` chooses.

    Every test is of ``ask()``; ``step()`` fails where that says so.
    """

    pick: Callable[[Sequence[str]], str]
    rows: list[str] = field(default_factory=lambda: ["d"])
    helpers: list[str] = field(default_factory=list)
    number: int = 0

    def text(self) -> str:
        body = [f"s = '{self.pick(TABLES)}'", f"d = {self.display()}"]
        for _ in range(int(self.pick("3456"))):
            body += self.statement(0)
        row = self.pick(self.rows)
        body.append(f"db.table({self.pick(['s', repr(TABLES[0])])}).insert({row}).execute()")
        return "def main():\n" + "".join(f"    {line}\n" for line in body)

    def value(self) -> str:
        self.number += 1
        return self.pick([str(self.number), repr(f"v{self.number}"), "None"])

    def display(self) -> str:
        keys = {self.pick(KEYS): None for _ in range(int(self.pick("0123")))}
        return "{" + ", ".join(f"'{key}': {self.value()}" for key in keys) + "}"

    def row(self) -> str:
        held, key = self.pick(self.rows), self.pick(KEYS)
        forms = [
            self.display(),
            f"{{**{held}, '{key}': {self.value()}}}",
            f"{{'{key}': {self.value()}, **{held}}}",
            f"dict({held}, {key}={self.value()})",
            f"{held}.copy()",
            held,
            f"{held} | {self.display()}",
            f"{{k: v for k, v in {held}.items() if k != '{key}'}}",
            f"{{k: v for k, v in {held}.items() if k in ('{key}', '{self.pick(KEYS)}')}}",
            f"({held}.copy() if ask() else {self.display()})",
            f"{{**({held} if ask() else {{}}), '{key}': {self.value()}}}",
            f"{{**({held} if ask() else {self.display()}), **{self.display()}}}",
            f"{{k: v for k, v in {held}.items() if v}}",
            f"{{k: {held}[k] for k in ('{key}', '{self.pick(KEYS)}') if k in {held}}}",
            f"({held}.copy() or {self.display()})",
            *[helper % held for helper in self.helpers],
        ]
        return self.pick(forms)

    def change(self) -> str:
        held, key = self.pick(self.rows), self.pick(KEYS)
        forms = [
            f"{held}['{key}'] = {self.value()}",
            f"{held}.update({self.display()})",
            f"{held}.update({key}={self.value()})",
            f"{held}.pop('{key}', None)",
            f"{held}.setdefault('{key}', {self.value()})",
            f"{held}.clear()",
            f"{held} |= {self.display()}",
            f"for k in ('{key}', '{self.pick(KEYS)}'): {held}.pop(k, None)",
        ]
        return self.pick(forms)

    def statement(self, depth: int) -> list[str]:
        kinds = ["assign", "change", "change", "table", "leave"]
        kinds += ["branch", "branch", "attempt", "loop"] if depth < _DEEPEST else []
        kinds += ["helper"] if depth == 0 and len(self.helpers) < 2 else []
        match self.pick(kinds):
            case "assign":
                made, name = self.row(), self.pick(["d", "p", "q"])
                return [f"{self.named(name)} = {made}"]
            case "change":
                return [self.change()]
            case "table":
                return [f"s = {self.pick([repr(name) for name in TABLES] + ['s'])}"]
            case "leave":
                return ["if ask(): return"]
            case "branch":
                return self.branch(depth + 1)
            case "attempt":
                return self.attempt(depth + 1)
            case "loop":
                return self.loop()
        return self.helper()

    def named(self, name: str) -> str:
        if name not in self.rows:
            self.rows.append(name)
        return name

    def block(self, depth: int) -> list[str]:
        """What a branch does; names that only it binds are not read after it."""
        before = list(self.rows)
        lines = [line for _ in range(int(self.pick("12"))) for line in self.statement(depth)]
        self.rows = before
        return [f"    {line}" for line in lines]

    def branch(self, depth: int) -> list[str]:
        lines = ["if ask():", *self.block(depth)]
        if self.pick("01") == "1":
            lines += ["elif ask():", *self.block(depth)]
        return lines + (["else:", *self.block(depth)] if self.pick("01") == "1" else [])

    def attempt(self, depth: int) -> list[str]:
        """A ``try`` that fails before what its body does, or after it."""
        body = [f"    {self.change()}" for _ in range(int(self.pick("12")))]
        body.insert(0 if self.pick("01") == "1" else len(body), "    step()")
        lines = ["try:", *body, self.pick(["except ValueError:", "except Exception:"]), *self.block(depth)]
        return lines + (["else:", *self.block(depth)] if self.pick("012") == "2" else [])

    def loop(self) -> list[str]:
        held, key = self.pick(self.rows), self.pick(KEYS)
        forms = [
            [f"for k in list({held}):", f"    {held}.pop(k)"],
            [f"for k in ('{key}', 'b'):", "    if ask(): return", f"    {held}[k] = {self.value()}"],
            ["while ask():", f"    {held}['{key}'] = {self.value()}"],
            ["for _ in range(2):", "    if ask(): break", "else:", f"    {held}['{key}'] = {self.value()}"],
            [f"for k in ('{key}', '{self.pick(KEYS)}'):", f"    if k in {held}: del {held}[k]"],
            [f"if '{key}' in {held}: del {held}['{key}']"],
            [f"if '{key}' not in {held}: {held}['{key}'] = {self.value()}"],
        ]
        return self.pick_one(forms)

    def helper(self) -> list[str]:
        """A function that is called with a row, or with its keys, and gives one."""
        rows, self.rows = self.rows, ["x"]
        name = f"h{len(self.helpers)}"
        lines = [f"    {self.change()}" for _ in range(int(self.pick("012")))]
        first = self.pick(["x = {**x}", "x = x or {}", "pass"])
        given = self.pick(["x", "x.copy()", f"{{**x, '{self.pick(KEYS)}': {self.value()}}}", self.display()])
        self.rows = rows
        key, value = self.pick(KEYS), self.value()
        takes, more, call = self.pick_one(
            [
                ("x", "pass", f"{name}(%s)"),
                ("x, **more", "x.update(more)", f"{name}(%s, {key}={value})"),
                ("**x", "pass", f"{name}(**%s)"),
                (f"x, k='{key}', v={value}", "if v is not None: x[k] = v", f"{name}(%s)"),
                ("x, k, v=None", "if v is not None: x[k] = v", f"{name}(%s, '{key}', {value})"),
            ]
        )
        self.helpers.append(call)
        return [f"def {name}({takes}):", f"    {first}", f"    {more}", *lines, f"    return {given}"]

    def pick_one(self, forms: Sequence[T]) -> T:
        """One of several forms of any kind."""
        return forms[int(self.pick([str(number) for number in range(len(forms))]))]


@dataclass
class _Table:
    """A table of a client that only notes what is sent."""

    name: str
    sent: list[Sent]

    def insert(self, given: dict[str, object] | list[dict[str, object]]) -> _Table:
        self.sent += [(self.name, dict(row)) for row in (given if isinstance(given, list) else [given])]
        return self

    def execute(self) -> None:
        """Nothing comes back."""


@dataclass
class _Client:
    sent: list[Sent]

    def table(self, name: str) -> _Table:
        return _Table(name, self.sent)


def sent(program: str) -> list[Sent]:
    """All that the program can send, by going every way. Raises `TooMany`."""
    found: list[Sent] = []
    run(program, lambda ask: {"db": _Client(found), "ask": ask, "step": partial(_step, ask)})
    return found


def untrue(program: str) -> list[str]:
    """What is said of the rows that a program sends and is never so. Raises `TooMany`."""
    real = sent(program)
    claims = queries(f"from asking import ask, step\n{program}")
    return [problem for claim in claims for problem in _problems(claim, real, _alone(claims, claim))]


def _alone(claims: list[Query], claim: Query) -> bool:
    """No other claim is about another table."""
    return len({other.relation.value for other in claims if other.relation}) == 1 and claim.relation is not None


def _problems(claim: Query, real: list[Sent], alone: bool) -> list[str]:
    """What a claim says that is never so; of rows only where there is one table that may take them."""
    if claim.relation is None or claim.payload is None or not real:
        return []
    rows = [row for table, row in real if table == claim.relation.value]
    if not rows:
        return [f"{claim.relation.value} is never written to"]
    counts = Counter(key for row in rows for key in row)
    claimed = {field.name: field.required for field in claim.payload.fields}
    found = [f"{key} is never sent" for key, sure in claimed.items() if alone and sure and not counts[key]]
    if alone and claim.payload.whole and not any(row.keys() <= claimed.keys() for row in rows):
        found.append(f"more than {sorted(claimed)} is always sent")
    values = defaultdict[str, set[str]](set)
    for row in rows:
        for key, value in row.items():
            values[key].add(json.dumps(value))
    wrong = [
        (key, one.json) for key, one in claim.payload.values if one.json is not None and one.json not in values[key]
    ]
    return found + [f"{key} is never {text}" for key, text in wrong if alone and counts[key]]


def _step(ask: Ask) -> None:
    if ask():
        raise ValueError


def run(
    program: str,
    names: Callable[[Ask], dict[str, object]],
    *args: object,
    missed: set[tuple[int, str]] | None = None,
) -> None:
    """Runs the program's ``main`` in every way it can go; ``names`` are what it finds. Raises `TooMany`.

    ``missed``: its KeyErrors are noted there, with their lines.
    """
    code = compile(program, "program", "exec")
    waiting: list[tuple[bool, ...]] = [()]
    for _ in range(WAYS):
        if not waiting:
            return
        way = waiting.pop()
        taken = _run(code, way, names, args, missed)
        waiting += [(*taken[:place], True) for place in range(len(way), len(taken))]
    raise TooMany


def _run(
    code: object,
    way: Sequence[bool],
    names: Callable[[Ask], dict[str, object]],
    args: Sequence[object],
    missed: set[tuple[int, str]] | None,
) -> tuple[bool, ...]:
    """Runs it so that its tests come out as ``way`` says, later ones False; gives how all came out."""
    taken: list[bool] = []
    answers: Iterator[bool] = iter(way)

    def ask() -> bool:
        taken.append(next(answers, False))
        return taken[-1]

    held = names(ask)
    exec(code, held)  # type: ignore[arg-type]
    try:
        held["main"](*args)  # type: ignore[operator]
    except KeyError as error:
        if missed is None:
            raise
        places = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "program"]
        missed.update((line or 0, str(error.args[0])) for line in places)
    return tuple(taken)
