"""Contracts that classes make: those marked with ``pgconform.cached``, and the fields of those the settings name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pgconform.caching import ENCODINGS, Contract, Part, parameters
from pgconform.schema import Access, Transport
from pgconform.sources.python.facts.classes import ClassFacts
from pgconform.sources.python.facts.expressions import Call, Const, Ref
from pgconform.sources.python.models.bound import Binding, claim
from pgconform.sources.python.models.read import Model
from pgconform.sources.python.modules.project import External, Project

_MARKS = frozenset({"pgconform.cached.cached", "pgconform.cached"})
_OWN = frozenset({"relation", "encoding", "max_ttl", "cache"})


def contracts(project: Project, models: Iterable[Model]) -> Iterator[Contract]:
    """The contracts of marked classes."""
    for model in models:
        facts = _facts(project, model)
        for said in facts.decorators if facts else ():
            if (
                isinstance(said, Call)
                and isinstance(said.function, Ref)
                and _is_mark(project, model, said.function.name)
            ):
                yield from _contract(model, said)


def parts(model: Model, renamed: dict[str, str] | None = None) -> tuple[Part, ...]:
    """The fields of a class as the fields of a payload, each of the column of its name or another."""
    binding = Binding("", access=Access.READ, transport=Transport.POSTGREST)
    columns = renamed or {}
    return tuple(
        Part(
            field.name,
            columns.get(field.name, field.name),
            optional=field.required is False,
            claimed=field,
            at=field.at,
        )
        for field in claim(model, binding, {}).fields
    )


def _facts(project: Project, model: Model) -> ClassFacts | None:
    found: ClassFacts | None = None
    classes = project.modules[model.uri].classes
    for name in model.path.split("."):
        found = next((item for item in reversed(classes) if item.name == name), None)
        classes = found.classes if found else ()
    return found


def _is_mark(project: Project, model: Model, name: str) -> bool:
    meaning = project.resolve(model.uri, name)
    return isinstance(meaning, External) and meaning.name in _MARKS


def _contract(model: Model, said: Call) -> Iterator[Contract]:
    given = {name: value.value for name, value in said.keywords if isinstance(value, Const)}
    first = said.arguments[0] if said.arguments else said.keyword("pattern")
    if not isinstance(first, Const) or not isinstance(first.value, str):
        return
    pattern = first.value
    renamed = {name: str(value) for name, value in given.items() if name not in _OWN and isinstance(value, str)}
    named = parameters(pattern)
    encoding, ttl = str(given.get("encoding", "json")), given.get("max_ttl")
    yield Contract(
        pattern,
        str(given.get("relation") or model.relation),
        encoding if encoding in ENCODINGS else "json",
        parts(model, renamed),
        tuple(sorted((name, renamed.get(name, name)) for name in named)),
        max_ttl=ttl if isinstance(ttl, int) else None,
        evictable=given.get("cache") is True,
        model=model.name,
        at=model.at,
    )
