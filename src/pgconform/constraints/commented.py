"""The type that a column's comment gives its JSON, ``@type {…}`` in TypeScript's words, as a JSON Schema."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pgconform.constraints.jsonshapes import JsonSchema
from pgconform.support.patterns import deferred

_TAG = deferred(r"@type\s*(?=\{)")
_TOKEN = deferred(r"""(?P<text>"[^"\n]*"|'[^'\n]*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[\w$.]+)|(?P<mark>\S)""")
_LONGEST = 10_000
_DEEPEST = 40
_NAMED: dict[str, JsonSchema] = {
    "string": {"type": "string"},
    "Date": {"type": "string"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "null": {"type": "null"},
    "object": {"type": "object"},
    "Record": {"type": "object"},
    "true": {"const": True},
    "false": {"const": False},
}
_ARRAYS = frozenset({"Array", "ReadonlyArray"})


class _NoTypeError(ValueError):
    pass


@lru_cache(maxsize=1024)
def commented(comment: str) -> JsonSchema | None:
    """The schema of a comment's ``@type {…}``; None where it has none that can be read.

    The outer braces are the tag's own, as in JSDoc, or an object's: ``@type {string[]}``, ``@type {{ a: number }}`` and
    ``@type { a: number }`` all do. A name of another type says nothing; keys that are not named may be there too.
    """
    tag = _TAG.search(comment)
    if tag is None:
        return None
    text = comment[tag.end() : tag.end() + _LONGEST]
    tokens = [(match.lastgroup or "", match.group()) for match in _TOKEN.finditer(text)]
    for read in (_in_braces, _Parser.primary):
        try:
            return read(_Parser(tokens))
        except _NoTypeError:
            continue
    return None


def _in_braces(parser: _Parser) -> JsonSchema:
    parser.expect("{")
    found = parser.union()
    parser.expect("}")
    return found


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def peek(self) -> str:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else ""

    def next(self) -> tuple[str, str]:
        if self.position >= len(self.tokens):
            raise _NoTypeError
        self.position += 1
        return self.tokens[self.position - 1]

    def take(self, mark: str) -> bool:
        found = self.peek() == mark
        self.position += found
        return found

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            raise _NoTypeError(mark)

    def union(self) -> JsonSchema:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _NoTypeError
        self.take("|")
        options = [self.intersection()]
        while self.take("|"):
            options.append(self.intersection())
        self.depth -= 1
        return options[0] if len(options) == 1 else {"anyOf": options}

    def intersection(self) -> JsonSchema:
        """Several types at once say more than is read here."""
        found = self.array()
        while self.take("&"):
            self.array()
            found = {}
        return found

    def array(self) -> JsonSchema:
        found = self.primary()
        while self.take("["):
            self.expect("]")
            found = {"type": "array", "items": found}
        return found

    def primary(self) -> JsonSchema:
        group, word = self.next()
        match group, word:
            case "text", _:
                return {"const": word[1:-1]}
            case "number", _:
                return {"const": float(word) if "." in word else int(word)}
            case "mark", "(":
                found = self.union()
                self.expect(")")
                return found
            case "mark", "{":
                return self.members()
            case "mark", "[":
                self.listed("]")
                return {"type": "array"}
            case "word", _:
                return self.named(word)
        raise _NoTypeError(word)

    def named(self, name: str) -> JsonSchema:
        arguments = self.listed(">") if self.take("<") else []
        if name in _ARRAYS and len(arguments) == 1:
            return {"type": "array", "items": arguments[0]}
        return _NAMED.get(name, {})

    def listed(self, closing: str) -> list[JsonSchema]:
        found: list[JsonSchema] = []
        while not self.take(closing):
            found.append(self.union())
            if not self.take(","):
                self.expect(closing)
                break
        return found

    def members(self) -> JsonSchema:
        """An object's, after its brace: ``name: type`` or ``name?: type``, ended by commas, semicolons or lines."""
        listed: dict[str, Any] = {}
        needed: list[str] = []
        while not self.take("}"):
            if self.take("["):
                self.index()
            else:
                name, optional, schema = self.member()
                listed[name] = schema
                needed += [] if optional else [name]
            if not self.take(","):
                self.take(";")
        return {"type": "object", "properties": listed, "required": needed}

    def index(self) -> None:
        """``[key: string]: type``: keys of any name."""
        self.next()
        self.expect(":")
        self.union()
        self.expect("]")
        self.expect(":")
        self.union()

    def member(self) -> tuple[str, bool, JsonSchema]:
        group, name = self.next()
        if name == "readonly" and self.peek() not in ("?", ":"):
            group, name = self.next()
        if group == "mark":
            raise _NoTypeError(name)
        optional = self.take("?")
        self.expect(":")
        return name[1:-1] if group == "text" else name, optional, self.union()
