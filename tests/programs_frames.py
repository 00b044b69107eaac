"""Little programs that make data frames of rows and read their columns, run with pandas itself; what of that is so."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from tests.flowing import queries
from tests.programs import Ask, TooMany, run
from tests.programs_reading import BEFORE, Asked, given

_MISSED = re.compile(r"'(\w+)'")
"""The columns that pandas' words about missing ones name."""
HEAD = "import pandas as pd\n"


@dataclass
class Program:
    """Lines that make a frame ``df`` of one or two requests, change it and read it; ``pick`` chooses."""

    pick: Callable[[Sequence[str]], str]
    frames: list[str] = field(default_factory=lambda: ["df"])

    def text(self) -> str:
        lines = [*self.rows(), f"df = {self.made()}", "if df.empty: return"]
        for _ in range(int(self.pick("0012"))):
            lines += self.change()
        for _ in range(int(self.pick("12"))):
            lines += self.read()
        key = self.column()
        forms = [
            "pass",
            f"df['{key}'] = 1",
            f"df.insert(0, '{key}', 1)",
            f"df.loc[:, '{key}'] = 2",
            f"df.rename(columns={{'x': '{key}'}}, inplace=True)",
            f"df.columns = ['{key}', *df.columns[1:]]",
            f"df.index.name = '{key}'; df.reset_index(inplace=True)",
            f"df = df.assign({key}=3)",
            f"if '{key}' in df: df = df[['{key}']]",
        ]
        helper = self.pick(forms)
        return (
            HEAD
            + f"def helped(df):\n    {helper}\n    return df\n"
            + "def main():\n"
            + "".join(f"    {line}\n" for line in lines)
        )

    def column(self) -> str:
        return self.pick("xyzwv")

    def rows(self) -> list[str]:
        table, columns = self.pick("12"), self.pick(["*", "x", "x, y", "k:x, y"])
        asked = f"db.table('t{table}').select('{columns}').execute().data"
        forms = [
            [f"rows = {asked}"],
            [f"rows = {asked} or []"],
            ["rows = []", f"rows.extend({asked})"],
            [f"rows = [dict(row, v=1) for row in {asked}]"],
            [f"rows = {asked}", "for row in rows: row['v'] = 2"],
        ]
        return self.pick(forms)  # type: ignore[arg-type, return-value]

    def made(self) -> str:
        return self.pick(
            [
                "pd.DataFrame(rows)",
                "pd.DataFrame(data=rows)",
                "pd.DataFrame.from_records(rows)",
                "pd.DataFrame(rows) if ask() else pd.DataFrame()",
                f"pd.DataFrame(rows, columns=['{self.column()}'])",
                "pd.DataFrame([{**row, 'w': 3} for row in rows])",
                "helped(pd.DataFrame(rows))",
            ]
        )

    def change(self) -> list[str]:
        key, other, held = self.column(), self.column(), self.pick(self.frames)
        forms = [
            [f"{held}['{key}'] = 1"],
            [f"{held} = {held}.rename(columns={{'{key}': '{other}'}})"],
            [f"{held}.rename(columns={{'{key}': '{other}'}}, inplace=True)"],
            [f"{held} = {held}.assign({key}=2)"],
            [f"if ask(): {held}['{key}'] = 3"],
            [f"{held} = {held}.reset_index()"],
            [f"{held}.index.name = '{key}'", f"{held} = {held}.reset_index()"],
            [f"{held}.columns = [c + '_' for c in {held}.columns]"],
            [f"{held}.loc[:, '{key}'] = 4"],
            [f"if '{key}' not in {held}.columns: {held}['{key}'] = 5"],
            [f"{held} = {held}.drop(columns=['{key}'], errors='ignore')"],
            [f"{held} = helped({held})"],
            [f"helped({held})"],
            [f"for c in ('{key}', '{other}'): {held}[c] = 6"],
            [f"{held}[['{key}', '{other}']] = 7"],
            [f"{held} = {held}.merge({held}, left_index=True, right_index=True, suffixes=('', '_'))"],
            [f"{held} = {held}.set_index(pd.Series([8] * len({held}), name='{key}')).reset_index()"],
            [f"{held} = pd.concat([{held}, pd.DataFrame({{'{key}': [9] * len({held})}})], axis=1)"],
            [f"{held}.eval('{key} = 10', inplace=True)"],
        ]
        return [*self.pick(forms), *self.copy()]  # type: ignore[arg-type]

    def copy(self) -> list[str]:
        """Perhaps another frame, made of one that there is."""
        held = self.pick(self.frames)
        made = self.pick(["", "", "", f"{held}", f"{held}.copy()", f"{held}.head(3)", f"{held}[[c for c in {held}]]"])
        if not made or "other" in self.frames:
            return []
        self.frames.append("other")
        return [f"other = {made}"]

    def read(self) -> list[str]:
        key, other, held = self.column(), self.column(), self.pick(self.frames)
        forms = [
            [f"use({held}['{key}'])"],
            [f"use({held}[['{key}', '{other}']])"],
            [f"if '{key}' in {held}.columns: use({held}['{key}'])"],
            [f"if '{key}' in {held}: use({held}['{key}'])"],
            [f"if {{'{key}'}}.issubset({held}.columns): use({held}['{key}'])"],
            [f"use({held}.get('{key}'))"],
            [f"use({held}[{held}.index == 0]['{key}'])"],
            [f"use({held}.sort_values('{key}'))"],
            [f"use({held}.groupby('{key}').size())"],
            [f"for _, row in {held}.iterrows(): use(row['{key}'])"],
            [f"for row in {held}.to_dict('records'): use(row['{key}'])"],
            [f"for row in {held}.to_dict(orient='records'): use(row.get('{key}'), row['{other}'])"],
            [f"use({held}.apply(lambda row: row['{key}'], axis=1))"],
            [f"use({held}.iloc[0]['{key}'])"],
            [f"use({held}.loc[0]['{key}'])"],
            [f"use([{held}[c] for c in ['{key}', '{other}'] if c in {held}.columns])"],
            [f"for name, group in {held}.groupby({held}.index): use(group['{key}'])"],
            [f"use({held}.pipe(lambda it: it['{key}']))"],
        ]
        return self.pick(forms)  # type: ignore[arg-type, return-value]


@dataclass
class _Request:
    asked: Asked
    columns: str = "*"

    def select(self, columns: str) -> _Request:
        self.columns = columns
        return self

    def execute(self) -> _Answer:
        return _Answer([dict.fromkeys(given(self.columns), 1), dict.fromkeys(given(self.columns), 2)])


@dataclass
class _Answer:
    data: list[dict[str, object]]


@dataclass
class _Client:
    asked: Asked

    def table(self, name: str) -> _Request:
        return _Request(self.asked)


def asked(program: str) -> Asked:
    """The columns that the program can miss, by going every way; raises `TooMany`."""
    found = Asked()

    def noting(ask: Ask) -> dict[str, object]:
        return {"db": _Client(found), "ask": ask, "use": lambda *_: None, "pd": pd}

    told: set[tuple[int, str]] = set()
    try:
        with warnings.catch_warnings(action="ignore"):
            run(program, noting, missed=told)
    except (IndexError, ValueError) as error:
        raise TooMany("pandas does not take it") from error
    for line, words in told:
        names = _MISSED.findall(words) or [words]
        found.stopped |= {(line, name) for name in names}
    return found


def untrue(program: str) -> list[str]:
    """What is said of the columns that a program reads and is never so. Raises `TooMany`."""
    real = asked(program)
    found = []
    for claim in queries(program):
        keys = {key for select in claim.select or () if select for key in given(select.value)}
        for read in claim.reads:
            line, key = read.at.line - BEFORE if read.at else 0, read.key.value
            earlier = any(stop < line for stop, _ in real.stopped)
            if read.method == "item" and key not in keys and not earlier and (line, key) not in real.stopped:
                found.append(f"{key} of line {line} is never missed")
    return found
