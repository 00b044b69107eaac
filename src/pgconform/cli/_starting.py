"""What ``pgconform init`` does: what is found here, and the settings that say so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from pgconform.cli._progress import progress
from pgconform.cli._screen import look, put
from pgconform.config import OWN_FILE, SHARED_FILE, Project, find_project
from pgconform.errors import Problem
from pgconform.finding import guide
from pgconform.project.api import SUPABASE_FILE, api
from pgconform.project.asking import Ask
from pgconform.project.claiming import read_claims
from pgconform.project.doubts.scanty import STRANGE
from pgconform.project.layout import Layout
from pgconform.project.truths import LIVE, beside, reference, sql_sources
from pgconform.report import summary
from pgconform.reports._heading import labelled
from pgconform.reports._words import number
from pgconform.schema import Schema
from pgconform.sources.migrations import Candidate, detect
from pgconform.sources.python.claims import Claims
from pgconform.sources.python.files.files import find_files
from pgconform.support.environment import variable

_SHOWN = 5
_MARK = "\ufeff"


class Found(msgspec.Struct, frozen=True):
    """What there is in a directory: SQL that may make the schema, the likeliest first, and the Python that uses it.

    ``doubt`` is why the likeliest may not be all of it: then nobody but a person says that it is.
    """

    candidates: tuple[Candidate, ...]
    claims: tuple[tuple[str, int], ...]
    files: int
    live: str
    doubt: str = ""


def started(root: Path, *, dry_run: bool) -> None:
    """Says what was found and writes it down. Raises `Problem` where there are settings already."""
    there = find_project(root)
    if there.file is not None and there.root == root:
        raise Problem(
            f"{there.file.name} has settings already", f"edit them; {guide('configuration')} says what each does"
        )
    project = Project(root)
    with progress() as tell:
        tell("looking around")
        found = _found(project)
    file = root / (SHARED_FILE if (root / SHARED_FILE).is_file() else OWN_FILE)
    how = look(root, file=False)
    lines = [line for label, text in _told(project, found) for line in labelled(label, text, how)]
    settings = _settings(project, found)
    written = tomlkit.dumps(settings)
    if not written:
        put("\n".join([*lines, *labelled("wrote", "nothing, for there is nothing to write down yet", how), ""]))
        return
    if not dry_run:
        _write(file, settings)
    wrote = ("dry run", f"{file.name} would get") if dry_run else ("wrote", f"{file.name}")
    put("\n".join([*lines, *labelled(*wrote, how), "", written, ""]))


def _found(project: Project) -> Found:
    claims = read_claims(project, Schema(), Ask())
    counts = [pair for claim in claims.schemas for pair in summary(claim).counts]
    live = next((f"${name}" for name in LIVE if variable(name, project.root)), "")
    if not live and variable("SUPABASE_URL", project.root):
        live = "supabase:"
    candidates = detect(project.root)
    doubt = _doubt(project, claims, reference(project, candidates[0])) if candidates else ""
    return Found(candidates, tuple(counts), len(find_files(project.root)), live, doubt)


def _doubt(project: Project, claims: Claims, ref: str) -> str:
    """Why that SQL may not make the whole schema; "" where nothing speaks against it."""
    others = (*([claims.creator] if claims.creator else []), *beside(project, ref, Layout(project.root)))
    if others:
        more = f" and {number(len(others) - 1, 'more file')}" if others[1:] else ""
        return f"{others[0]}{more}: tables may be made there too"
    texts = ((project.root / uri).read_bytes() for uri in sql_sources(ref, project.root))
    spoken = {word.decode() for text in texts for word in re.findall(rb"\w+", text)}
    chains = (one.relation for one in claims.queries.queries if one.verb != "rpc" and one.relation)
    asked = {name.value.rpartition(".")[2] for name in chains if name.whole}
    lacking = sorted(asked - spoken)
    enough = len(lacking) < STRANGE or 2 * len(lacking) <= len(asked)
    return "" if enough else f"the code asks for {', '.join(lacking[:3])}, which it does not make"


def _told(project: Project, found: Found) -> Iterator[tuple[str, str]]:
    """What was found, in lines with labels."""
    first = set(found.candidates[0].sources) if found.candidates else set()
    others = [candidate for candidate in found.candidates[1:] if not first.issuperset(candidate.sources)]
    for place, candidate in enumerate([*found.candidates[:1], *others][:_SHOWN]):
        where = ", ".join(str(path.relative_to(project.root)) for path in candidate.sources)
        held = f"{number(candidate.files, 'file')}, {number(candidate.tables, 'table')} created ({candidate.kind})"
        yield ("truth" if place == 0 else "not", f"{where}  {held}")
    if not found.candidates:
        yield "truth", "no SQL for Postgres was found; name the truth in the settings"
    if found.doubt:
        yield "doubt", f"{found.doubt}, so that the truth is yours to name"
    if found.live:
        yield "live", found.live
    said = ", ".join(number(count, word) for word, count in found.claims) or "nothing that speaks of tables"
    yield "claims", f"{said} in {number(found.files, 'Python file')}"


def _settings(project: Project, found: Found) -> tomlkit.TOMLDocument:
    """The settings as a document of their own, without the table's name in front."""
    document = tomlkit.document()
    if found.doubt:
        document.add(tomlkit.comment("check goes by this, and doubts it where something speaks against it;"))
        document.add(tomlkit.comment("name it once it makes the whole schema, and check will take its word:"))
        document.add(tomlkit.comment(tomlkit.dumps({"truth": reference(project, found.candidates[0])}).strip()))
    elif found.candidates:
        document["truth"] = reference(project, found.candidates[0])
    if found.live:
        document["live"] = found.live
    if (project.root / SUPABASE_FILE).is_file():
        exposed = [schema for schema in api(project).schemas if schema != "graphql_public"]
        if exposed != ["public"]:
            document["schemas"] = exposed
    return document


def _write(file: Path, settings: tomlkit.TOMLDocument) -> None:
    from pgconform.support.writing import write_whole

    if file.name == OWN_FILE:
        write_whole(file, tomlkit.dumps(settings))
        return
    try:
        text = file.read_bytes().decode()
        mark = _MARK if text.startswith(_MARK) else ""
        document = tomlkit.parse(text.removeprefix(mark))
    except (TOMLKitError, UnicodeDecodeError) as failure:
        raise Problem(f"{file.name} is not valid TOML: {failure}", "mend it first") from failure
    tool = document.setdefault("tool", tomlkit.table(is_super_table=True))
    own = tomlkit.table()
    for key, item in settings.body:
        own.append(key, item)
    assert isinstance(tool, Table)
    tool["pgconform"] = own
    whole = tomlkit.dumps(document)
    if "\n" in text and text.count("\n") == text.count("\r\n"):
        whole = whole.replace("\r\n", "\n").replace("\n", "\r\n")
    write_whole(file, mark + whole)
