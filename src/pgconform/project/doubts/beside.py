"""Doubt in a truth that nobody named: other SQL of the repository may be a part of it too."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.pairs.leftout import LeftOutPair
from pgconform.pairs.world import World
from pgconform.project.doubts.absent import absent
from pgconform.project.doubts.index import Index, column_of, is_versioned
from pgconform.project.doubts.otherwise import ABSENT, by_hand, granted, labelled, listings, rivals, shadowed
from pgconform.project.inputs import Inputs, sql_files
from pgconform.schema import Schema, Transport
from pgconform.sources.migrations import generated
from pgconform.sources.migrations.alembic import ENVIRONMENT, told
from pgconform.sources.migrations.beside import Spoken, in_pages, spoken
from pgconform.support.kept import Kept
from pgconform.support.patterns import deferred

_QUOTED = deferred(r'"([^"]+)"')
_TOLD = {
    "by hand": "adds it in a comment, and is no part of the truth",
    "computed": "makes or alters tables whose names it computes, and is no part of the truth",
    "used": "needs it, and is no part of the truth",
    "granted": "takes it for granted, and could not be applied",
    "labelled": "takes it for a label, and could not be applied",
    "dbt": "is a model of which dbt makes it, and is no part of the truth",
    "rival": "makes the table otherwise, and could not be applied",
    "void": "makes the table otherwise, and comes after the other",
    "unfilled": "inserts a row without it, and could not be applied",
    "listing": "lists the tables of a database, and neither its functions nor its indexes",
}


def said_beside(truth: World, root: Path, inputs: Inputs, *, cached: bool = True) -> tuple[Spoken, ...]:
    """What files beside the truth, and the truth's own where they say otherwise, say of its tables.

    It is kept as long as none of them changes. Of a truth that somebody named nothing is asked.
    """
    files = inputs.beside
    if files is None:
        return ()
    told = sql_files(truth.truth).union(files, _pages(truth, inputs))
    if not cached or not told.isdisjoint(inputs.overlay):
        return tuple(_said(truth, root, files, _pages(truth, inputs)))
    parts = (part for uri, digest in inputs.digests if uri in told for part in (os.fsencode(uri), digest))
    schemas = msgspec.msgpack.encode(truth.schemas)
    kept: Kept[tuple[Spoken, ...]] = Kept("spoken", root, (inputs.truth, schemas, *parts), tuple[Spoken, ...])
    if (known := kept.load()) is not None:
        return known
    found = tuple(_said(truth, root, files, _pages(truth, inputs)))
    kept.save(found)
    return found


def _pages(truth: World, inputs: Inputs) -> list[str]:
    """The documents that may say what to run: none where migrations do."""
    return [] if is_versioned(truth) else [uri for uri, _ in inputs.digests if uri.endswith(".md")]


def _said(truth: World, root: Path, files: tuple[str, ...], pages: Iterable[str]) -> Iterator[Spoken]:
    types, revisions = filter(generated.is_generated, files), [uri for uri in files if uri.endswith(".py")]
    sql = [uri for uri in files if not uri.endswith(".py") and not generated.is_generated(uri)]
    beside = (spoken(root, sql), told(root, revisions), generated.read(root, types), in_pages(root, pages))
    within = (shadowed(truth, root), granted(truth), rivals(truth, root), by_hand(truth, root), listings(truth, root))
    return chain.from_iterable((*beside, *within, labelled(truth), absent(root, pages, sql_files(truth.truth))))


def doubted(
    findings: Iterable[Finding], truth: World, files: tuple[str, ...], said: Iterable[Spoken]
) -> Iterator[Finding]:
    """The findings; those that what is ``said`` speaks against are notes that name it."""
    index = Index(said)
    alembic = next((uri for uri in files if uri.rpartition("/")[2] == ENVIRONMENT), "")
    for finding in findings:
        if finding.severity is Severity.INFO:
            yield finding
        elif alembic and finding.source == "class":
            yield finding.noted(f"Alembic makes the tables of such classes ({alembic}), and is no part of the truth")
        else:
            against = index.against(finding, truth)
            yield note(finding, against) if against else index.open(finding, truth)


def of_classes(findings: Iterable[Finding], creator: str, models: Schema) -> Iterator[Finding]:
    """The findings; those that the classes of a program speak against, which makes their tables, are notes.

    ``creator`` is the file that calls ``create_all``; ``models`` are the classes.
    """
    classes = [item for item in models.relations if item.transport is Transport.SQLALCHEMY]
    declared = {(item.name, column) for item in classes for column in ("", *(field.name for field in item.fields))}
    said = f"the program makes the tables of its classes itself ({creator}), which are no part of the truth"
    for finding in findings:
        missing = finding.code in ("REL001", "COL001")
        table, column = (finding.relation or finding.subject).rpartition(".")[2], column_of(finding)
        told = finding.source == "class" or (missing and (table, column) in declared)
        yield finding.noted(said) if told and finding.severity is not Severity.INFO else finding


def note(finding: Finding, against: Spoken, does: str = "") -> Finding:
    """The finding as a note that names what speaks against it, and what that does."""
    said = f"{against.at} {does or _TOLD.get(against.kind, 'speaks of it, and is no part of the truth')}"
    return replace(finding.noted(said), truth_at=None if against.kind == "dbt" else against.at)


def left_out(found: Iterable[Finding], files: tuple[str, ...]) -> list[LeftOutPair]:
    """The files that findings were doubted for, those of one folder together."""
    wanted, concerned = frozenset(files), defaultdict[str, list[Finding]](list)
    for finding in found:
        if finding.truth_at and finding.truth_at.uri in wanted:
            concerned[finding.truth_at.uri.rpartition("/")[0]].append(finding)
    return [_pair(notes) for _, notes in sorted(concerned.items())]


def _pair(notes: list[Finding]) -> LeftOutPair:
    places = [(not (note.subject or note.relation), note.truth_at) for note in notes if note.truth_at]
    names = tuple(sorted({_missed(note) for note in notes} - {""}))
    return LeftOutPair(min(places)[1], names, len(notes), len({place.uri for _, place in places}))


def _missed(note: Finding) -> str:
    """What a finding misses, by its name, or by what the server calls it."""
    if said := note.subject or note.relation:
        return said
    if absent := ABSENT.search(note.message):
        return absent["name"]
    named = _QUOTED.search(note.message)
    return named[1] if named else ""
