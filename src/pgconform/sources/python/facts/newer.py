"""Type parameters (PEP 695) for a Python that does not parse them: taken out of the text, no character moved."""

from __future__ import annotations

import re

_ALIAS = re.compile(rb"^[ \t]*type([ \t]+)\w+[ \t]*(?=[\[=])", re.MULTILINE)
_HEAD = re.compile(rb"^[ \t]*(?:class|def|async[ \t]+def|type)[ \t;]+\w+[ \t]*(?=\[)", re.MULTILINE)
_INNER = re.compile(rb"\[[^\[\](){}]*\]|\([^\[\](){}]*\)|\{[^\[\](){}]*\}")
_NAME = re.compile(rb"\s*\**(\w+)")
_CLOSING = {ord("["): ord("]"), ord("("): ord(")"), ord("{"): ord("}")}


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
