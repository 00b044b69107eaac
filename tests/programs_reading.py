"""Little programs that read rows: columns chosen, rows taken one by one, keys read; and what of that is so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pgconform.request import Query, Text
from tests.flowing import queries
from tests.programs import Ask, run

COLUMNS = ("x", "y", "z")
"""The columns of each table; ``w`` is none."""
BEFORE = 2
"""Lines that stand before a program where it is read."""


@dataclass
class Program:
    """Lines that read rows of one or two requests; ``pick`` chooses."""

    pick: Callable[[Sequence[str]], str]
    rows: list[str] = field(default_factory=list)
    number: int = 0

    def text(self) -> str:
        lines = [*self.request(), *(self.request() if self.pick("01") == "1" else []), *self.one("r")]
        for _ in range(int(self.pick("123"))):
            lines += self.read()
        return "def main():\n" + "".join(f"    {line}\n" for line in lines)

    def request(self) -> list[str]:
        self.number += 1
        rows, first, second = f"rows{self.number}", self.pick(COLUMNS), self.pick(COLUMNS)
        self.rows.append(rows)
        columns = self.pick(
            [
                f"c = '{first}'",
                f"c = '{first}, {second}'",
                f"c = ','.join(['{first}', '{second}'])",
                f"c = '{first}' if ask() else '*'",
                f"c = '{first}' + (',{second}' if ask() else '')",
                f"c = '{first}'; c += f',k:{second}' if ask() else ''",
                f"c = ['{first}']; c = ','.join(c + ['{second}'] if ask() else c)",
                f"c = '{first}'\n    for i in ('{second}', 'x'): c += ',' + i",
            ]
        )
        filtered = self.pick(["", f".eq('{second}', 1)", f".order('{first}')"])
        return [columns, f"{rows} = db.table('t{self.pick('12')}').select(c){filtered}.execute().data or []"]

    def one(self, name: str) -> list[str]:
        """A row of them; the program ends where there is none."""
        rows, column, other = self.pick(self.rows), self.pick(COLUMNS), self.pick(self.rows)
        forms = [
            [f"if not {rows}: return", f"{name} = {rows}[0]"],
            [f"{name} = next(iter({rows}), None)", f"if {name} is None: return"],
            [f"if not ({name} := {rows}[0] if {rows} else None): return"],
            [f"if not {rows}: return", f"{name} = max({rows}, key=lambda i: i.get('{column}') or 0)"],
            [f"if not {rows}: return", f"{name} = dict({rows}[-1], w=1)"],
            [f"if not {rows}: return", f"{name} = [{{**i, 'w': 1}} for i in {rows}][0]"],
            [f"if not {rows}: return", f"{name} = {{k: v for k, v in {rows}[0].items() if k != '{column}'}}"],
            [f"if not {rows}: return", f"{name} = [{{k: str(v) for k, v in i.items() if ask()}} for i in {rows}][0]"],
            [f"if not {rows}: return", f"{name} = {{'{column}': 2}}", f"{name}.update({rows}[0], w=1)"],
            [f"by = {{i.get('{column}'): i for i in {rows}}}", "if not by: return", f"{name} = list(by.values())[0]"],
            [f"found = {rows} if ask() else {other}", "if not found: return", f"{name} = found[0]"],
            [f"if not {rows} + {other}: return", f"{name} = ({rows} + {other})[0]"],
            [
                "groups = {}",
                f"for i in {rows}: groups.setdefault(i.get('{column}'), []).append(i)",
                "if not groups: return",
                "for group in groups.values():",
                f"    for {name} in group: pass",
            ],
        ]
        return self.pick(forms)  # type: ignore[arg-type, return-value]

    def read(self) -> list[str]:
        key, other = self.pick("xyzw"), self.pick("xyzw")
        forms = [
            [f"use(r['{key}'])"],
            [f"if '{key}' in r: use(r['{key}'])"],
            [f"if r.get('{key}'): use(r['{key}'])"],
            [f"r['{key}'] = 1", f"use(r['{key}'])"],
            [f"r.setdefault('{key}', 3)", f"use(r['{key}'])"],
            [f"if '{key}' not in r: r['{key}'] = 0", f"use(r['{key}'])"],
            [f"if ask(): r['{key}'] = 5", f"use(r['{key}'])"],
            [f"use((lambda i: i['{key}'])(r))"],
            [f"use(f\"{{r['{key}']}}\", r.get('{other}'))"],
            [f"use({{k: r[k] for k in ('{key}', '{other}') if k in r}})"],
            ["match r:", f"    case {{'{key}': i}}: use(r['{key}'], i)"],
        ]
        return self.pick(forms)  # type: ignore[arg-type, return-value]


class Row(dict[str, object]):
    """A row that notes which keys were missed, and where, and has a value for each."""

    def __init__(self, values: dict[str, object], missed: set[tuple[int, str]]) -> None:
        super().__init__(values)
        self.missed = missed

    def __missing__(self, key: str) -> int:
        self.missed.add((sys._getframe(1).f_lineno, key))
        return 1


@dataclass
class Asked:
    """What a program asked: tables with the columns it chose, and its lines where a key was ``missed``.

    Where it was missed of a copy the program ``stopped``.
    """

    sent: set[tuple[str, str]] = field(default_factory=set)
    missed: set[tuple[int, str]] = field(default_factory=set)
    stopped: set[tuple[int, str]] = field(default_factory=set)
    filtered: set[str] = field(default_factory=set)


@dataclass
class _Request:
    asked: Asked
    ask: Ask
    table: str
    columns: str = "*"

    def select(self, columns: str) -> _Request:
        self.columns = columns
        return self

    def eq(self, column: str, _: object) -> _Request:
        self.asked.filtered.add(column)
        return self

    def order(self, column: str) -> _Request:
        return self.eq(column, None)

    def execute(self) -> _Answer:
        self.asked.sent.add((self.table, self.columns))
        row = dict.fromkeys(given(self.columns), 1)
        return _Answer([Row({**row}, self.asked.missed)] if self.ask() else [])


@dataclass
class _Answer:
    data: list[Row]


@dataclass
class _Client:
    asked: Asked
    ask: Ask

    def table(self, name: str) -> _Request:
        return _Request(self.asked, self.ask, name)


def given(columns: str) -> list[str]:
    """The keys of the rows that a select gives."""
    names = [name.strip().partition(":")[0] for name in columns.split(",")]
    return [key for name in names for key in (COLUMNS if name == "*" else (name,))]


def asked(program: str) -> Asked:
    """All that the program can ask, by going every way, and the keys it can miss; raises `TooMany`."""
    found = Asked()

    def noting(ask: Ask) -> dict[str, object]:
        return {"db": _Client(found, ask), "ask": ask, "use": lambda *_: None}

    run(program, noting, missed=found.stopped)
    return found


def untrue(program: str) -> list[str]:
    """What is said of the keys that a program reads and is never so. Raises `TooMany`."""
    real = asked(program)
    return [problem for claim in queries(program) for problem in _problems(claim, real)]


def _problems(claim: Query, real: Asked) -> list[str]:
    """What a claim says that is never so."""
    if claim.relation is None or claim.select is None:
        return []
    known = [text.value for text in claim.select if text is not None and text.whole]
    table = claim.relation.value
    found = [f"{table}: {text} is never chosen" for text in known if (table, text) not in real.sent]
    columns = [*(one.column for one in claim.filters), *(one.column for one in claim.orders)]
    found += [f"{one.value} is no filter" for one in columns if one and one.value not in real.filtered]
    for read in claim.reads if known and _read_whole(claim) else ():
        selects = [claim.select, *(other.select for other in read.others)]
        keys = {key for select in selects for key in (given(select[0].value) if select and select[0] else ())}
        where = (read.at.line - BEFORE if read.at else 0, read.key.value)
        if read.method != "item" or read.key.value in keys or any(line < where[0] for line, _ in real.stopped):
            continue
        if where not in real.missed | real.stopped:
            found.append(f"{read.key.value} of line {where[0]} is never missed")
    return found


def _read_whole(claim: Query) -> bool:
    """All that is chosen is known."""
    return all(isinstance(text, Text) and text.whole for text in claim.select or ())
