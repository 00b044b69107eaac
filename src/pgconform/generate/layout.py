"""Python laid out as ruff's formatter leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

INDENT: Final = "    "


def string(text: str) -> str:
    """A literal in double quotes, or in single ones where that saves escapes."""
    body = text.translate(_ESCAPES)
    for character in sorted(set(body)):
        if not character.isprintable():
            body = body.replace(character, _escaped(character))
    if '"' in body and "'" not in body:
        return f"'{body}'"
    return '"' + body.replace('"', '\\"') + '"'


_ESCAPES = {ord("\\"): "\\\\", ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 256:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def docstring(text: str) -> list[str]:
    """The lines of a docstring in a class's body, before indentation."""
    body = [_plain(line).rstrip() for line in text.strip().splitlines()]
    if not body:
        return []
    ending = "\\" if body[-1].endswith('"') and not body[-1].endswith('\\"') else ""
    if ending:
        body[-1] = body[-1][:-1] + '\\"'
    if len(body) == 1:
        return [f'"""{body[0]}"""']
    return [f'"""{body[0]}', *body[1:], '"""']


def _plain(line: str) -> str:
    safe = line.expandtabs().replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return "".join(character if character.isprintable() else _escaped(character) for character in safe)


def indented(lines: Iterable[str], depth: int = 1) -> list[str]:
    return [f"{INDENT * depth}{line}" if line else "" for line in lines]


def call(head: str, arguments: Sequence[str], width: int, ending: str = ")") -> list[str]:
    """``head(arguments)`` on one line, else its arguments on one, else each on its own; ``width`` is what is left."""
    joined = ", ".join(arguments)
    if len(head) + len(joined) + len(ending) <= width:
        return [f"{head}{joined}{ending}"]
    if arguments and len(INDENT) + len(joined) <= width:
        return [head, f"{INDENT}{joined}", ending]
    return [head, *(f"{INDENT}{argument}," for argument in arguments), ending]


def field(name: str, annotation: str, value: str, arguments: Sequence[str], width: int) -> list[str]:
    """An annotated field: ``value`` is its plain default, ``arguments`` those of a ``Field(…)`` instead."""
    tail = f" = Field({', '.join(arguments)})" if arguments else f" = {value}" if value else ""
    start = f"{name}: {annotation}"
    if len(start) + len(tail) <= width:
        return [start + tail]
    if arguments and len(start) + len(" = Field(") <= width:
        return call(f"{start} = Field(", arguments, width)
    opened, inner, closed = _split(annotation, bool(tail))
    if not inner:
        return [start + tail] if not arguments else call(f"{start} = Field(", arguments, width)
    head = [f"{name}: {opened}", f"{INDENT}{inner}"]
    if arguments:
        return [*head, *call(f"{closed} = Field(", arguments, width)]
    return [*head, f"{closed}{tail}"]


def _split(annotation: str, valued: bool) -> tuple[str, str, str]:
    """Where the formatter breaks an annotation that is too long for its line."""
    if " | " not in _outside(annotation) and annotation.endswith("]"):
        head, _, rest = annotation.partition("[")
        return f"{head}[", rest[:-1], "]"
    if " | " not in annotation and valued:
        return annotation, "", ""
    return "(", annotation, ")"


def _outside(annotation: str) -> str:
    """What of an annotation stands in no brackets."""
    depth, kept = 0, []
    for character in annotation:
        depth -= character == "]"
        if not depth:
            kept.append(character)
        depth += character == "["
    return "".join(kept)


def subscript(head: str, items: Sequence[str], width: int) -> list[str]:
    """``head[items]`` on one line, else each on its own."""
    joined = ", ".join(items)
    if len(head) + len(joined) + 2 <= width:
        return [f"{head}[{joined}]"]
    if len(items) == 1:
        return [f"{head}[", f"{INDENT}{joined}", "]"]
    if len(INDENT) + len(joined) <= width:
        return [f"{head}[", f"{INDENT}{joined}", "]"]
    return [f"{head}[", *(f"{INDENT}{item}," for item in items), "]"]
