"""Several files put in place all or not at all, even when the process is killed at any step of it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pgconform.errors import Problem
from pgconform.support.staging import JOURNAL, alone, recover, write_all

BEFORE = {"a.py": b"one\n", "sub/b.py": b"two\r\n", "gone.md": b"old\n"}
AFTER = {"a.py": b"ONE\n", "sub/b.py": b"TWO\r\n", "new/deep/c.md": b"three\n", "gone.md": None}
KILLED = """
import os, signal, sys
from pathlib import Path
from pgconform.support import staging

steps = int(sys.argv[2])

def counted(module, name):
    real = getattr(module, name)

    def step(*arguments, **named):
        global steps
        if steps == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        steps -= 1
        return real(*arguments, **named)

    setattr(module, name, step)

for name in ("open", "replace", "unlink", "mkdir", "fsync", "rename", "rmdir"):
    counted(os, name)
staging.write_all(Path(sys.argv[1]), eval(sys.argv[3]))
print("done")
"""


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def folders(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_dir()}


def filled(root: Path) -> Path:
    for name, data in BEFORE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def expected() -> dict[str, bytes]:
    return {name: data for name, data in {**BEFORE, **AFTER}.items() if data is not None}


def killed_after(root: Path, steps: int) -> bool:
    """Whether the process was killed before it was done."""
    command = [sys.executable, "-c", KILLED, str(root), str(steps), repr(AFTER)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode in (0, -signal.SIGKILL), ran.stderr
    return ran.returncode != 0


def test_all_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    root = filled(tmp_path)
    (root / "a.py").chmod(0o755)
    write_all(root, AFTER)
    assert tree(root) == expected()
    assert (root / "a.py").stat().st_mode & 0o777 == 0o755
    assert recover(root) is None


def test_killed_at_every_step_it_is_finished_or_taken_back(tmp_path: Path) -> None:
    """At each step some files may be new and some old, but none half; the next run makes them all the one or other."""
    outcomes = set()
    for steps in range(200):
        root = filled(tmp_path / str(steps))
        if not killed_after(root, steps):
            assert tree(root) == expected()
            break
        whole = {name: {BEFORE.get(name), AFTER.get(name)} for name in {*BEFORE, *AFTER}}
        left = {name: data for name, data in tree(root).items() if name in whole}
        assert all(data in whole[name] for name, data in left.items())
        recover(root)
        found = tree(root)
        assert found in (BEFORE, expected()), steps
        assert "new" in folders(root) or found == BEFORE
        outcomes.add(found == BEFORE)
        write_all(root, AFTER)
        assert tree(root) == expected()
    assert steps > 15
    assert outcomes == {True, False}


def test_what_somebody_changed_since_is_left_as_it_is(tmp_path: Path) -> None:
    for steps in range(200):
        root = filled(tmp_path / str(steps))
        assert killed_after(root, steps)
        if (root / JOURNAL).exists() and b'"placing"' in (root / JOURNAL).read_bytes():
            break
    (root / "sub" / "b.py").write_bytes(b"mine\n")
    found = recover(root)
    assert found is not None
    assert found.changed == ("sub/b.py",)
    assert tree(root) == {**expected(), "sub/b.py": b"mine\n"}


def test_a_second_writer_is_refused_and_a_link_out_of_the_root_is_not_followed(tmp_path: Path) -> None:
    root = filled(tmp_path / "root")
    with alone(root), pytest.raises(Problem, match="another pgconform is writing"):
        write_all(root, AFTER)
    (tmp_path / "outside.py").write_bytes(b"theirs\n")
    (root / "a.py").unlink()
    (root / "a.py").symlink_to(tmp_path / "outside.py")
    with pytest.raises(Problem, match=r"a\.py leads out of the project"):
        write_all(root, AFTER)
    assert (tmp_path / "outside.py").read_bytes() == b"theirs\n"
    assert tree(root)["sub/b.py"] == BEFORE["sub/b.py"]


def test_a_file_where_a_folder_should_be_leaves_everything_as_it_was(tmp_path: Path) -> None:
    root = filled(tmp_path)
    (root / "new").write_bytes(b"a file\n")
    with pytest.raises(Problem):
        write_all(root, AFTER)
    assert tree(root) == {**BEFORE, "new": b"a file\n"}


def test_what_was_changed_since_it_was_looked_at_is_not_written_over(tmp_path: Path) -> None:
    root = filled(tmp_path)
    with pytest.raises(Problem, match=r"a\.py was changed by somebody else meanwhile"):
        write_all(root, AFTER, {"a.py": b"zero\n", "new/deep/c.md": None})
    with pytest.raises(Problem, match=r"gone\.md was changed"):
        write_all(root, AFTER, {"gone.md": None})
    assert tree(root) == BEFORE
    write_all(root, AFTER, {**BEFORE, "new/deep/c.md": None})
    assert tree(root) == expected()


@pytest.mark.parametrize("failing", range(4))
def test_a_full_disk_leaves_nothing_of_it_and_names_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    before = tree(filled(tmp_path)), folders(tmp_path)
    count, real = [0], os.fsync

    def full(file: int) -> None:
        count[0] += 1
        if count[0] > failing:
            raise OSError(errno.ENOSPC, "No space left on device", str(Path(f"/proc/self/fd/{file}").readlink()))
        real(file)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Problem, match="no space left on device") as caught:
        write_all(tmp_path, AFTER)
    assert (tree(tmp_path), folders(tmp_path)) == before
    assert ".pgconform" not in caught.value.message
