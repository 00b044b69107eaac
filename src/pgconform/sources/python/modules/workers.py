"""Reading many files at once: in one process, or in as many as there are cores when that is worth their start."""

from __future__ import annotations

import contextlib
import gc
from pathlib import Path

import msgspec

from pgconform.sources.python.facts.facts import ModuleFacts, matters, read_facts
from pgconform.sources.python.facts.texts import making, sql_lines
from pgconform.sources.python.files.files import PythonFile
from pgconform.sources.python.modules.cache import Entry
from pgconform.support.digests import digest_of
from pgconform.support.forks import MOST, cores, may_fork, shared

WORTH_FORKING = 600_000
WORTH_SPAWNING = 6_000_000
_SHARES = 6


def read_files(root: Path, files: list[PythonFile]) -> list[Entry]:
    """The entries of these files, in their order, however many processes took part."""
    size = sum(file.size for file in files)
    if size >= WORTH_FORKING and may_fork():
        return _in_forks(root, files)
    if size >= WORTH_SPAWNING and not may_fork() and cores() > 1:
        with contextlib.suppress(OSError, ImportError, _Broken):
            return _in_processes(root, files)
    return [read_file(root, file) for file in files]


def read_file(root: Path, file: PythonFile) -> Entry:
    """One file's entry; a file that cannot be read says so in its facts."""
    try:
        source = (root / file.uri).read_bytes()
    except OSError as error:
        return Entry(file.uri, file.size, file.mtime, b"", _unreadable(error), True)
    speaks = matters(source)
    makes, parsed = making(source)
    facts = read_facts(source, parsed) if speaks else None
    return Entry(file.uri, file.size, file.mtime, digest_of(source), facts, speaks, sql_lines(source), makes)


def read_whole(path: Path) -> ModuleFacts:
    """The facts of a file, whether or not anything in it matters."""
    try:
        return read_facts(path.read_bytes())
    except OSError as error:
        return _unreadable(error)


def digest_of_file(path: Path) -> bytes:
    try:
        return digest_of(path.read_bytes())
    except OSError:
        return b""


def _unreadable(error: OSError) -> ModuleFacts:
    reason = (error.strerror or str(error)).lower()
    return ModuleFacts(error=f"it cannot be read: {reason}", error_kind="permission")


def _in_forks(root: Path, files: list[PythonFile]) -> list[Entry]:
    """The largest first, so that no process is left with one at the end."""
    ordered = sorted(files, key=lambda file: (-file.size, file.uri))
    own, others = shared(len(files), lambda numbers: [read_file(root, ordered[number]) for number in numbers], _encode)
    entries = {entry.uri: entry for part in (own, *map(_DECODER.decode, others)) for entry in part}
    return [entries.get(file.uri) or read_file(root, file) for file in files]


class _Broken(Exception):  # noqa: N818  no fault of this program
    """The other processes ended before their work."""


def _in_processes(root: Path, files: list[PythonFile]) -> list[Entry]:
    """In processes that start anew."""
    import multiprocessing
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor

    count = min(cores(), MOST)
    shares = _shared_out(files, count * _SHARES)
    try:
        with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:
            answers = pool.map(_read_share, [str(root)] * len(shares), shares)
            entries = {entry.uri: entry for answer in answers for entry in _DECODER.decode(answer)}
    except BrokenExecutor as error:
        raise _Broken from error
    return [entries[file.uri] for file in files]


def _shared_out(files: list[PythonFile], count: int) -> list[list[PythonFile]]:
    """Shares of about one size, the larger files first, so that no process is left with the longest at the end."""
    ordered = sorted(files, key=lambda file: (-file.size, file.uri))
    return [share for start in range(count) if (share := ordered[start::count])]


def _read_share(root: str, files: list[PythonFile]) -> bytes:
    gc.disable()
    return _encode([read_file(Path(root), file) for file in files])


_encode = msgspec.msgpack.Encoder().encode
_DECODER = msgspec.msgpack.Decoder(list[Entry])
