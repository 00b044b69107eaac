"""Stage one of reading Python: the bytes of one file become facts, purely; nothing is imported, run or looked up.

Facts hold places as lines and columns without the file's name, so that one content has one set of facts wherever it
lies, and they can be cached by content. `pgconform.sources.python.modules.project` knows where the file lies.
"""

from __future__ import annotations

import ast
import re
import sys

import msgspec

from pgconform.sources.python.facts.classes import ClassFacts, Member, read_class, read_members, statements
from pgconform.sources.python.facts.expressions import Const, Seq
from pgconform.sources.python.flows.asking import asks, has_any
from pgconform.sources.python.flows.glance import Glance
from pgconform.sources.python.flows.heads import FlowFacts
from pgconform.sources.python.flows.scopes import collect, imported
from pgconform.sources.python.syntax.tree import Lines, Parsed, Unparsable, parse
from pgconform.support.patterns import deferred

_CLAIMS = tuple(
    deferred(pattern, re.MULTILINE)
    for pattern in (
        rb"^[ \t]*class\s",
        rb"\.get\(\s*[\"']",
        rb"\[(?<=\w\[)\s*[\"']\w",
        rb"Table\(",
        rb"TypedDict",
        rb"create_model",
        rb"create_all",
        rb"amed[tT]uple(?<=[nN]amed[tT]uple)",
        rb"edis(?<=[rR]edis)",
        rb"alkey(?<=[vV]alkey)",
        rb"ache(?<=[cC]ache)\w*\.[sg]et\w*\(",
        rb"pgconform\.cached",
        rb"pgconform import cached",
        rb"Cached\((?<=[^\w.]Cached\()",
        rb"type_codec\(",
        rb"register_(?:loader|type|uuid|inet|ipaddress|default_jsonb?|hstore|range)\(",
    )
)


class Import(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """``from module import attribute as name``: ``level`` dots lead; ``attribute`` "" is the module itself, "*" all."""

    name: str
    module: str
    attribute: str = ""
    level: int = 0


class ModuleFacts(msgspec.Struct, frozen=True, array_like=True):
    """What one file says. ``names`` are its own assignments and ``type`` statements; of equal names the last counts.

    ``declared`` are its classes as they are kept, left so until somebody asks for them, which few do after an edit; it
    is empty where there is none. ``exported`` is ``__all__``. ``error`` is why the file could not be read, in one
    clause, with its kind ("syntax", "decode", "unsupported") and line; all else is then empty.
    """

    imports: tuple[Import, ...] = ()
    declared: memoryview = memoryview(b"")
    names: tuple[Member, ...] = ()
    exported: tuple[str, ...] | None = None
    flows: FlowFacts = FlowFacts()
    error: str = ""
    error_kind: str = ""
    error_line: int = 0

    @property
    def classes(self) -> tuple[ClassFacts, ...]:
        """The classes at the top of the file, decoded."""
        return _CLASSES.decode(self.declared) if self.declared else ()


_CLASSES = msgspec.msgpack.Decoder(tuple[ClassFacts, ...])


def matters(source: bytes) -> bool:
    """False: nothing in this file claims anything by itself; it need be read only when another file refers to it."""
    return asks(source) or has_any(_CLAIMS, source) or _may_hand_over(source) or has_any(_HANDS_BACK, source)


_HANDS_BACK = (deferred(rb"return [^\n]*\w\b(?<!return None)(?<!return True)(?<!return False)"),)
"""A function that may give back a part of what it is handed, as the rows of a response."""


def _may_hand_over(source: bytes) -> bool:
    """What is called in it may be a function of the project that asks a database something for its caller."""
    return b"(" in source and any(name.partition(".")[0] not in sys.stdlib_module_names for name in imported(source))


def read_facts(source: bytes, parsed: Parsed | None = None) -> ModuleFacts:
    """The facts of one file, ``parsed`` already or not; one that does not decode or parse says so. Never raises."""
    glance = Glance(parsed.lines if parsed else Lines(source))
    try:
        parsed = parsed or parse(source, glance)
        flows = collect(parsed, glance)
    except Unparsable as error:
        return ModuleFacts(error=error.reason, error_kind=error.kind, error_line=error.line)
    body = list(statements(parsed.tree.body))
    names = read_members(parsed, body)
    classes = [read_class(parsed, item) for item in body if isinstance(item, ast.ClassDef)]
    return ModuleFacts(
        imports=tuple(read_imports(body)),
        declared=memoryview(msgspec.msgpack.encode(classes) if classes else b""),
        names=names,
        exported=_exported(names),
        flows=flows,
    )


def read_imports(body: list[ast.stmt]) -> list[Import]:
    """The imports among these statements; ``import a.b`` binds ``a``."""
    found: list[Import] = []
    for statement in body:
        match statement:
            case ast.Import(names=names):
                found += [_whole(item.name, item.asname) for item in names]
            case ast.ImportFrom(names=names, module=module, level=level):
                found += [Import(item.asname or item.name, module or "", item.name, level) for item in names]
    return found


def _whole(module: str, name: str | None) -> Import:
    package = module.partition(".")[0]
    return Import(name, module) if name else Import(package, package)


def _exported(names: tuple[Member, ...]) -> tuple[str, ...] | None:
    for member in reversed(names):
        match member:
            case Member(name="__all__", value=Seq(items=items)):
                return tuple(item.value for item in items if isinstance(item, Const) and isinstance(item.value, str))
    return None
