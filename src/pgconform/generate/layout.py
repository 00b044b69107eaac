"""Python laid out as ruff's formatter leaves it."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from typing import Final

from pgconform.support.patterns import deferred

INDENT: Final = "    "
_UNESCAPED_END = deferred(r'(?<!\\)(\\\\)*"$')


def string(text: str) -> str:
    """A literal in double quotes, or in single ones where that saves escapes."""
    body = text.translate(_ESCAPES)
    for character in sorted(set(body)):
        if not character.isprintable():
            body = body.replace(character, _escaped(character))
    if body.count('"') > body.count("'"):
        return "'" + body.replace("'", "\\'") + "'"
    return '"' + body.replace('"', '\\"') + '"'


_ESCAPES = {ord("\\"): "\\\\", ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 256:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def docstring(text: str) -> list[str]:
    """The lines of a docstring in a class's body, before indentation."""
    first, *rest = inspect.cleandoc(text).splitlines() or [""]
    body = [_plain(line).rstrip() for line in (first, *rest)]
    if not any(body):
        return []
    if _UNESCAPED_END.search(body[-1]):
        body[-1] = f'{body[-1][:-1]}\\"'
    if body[0].startswith('"'):
        body[0] = f" {body[0]}"
    if len(body) == 1:
        return [f'"""{body[0]}"""']
    return [f'"""{body[0]}', *body[1:], '"""']


def _plain(line: str) -> str:
    safe = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
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


def assigned(name: str, value: str, width: int) -> list[str]:
    """``name = value``, the value in parentheses where only so it fits its line."""
    line = f"{name} = {value}"
    if len(line) <= width or len(INDENT) + len(value) > width:
        return [line]
    return [f"{name} = (", f"{INDENT}{value}", ")"]


def alias(name: str, value: str, width: int) -> list[str]:
    """``name = value`` where the value is an annotation."""
    line = f"{name} = {value}"
    if len(line) <= width:
        return [line]
    head, _, rest = value.partition("[")
    if rest and value.endswith("]") and "|" not in _outside(value):
        return [f"{name} = {head}[", f"{INDENT}{rest[:-1]}", "]"]
    return [f"{name} = (", f"{INDENT}{value}", ")"]


def class_line(name: str, base: str, width: int) -> list[str]:
    line = f"class {name}({base}):"
    return [line] if len(line) <= width else [f"class {name}(", f"{INDENT}{base}", "):"]


def field(name: str, annotation: str, value: str, arguments: Sequence[str], width: int) -> list[str]:
    """An annotated field: ``value`` is its plain default, ``arguments`` those of a ``Field(…)`` instead."""
    start = f"{name}: {annotation}"
    tail = f"Field({', '.join(arguments)})" if arguments else value
    if len(start) + (len(tail) + 3 if tail else 0) <= width:
        return [f"{start} = {tail}" if tail else start]
    if not tail:
        return _bare(name, annotation, width)
    if arguments and len(start) + len(" = Field(") <= width:
        return call(f"{start} = Field(", arguments, width)
    if len(start) + len(" = (") <= width:
        inner = call("Field(", arguments, width - len(INDENT)) if arguments else [value]
        return [f"{start} = (", *indented(inner), ")"]
    return _split(name, annotation, value, arguments, width)


def _bare(name: str, annotation: str, width: int) -> list[str]:
    """A field without a value whose annotation is too long for its line."""
    head, _, rest = annotation.partition("[")
    if rest and annotation.endswith("]") and "|" not in _outside(annotation) and len(f"{name}: {head}[") <= width:
        return [f"{name}: {head}[", f"{INDENT}{rest[:-1]}", "]"]
    return [f"{name}: (", f"{INDENT}{annotation}", ")"]


def _split(name: str, annotation: str, value: str, arguments: Sequence[str], width: int) -> list[str]:
    """A field with a value whose annotation leaves no room for it."""
    opened, closed = opening(name, annotation)
    tail = call(f"{closed} = Field(", arguments, width) if arguments else [f"{closed} = {value}"]
    return [*opened, *tail]


def opening(name: str, annotation: str) -> tuple[list[str], str]:
    """A field's annotation over several lines: those before the last, and the last, which a value follows."""
    head, _, rest = annotation.partition("[")
    if "|" in _outside(annotation):
        return [f"{name}: (", f"{INDENT}{annotation}"], ")"
    if rest:
        return [f"{name}: {head}[", f"{INDENT}{rest[:-1]}"], "]"
    return [], f"{name}: {annotation}"


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
