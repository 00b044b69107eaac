"""Stage one over a whole project: every file's facts, from the cache where they are known, else read, on all cores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from pgconform.shape import Location
from pgconform.sources.python.facts.facts import ModuleFacts, matters, read_facts
from pgconform.sources.python.facts.texts import making, sql_lines
from pgconform.sources.python.files.files import PythonFile, find_files
from pgconform.sources.python.modules import workers
from pgconform.sources.python.modules.cache import UNSETTLED, Entry, kept, settled
from pgconform.sources.python.modules.edits import Edit
from pgconform.support.digests import digest_of
from pgconform.support.kept import KeptMany
from pgconform.support.pause import collector_paused


class Modules(Mapping[str, ModuleFacts]):
    """The facts of every file by its path. A file in which nothing matters by itself is read when it is asked for."""

    def __init__(
        self,
        root: Path,
        entries: Mapping[str, Entry],
        before: Mapping[str, Entry],
        place: KeptMany[None, str, Entry] | None = None,
        *,
        unsaved: bool = False,
    ) -> None:
        """``before`` are the entries of the last run, ``place`` is where they are kept; ``unsaved``: not these."""
        self._root = root
        self._entries = dict(entries)
        self._before = before
        self._place = place
        self._unsaved = unsaved

    def __getitem__(self, uri: str) -> ModuleFacts:
        entry = self._entries[uri]
        if entry.facts is None:
            entry = replace(entry, facts=workers.read_whole(self._root / uri))
            self._entries[uri] = entry
            self._unsaved = True
        return entry.facts or ModuleFacts()

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def speaking(self) -> tuple[str, ...]:
        """The files in which something matters, by path."""
        return tuple(sorted(uri for uri, entry in self._entries.items() if entry.speaks))

    @property
    def sql(self) -> dict[str, tuple[int, ...]]:
        """The lines of every file on which a text opens that is SQL."""
        return {uri: entry.sql for uri, entry in self._entries.items() if entry.sql}

    @property
    def making(self) -> Iterator[tuple[str, Location]]:
        """The texts of all files that make or alter something, by path, with their places."""
        for uri, entry in sorted(self._entries.items()):
            yield from ((text, Location(uri, line, 1)) for text, line in entry.making)

    @property
    def states(self) -> dict[str, bytes]:
        """The digest of every file's text."""
        return {uri: entry.digest for uri, entry in self._entries.items()}

    def edit(self, uri: str, state: bytes, *, placed: bool) -> Edit | None:
        """What is changed of a file since its digest was ``state``, see `Edit`; None where that is not known."""
        before = self._before.get(uri)
        if before is None or before.digest != state or before.facts is None:
            return None
        return Edit(before.facts.flows, self[uri].flows, placed=placed)

    def moved(self, uri: str, state: bytes) -> frozenset[str] | None:
        """The names that other functions of a file have than when its digest was ``state``, and those of functions
        that others hold; None where that is not known.
        """
        before = self._before.get(uri)
        if before is None or before.digest != state:
            return None
        named = _named(before) ^ _named(self._entries[uri])
        return frozenset(name for _, name, _ in named)

    def keep(self, uri: str, followed: Mapping[int, memoryview]) -> None:
        """The functions of a file that had to be followed, for the next run."""
        facts = self[uri]
        told = replace(facts, flows=replace(facts.flows, followed=tuple(followed.items())))
        self._entries[uri] = replace(self._entries[uri], facts=told)
        self._unsaved = True

    def save(self) -> None:
        """Keep what was read for the next run."""
        if self._unsaved and self._place:
            self._place.save(None, settled(self._entries.values()))
            self._unsaved = False


def _named(entry: Entry) -> set[tuple[str, str, int | str]]:
    """The functions of a file by their names, those that hold others by the names of these, and what it renames."""
    if entry.facts is None:
        return set()
    flows = entry.facts.flows
    named = {"functions": flows.functions, "holders": flows.holders} if entry.speaks else {}
    renamed = {("renamed", other, name) for name, other in flows.renamed}
    return {(kind, name, number) for kind, pairs in named.items() for name, number in pairs} | renamed


def read_modules(
    root: Path,
    files: Iterable[PythonFile] | None = None,
    *,
    cached: bool = True,
    overlay: Mapping[str, bytes] | None = None,
) -> Modules:
    """The modules below ``root``: those of ``files``, by default all that are found there.

    ``overlay`` is the unsaved text of files by path; it outweighs the disk's.
    """
    root, unsaved = root.resolve(), overlay or {}
    files = [file for file in (find_files(root) if files is None else files) if file.uri not in unsaved]
    place = kept(root) if cached else None
    with collector_paused():
        known = place.load() if place else {}
        entries = {file.uri: known[file.uri] for file in files if file.uri in known and known[file.uri].fits(file)}
        fresh = _read(root, [file for file in files if file.uri not in entries], known)
        entries |= {entry.uri: entry for entry in fresh}
    entries |= {uri: _as_if_saved(uri, source, known.get(uri)) for uri, source in unsaved.items()}
    return Modules(root, entries, known, place, unsaved=bool(fresh or unsaved) or len(known) != len(entries))


def _read(root: Path, files: list[PythonFile], known: Mapping[str, Entry]) -> list[Entry]:
    """Entries of files that are new or touched; those whose content was seen before are not parsed again."""
    seen = {entry.digest: entry for entry in known.values()}
    same: list[Entry] = []
    other: list[PythonFile] = []
    for file in files:
        entry = seen.get(workers.digest_of_file(root / file.uri)) if seen else None
        if entry:
            same.append(replace(entry, uri=file.uri, size=file.size, mtime=file.mtime))
        else:
            other.append(file)
    return same + [_as_followed(entry, known.get(entry.uri)) for entry in workers.read_files(root, other)]


def _as_followed(entry: Entry, before: Entry | None) -> Entry:
    """The entry with those functions followed already that are what and where they were before its file was edited."""
    if entry.facts is None or before is None or before.facts is None or not before.facts.flows.followed:
        return entry
    now, then = entry.facts.flows, before.facts.flows
    heads, had = now.scopes().heads, then.scopes().heads
    same = tuple([item for item in then.followed if heads[item[0] : item[0] + 1] == had[item[0] : item[0] + 1]])
    return replace(entry, facts=replace(entry.facts, flows=replace(now, followed=same)))


def _as_if_saved(uri: str, source: bytes, before: Entry | None) -> Entry:
    """The entry of a text that no file has yet."""
    state = digest_of(source)
    if before is not None and before.digest == state and before.facts is not None:
        return replace(before, mtime=UNSETTLED)
    makes, parsed = making(source)
    facts = read_facts(source, parsed)
    told = matters(source), sql_lines(source), makes
    return _as_followed(Entry(uri, len(source), UNSETTLED, state, facts, *told), before)
