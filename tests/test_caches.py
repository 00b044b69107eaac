"""What is kept between runs: whole as it was written, or not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgconform.support.caches import read_cached, write_cached
from tests.commands import WRONG, Run, project, run

__all__ = ["run"]


def test_what_was_written_is_read_and_what_is_not_there_is_none(tmp_path: Path) -> None:
    place = tmp_path / "deep" / "kept"
    assert read_cached(place) is None
    for content in (b"", b"x", bytes(range(256)) * 1000):
        assert write_cached(place, content)
        assert bytes(read_cached(place) or b"-") == (content or b"-")
    assert [path.name for path in place.parent.iterdir()] == ["kept"]


def test_what_has_another_header_is_none(tmp_path: Path) -> None:
    assert write_cached(tmp_path / "kept", b"one two")
    assert bytes(read_cached(tmp_path / "kept", b"one ") or b"") == b"two"
    assert read_cached(tmp_path / "kept", b"two ") is None


@given(content=st.binary(min_size=1, max_size=200), data=st.data())
def test_a_flipped_bit_or_a_lost_end_is_never_read(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    place = tmp_path_factory.mktemp("kept") / "kept"
    assert write_cached(place, content)
    held = bytearray(place.read_bytes())
    if data.draw(st.booleans()):
        held[data.draw(st.integers(0, len(held) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    else:
        del held[data.draw(st.integers(0, len(held) - 1)) :]
    place.write_bytes(bytes(held))
    assert read_cached(place) is None


def test_a_cache_that_the_disk_spoilt_changes_nothing_that_is_said(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    said = run("check", "--format", "json")
    kept = [path for path in (tmp_path / ".cache").rglob("*") if path.is_file()]
    assert len(kept) > 3
    for path in kept:
        held = path.read_bytes()
        path.write_bytes(held.replace(b"titel", b"tited").replace(b"documents", b"documentz"))
    assert run("check", "--format", "json") == said


def test_an_interruption_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_cached(tmp_path / "kept", b"one two")
    assert list(tmp_path.iterdir()) == []
