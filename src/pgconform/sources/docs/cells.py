"""What the cells of a described column say of it: type, NULL, default, labels, keys and the table it refers to."""

from __future__ import annotations

import re

import msgspec

from pgconform.postgrest.builtin import TYPES
from pgconform.postgrest.casting import SPELLINGS
from pgconform.shape import Array, Bounds, Field, Scalar, Type, Unknown
from pgconform.sources.docs import vocabulary as words
from pgconform.sources.docs.plain import NAME, codes, plain
from pgconform.support.patterns import deferred

_ALIASES = {
    "serial": "int4", "serial4": "int4", "bigserial": "int8", "serial8": "int8", "smallserial": "int2",
    "serial2": "int2", "string": "py.str", "str": "py.str", "number": "py.float", "datetime": "py.datetime",
    "object": "py.dict", "dict": "py.dict", "array": "py.list", "list": "py.list",
    "float": "py.number", "decimal": "py.number", "long": "int8", "bool": "bool", "vector": "vector",
    "halfvec": "halfvec", "citext": "citext", "double": "float8", "guid": "uuid", "hstore": "hstore",
}  # fmt: skip
_WORDS = frozenset(
    ["name", "record", "void", "char", "unknown", "path", "circle", "box", "line", "point", "polygon", "bit"]
)
"""Types of Postgres whose names are words that documents use otherwise."""
_KINDS = {**{name: name for name in TYPES - _WORDS}, **SPELLINGS, **_ALIASES}
_SPELLED = "|".join(re.escape(name) for name in sorted(_KINDS, key=lambda name: (-len(name), name)))
_ZONED = deferred(
    r"^(timestamp|time)\s*(?:\(\s*(\d+)\s*\))?\s+(with(?:out)?) time zone(?P<array>(?:\[\])*)", re.IGNORECASE
)
_TYPE = deferred(
    rf"^(?P<kind>{_SPELLED})\s*(?:\(\s*(?P<size>\d+(?:\s*,\s*\d+)?)\s*\))?(?P<array>(?:\[\])*)(?![\w.\[<])",
    re.IGNORECASE,
)
_ENDS = deferred(
    r"^\s*(?:$|[,;(?!🔑]|·|—|–|-\s|(?:primary|pk|fk|foreign|not|null|nullable|unique|default|references|check|generated"
    r"|identity|auto|→|->|=>|key|indexed|required|optional)\b|→|->|\|\s*null\b)",
    re.IGNORECASE,
)
_ENUM = deferred(r"^(?:enum|check\s*\(\s*\w+\s+in|one of)\b\s*[:(]?\s*(?P<list>.+?)\)*$", re.IGNORECASE)
_OPEN = deferred(r"\.\.\.|…|\betc\b|e\.g\.|such as|for example|ej\.|z\.b\.|p\. ?ex", re.IGNORECASE)
_LABEL = deferred(r"^[`'\"“]?([\w\-. ]{1,40}?)[`'\"”]?$")
_VALUE = deferred(r"`[\"']?[^`\"']+[\"']?`|'[^']+'|\"[^\"]+\"")
_VALUES = deferred(rf"\(?(?:{_VALUE.pattern}|[\s,|/·;]|\\\||\b(?:or|and|oder|und|ou|et|o|y|e)\b)+\)?", re.IGNORECASE)
_LEADS = deferred(
    r"^(?:[\w -]{1,40}[:：]\s*)?(?:(?:must be |can be |is |either )?one of(?: the following)?|enum|values?"
    r"|(?:allowed|possible|valid) values|options|either|check in|in)?\s*[:：]?\s*(?=[(`'\"])",
    re.IGNORECASE,
)
_FENCED = deferred(r"^(?P<mark>``+) (?P<text>.*) (?P=mark)$")
_CHECK = deferred(r"\bcheck\s*\(", re.IGNORECASE)
_CHECKED = deferred(r"check\s*\(\s*\w+\s+in\s*\((?P<list>[^()]*)\)", re.IGNORECASE)
_NOT_NULL = deferred(r"\bnot[\s_]null\b|\bnon[- ]null\b|非空", re.IGNORECASE)
_NULL = deferred(r"(?<!not )(?<!not_)(?<!non-)(?<!set )(?<!\w)(?:null|nullable)(?!\w)(?! if| when| for)", re.IGNORECASE)
_PRIMARY = deferred(r"\b(?:pk|primary key)\b", re.IGNORECASE)
_DEFAULT = deferred(
    r"\bdefaults?\b(?: to|:|=|\s)\s*(?P<value>`[^`]+`|'[^']*'|\"[^\"]*\"|[\w.\-]+(?:\([^)]*\))?)", re.IGNORECASE
)
_LINK = deferred(
    rf"(?:\b(?:fk|foreign key|references|refs?)\b\s*(?:to|:|→|->|=>|\()?\s*|(?:→|->|=>)\s*)`?"
    rf"(?P<table>{NAME}(?:\.{NAME})?)`?(?:\s*\(\s*(?P<column>{NAME})\s*\))?",
    re.IGNORECASE,
)


class Said(msgspec.Struct, frozen=True):
    """What a described column says beside its name; ``target`` is the text of what it refers to.

    ``hinted`` are labels that its description lists: its labels, if the column has labels of that kind.
    """

    type: Type = Unknown()
    nullable: bool | None = None
    default: str | None = None
    labels: tuple[str, ...] | None = None
    primary: bool = False
    target: str = ""
    hinted: tuple[str, ...] | None = None

    def field(self, name: str) -> Field:
        bounds = Bounds(labels=self.labels) if self.labels else None
        return Field(name, self.type, nullable=self.nullable, default=self.default, bounds=bounds)

    def beside(self, other: Said) -> Said:
        """What this says and the other does not."""
        return Said(
            self.type if isinstance(other.type, Unknown) else Unknown(),
            self.nullable if other.nullable is None else None,
            self.default if other.default is None else None,
            self.labels if not other.labels else None,
            self.primary and not other.primary,
            self.target if not other.target else "",
            self.hinted if not other.hinted else None,
        )

    def join(self, other: Said) -> Said:
        """Both together; what the first says counts."""
        return Said(
            self.type if not isinstance(self.type, Unknown) else other.type,
            self.nullable if self.nullable is not None else other.nullable,
            self.default if self.default is not None else other.default,
            self.labels or other.labels,
            self.primary or other.primary,
            self.target or other.target,
            self.hinted or other.hinted,
        )


def of_type(text: str) -> Said:
    """A cell that says the type, and often more: ``INTEGER, NULL, FK -> gyms``."""
    said = plain(text)
    if found := _ENUM.match(said):
        return Said(labels=labels(found["list"]))
    kind, rest = _type(said)
    if kind is None:
        return Said()
    more = of_constraints(rest)
    optional = rest.startswith("?") or rest.strip() == "| null"
    return Said(kind, True if optional else more.nullable, more.default, more.labels, more.primary, more.target)


def _type(said: str) -> tuple[Type | None, str]:
    zoned = _ZONED.match(said)
    found = zoned or _TYPE.match(said)
    if found is None:
        return None, ""
    rest = said[found.end() :]
    if not _ENDS.match(rest):
        return None, ""
    raw = found[0].strip()
    size: tuple[int, ...] = ()
    if zoned:
        kind = zoned[1].lower() + ("tz" if zoned[3].lower() == "with" else "")
    else:
        kind, size = _KINDS[found["kind"].lower()], _size(found["size"], found["kind"].lower())
    scalar: Type = Scalar(kind, size, raw=raw)
    return (Array(Scalar(kind, size), raw=raw) if found["array"] else scalar), rest


def _size(text: str | None, kind: str) -> tuple[int, ...]:
    numbers = tuple(int(part) for part in (text or "").split(",") if part.strip())
    return (*numbers, 0) if kind in ("numeric", "decimal") and len(numbers) == 1 else numbers


def of_constraints(text: str) -> Said:
    """A cell of constraints, or what follows a type: keys, NULL, a default, a reference."""
    checked = _CHECKED.search(plain(text))
    said = _without_checks(plain(text))
    primary = _PRIMARY.search(said) is not None
    nullable = False if primary or _NOT_NULL.search(said) else True if _NULL.search(said) else None
    default = _DEFAULT.search(said)
    link = _LINK.search(said)
    return Said(
        nullable=nullable,
        default=default_of(default["value"]) if default else None,
        labels=labels(checked["list"]) if checked else None,
        primary=primary,
        target=link["table"] if link else "",
    )


def _without_checks(text: str) -> str:
    """The text without the conditions of CHECKs, which speak of NULL in their own way."""
    while found := _CHECK.search(text):
        depth, end = 1, found.end()
        while end < len(text) and depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        text = text[: found.start()] + text[end:]
    return text


def of_null(text: str, *, negated: bool = False) -> bool | None:
    """A cell under ``Nullable`` or ``Not null``; None where it is no plain yes or no."""
    said = plain(text).lower()
    yes, no = said in words.YES, said in words.NO
    return None if yes == no else yes != negated


def default_of(text: str) -> str | None:
    """A cell under ``Default``; None where there is none, or it is told in prose."""
    if fenced := _FENCED.match(text.strip()):
        return fenced["text"].replace("\\|", "|")
    said = codes(text)[0] if len(codes(text)) == 1 and text.strip().startswith("`") else plain(text)
    if said.lower() in words.EMPTY | {"yes", "y", "✓", "✔", "✅"} or (
        " " in said and not said.startswith("'") and "(" not in said
    ):
        return None
    return said


def labels(text: str) -> tuple[str, ...] | None:
    """A list of values that means to be complete; None where it is open, or no list. NULL is none of the values."""
    if _OPEN.search(text):
        return None
    parts = [part.strip() for part in re.split(r"[,|/]|\bor\b", text.strip().strip("()")) if part.strip()]
    parts = [part for part in parts if part.lower() != "null"]
    found = [match[1].strip() for part in parts if (match := _LABEL.match(part))]
    return tuple(found) if len(found) == len(parts) and len(found) > 1 else None


def listed(text: str) -> tuple[str, ...] | None:
    """A description that is a list of values in code marks or quotes and nothing else, save a word that leads to it."""
    said = _LEADS.sub("", text.strip().strip("-–—:：* ").strip())
    found = [value.strip("`'\"") for value in _VALUE.findall(said)]
    whole = _VALUES.fullmatch(said.rstrip(". ")) and not _OPEN.search(said) and all(map(_LABEL.match, found))
    return tuple(found) if whole and len(set(found)) == len(found) > 1 else None


def of_values(text: str) -> tuple[str, ...] | None:
    """A cell under ``Values``: those in code marks or quotes, if all of it is a list of such."""
    marked = codes(text) or re.findall(r"'([^']*)'", text)
    rest = re.sub(r"`[^`]*`|'[^']*'|[\s,|/]|\bor\b|\band\b", "", text)
    return tuple(marked) if len(marked) > 1 and not rest else labels(text) if not marked else None
