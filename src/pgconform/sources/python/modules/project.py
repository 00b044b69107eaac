"""Stage two's ground: the modules of a project, and what a name in one of them means."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import msgspec

from pgconform.sources.python.facts.classes import ClassFacts, Member
from pgconform.sources.python.facts.expressions import Ref
from pgconform.sources.python.facts.facts import Import, ModuleFacts
from pgconform.sources.python.files.pydantics import NOTHING_SAID, Pydantics
from pgconform.sources.python.modules.log import Logging, Question
from pgconform.sources.python.modules.roads import Roads, parts
from pgconform.sources.python.vocabulary.names import STARRED

FOREIGN = sys.stdlib_module_names | {
    "attr",
    "attrs",
    "pydantic",
    "pydantic_core",
    "sqlalchemy",
    "sqlmodel",
    "supabase",
    "typing_extensions",
}


class External(msgspec.Struct, frozen=True, gc=False):
    """A name that lies outside the project, by its full path: ``pydantic.BaseModel``, ``builtins.int``."""

    name: str


class Found(msgspec.Struct, frozen=True):
    """What a name means: a class or an assignment of the module at ``uri``.

    ``path`` is the qualified name within the module, ``rest`` what follows it in the name that was asked for: the
    label in ``Status.ACTIVE``.
    """

    uri: str
    path: str
    thing: ClassFacts | Member
    rest: tuple[str, ...] = ()


class Package(msgspec.Struct, frozen=True, gc=False):
    """A module of the project itself, as ``import a.b`` binds it."""

    uri: str


Meaning: TypeAlias = Found | External | Package
Binding: TypeAlias = Import | ClassFacts | Member
Path: TypeAlias = tuple[str, ...]


class Project(Logging):
    """The modules of a project by their path relative to its root, and what their names mean.

    ``speaking`` are those in which something matters by itself; of the others only what is referred to is looked at.
    ``pydantics`` is what its lists of requirements say of the Pydantic that reads its models.
    """

    def __init__(
        self,
        modules: Mapping[str, ModuleFacts],
        speaking: Iterable[str] | None = None,
        pydantics: Pydantics = NOTHING_SAID,
    ) -> None:
        super().__init__()
        self.pydantics = pydantics
        self.modules = modules
        self.speaking = tuple(sorted(modules if speaking is None else speaking))
        self._roads = Roads(modules)
        self._bindings: dict[str, dict[str, Binding]] = {}

    def module(self, name: str, near: str) -> str | None:
        """The path of the module of that absolute dotted name, as the module at ``near`` would import it."""
        return self._roads.absolute(tuple(name.split(".")), near)

    def bindings(self, uri: str) -> dict[str, Binding]:
        """What each name of a module is bound to, star imports apart; an import outweighs its fallbacks."""
        self.log.files.add(uri)
        if uri not in self._bindings:
            facts = self.modules[uri]
            names: dict[str, Binding] = {member.name: member for member in facts.names}
            names |= {item.name: item for item in facts.classes}
            names |= {item.name: item for item in facts.imports if item.attribute != "*"}
            self._bindings[uri] = names
        return self._bindings[uri]

    def resolve(self, uri: str, name: str) -> Meaning | None:
        """What a dotted name means in a module, through imports and plain aliases; None when nothing says so."""
        path = tuple(name.split("."))
        return self._resolve(uri, path, set()) or _builtin(path)

    def _resolve(self, uri: str, path: Path, seen: set[Path]) -> Meaning | None:
        if (uri, *path) in seen:
            return None
        seen.add((uri, *path))
        head, rest = path[0], path[1:]
        match self.bindings(uri).get(head):
            case Import() as item:
                return self._imported(uri, item, rest, seen)
            case ClassFacts() as item:
                return within(Found(uri, head, item), rest)
            case Member(value=Ref(name), annotation=None) as item:
                followed = self._resolve(uri, (*name.split("."), *rest), seen) or _builtin((name, *rest))
                return followed or Found(uri, head, item, rest)
            case Member() as item:
                return Found(uri, head, item, rest)
            case _:
                return self._starred(uri, path, seen)

    def _starred(self, uri: str, path: Path, seen: set[Path]) -> Meaning | None:
        """A name that a star import brings: not one that is private or missing from ``__all__``."""
        for item in reversed(self.modules[uri].imports):
            if item.attribute != "*":
                continue
            if not item.level and path[0] in STARRED.get(item.module, ()):
                return External(f"{item.module}.{'.'.join(path)}")
            module = self._roads.find(uri, item.level, parts(item.module))
            if module and self._shows(module, path[0]) and (found := self._resolve(module, path, seen)):
                return found
        return None

    def _shows(self, module: str, name: str) -> bool:
        self.log.files.add(module)
        return _shown(self.modules[module], name)

    def answer(self, question: Question) -> int:
        """No question about the whole project is ever noted here."""
        raise KeyError(question)

    def _imported(self, uri: str, item: Import, rest: Path, seen: set[Path]) -> Meaning | None:
        origin = parts(item.module)
        path = (*origin, *parts(item.attribute), *rest)
        if not item.level and path[0] in FOREIGN:
            return External(".".join(path))
        inside = False
        for cut in range(len(origin), len(path) + 1):
            module = self._roads.find(uri, item.level, path[:cut])
            if module and cut == len(path):
                return Package(module)
            if module and (found := self._resolve(module, path[cut:], seen)):
                return found
            inside = inside or module is not None
        return None if inside or item.level else External(".".join(path))


def within(found: Found, rest: Path) -> Found:
    """The class that ``rest`` leads to from a class, through those nested in it, with what is left of ``rest``."""
    inner = found.thing.classes if rest and isinstance(found.thing, ClassFacts) else ()
    for item in inner:
        if item.name == rest[0]:
            return within(Found(found.uri, f"{found.path}.{item.name}", item), rest[1:])
    return msgspec.structs.replace(found, rest=rest)


def _shown(facts: ModuleFacts, name: str) -> bool:
    return name in facts.exported if facts.exported is not None else not name.startswith("_")


def _builtin(path: Path) -> External | None:
    return External(f"builtins.{'.'.join(path)}") if hasattr(builtins, path[0]) else None
