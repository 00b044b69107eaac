"""Little programs that put the text of a statement together and send it, and what of that is so."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pgconform.request import HOLE
from tests.programs import Ask, run
from tests.test_statements import read

_LAST = re.compile(rf"\s*(?:,|\b(?:and|where)\b)?\s*{HOLE}+", re.IGNORECASE)
"""What may be missing of a text: a part that is not known, and what joins it to the others."""


@dataclass
class Program:
    """Lines that make a text ``sql`` of parts; ``pick`` chooses."""

    pick: Callable[[Sequence[str]], str]
    columns: Sequence[str] = field(default=("x", "y", "z"))

    def text(self) -> str:
        lines = [f"cols = ['{self.column()}']", f"if ask(): cols.append('{self.column()}')", *self.start()]
        for _ in range(int(self.pick("01236"))):
            lines += self.part()
        lines.append(self.pick(["conn.execute(sql)", "if ask(): conn.execute(sql)", "conn.execute(sql, (1,))"]))
        head = f"import psycopg\nBASE = 'SELECT {self.column()} FROM t1'\n{self.helper()}"
        return f"{head}def main(conn: psycopg.Connection):\n" + "".join(f"    {line}\n" for line in lines)

    def column(self) -> str:
        return self.pick(self.columns)

    def helper(self) -> str:
        more = self.pick(["sql + ' LIMIT 10'", "f'{sql} LIMIT 7' if some else sql", "sql.strip()"])
        return f"def limited(sql, some=False):\n    return {more}\n"

    def start(self) -> list[str]:
        table, column = f"t{self.pick('123')}", self.column()
        forms = [
            ["sql = BASE"],
            [f"tab = '{table}' if ask() else 't1'", f"sql = f'SELECT {column} FROM {{tab}}'"],
            [f"sql = 'SELECT ' + ', '.join(cols) + ' FROM {table}'"],
            [f"sql = f\"SELECT {{', '.join(cols)}} FROM {table}\""],
            [f"sql = 'SELECT {{}} FROM {{}}'.format('{column}', '{table}')"],
            [f"sql = 'SELECT %s FROM {table}' % '{column}'"],
            [f"sql = '\\n'.join(['SELECT {column}', 'FROM {table}'])"],
            [f"sql = {{True: 'DELETE FROM {table}', False: BASE}}[ask()]"],
        ]
        return self.pick(forms)  # type: ignore[arg-type, return-value]

    def part(self) -> list[str]:
        one, other = self.column(), self.column()
        forms = [
            [f"sql += ' WHERE {one} = %s'"],
            [f"if ask(): sql += ' WHERE {one} = 1'"],
            [f"if ask(): sql += ' WHERE {one} = 1'", f"else: sql += ' WHERE {other} = 2'"],
            [
                f"conds = ['{one} = 1']",
                f"if ask(): conds.append('{other} = 2')",
                "sql += ' WHERE ' + ' AND '.join(conds)",
            ],
            ["order = 'ASC' if ask() else 'DESC'", f"sql += f' ORDER BY {one} {{order}}'"],
            [f"for k in ('{one}', '{other}'): sql += f' -- {{k}}\\n'"],
            [f"sql = sql.replace('{one}', '{other}')"],
            [f"sql = limited(sql, {self.pick(['True', 'ask()'])})"],
            [
                "try:",
                "    step()",
                f"    sql += ' WHERE {one} = 1'",
                "except ValueError:",
                f"    sql += ' WHERE {other} = 2'",
            ],
            ["if ask(): return"],
            [f"keys = {{'{one}': 1, '{other}': 2}}", "sql += ' WHERE ' + ' AND '.join(f'{k} = %s' for k in keys)"],
        ]
        return self.pick(forms)  # type: ignore[arg-type, return-value]


@dataclass
class _Connection:
    sent: set[str]

    def execute(self, sql: str, _: object = None) -> None:
        self.sent.add(sql)


def sent(program: str) -> set[str]:
    """All texts that the program can send, by going every way. Raises `TooMany`."""
    found: set[str] = set()

    def noting(ask: Ask) -> dict[str, object]:
        def step() -> None:
            if ask():
                raise ValueError

        return {"ask": ask, "step": step}

    run(program, noting, _Connection(found))
    return found


def untrue(program: str) -> list[str]:
    """The texts that are judged of a program and never sent. Raises `TooMany`."""
    real = sent(program)
    texts = [item.text.value for item in read(app=f"from asking import ask, step\n{program}").statements]
    return [text for text in texts if real and not _is_sent(text.strip(), real)]


def _is_sent(text: str, real: set[str]) -> bool:
    """A text is one of these, as far as it is known."""
    known = [re.escape(part) for part in _LAST.sub(HOLE, text).split(HOLE)]
    return any(re.fullmatch(".*".join(known), sql.strip(), re.DOTALL) for sql in real)
