"""Contracts that code makes: classes and annotations marked with ``pgconform.cached``, and the settings' classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from pgconform.caching import ENCODINGS, Contract, Part, is_pattern, parameters
from pgconform.schema import Access, Transport, Unread
from pgconform.shape import Location
from pgconform.sources.python.models.bound import Binding, claim
from pgconform.sources.python.models.model import Model

_OWN = frozenset({"pattern", "relation", "encoding", "min_ttl", "max_ttl", "cache", "version"})


class Mark(msgspec.Struct, frozen=True):
    """What a mark is ``given`` by name, and the names of what it is given that is no constant.

    ``model`` is what it marks, by file and path; None where that is no class that is known.
    """

    given: dict[str, bool | int | float | str | None]
    computed: tuple[str, ...]
    model: tuple[str, str] | None
    at: Location | None


class Marked(NamedTuple):
    """The contracts of marked classes and annotations, and the marks that say what cannot be told."""

    contracts: tuple[Contract, ...]
    unread: tuple[Unread, ...]


def marked(marks: Iterable[Mark], models: Iterable[Model]) -> Marked:
    """Everything that is marked, of these models; of several marks of one pattern the first counts."""
    known = {(model.uri, model.path): model for model in models}
    contracts: dict[str, Contract] = {}
    unread: list[Unread] = []
    for mark in marks:
        made, problems = _contract(mark, known[mark.model] if mark.model else None)
        unread += problems
        if made is not None and made.shape in contracts:
            unread.append(Unread(f"keys of {made.pattern} are marked twice", at=mark.at))
        elif made is not None:
            contracts[made.shape] = made
    return Marked(tuple(contracts.values()), tuple(unread))


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


def _contract(mark: Mark, model: Model | None) -> tuple[Contract | None, list[Unread]]:
    """What a mark says; None where that is not known of its pattern, encoding or class."""
    given, computed = mark.given, mark.computed
    unread = [Unread(f"{name} of this mark is computed", "dynamic", at=mark.at) for name in computed]
    pattern, encoding = given.get("pattern"), given.get("encoding", "json")
    if "pattern" not in computed and not (isinstance(pattern, str) and is_pattern(pattern)):
        unread.append(Unread(f'"{pattern}" is no key pattern', at=mark.at))
    if "encoding" not in computed and encoding not in ENCODINGS:
        unread.append(Unread(f'"{encoding}" is no encoding', at=mark.at))
    if model is None:
        unread.append(Unread("what is marked is no class whose fields are known", at=mark.at))
    if model is None or not isinstance(pattern, str) or not is_pattern(pattern) or encoding not in ENCODINGS:
        return None, unread
    return _made(model, pattern, given, mark.at), unread


def _made(model: Model, pattern: str, given: Mapping[str, object], at: Location | None) -> Contract:
    renamed = {name: value for name, value in given.items() if name not in _OWN and isinstance(value, str)}
    version = str(given.get("version") or "")
    named = [name for name in parameters(pattern) if name != version]
    return Contract(
        pattern,
        str(given.get("relation") or model.relation),
        str(given.get("encoding", "json")),
        parts(model, renamed),
        tuple(sorted((name, renamed.get(name, name)) for name in named)),
        _seconds(given.get("min_ttl")),
        _seconds(given.get("max_ttl")),
        given.get("cache") is True,
        version,
        model.name,
        at,
    )


def _seconds(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
