"""Markdown's marks taken off, and the names that stand in what remains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pgconform.sources.docs import vocabulary as words
from pgconform.sources.docs.facts import Part
from pgconform.support.patterns import deferred

NAME = r"[A-Za-z_][A-Za-z0-9_$]*"
_NAMES = deferred(rf"^{NAME}$")
_QUALIFIED = deferred(rf"^{NAME}(?:\.{NAME})?$")
_MARKS = deferred(r"\*\*|__|~~|(?<!\w)[*_]|[*_](?!\w)|`|<br\s*/?>|<[^>]+>|\\(?=[|_*])")
_LINK = deferred(r"!?\[([^\]]*)\]\([^)]*\)")
_CODE = deferred(r"`([^`]+)`")
_STRUCK = deferred(r"~~|<del>|<s>")
_NUMBERING = deferred(r"^(?:(?:\d+|[a-zA-Z])[.)]|\d+(?:\.\d+)+\.?)\s+|^[^\w`*(\"]+")
_IDENTIFIERS = deferred(r"`[^`]*`|'[^'\n]*'|\"[^\"\n]*\"|\b\w*[_.]\w+\b|\[[^\]]*\]\([^)]*\)|https?://\S+")
_ASIDE = deferred(r"\s*[(（\[][^)）\]]*[)）\]]\s*$")
_TABLE_WORD = r"(?:tables?|views?|tablas?|vistas?|tabelas?|tabellen?|表|テーブル|таблица|테이블)"
_BEFORE = deferred(rf"^{_TABLE_WORD}\s*[:：\-–—]?\s*[\"']?({NAME}(?:\.{NAME})?)[\"']?$", re.IGNORECASE)
_AFTER = deferred(
    rf"^(?:the\s+)?[\"']?({NAME}(?:\.{NAME})?)[\"']?\s*{_TABLE_WORD}(?:\s+(?:schema|structure|columns?|fields))?$",
    re.IGNORECASE,
)
_WORDS = deferred(r"^[A-Za-z][A-Za-z0-9]*(?: [A-Za-z][A-Za-z0-9]*){0,3}$")


def plain(text: str) -> str:
    """The text without marks."""
    return " ".join(_MARKS.sub("", _LINK.sub(r"\1", text)).split())


def is_name(text: str) -> bool:
    return _NAMES.match(text) is not None


def codes(text: str) -> list[str]:
    """What stands in code marks."""
    return [code.replace("\\|", "|") for code in _CODE.findall(text)]


@lru_cache(maxsize=16384)
def past(text: str) -> bool:
    """The text speaks of what was, will be or might be, or of how not to do it; names do not count as words."""
    return bool(_STRUCK.search(text) or words.OF_PAST.search(_IDENTIFIERS.sub(" ", text)))


def is_word(text: str, known: frozenset[str]) -> bool:
    """A header's cell is one of these words."""
    return not known.isdisjoint(header_words(text))


@lru_cache(maxsize=4096)
def header_words(text: str) -> tuple[str, str]:
    """What a header's cell says, and that without what it adds in brackets."""
    said = plain(text).lower()
    return said, _ASIDE.sub("", said)


def heading_names(title: str) -> Iterator[tuple[str, bool]]:
    """The relations that a heading may name, and whether it is spelled as a name and not as a phrase."""
    inside = [code for code in codes(title) if _QUALIFIED.match(code)]
    if inside:
        if len(inside) == 1:
            yield inside[0], True
        return
    said = _ASIDE.sub("", plain(_NUMBERING.sub("", title.strip())))
    said = _NUMBERING.sub("", said).rstrip(":：")
    for pattern in (_BEFORE, _AFTER):
        if found := pattern.match(said):
            yield found[1], True
    if _QUALIFIED.match(said):
        yield said, said == said.lower()
    elif _WORDS.match(said):
        yield said.lower().replace(" ", "_"), False


def cell_name(part: Part) -> str:
    """The name that a cell holds, be there an aside after it; "" where it holds something else."""
    inside = codes(part.text)
    said = (
        inside[0] if len(inside) == 1 and part.text.lstrip("*_ ").startswith("`") else _ASIDE.sub("", plain(part.text))
    )
    return said if _QUALIFIED.match(said) else ""


def inner(part: Part) -> Part:
    """The name in a cell: without code marks, quotes and emphasis around it, at its own place."""
    text, start = part.text, 0
    while text[:1] in "`*_\"'[" and len(text) > 1 and (text[0] != "_" or text[-1:] == "_"):
        text, start = text[1:], start + 1
    end = re.match(rf"{NAME}(?:\.{NAME})*", text)
    return Part(end[0] if end else "", part.line, part.column + start)


def several(part: Part) -> list[Part]:
    """The names that a cell lists: `a`, `b` or a / b; one that is no list gives its one name; prose gives none."""
    found = [
        Part(code[1], part.line, part.column + code.start(1)) for code in _CODE.finditer(part.text) if is_name(code[1])
    ]
    rest = _CODE.sub("", part.text)
    if found and not re.search(
        r"[^\W\d]", re.sub(r"\([^)]*\)|\b(?:and|or|y|e|und|et|pk|fk|🔑)\b", "", rest, flags=re.IGNORECASE)
    ):
        return found
    if found:
        return found[:1] if part.text.lstrip("*_ ").startswith("`") else []
    pieces = list(re.finditer(r"[^,/]+", part.text))
    named = [inner(_stripped(piece[0], part, piece.start())) for piece in pieces]
    whole = [plain(_ASIDE.sub("", re.sub(r"(?i)\s*(?:🔑|\b(?:pk|fk)\b|\*|\?)\s*$", "", piece[0]))) for piece in pieces]
    if all(name.text and name.text == said for name, said in zip(named, whole, strict=True)):
        return [name for name in named if is_name(name.text)]
    return []


def _stripped(text: str, part: Part, offset: int) -> Part:
    kept = text.lstrip()
    return Part(kept.rstrip(), part.line, part.column + offset + len(text) - len(kept))
