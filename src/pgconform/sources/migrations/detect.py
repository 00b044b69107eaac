"""Finding where a repository keeps its schema, without being told."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from pgconform.sources.migrations.apart import is_apart
from pgconform.sources.migrations.files import Library, decoded
from pgconform.sources.migrations.layout import PER_DIRECTORY, forward_files, migrations, per_directory, version
from pgconform.sql.foreign import OWN, is_foreign
from pgconform.support.testfiles import in_tests
from pgconform.support.tree import Tree
from pgconform.support.visible import sayable

KINDS = ("supabase", "sqitch", "directories", "numbered", "alembic", "schema", "script")
SCHEMA_FILES = frozenset({"schema.sql", "structure.sql"})
DEEPEST = 8
MOST_DIRECTORIES = 20_000
HEAD = 256 << 10
BOOTSTRAPPED = frozenset(
    {"auth", "storage", "realtime", "_realtime", "extensions", "graphql", "graphql_public", "vault", "pgsodium"}
    | {"supabase_functions", "supabase_migrations", "cron", "net", "pgmq"}
)
"""Schemas that are there before any migration of the project's own."""
_NAMED = f"{os.sep}migrations"
_PASSED_BY = frozenset({"node_modules", "vendor", "dist", "build", "site-packages", "__pycache__", "testdata"})
_FOREIGN_PLACE = r"(?i)clickhouse|sqlite|mysql|mariadb|bigquery|snowflake|duckdb|mssql"
_ASIDE = r"(?i)seed|reset|drop|backup|restore|test|fix|check|debug|diagnos|sample|example|rollback|fixture"
_OF_PARTS = r"(?i)schemas?|tables|ddl"
_FIRST_PARTS = r"(?:create_)?(?:types|enums|extensions|schemas)"
_OTHER_PARTS = (
    r"(?i)(?:supabase_|db_|create_)?(?:materialized_)?(?:views|functions|procedures|triggers|ind(?:exes|ices)"
    r"|(?:rls_)?policies|rls|types|enums|extensions|grants|constraints|(?:foreign|primary)_keys|rpcs?)"
)
"""What stands beside a schema and belongs to it; some of it is made before the tables."""
_UPGRADES = r"--.+--"
"""From one version of an extension to another: `queues--1.3.0--1.4.0.sql`."""
_TEST_DATA = r"(?i)(?:test[_-]?)?(?:data|fixtures?)"
_SHOWN = r"(?i)docs?|documentation|examples?|samples?|tutorials?"
_PUT_ASIDE = r"(?i)(?:.*[_.-])?(?:archived?|archives|attic|backups?|bak|deprecated|legacy|obsolete|old)(?:[_.-].*)?"
"""Folders, and files, of what was the schema once."""
_BETWEEN = r"(?:.*[_.-])?v?\d+(?:\.\d+)*[_-]?to[_-]?v?\d+(?:\.\d+)*"
"""Folders of what leads from one version of the data to another: ``v2_to_v3``."""
_OF_UPGRADES = r"(?i)(?:(?:db|schema|sql)[_-]?)?(?:upgrades?|updates?)(?:[_-]?(?:scripts?|sql))?"
_NAME = rb'(?!if\s+(?:not\s+)?exists\b)((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)'
_CREATES = rb"(?i)\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?" + _NAME
_CREATES_ANEW = rb"(?i)\bCREATE\s+(?:UNLOGGED\s+)?TABLE\s+" + _NAME
_TAKES_AWAY = (
    rb"(?i)\b(?:DROP\s+TABLE\s+(?:IF\s+EXISTS\s+)?"
    rb"|ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?(?=\S+\s+RENAME\s+TO\b))" + _NAME
)
_ADDS = (
    rb"(?i)\bADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?"
    rb"(?!(?:column|constraint|primary|foreign|unique|check|exclude|value|generated|table|not)\b)" + _NAME
)
_SPEAKS = (
    rb"(?i)\b(?:(?P<made>CREATE\s+(?:UNLOGGED\s+)?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?)"
    rb"|ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?|REFERENCES\s+)" + _NAME
)


@dataclass(frozen=True)
class Candidate:
    """SQL that may make the schema: ``sources`` to hand to `read`, in order. ``kind`` is one of `KINDS`.

    ``tables`` counts the tables it creates; ``files`` its files.
    """

    kind: str
    sources: tuple[Path, ...]
    tables: int
    files: int


Folders: TypeAlias = Sequence[tuple[str, list[str]]]
"""Folders, each with the names of its files."""


def detect(root: Path, places: Folders | None = None) -> tuple[Candidate, ...]:
    """What may make the schema of this repository, the likeliest first; empty when there is no SQL for Postgres.

    ``places`` are its `folders`.
    """
    library = Library(root)
    known = tuple(folders(root)) if places is None else places
    found = [
        candidate
        for directory in _directories(known)
        if not (_is_of_an_example(root, directory, known) or _is_data_of_tests(root, directory))
        for candidate in _of_directory(library, directory)
    ]
    return tuple(sorted(found, key=partial(_likelihood, root)))


def _is_of_an_example(root: Path, directory: Path, places: Folders) -> bool:
    """It belongs to a program that only shows something: one with code of its own, among documents or examples."""
    parts = directory.relative_to(root).parts
    shown = next((number for number, part in enumerate(parts[:-1]) if re.fullmatch(_SHOWN, part)), None)
    if shown is None:
        return False
    program = str(root.joinpath(*parts[: shown + 2]))
    within = (files for place, files in places if f"{place}{os.sep}".startswith(f"{program}{os.sep}"))
    return any(name.endswith(".py") for files in within for name in files)


def _is_data_of_tests(root: Path, directory: Path) -> bool:
    place = directory.relative_to(root).as_posix()
    return re.fullmatch(_TEST_DATA, directory.name) is not None and in_tests(f"{place}/")


def _likelihood(root: Path, candidate: Candidate) -> tuple[bool, int, bool, int, int, tuple[Path, ...]]:
    kind, place = KINDS.index(candidate.kind), candidate.sources[-1]
    within = place.relative_to(root).parts
    aside = any(re.fullmatch(f"{_PUT_ASIDE}|{_BETWEEN}", part) for part in within) or _is_way_to(candidate)
    numbered_otherwise = candidate.kind == "numbered" and "migrations" not in place.parts
    return (aside, kind, numbered_otherwise, -candidate.tables, len(candidate.sources[0].parts), candidate.sources)


def _is_way_to(candidate: Candidate) -> bool:
    """A folder of upgrades alone, to what the numbered scripts above it make."""
    place = candidate.sources[-1]
    if len(candidate.sources) > 1 or not re.fullmatch(_OF_UPGRADES, place.name):
        return False
    above = (path for path in forward_files(place.parent) if version(path.name))
    return any(names(_CREATES, head(path)) for path in above)


def _directories(places: Folders) -> Iterator[Path]:
    """Every directory that holds SQL files, or in ``migrations`` numbered directories of one each, top down."""
    each = [os.path.split(place) for place, files in places if any(name in files for name in PER_DIRECTORY)]
    within = {place for place, name in each if version(name) and f"{_NAMED}{os.sep}" in place}
    for place, files in places:
        named = place.endswith(_NAMED) or place in within
        if named or any(name.endswith(".sql") or name == "sqitch.plan" for name in files):
            yield Path(place)


def folders(root: Path, tree: Tree | None = None) -> Iterator[tuple[str, list[str]]]:
    """Every directory that may hold the project's SQL, with the names of its files, top down.

    Names that text cannot say are left out: whoever lists the project's files tells of them.
    """
    look = tree or Tree()
    waiting, seen = [str(root)], 0
    while waiting:
        place = waiting.pop()
        entries = look.entries(place)
        if entries is None:
            continue
        said = {name: entry for name, entry in entries.items() if sayable(name) == name}
        below = {name for name, entry in said.items() if _is_folder(entry)}
        yield place, [name for name in said if name not in below]
        if not deepest(root, place) and seen <= MOST_DIRECTORIES:
            within = sorted((name for name in below if _is_worth_a_look(name)), reverse=True)
            waiting += [os.path.join(place, name) for name in within if not entries[name].is_symlink()]  # noqa: PTH118
        seen += 1


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def deepest(root: Path, place: str) -> bool:
    """Folders below this one are not looked at."""
    return place.count(os.sep) >= str(root).count(os.sep) + DEEPEST


def _is_worth_a_look(name: str) -> bool:
    return name not in _PASSED_BY and not name.startswith(".") and not name.endswith(("venv", ".egg-info"))


def _of_directory(library: Library, directory: Path) -> Iterator[Candidate]:
    if re.search(_FOREIGN_PLACE, library.uri(directory)):
        return
    if (directory / "sqitch.plan").is_file():
        yield from _candidate("sqitch", library, directory)
    elif per_directory(directory):
        yield from _candidate("directories", library, directory)
    elif any(version(path.name) for path in forward_files(directory)):
        supabase = directory.name == "migrations" and directory.parent.name == "supabase"
        yield from _candidate("supabase" if supabase else "numbered", library, directory)
    loose = [path for path in forward_files(directory) if version(path.name) is None]
    alone = [candidate for path in loose for candidate in _of_file(library, path)]
    yield from _with_others(library, alone, loose)
    if re.fullmatch(_OF_PARTS, directory.name):
        yield from _together(alone)


def _candidate(kind: str, library: Library, directory: Path) -> Iterator[Candidate]:
    held = (head(path) for path in migrations(directory) if library.holds(path))
    heads = [text for text in held if not is_apart(text)]
    if not heads or not _is_for_postgres(heads):
        return
    made, missing = tables(heads)
    base = _base(library, directory, made, missing)
    there = set[str]().union(*(names(_CREATES, head(path)) for path in base))
    if base and _come_to(heads, made, there, base):
        yield Candidate(kind, base, len(there), len(base))
    elif made | there:
        yield Candidate(kind, (*base, directory), len(made | there), len(heads) + len(base))


def _come_to(heads: list[bytes], made: set[str], there: set[str], base: tuple[Path, ...]) -> bool:
    """These migrations bring older databases to what the base makes: after it they would make tables anew.

    It has all that they make and keep, and the columns that the last of them adds.
    """
    gone = set[str]().union(*(names(_TAKES_AWAY, text) for text in heads))
    anew = set[str]().union(*(names(_CREATES_ANEW, text) for text in heads))
    if not (anew - gone) & there or not made - gone <= there:
        return False
    added = next((found for text in reversed(heads) if (found := names(_ADDS, text))), set[str]())
    words = {word.lower() for path in base for word in re.findall(rb"\w+", head(path))}
    return all(name.lower().encode() in words for name in added)


def _is_for_postgres(heads: list[bytes]) -> bool:
    """No more of these files are another server's than can be no other's than Postgres'."""
    foreign = list(map(is_foreign, heads))
    own = (re.search(OWN, text) for text, other in zip(heads, foreign, strict=True) if not other)
    return not any(foreign) or sum(foreign) <= sum(map(bool, own))


def tables(texts: list[bytes]) -> tuple[set[str], set[str]]:
    """The tables that the texts create, and those they alter or refer to before they do, in order."""
    made: set[str] = set()
    missing: set[str] = set()
    for text in texts:
        spoken: dict[bool, set[str]] = {True: set(), False: set()}
        for match in re.finditer(_SPEAKS, text):
            spoken[match["made"] is not None].add(folded(match[2]))
        made |= spoken[True]
        missing |= spoken[False] - made
    return made, {name for name in missing if name.rpartition(".")[0] not in BOOTSTRAPPED}


def _base(library: Library, directory: Path, made: set[str], missing: set[str]) -> tuple[Path, ...]:
    """The loose script beside the migrations, or above them, that makes most of what they take for granted.

    Of several that is the one that makes least of what they make themselves: another is what they come to. Scripts that
    make more of it, and no table that is made otherwise, belong to it. Where none makes any, it is the one schema that
    makes other tables only, and more of them than they do.
    """
    loose = [path for place in (directory, directory.parent) for path in forward_files(place)]
    able = [path for path in loose if version(path.name) is None and _is_script(path) and library.holds(path)]
    able = [path for path in able if not is_apart(head(path))]
    found = {path: names(_CREATES, head(path)) for path in able}
    wanted = [path for path in able if found[path] & missing and not _is_outcome(found[path], made, missing)]
    if wanted:
        likeliest = sorted(wanted, key=lambda path: (-len(found[path] & missing), len(found[path] & made)))
        return _making(likeliest, found, made)
    others = [path for path in able if "schema" in path.stem.lower() and not is_foreign(head(path))]
    whole = [path for path in others if len(found[path]) > len(made) and not found[path] & made]
    return (whole[0],) if len(whole) == 1 else _next_to(library, directory, missing)


def _is_outcome(found: set[str], made: set[str], missing: set[str]) -> bool:
    """A script that makes most of what the migrations make, and of what they lack only what they make later."""
    return found & missing <= made and 2 * len(found & made) > len(made)


def _next_to(library: Library, directory: Path, missing: set[str]) -> tuple[Path, ...]:
    """The scripts of one folder next to the migrations that make most of what these take for granted."""
    if not missing or directory == library.root:
        return ()
    for place in sorted(path for path in directory.parent.iterdir() if path.is_dir() and path != directory):
        if _is_worth_a_look(place.name) and not re.search(_ASIDE, place.name):
            files = [path for path in forward_files(place) if _is_script(path) and library.holds(path)]
            parts = _parts(files)
            made = set[str]().union(*(names(_CREATES, head(path)) for path in parts))
            if 2 * len(made & missing) > len(missing):
                return parts
    return ()


def _parts(files: list[Path]) -> tuple[Path, ...]:
    """The one script of a folder that makes tables, with what belongs to it; none where several make some."""
    if any(version(path.name) for path in files):
        return ()
    texts = {path: head(path) for path in files}
    main = [path for path in files if names(_CREATES, texts[path])]
    if len(main) != 1 or is_apart(texts[main[0]]) or is_foreign(texts[main[0]]):
        return ()
    others = [path for path in files if path not in main and re.fullmatch(_OTHER_PARTS, path.stem)]
    before = [path for path in others if re.fullmatch(_FIRST_PARTS, path.stem)]
    return (*before, *main, *(path for path in others if path not in before))


def _making(scripts: Iterable[Path], found: Mapping[Path, set[str]], made: set[str]) -> tuple[Path, ...]:
    """The first of these scripts, and those of the others that make no table twice."""
    taken: list[Path] = []
    there = made
    for path in scripts:
        if not taken or not found[path] & there:
            taken.append(path)
            there = there | found[path]
    return tuple(taken)


def _is_script(path: Path) -> bool:
    return not re.search(f"{_ASIDE}|{_UPGRADES}", path.stem)


def _of_file(library: Library, path: Path) -> Iterator[Candidate]:
    if not library.holds(path) or not _is_script(path):
        return
    text = head(path)
    made = names(_CREATES, text)
    if made and not is_foreign(text):
        kind = "schema" if path.name in SCHEMA_FILES else "alembic" if "alembic_version" in made else "script"
        yield Candidate(kind, (path,), len(made), 1)


def _with_others(library: Library, alone: list[Candidate], loose: list[Path]) -> Iterator[Candidate]:
    """The schema of a folder, or the one script that makes tables, with what beside it makes none but belongs to it."""
    able = [path for path in loose if re.fullmatch(_OTHER_PARTS, path.stem) and library.holds(path)]
    texts = {path: head(path) for path in able}
    others = [path for path, text in texts.items() if not (names(_CREATES, text) or is_foreign(text))]
    for one in alone:
        main = others and (one.kind == "schema" or len(alone) == 1)
        more = others if main and not re.search(rb"(?m)^\\ir?\s", head(one.sources[0])) else ()
        yield replace(one, sources=(*one.sources, *more), files=1 + len(more))


def for_another(path: Path) -> bool:
    """A file makes tables of another server."""
    text = head(path)
    return re.search(rb"(?i)\bcreate\s+table\b", text) is not None and is_foreign(text)


def _together(alone: list[Candidate]) -> Iterator[Candidate]:
    """The files of a folder of schemas or tables as one, each of which makes others."""
    parts = [candidate for candidate in alone if candidate.kind == "script"]
    made = set[str]().union(*(names(_CREATES, head(part.sources[0])) for part in parts))
    if len(parts) == len(alone) > 1 and len(made) == sum(part.tables for part in parts):
        yield Candidate("script", tuple(part.sources[0] for part in parts), len(made), len(parts))


def head(path: Path) -> bytes:
    """The first part of a file's text; nothing of one that cannot be read."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return decoded(file.read(HEAD)) or b""
    except OSError:
        return b""


def names(pattern: bytes, text: bytes) -> set[str]:
    """The tables that a pattern finds."""
    return {folded(match[1]) for match in re.finditer(pattern, text)}


def folded(name: bytes) -> str:
    """A table's name as the server folds it, "public." left out."""
    parts = name.decode("utf-8", "replace").split(".")
    return ".".join(_fold(part) for part in parts).removeprefix("public.")


def _fold(part: str) -> str:
    part = part.strip()
    return part[1:-1] if part.startswith('"') else part.lower()
