"""Writing files whole or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pgconform.errors import Problem
from pgconform.support.writing import write_whole


def test_a_file_is_replaced_with_its_mode_kept_and_nothing_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text("old")
    file.chmod(0o640)
    write_whole(file, "new")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("new", 0o640)
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_has_the_mode_that_the_umask_gives(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_whole(tmp_path / "b", b"\x00")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o640


def test_a_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.json"
    file.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Problem, match="no space left on device") as caught:
        write_whole(file, "new")
    assert "free some space" in caught.value.help
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_device_is_written_to_and_not_replaced() -> None:
    with pytest.raises(Problem, match="cannot write /dev/full: no space left on device"):
        write_whole(Path("/dev/full"), "x")
    assert not Path("/dev/full").is_file()


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="no such file or directory") as caught:
        write_whole(tmp_path / "none" / "a", "x")
    assert "create it" in caught.value.help


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", "x")
    assert list(tmp_path.iterdir()) == []


def test_what_killed_processes_left_is_swept_and_what_runs_is_left_alone(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    gone, kept = tmp_path / f".a.json.{ended.pid}.pgconform-tmp", tmp_path / f".a.json.{os.getppid()}.pgconform-tmp"
    others = tmp_path / f".a.json.{ended.pid}.tmp"
    for file in (gone, kept, others):
        file.write_text("half")
    write_whole(tmp_path / "a.json", "whole")
    assert sorted(tmp_path.iterdir()) == sorted([kept, others, tmp_path / "a.json"])


def test_folders_are_made_for_a_file_and_taken_back_when_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "docs" / "deep" / "a.md", "a", folders=True)
    assert (tmp_path / "docs" / "deep" / "a.md").read_text() == "a"

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Problem, match="no space left"):
        write_whole(tmp_path / "docs" / "other" / "b" / "c.md", "c", folders=True)
    assert [path.name for path in (tmp_path / "docs").iterdir()] == ["deep"]
