"""Little programs whose functions ask for their callers: what these do to rows, and keys that others read of theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests import programs_reading
from tests.programs_reading import COLUMNS

ASKS = "db.table(t).select(c).execute().data or []"
OF_TABLE = "db.table(t).select('x').execute().data or []"
SAME = "db.table('t1').select('x').execute().data or []"
"""What is asked once, whoever calls first."""
KEYS = ("x", "y", "z", "w", "v")
"""The last two are no columns."""
FILLS = [
    "def fill(r): r['w'] = 1",
    "def fill_all(rows):",
    "    for r in rows: r['w'] = 1",
    "def fill_numbered(rows):",
    "    for _, r in enumerate(rows): r['w'] = 1",
    "def fill_paired(rows):",
    "    for r, v in zip(rows, [1, 2]): r['v'] = v",
    "def fill_both(rows):",
    "    for r in [*rows, *rows]: fill(r)",
    "def fill_kept(rows):",
    "    kept = []",
    "    for r in reversed(rows): kept.append(r)",
    "    fill_numbered(kept)",
    "def fill_grouped(rows):",
    "    found = {}",
    "    for r in rows: found.setdefault(id(r), {'all': []})['all'].append(r)",
    "    for group in found.values():",
    "        for r in group['all']: r['w'] = 1",
    "def fill_nested(rows):",
    "    found = collections.defaultdict(lambda: collections.defaultdict(list))",
    "    for r in rows: found[id(r)]['x'].append(r)",
    "    for groups in found.values():",
    "        for group in groups.values():",
    "            for r in group: r['v'] = 1",
    "def fill_queued(rows):",
    "    heap = []",
    "    for r in rows: heapq.heappush(heap, (id(r), r))",
    "    while heap: heapq.heappop(heap)[1].update(w=1)",
    "def fill_within(rows):",
    "    def fill_these():",
    "        for r in rows: r['v'] = 1",
    "    fill_these()",
    "class Holder:",
    "    def __init__(self, rows): self.rows = rows",
    "    def fill(self):",
    "        for r in self.rows: r['w'] = 1",
    "def fill_held(rows): Holder(rows).fill()",
    "HELD = {}",
    "def fill_global():",
    "    for r in HELD['rows']: r['v'] = 1",
    "def fill_by_name(rows):",
    "    HELD['rows'] = rows",
    "    fill_global()",
    "def put(into, rows): into['rows'] = rows",
    "def fill_put(rows):",
    "    into = {}",
    "    put(into, rows)",
    "    for r in into['rows']: r['w'] = 1",
]
FILLING = (
    *("fill_numbered", "fill_paired", "fill_both", "fill_kept"),
    *("fill_grouped", "fill_nested", "fill_queued", "fill_within", "fill_held", "fill_by_name", "fill_put"),
)


@dataclass
class Program:
    """Functions that ask for rows, others that call them, and a ``main`` that calls these in turn; ``pick`` chooses."""

    pick: Callable[[Sequence[str]], str]
    before: list[str] = field(default_factory=list)
    asking: list[str] = field(default_factory=list)
    number: int = 0

    def text(self) -> str:
        for _ in range(int(self.pick("112"))):
            self.asks()
        for _ in range(int(self.pick("0112"))):
            self.carries()
        uses = [self.uses() for _ in range(int(self.pick("223")))]
        calls = [self.pick(uses) for _ in range(int(self.pick("0123")))]
        body = [f"if ask(): {call}()" if self.pick("012") == "0" else f"{call}()" for call in (*uses, *calls)]
        return (
            "\n".join(
                ["import collections, functools, heapq", *self.before, "def main():", *[f"    {line}" for line in body]]
            )
            + "\n"
        )

    def name(self, kind: str) -> str:
        self.number += 1
        return f"{kind}{self.number}"

    def asks(self) -> None:
        """A function that asks for rows of any table, anew or once."""
        name = self.name("rows")
        kept, more = name.upper(), self.pick(["", "    for r in found: r.update(v=0)\n"])
        plain = f"def {name}(t, c):\n    found = {ASKS}\n{more}    return found"
        forms = [
            plain,
            plain,
            plain,
            f"def begin_{name}(t): return db.table(t)\ndef send_{name}(q): return q.execute().data or []\n"
            f"def {name}(t, c): return send_{name}(begin_{name}(t).select(c))",
            f"@functools.lru_cache\n{plain}",
            f"class C{name}:\n    def __init__(self, t): self.t = t\n"
            f"    def all(self, c): t = self.t; return {ASKS}\ndef {name}(t, c): return C{name}(t).all(c)",
            f"{kept} = {{}}\ndef {name}(t, c):\n    if t not in {kept}: {kept}[t] = {OF_TABLE}\n    return {kept}[t]",
            f"{kept} = {{}}\ndef {name}(t, c):\n    return {kept}.setdefault(t, {OF_TABLE})",
            f"{kept} = None\ndef {name}(t, c):\n    global {kept}\n    {kept} = {kept} or {SAME}\n    return {kept}",
            f"def {name}(t, c, kept={{}}):\n    if t not in kept: kept[t] = {OF_TABLE}\n    return kept[t]",
            f"{kept} = []\ndef {name}(t, c):\n    if not {kept}: {kept}.append({SAME})\n    return {kept}[0]",
            f"class C{name}:\n    def all(self, t, c):\n        if not hasattr(self, 'kept'): self.kept = {SAME}\n"
            f"        return self.kept\nO{name} = C{name}()\ndef {name}(t, c): return O{name}.all(t, c)",
        ]
        self.before += self.pick(forms).split("\n")
        self.asking.append(name)

    def carries(self) -> None:
        """A function that calls one that asks, and does something to its rows, or nothing.

        What one keeps by table it is asked for one table: of another it is not known there whether that is kept.
        """
        name, asks = self.name("some"), self.pick(self.asking)
        does = self.pick(["pass", "pass", *self.changes("found")])
        kept = any(f"{asks.upper()} = {{}}" in line or f"def {asks}(t, c, kept" in line for line in self.before)
        table, column = (
            self.pick(["'t1'"] if kept else ["t", "t", "'t1'"]),
            self.pick(["c", "c", f"'{self.pick(COLUMNS)}'"]),
        )
        self.before += [
            f"def {name}(t, c):",
            f"    found = {asks}({table}, {column})",
            f"    {does}",
            "    return found",
        ]
        self.asking.append(name)

    def changes(self, rows: str) -> list[str]:
        key = self.pick(KEYS)
        return [
            f"[r.update({key}=1) for r in {rows}]",
            f"for r in {rows}: r['{key}'] = 1",
            f"for r in {rows}: r.setdefault('{key}', 1)",
            f"for r in {rows}: fill(r)",
            f"fill_all({rows})",
            f"{self.pick(FILLING)}({rows})",
            f"if ask(): {rows} = [{{**r, '{key}': 1}} for r in {rows}]",
            f"for r in {rows}: use(r) if '{key}' in r else None",
            f"groups = {{}}; [groups.setdefault('a', {{}}).setdefault('b', []).append(r) for r in {rows}];"
            f" [r.update({key}=1) for g in groups.values() for b in g.values() for r in b]",
            f"for one in [Holder([r]) for r in {rows}]: one.rows[0]['{key}'] = 1",
            f"for one in [{{'row': r, 'n': 1}} for r in {rows}]: one['row']['{key}'] = 1",
        ]

    def uses(self) -> str:
        """A function that has rows, changes them or not, and reads a key."""
        name, asks = self.name("use"), self.pick(self.asking)
        if FILLS[0] not in self.before:
            self.before += FILLS
        columns = self.pick([*COLUMNS, f"{self.pick(COLUMNS)},{self.pick(COLUMNS)}"])
        lines = [f"rows = {asks}('t{self.pick('12')}', '{columns}')"]
        lines += [self.pick(self.changes("rows"))] if self.pick("01") == "1" else []
        key = self.pick(KEYS)
        lines += self.pick([f"for r in rows: use(r['{key}'])", f"if rows: use(rows[0]['{key}'])"]).split("\n")
        lines += [self.pick(self.changes("rows"))] if self.pick("012") == "1" else []
        self.before += [f"def {name}():", *[f"    {line}" for line in lines]]
        return name


def untrue(program: str) -> list[str]:
    """What is said of the keys that a program reads and is never so. Raises `TooMany`.

    What a function asks for, whoever calls it first, others may never ask.
    """
    return [said for said in programs_reading.untrue(program) if said.endswith("is never missed")]
