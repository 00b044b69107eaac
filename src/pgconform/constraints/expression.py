"""SQL expressions as the server writes them back (`pg_get_expr`), parsed as far as constraints need."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import msgspec

from pgconform.support.patterns import deferred

_LONGEST = 20_000
_TOKEN = deferred(
    r"""\s*(?:
      (?P<text>'(?:[^']|'')*')
    | (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)
    | (?P<quoted>"(?:[^"]|"")*")
    | (?P<word>[^\W\d][\w$]*)
    | (?P<mark>::|[()\[\],.])
    | (?P<operator>[-+*/<>=~!@\#%^&|`?]+)
    )""",
    re.VERBOSE,
)
_LONG_TYPES = ("double precision", "character varying", "bit varying")


class Column(msgspec.Struct, frozen=True):
    name: str


class Constant(msgspec.Struct, frozen=True):
    """A literal by its text; ``number``: it was written without quotes. NULL has the text None."""

    text: str | None
    number: bool = False


class Call(msgspec.Struct, frozen=True):
    name: str
    arguments: tuple[Node, ...]


class Cast(msgspec.Struct, frozen=True):
    value: Node
    type: str


class Items(msgspec.Struct, frozen=True):
    """ARRAY[…]."""

    values: tuple[Node, ...]


class Compare(msgspec.Struct, frozen=True):
    """``left operator right``; ``each`` is "ANY" or "ALL" where the right side is an array."""

    operator: str
    left: Node
    right: Node
    each: str = ""


class Null(msgspec.Struct, frozen=True):
    """``value IS NULL``, or with ``negated`` IS NOT NULL."""

    value: Node
    negated: bool


class Junction(msgspec.Struct, frozen=True):
    """Terms joined by "AND" or "OR"."""

    word: str
    terms: tuple[Node, ...]


class Not(msgspec.Struct, frozen=True):
    value: Node


Node: TypeAlias = Column | Constant | Call | Cast | Items | Compare | Null | Junction | Not


class NotParsedError(ValueError):
    """The expression uses something this parser does not know."""


@lru_cache(maxsize=8192)
def parse(text: str) -> Node:
    """The expression's tree; `NotParsedError` for anything out of the ordinary."""
    if len(text) > _LONGEST:
        raise NotParsedError("too long")
    try:
        parser = _Parser(_tokens(text))
        node = parser.junction("OR")
    except RecursionError as error:
        raise NotParsedError("nested too deeply") from error
    if parser.peek():
        raise NotParsedError(f"unexpected {parser.peek()}")
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    found = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise NotParsedError(text[position : position + 20])
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.position = 0

    def peek(self, ahead: int = 0) -> str:
        where = self.position + ahead
        return self.tokens[where][1] if where < len(self.tokens) else ""

    def group(self) -> str:
        return self.tokens[self.position][0] if self.position < len(self.tokens) else ""

    def take(self, *words: str) -> bool:
        """Passes over these tokens if they are next."""
        if any(self.peek(i).upper() != word for i, word in enumerate(words)):
            return False
        self.position += len(words)
        return True

    def expect(self, word: str) -> None:
        if not self.take(word):
            raise NotParsedError(f"{word} expected before {self.peek()!r}")

    def next(self) -> str:
        if self.position >= len(self.tokens):
            raise NotParsedError("unexpected end")
        self.position += 1
        return self.tokens[self.position - 1][1]

    def junction(self, word: str) -> Node:
        deeper: Callable[[], Node] = (lambda: self.junction("AND")) if word == "OR" else self.negation
        terms = [deeper()]
        while self.take(word):
            terms.append(deeper())
        return terms[0] if len(terms) == 1 else Junction(word, tuple(terms))

    def negation(self) -> Node:
        return Not(self.negation()) if self.take("NOT") else self.comparison()

    def comparison(self) -> Node:
        left = self.operand()
        while True:
            if self.take("IS", "NOT", "NULL"):
                left = Null(left, True)
            elif self.take("IS", "NULL"):
                left = Null(left, False)
            elif self.group() == "operator":
                left = self.compared(left, self.next())
            else:
                return left

    def compared(self, left: Node, operator: str) -> Node:
        for each in ("ANY", "ALL"):
            if self.take(each, "("):
                right = self.junction("OR")
                self.expect(")")
                return Compare(operator, left, right, each)
        return Compare(operator, left, self.operand())

    def operand(self) -> Node:
        node = self.primary()
        while self.take("::"):
            node = Cast(node, self.type())
        return node

    def primary(self) -> Node:
        group, word = self.group(), self.next()
        match group:
            case "text":
                return Constant(word[1:-1].replace("''", "'"))
            case "number":
                return Constant(word, number=True)
            case "operator" if word == "-" and self.group() == "number":
                return Constant("-" + self.next(), number=True)
            case "mark" if word == "(":
                node = self.junction("OR")
                self.expect(")")
                return node
            case "quoted":
                return self.name(word[1:-1].replace('""', '"'))
            case "word":
                return self.word(word)
        raise NotParsedError(word)

    def word(self, token: str) -> Node:
        match token.upper():
            case "NULL":
                return Constant(None)
            case "TRUE" | "FALSE":
                return Constant(token.lower())
            case "ARRAY" if self.take("["):
                return Items(self.listed("]"))
            case "TRIM" if self.take("(", "BOTH", "FROM"):
                return Call("btrim", self.listed(")"))
            case "CASE" | "ROW" | "SELECT" | "EXISTS" | "INTERVAL":
                raise NotParsedError(token)
        return self.name(token)

    def name(self, token: str) -> Node:
        while self.take("."):
            token += "." + self.next().strip('"')
        if self.take("("):
            return Call(token.removeprefix("pg_catalog."), self.listed(")"))
        return Column(token)

    def listed(self, closing: str) -> tuple[Node, ...]:
        if self.take(closing):
            return ()
        values = [self.junction("OR")]
        while self.take(","):
            values.append(self.junction("OR"))
        self.expect(closing)
        return tuple(values)

    def type(self) -> str:
        name = self.next()
        while self.take("."):
            name += "." + self.next()
        if f"{name} {self.peek()}" in _LONG_TYPES:
            name += " " + self.next()
        if self.take("("):
            name += "(" + ",".join(_constants(self.listed(")"))) + ")"
        while self.take("[", "]"):
            name += "[]"
        return name


def _constants(nodes: tuple[Node, ...]) -> list[str]:
    return [node.text or "" if isinstance(node, Constant) else "" for node in nodes]
