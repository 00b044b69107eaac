"""A file's scopes: the module, its classes, and the functions that speak of data."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from pgconform.sources.python.flows.attempts import speaking
from pgconform.sources.python.flows.decorators import may_replace
from pgconform.sources.python.flows.expressions import lower
from pgconform.sources.python.flows.glance import Glance
from pgconform.sources.python.flows.heads import Asking, FlowFacts, Followed, Parameter, Scope, Scopes
from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.operations import Class, Func
from pgconform.sources.python.flows.sources import ASKING
from pgconform.sources.python.flows.spelling import spelled
from pgconform.sources.python.flows.statements import follow
from pgconform.sources.python.syntax.tree import Parsed, Unparsable, parse, within
from pgconform.support.patterns import deferred

_IMPORT = deferred(rb"[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import|import[ \t]+([\w., \t]+))")
_WORD = b"import"
_NAMES = deferred(rb"\s*\((?:[^)#]|#[^\n]*)*|(?:[^\\\n]|\\\s*\n)*")
_AS = deferred(rb"(\w+)[ \t]+as[ \t]+(\w+)")
_ENCODER = msgspec.msgpack.Encoder()
_EMPTY = _ENCODER.encode([])
_CLASS = deferred(rb"\n[ \t]+class\s")
_NAMED = deferred(rb"\b(?:def|class)[ \t]+([A-Za-z_]\w*)")
_OPENED = deferred(rb"\{ ?(\w+)")
_ADDED = deferred(rb"\+=? ?(\w+)")
_PLUS = deferred(rb"\+")
_BEFORE = deferred(rb"(\w+) ?\Z")
_LONGEST = 80
"""Of a name."""
FUNCTIONS = frozenset({"function", "lambda"})
_BLANK = Scope("", "module")
Def: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def collect(parsed: Parsed, glance: Glance | None = None) -> FlowFacts:
    """The flows of one file, the module's scope first; those of a file that is nested too deeply say so.

    ``glance`` is what was seen at its text, if it was looked at already.
    """
    file = File(parsed, glance=glance)
    try:
        file.read()
    except RecursionError:
        return FlowFacts(error="it is nested too deeply")
    heads = tuple(file.scopes.values())
    return FlowFacts(
        memoryview(_ENCODER.encode(Scopes(heads, tuple(file.bodies.values())))),
        *_imported(parsed.lines.source),
        tuple([(called_name(head), number) for number, head in enumerate(heads) if head.kind in FUNCTIONS]),
        tuple([(name, number) for number, head in enumerate(heads) for name in _held(head.source)]),
        tuple([Asking(number, it.asks, it.begun) for number, head in enumerate(heads) if (it := head.summary).asks]),
    )


def called_name(head: Scope) -> str:
    """The name by which a function is called; a constructor by its class's."""
    owner, _, name = head.name.rpartition(".")
    return owner if name == "__init__" else name


def holds(source: bytes) -> bool:
    """A function's text may hold another scope."""
    return b"lambda" in source or source.count(b"def ") > 1 or (b"class " in source and bool(_CLASS.search(source)))


def _held(source: bytes) -> list[str]:
    """The names of functions and classes within one."""
    return sorted({name.decode() for name in _NAMED.findall(source)}) if holds(source) else []


def imported(source: bytes) -> set[str]:
    """The modules that lines with an import name."""
    return set(_imported(source)[0])


def _imported(source: bytes) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """The modules that lines with an import name, and what they import of these under other names."""
    found: set[str] = set()
    renamed: set[tuple[str, str]] = set()
    position = source.find(_WORD)
    while position >= 0:
        line = source.rfind(b"\n", 0, position) + 1
        if said := _IMPORT.match(source, max(line, source.rfind(b"\r", line, position) + 1)):
            names = [said[1]] if said[1] else said[2].split(b",")
            found.update(name.split()[0].decode() for name in names if name.strip())
            if said[1]:
                renamed.update((name.decode(), other.decode()) for name, other in _renamed(source, said.end()))
        position = source.find(_WORD, position + len(_WORD))
    return tuple(sorted(found)), tuple(sorted(renamed))


def _renamed(source: bytes, start: int) -> list[tuple[bytes, bytes]]:
    """What a statement imports under other names, from behind its ``import`` on."""
    said = _NAMES.match(source, start)
    text = said[0] if said else b""
    return [pair for pair in _AS.findall(text) if pair[0] != pair[1]] if b" as " in text else []


class File:
    """The scopes of one file as they are found; each has its number, from ``first`` on, before it is read."""

    def __init__(self, parsed: Parsed, first: int = 0, glance: Glance | None = None) -> None:
        self.tree = parsed.tree
        self.lines = parsed.lines
        self.glance = glance if glance and glance.lines is parsed.lines else Glance(parsed.lines)
        self.sends = b".execute(" in parsed.lines.source
        self.fetches = self.sends and b".fetch" in parsed.lines.source
        self.sending = self.glance.sending
        self.scopes: dict[int, Scope] = {}
        self.bodies: dict[int, bytes] = {}
        self._next = first

    @cached_property
    def speaking(self) -> frozenset[str]:
        """The functions that may ask an error whether something is not there."""
        return speaking(self.lines)

    def splices(self, name: str) -> bool:
        """What the name holds may become a part of texts."""
        return name.encode() in self._spliced

    @cached_property
    def _spliced(self) -> frozenset[bytes]:
        """The words that stand within braces, or beside a plus."""
        source = self.lines.text
        before = (
            _BEFORE.search(source, max(plus.start() - _LONGEST, 0), plus.start()) for plus in _PLUS.finditer(source)
        )
        words = (*_OPENED.findall(source), *_ADDED.findall(source), *[found[1] for found in before if found])
        return frozenset(words)

    def reserve(self, head: Scope = _BLANK) -> int:
        number = self._next
        self._next += 1
        self.scopes[number] = head
        self.bodies[number] = _EMPTY
        return number

    def read(self) -> None:
        module = Lower(self, self.reserve())
        follow(module, self.tree.body)
        self._finish(module)

    def define(self, scope: Lower, node: Def) -> int:
        """The function object a ``def`` makes; its defaults are evaluated here, its body later."""
        owner = self.scopes[scope.number].name if scope.owner >= 0 else ""
        head = Scope(
            f"{owner}.{node.name}" if owner else node.name,
            "function",
            node.lineno,
            outer=scope.number,
            owner=scope.owner,
            parameters=_parameters(scope, node.args),
            decorators=tuple([spelled(item) for item in node.decorator_list]),
            annotation=spelled(node.returns),
            response=_response_model(node) if node.decorator_list else "",
        )
        number = self.reserve(head)
        scope.give_up(self._reassigned(node) if scope.nested else ())
        scope.later.append((node, number))
        if not node.decorator_list:
            return scope.add(Func(number))
        by = [lower(scope, item) for item in node.decorator_list if may_replace(scope, item)]
        return scope.add(Func(number, tuple(by)))

    def define_class(self, scope: Lower, node: ast.ClassDef) -> int:
        """The class object; its body is read at once, the bodies of its methods after it."""
        bases = tuple([lower(scope, item) for item in node.bases])
        decorators = tuple([spelled(item) for item in node.decorator_list])
        head = Scope(node.name, "class", node.lineno, scope.number, bases=bases, decorators=decorators)
        number = self.reserve(head)
        inner = Lower(self, number, scope if scope.nested else None)
        inner.owner = number
        follow(inner, node.body)
        self._finish(inner)
        return scope.add(Class(number))

    def read_lambda(self, scope: Lower, node: ast.Lambda, name: str) -> int:
        """The number of a lambda's scope; it takes from the scope around what is bound there at this point."""
        parameters = _parameters(scope, node.args)
        number = self.reserve(Scope(name, "lambda", node.lineno, scope.number, parameters=parameters))
        inner = self._function(number, scope)
        inner.returns.append(lower(inner, node.body))
        self._finish(inner)
        scope.asked |= ASKING.intersection(self.scopes[number].summary.uses)
        scope.lambdas.append(number)
        return number

    def _function(self, number: int, around: Lower) -> Lower:
        inner = Lower(self, number, around if around.nested else None)
        inner.nested = True
        inner.take(self.scopes[number].parameters)
        return inner

    def _finish(self, scope: Lower) -> None:
        """The bodies of the functions a scope defines, once all its names are known; then the scope itself."""
        at_end = scope.env
        for node, number in scope.later:
            scope.env = scope.left_with.get(number, at_end)
            source = b"" if scope.nested or scope.outer else self._text(node)
            if source:
                self.scopes[number] = replace(self.scopes[number], source=source)
            else:
                self.follow(node, number, scope)
        scope.env = at_end
        for number in scope.lambdas if scope.rebound else ():
            captured = {name: scope.within(name) for name in self.scopes[number].captured if name in scope.rebound}
            self.scopes[number] = replace(self.scopes[number], captured=self.scopes[number].captured | captured)
        self.scopes[scope.number] = scope.finished(self.scopes[scope.number])
        self.bodies[scope.number] = _ENCODER.encode(scope.ops)

    def follow(self, node: Def, number: int, scope: Lower) -> None:
        """The body of a function, whose scope has its number already."""
        inner = self._function(number, scope)
        inner.body = node.body
        follow(inner, node.body)
        self._finish(inner)
        scope.asked |= ASKING.intersection(self.scopes[number].summary.uses)

    def _reassigned(self, node: Def) -> set[str]:
        """The names of the functions around that one of them assigns."""
        if b"nonlocal" not in self.lines.text_of(node):
            return set()
        return {name for item in within([node]) if isinstance(item, ast.Nonlocal) for name in item.names}

    def _text(self, node: Def) -> bytes:
        """The text of a body that asks no database by itself; b"" where it is to be followed at once."""
        first, last = self.lines.range(node)
        return self.lines.text[first:last] if self.glance.passes_over(node.name, first, last) else b""


def follow_later(head: Scope, number: int) -> Followed:
    """Follows a function of which only the text was kept; the scopes within it are numbered by `later_number`."""
    bare = replace(head, source=b"")
    try:
        parsed, node = _alone(head.source, head.line)
    except Unparsable:
        return Followed(number, (replace(bare, unfollowed=True),), (_EMPTY,))
    file = File(parsed, later_number(number, 0))
    file.scopes[number], file.bodies[number] = bare, _EMPTY
    if isinstance(node, Def):
        file.follow(node, number, Lower(file, 0))
    return Followed(number, tuple(file.scopes.values()), tuple(file.bodies.values()))


def _alone(function: bytes, line: int) -> tuple[Parsed, ast.stmt]:
    """A function by itself, at its line, of which the lines are given. Raises `Unparsable`."""
    indented = function.lstrip(b"\f")[:1] in (b" ", b"\t")
    padding = b"\n" * (line - 2) + b"if 1:\n" if indented else b"\n" * (line - 1)
    parsed = parse(padding + function)
    first = parsed.tree.body[0]
    return parsed, first.body[0] if isinstance(first, ast.If) else first


def later_number(number: int, index: int) -> int:
    """The number of a scope within the function of that ``number``, whichever others were followed before it."""
    return ((number + 1) << 24) + index


def holder_of(number: int) -> int:
    """The number of the function that was followed later and has the scope of this ``number`` within it; -1: none."""
    return (number >> 24) - 1


def outermost(number: int) -> int:
    """The function that was followed later and has the scope of this ``number`` within it; else the scope itself."""
    return number if (holder := holder_of(number)) < 0 else holder


def _response_model(node: Def) -> str:
    """What decorators of a function say is the ``response_model``; "" where none does, "?" where they disagree."""
    said = {
        spelled(item.value)
        for call in node.decorator_list
        if isinstance(call, ast.Call)
        for item in call.keywords
        if item.arg == "response_model"
    }
    return said.pop() if len(said) == 1 else "?" if said else ""


def _parameters(scope: Lower, node: ast.arguments) -> tuple[Parameter, ...]:
    """A function's parameters, their defaults evaluated in the scope around it."""
    positional = node.posonlyargs + node.args
    bare = len(positional) - len(node.defaults)
    found: list[Parameter] = []
    found += [Parameter(item.arg, "", -1, spelled(item.annotation)) for item in positional[:bare]]
    found += [_defaulted(scope, item, "", given) for item, given in zip(positional[bare:], node.defaults, strict=True)]
    for item, given in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        if given is None:
            found.append(Parameter(item.arg, "k", -1, spelled(item.annotation)))
        else:
            found.append(_defaulted(scope, item, "k", given))
    for rest, kind in (node.vararg, "*"), (node.kwarg, "**"):
        if rest is not None:
            found.append(Parameter(rest.arg, kind, -1, spelled(rest.annotation)))
    return tuple(found)


def _defaulted(scope: Lower, item: ast.arg, kind: str, given: ast.expr) -> Parameter:
    blank = isinstance(given, ast.Constant) and given.value == ""
    return Parameter(item.arg, kind, lower(scope, given), spelled(item.annotation), blank)
