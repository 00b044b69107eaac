"""Little programs in which a word, a number and a flag that callers pass decide what is asked of which table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import product

from tests.flowing import column_names, queries

WORDS = ("u", "v", "w", "z")
TABLES = ("t1", "t2", "t3")
HEAD = """BY_WORD = {'u': 't1', 'v': 't2', 'w': 't3'}
COLUMNS = {'u': 'cu', 'v': 'cv', 'w': 'cw'}
def table_of(word):
    return BY_WORD[word]
def column_of(kind):
    if kind == 'u':
        return 'cu'
    if kind == 'v':
        return 'cv'
    return 'cw'
"""


@dataclass
class Program:
    """Lines that make a chain ``q`` in one way or another; ``pick`` chooses."""

    pick: Callable[[Sequence[str]], str]
    number: int = field(default=0)

    def text(self) -> str:
        lines = [f"if {self.of_word()}: return"] if self.pick("012") == "0" else []
        lines += [*self.table(), "q = db.table(t).select('*')"]
        for _ in range(int(self.pick("123"))):
            lines += self.filtered()
        return HEAD + "def main(word, n, flag):\n" + "".join(f"    {line}\n" for line in [*lines, "q.execute()"])

    def test(self) -> str:
        word = self.of_word()
        return self.pick([word, word, word, "n > 1", "n <= 1", "not n > 1", "flag", "not flag"])

    def of_word(self) -> str:
        word, other = self.pick(WORDS[:3]), self.pick(WORDS[:3])
        forms = ["word == '{0}'", "word != '{0}'", "word in ('{0}', '{1}')", "word not in ['{0}']"]
        return self.pick(forms).format(word, other)

    def table(self) -> list[str]:
        first, second, third = (self.pick(TABLES) for _ in range(3))
        match self.pick("01234"):
            case "0":
                return [f"t = '{first}' if {self.test()} else '{second}'"]
            case "1":
                return [self.pick(["t = BY_WORD[word]", "t = table_of(word)"])]
            case "2":
                return [
                    "match word:",
                    f"    case 'u': t = '{first}'",
                    f"    case 'v' | 'w': t = '{second}'",
                    "    case _: return",
                ]
            case "3":
                return [
                    f"if {self.test()}:",
                    f"    t = '{first}'",
                    f"elif {self.test()}:",
                    f"    t = '{second}'",
                    "else:",
                    f"    t = '{third}'",
                ]
        return [f"t = '{first}'", f"if {self.test()}:", f"    t = '{second}'"]

    def filtered(self) -> list[str]:
        match self.pick("0123"):
            case "0":
                return [self.pick(["q = q.eq(COLUMNS[word], 1)", "q = q.eq(column_of(word), 1)"])]
            case "1":
                return ["match word:", f"    case 'u': {self.filter()}", f"    case 'v': {self.filter()}"]
            case "2":
                lines = [f"if {self.test()}: {self.filter()}", f"elif {self.test()}: {self.filter()}"]
                return [*lines, f"else: {self.filter()}"]
        return [f"if {self.test()}: {self.filter()}"]

    def filter(self) -> str:
        self.number += 1
        return f"q = q.eq('c{self.number}', 1)"


@dataclass
class _Chain:
    """A chain of a client that only notes which columns are asked for of a table."""

    asked: set[tuple[str, str]]
    name: str
    columns: tuple[str, ...] = ()

    def select(self, _: str) -> _Chain:
        return self

    def eq(self, column: str, _: object) -> _Chain:
        return _Chain(self.asked, self.name, (*self.columns, column))

    def execute(self) -> None:
        self.asked.update((self.name, column) for column in self.columns)


@dataclass
class _Client:
    asked: set[tuple[str, str]]

    def table(self, name: str) -> _Chain:
        return _Chain(self.asked, name)


def asked(program: str) -> set[tuple[str, str]]:
    """The columns that the program can ask for, each with its table."""
    found: set[tuple[str, str]] = set()
    held: dict[str, object] = {"db": _Client(found)}
    exec(program, held)
    for word, n, flag in product(WORDS, (1, 2), (True, False)):
        try:
            held["main"](word, n, flag)  # type: ignore[operator]
        except KeyError:
            continue
    return found


def untrue(program: str) -> list[str]:
    """What is said of the columns that a program asks for and is never so; lines that never run tell nothing."""
    real = asked(program)
    reached = {column for _, column in real}
    claims = {
        (claim.relation.value, column)
        for claim in queries(program)
        if claim.relation
        for column in column_names(claim)
        if column in reached
    }
    return [f"{column} is never asked for of {table}" for table, column in sorted(claims - real)]
