"""Imports pointed from models that a hand wrote to their generated twins, each move proven by judging again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import msgspec
from msgspec.structs import replace

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.fix.moving import moved
from pgconform.fix.prove import counted, grave
from pgconform.fix.twins import Said, Twin, twins
from pgconform.pairs.world import World
from pgconform.project.api import searched
from pgconform.project.asking import Ask
from pgconform.project.claiming import read_claims
from pgconform.project.run import Checked
from pgconform.project.targets import target
from pgconform.project.written import Asked
from pgconform.remedies.edits import Edit, applied
from pgconform.remedies.source import Source, Sources
from pgconform.report import Report
from pgconform.sources.python.files.files import find_files


class Adopted(msgspec.Struct, frozen=True):
    """``twins`` are all pairs with what keeps them apart; ``places`` the files whose imports move, by model.

    ``before`` and ``files`` are those files as they are and as they should be.
    """

    twins: tuple[Twin, ...]
    places: dict[str, tuple[str, ...]]
    before: dict[str, bytes]
    files: dict[str, bytes]


def adopted(project: Project, ask: Ask, tell: Callable[[str], None]) -> Adopted:
    """What moving the imports of the asked files would come to; nothing is written. Raises `Problem`."""
    with Checked(project, replace(ask, paths=()), tell) as checked:
        return _adopted(checked, ask)


def _adopted(checked: Checked, ask: Ask) -> Adopted:
    project = checked.project
    _refuse_stale(project, checked)
    checked.tell("judging")
    uris = tuple(file.uri for file in find_files(project.root, project.config.exclude))
    sources = Sources(project.root, {}, uris)
    start = checked.judged(checked.inputs())
    models = read_claims(project, checked.truth, Ask()).models.relations
    world = World(checked.truth, searched(project))
    pairs = _used(twins(Said(models, start.findings), world, sources), sources)
    asked = [uri for uri in uris if ask.means(uri)]
    mover = _Mover(checked, start, asked)
    kept = tuple(mover.move(twin) for twin in pairs)
    before = {uri: (project.root / uri).read_bytes() for uri in mover.files}
    return Adopted(kept, mover.places, before, mover.files)


def _refuse_stale(project: Project, checked: Checked) -> None:
    files = target("pydantic")(project, checked.truth, Asked(checked.ask.truth))
    if not any(item.before is not None and not item.kept for item in files):
        where = ", ".join(sorted({item.name for item in files})[:1])
        raise Problem(
            f"there are no generated models in {where} yet",
            'write them:  pgconform generate, or say in [tool.pgconform.generate] where they are: out = "…"',
        )
    stale = next((item.name for item in files if not item.current), "")
    if stale:
        raise Problem(f"{stale} is not as the schema is now", "write it anew:  pgconform generate")


def _used(pairs: tuple[Twin, ...], sources: Sources) -> tuple[Twin, ...]:
    """The pairs, of which a model that is a part of another stays: two classes are two types to Pydantic."""
    return tuple(replace(one, why=one.why or _part_of(one, sources)) for one in pairs)


def _part_of(twin: Twin, sources: Sources) -> str:
    inside = re.compile(rf"^[ \t]+\w+[ \t]*:[^=\n#]*\b{re.escape(twin.name)}\b", re.MULTILINE)
    for uri in sources.uris:
        source = sources.read(uri) if uri.endswith(".py") else None
        found = inside.search(source.text) if source and twin.name in source.text else None
        if found and source:
            line = source.text.count("\n", 0, found.start()) + 1
            return f"it is the type of a field or a variable, {uri}:{line}"
    return ""


class _Mover:
    """Moves the imports of one model after the other, as long as nothing new is wrong."""

    def __init__(self, checked: Checked, start: Report, asked: list[str]) -> None:
        self.checked = checked
        self.known = counted(start.findings)
        self.asked = asked
        self.files: dict[str, bytes] = {}
        self.places: dict[str, tuple[str, ...]] = {}

    def move(self, twin: Twin) -> Twin:
        """The pair, with the reason where its imports had to stay after all, or that there are none."""
        sources = Sources(self.checked.project.root, self.files)
        changed = {uri: data for uri in self.asked if (data := _moved(uri, twin, sources)) is not None}
        if twin.why or not changed:
            return replace(twin, idle=not changed)
        files = {**self.files, **changed}
        report = self.checked.judged(self.checked.inputs(files))
        new = counted(grave(report)) - self.known
        if new:
            finding = next(item for item in report.findings if item.fingerprint in new)
            return replace(twin, why=f"then {finding.message}")
        self.files = files
        self.places[f"{twin.uri}:{twin.name}"] = tuple(sorted(changed))
        return twin


def _moved(uri: str, twin: Twin, sources: Sources) -> bytes | None:
    source = sources.read(uri)
    if source is None or uri in (twin.uri, twin.made.at.uri if twin.made.at else "") or twin.name not in source.text:
        return None
    found = moved(source, twin, sources)
    return _applied(source, found.edits) if found else None


def _applied(source: Source, edits: tuple[Edit, ...]) -> bytes:
    return source.encoded(applied(source.text, edits))


def by_file(found: Adopted) -> Mapping[str, tuple[Twin, ...]]:
    """The pairs by the file of the model that a hand wrote."""
    uris = sorted({twin.uri for twin in found.twins})
    return {uri: tuple(twin for twin in found.twins if twin.uri == uri) for uri in uris}
