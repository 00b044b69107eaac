"""Several files written all or not at all, whatever ends the process: staged beside, journalled, then renamed.

A journal that is found says how far an earlier process came: what was only staged is taken back, what was being put
in place is put in place.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from pgconform.errors import Problem
from pgconform.support.digests import hexadecimal
from pgconform.support.writing import unwritable

JOURNAL = ".pgconform.journal"
_NEXT = ".pgconform.journal.next"


class Step(msgspec.Struct, frozen=True):
    """One file: ``staged`` is to stand at ``target``, in place of what has the digest ``before`` ("" of none).

    With ``staged`` "" the file is to go.
    """

    target: str
    staged: str
    before: str
    after: str


class Journal(msgspec.Struct, frozen=True):
    """``folders`` are those that were made for the files, the outermost first. Paths are relative to the root."""

    state: Literal["staging", "placing"]
    steps: tuple[Step, ...]
    folders: tuple[str, ...] = ()


class Recovered(msgspec.Struct, frozen=True):
    """What became of an interrupted run: files put in place, or taken back, or left as somebody changed them since."""

    placed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


Contents: TypeAlias = Mapping[str, bytes | None]


def write_all(root: Path, files: Contents, seen: Contents | None = None) -> None:
    """Put all these files, by path relative to the root, in place (None: away), or none.

    ``seen`` is what stood in them when it was decided what should. Raises `Problem`, also when that has changed since.
    """
    with alone(root):
        _refuse_unfinished(root)
        _refuse_changed(root, seen or {})
        steps = tuple(_step(root, name, data) for name, data in sorted(files.items()))
        staging = Journal("staging", steps, _folders(root, steps))
        try:
            _note(root, staging)
            _stage(root, staging, files)
            _note(root, msgspec.structs.replace(staging, state="placing"))
        except OSError as failure:
            _take_back(root, staging)
            raise unwritable(_concerned(root, staging, failure), failure) from failure
        except BaseException:
            _take_back(root, staging)
            raise
        _place(root, staging)


def _concerned(root: Path, journal: Journal, failure: OSError) -> str:
    """The file that a person knows: what was to be written, not what was put beside it."""
    staged = {str(root / step.staged): step.target for step in journal.steps if step.staged}
    return staged.get(str(failure.filename), "") or str(root)


def recover(root: Path) -> Recovered | None:
    """Finish what an interrupted run began, or take it back; None when there was none."""
    if not (root / JOURNAL).exists() and not (root / _NEXT).exists():
        return None
    with alone(root):
        (root / _NEXT).unlink(missing_ok=True)
        journal = _read(root)
        if journal is None:
            return None
        if journal.state == "staging":
            _take_back(root, journal)
            return Recovered(dropped=tuple(step.target for step in journal.steps))
        return _place(root, journal)


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """No other process puts files in place below the root meanwhile. Raises `Problem` when one does."""
    held = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise Problem(f"another pgconform is writing in {root}", "wait until it is done") from busy
        yield
    finally:
        os.close(held)


def _refuse_unfinished(root: Path) -> None:
    if (root / JOURNAL).exists():
        raise Problem("an earlier run was interrupted", "run the command again; it finishes that first")


def _refuse_changed(root: Path, seen: Contents) -> None:
    for name, data in sorted(seen.items()):
        now = (root / name).read_bytes() if (root / name).is_file() else None
        if now != data:
            raise Problem(f"{name} was changed by somebody else meanwhile", "run it again; nothing was written")


def _step(root: Path, name: str, data: bytes | None) -> Step:
    """A file's step; a link's target is what is replaced, and stands inside of the root."""
    target = Path(os.path.realpath(root / name))
    if not target.is_relative_to(os.path.realpath(root)):
        raise Problem(f"{name} leads out of the project", "name a path inside of it")
    before = hexadecimal(target.read_bytes()) if target.is_file() else ""
    base = os.path.realpath(root)
    if data is None:
        return Step(os.path.relpath(target, base), "", before, "")
    after = hexadecimal(data)
    beside = target.with_name(f".{target.name}.{after[:12]}.pgconform")
    return Step(os.path.relpath(target, base), os.path.relpath(beside, base), before, after)


def _folders(root: Path, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The folders that are not there yet."""
    above = {str(folder) for step in steps for folder in Path(step.target).parents}
    return tuple(sorted(folder for folder in above if not (root / folder).exists()))


def _note(root: Path, journal: Journal) -> None:
    _put(root / _NEXT, msgspec.json.format(msgspec.json.encode(journal), indent=1), 0o666)
    (root / _NEXT).replace(root / JOURNAL)


def _read(root: Path) -> Journal | None:
    try:
        return msgspec.json.decode((root / JOURNAL).read_bytes(), type=Journal)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as failure:
        raise Problem(
            f"{JOURNAL} cannot be read: {failure}", f"look at it, and remove it: {root / JOURNAL}"
        ) from failure


def _stage(root: Path, journal: Journal, files: Contents) -> None:
    contents = {hexadecimal(data): data for data in files.values() if data is not None}
    for folder in journal.folders:
        (root / folder).mkdir(exist_ok=True)
    for step in journal.steps:
        if not step.staged:
            continue
        target = root / step.target
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666
        _put(root / step.staged, contents[step.after], mode)


def _put(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _place(root: Path, journal: Journal) -> Recovered:
    """Every staged file in its place, save where somebody changed that since; then nothing of it is left."""
    placed: list[str] = []
    changed: list[str] = []
    for step in journal.steps:
        done = _placed(root / step.target, root / step.staged if step.staged else None, step)
        if done is not None:
            (placed if done else changed).append(step.target)
    (root / JOURNAL).unlink()
    return Recovered(placed=tuple(placed), changed=tuple(changed))


def _placed(target: Path, staged: Path | None, step: Step) -> bool | None:
    """Whether the file is now as it should be; None when it already was, and there is nothing to do."""
    now = hexadecimal(target.read_bytes()) if target.is_file() else ""
    if staged is None:
        if now == step.before and now:
            target.unlink()
        return None if not now else now == step.before
    if not staged.exists():
        return None
    if now in (step.before, step.after) and hexadecimal(staged.read_bytes()) == step.after:
        staged.replace(target)
        return True
    staged.unlink()
    return False


def _take_back(root: Path, journal: Journal) -> None:
    """Nothing is left of it; where nothing may be written, nothing of it is there."""
    for step in journal.steps:
        if step.staged:
            _removed(root / step.staged)
    for folder in reversed(journal.folders):
        with contextlib.suppress(OSError):
            (root / folder).rmdir()
    _removed(root / _NEXT)
    _removed(root / JOURNAL)


def _removed(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:
        return
    except OSError as failure:
        if failure.errno != errno.EROFS:
            raise
