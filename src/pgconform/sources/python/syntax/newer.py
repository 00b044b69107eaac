"""What a Python does not parse that is older than a file: rewritten in its text, no character moved.

Type parameters (PEP 695) are taken out; handlers of several exceptions without brackets (PEP 758) get another operator.
"""

from __future__ import annotations

import re

from pgconform.support.patterns import deferred

_ALIAS = deferred(rb"^[ \t]*type([ \t]+)\w+[ \t]*(?=[\[=])", re.MULTILINE)
_HEAD = deferred(rb"^[ \t]*(?:class|def|async[ \t]+def|type)[ \t;]+\w+[ \t]*(?=\[)", re.MULTILINE)
_HANDLER = deferred(rb"^[ \t]*except\*?[ \t]+[\w.]+(?:[ \t]*,[ \t]*[\w.]+)+[ \t]*(?=:)", re.MULTILINE)
_INNER = deferred(rb"\[[^\[\](){}]*\]|\([^\[\](){}]*\)|\{[^\[\](){}]*\}")
_NAME = deferred(rb"\s*\**(\w+)")
_CLOSING = {ord("["): ord("]"), ord("("): ord(")"), ord("{"): ord("}")}


def with_joined_handlers(source: bytes) -> bytes:
    """The text with ``except A | B:`` for ``except A, B:``."""
    return _HANDLER.sub(lambda found: found[0].replace(b",", b"|"), source)


def without_type_parameters(source: bytes) -> tuple[bytes, dict[int, tuple[str, ...]]]:
    """The text with ``type X = …`` made an assignment and ``class A[T]`` bare, and the parameters by line."""
    text = bytearray(source)
    for alias in _ALIAS.finditer(source):
        text[alias.start(1)] = ord(";")
    parameters: dict[int, tuple[str, ...]] = {}
    for head in _HEAD.finditer(bytes(text)):
        end = _closing(text, head.end())
        inside = bytes(text[head.end() : end])
        parameters[source.count(b"\n", 0, head.start()) + 1] = _names(inside)
        text[head.end() : end] = re.sub(rb"[^\n]", b" ", inside)
    return bytes(text), parameters


def _closing(text: bytearray, start: int) -> int:
    """The offset after the bracket that closes the one at ``start``; ``start`` itself when nothing does."""
    expected: list[int] = []
    for offset in range(start, len(text)):
        char = text[offset]
        if char in _CLOSING:
            expected.append(_CLOSING[char])
        elif expected and char == expected[-1]:
            expected.pop()
            if not expected:
                return offset + 1
    return start


def _names(inside: bytes) -> tuple[str, ...]:
    """The names between the outermost brackets, without their bounds and defaults."""
    flat = inside[1:-1]
    while flat != (flat := _INNER.sub(b"", flat)):
        pass
    return tuple(found[1].decode("utf-8", "replace") for part in flat.split(b",") if (found := _NAME.match(part)))
