"""F-strings as Python 3.12 takes them (PEP 701), for an older one: other quotes inside, no character moved.

T-strings of 3.14 (PEP 750) are f-strings to it.
"""

from __future__ import annotations

from pgconform.support.patterns import deferred

_TOKEN = deferred(rb"#[^\n]*|(?:\b(?P<prefix>[a-zA-Z]{1,2}))?(?P<quote>\"\"\"|'''|\"|')")
_QUOTE = deferred(rb"\"\"\"|'''|\"|'")
_FORMATTED = frozenset({b"f", b"fr", b"rf", b"t", b"tr", b"rt"})
_TEMPLATE = deferred(rb"[tT](?=[rR]?[\"'])")
_INNER = deferred(rb"\W[tT]")
_OPENING, _CLOSING = b"([{", b")]}"


def with_other_quotes(source: bytes) -> bytes:
    """The text with each string inside of an f-string in quotes that its f-string does not have, and no backslash."""
    text = bytearray(source)
    place = 0
    while found := _TOKEN.search(text, place):
        quote = found["quote"]
        if quote is None:
            place = found.end()
        else:
            prefix = (found["prefix"] or b"").lower()
            formatted = prefix in _FORMATTED
            if formatted and b"t" in prefix:
                text[found.start() + prefix.index(b"t")] = ord("f")
            place = _formatted(text, found.end(), quote) if formatted else _plain(text, found.end(), quote)
    return bytes(text)


def with_no_templates(source: bytes) -> tuple[bytes, frozenset[tuple[int, int]]]:
    """The text with an f for each t of a t-string, and the places of these strings, by line and byte."""
    text, mended, places = bytearray(source), with_other_quotes(source), set[tuple[int, int]]()
    line = start = 0
    for found in _TEMPLATE.finditer(source):
        place = found.start()
        if mended[place] != source[place]:
            text[place] = mended[place]
            line += source.count(b"\n", start, place)
            start = place
            first = place - (source[place - 1 : place] in (b"r", b"R"))
            places.add((line + 1, first - source.rfind(b"\n", 0, place) - 1))
    return bytes(text), frozenset(places)


def _plain(text: bytearray, place: int, quote: bytes) -> int:
    """The offset behind a string that is no f-string; a line ends one that is not closed."""
    while place < len(text):
        if text.startswith(quote, place):
            return place + len(quote)
        if text[place] == ord("\n") and len(quote) == 1:
            return place
        place += 2 if text[place] == ord("\\") else 1
    return place


def _formatted(text: bytearray, place: int, quote: bytes) -> int:
    """The offset behind an f-string, its fields mended."""
    while place < len(text):
        if text.startswith(quote, place):
            return place + len(quote)
        if text[place] == ord("\n") and len(quote) == 1:
            return place
        if text[place] == ord("{") and not text.startswith(b"{{", place):
            place = _field(text, place + 1, quote)
        else:
            place += 2 if text[place] == ord("\\") or text.startswith(b"{{", place) else 1
    return place


def _field(text: bytearray, place: int, quote: bytes) -> int:
    """The offset behind a replacement field, the strings in it mended."""
    depth = 0
    while place < len(text):
        char = text[place]
        if found := _QUOTE.match(text, place):
            place = _inner(text, place, found[0], quote)
            continue
        if char in _CLOSING:
            if depth == 0:
                return place + 1
            depth -= 1
        depth += char in _OPENING
        place += 1
    return place


def _inner(text: bytearray, start: int, own: bytes, outer: bytes) -> int:
    """The offset behind a string inside of a field, in quotes that the f-string around it does not have."""
    inside = start + len(own)
    if _INNER.match(text, start - 2):
        text[start - 1] = ord("f")
    formatted = text[start - 1 : start].lower() == b"f"
    end = _formatted(text, inside, own) if formatted else _plain(text, inside, own)
    last = end - len(own)
    if last < inside:
        return end
    other = b"'" if outer[:1] == b'"' else b'"'
    clashes = own[:1] == outer[:1] and len(own) >= len(outer)
    if clashes:
        text[start:inside] = text[last:end] = other * len(own)
    spoiling = b"\\" + (other if clashes else b"") + (outer if len(outer) == 1 else b"")
    text[inside:last] = bytes(ord("_") if char in spoiling else char for char in text[inside:last])
    return end
