"""Many values kept between runs, of which most stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgconform.support.kept import KeptMany

FIRST = {f"k{number}": f"v{number}" for number in range(40)}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where it is kept."""
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path))
    return tmp_path


def many() -> KeptMany[int, str, str]:
    """What a process of its own has."""
    return KeptMany("tested", Path("/project"), (b"part",), (int, str, str))


def files(place: Path) -> dict[str, bytes]:
    return {path.parent.name: path.read_bytes() for path in place.rglob("*") if path.is_file()}


def saved(head: int, values: dict[str, str]) -> None:
    """In a process that had loaded what was there before: what is the same is the same object."""
    kept = many()
    known = kept.load()
    kept.save(head, {key: known[key] if known.get(key) == value else value for key, value in values.items()})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.sampled_from("xyz")), min_size=1))
def test_what_was_saved_last_is_loaded(runs: list[dict[str, str]]) -> None:
    for number, values in enumerate(runs):
        saved(number, values)
        kept = many()
        assert (kept.load(), kept.head) == (values, number)


def test_few_others_are_written_beside_the_rest_and_many_with_it(place: Path) -> None:
    saved(0, FIRST)
    before = files(place)
    few = FIRST | {"k1": "other", "new": "v"}
    del few["k2"]
    saved(1, few)
    after = files(place)
    assert after["tested"] == before["tested"]
    assert len(after["tested-since"]) < len(before["tested"]) / 2
    assert many().load() == few
    saved(2, few | dict.fromkeys(list(FIRST)[:10], "other"))
    assert files(place)["tested"] != before["tested"]


def test_another_process_may_have_written_all_meanwhile() -> None:
    saved(0, FIRST)
    kept = many()
    known = kept.load()
    saved(1, dict.fromkeys(FIRST, "of another"))
    kept.save(2, known | {"k1": "other"})
    assert many().load() == FIRST | {"k1": "other"}


@pytest.mark.parametrize("spoilt", ["tested", "tested-since"])
def test_where_either_file_is_spoilt_or_gone_nothing_is_known(place: Path, spoilt: str) -> None:
    for change in (lambda path: path.write_bytes(b"spoilt"), Path.unlink):
        saved(0, FIRST)
        change(next(path for path in place.rglob("*") if path.parent.name == spoilt))
        kept = many()
        assert (kept.load(), kept.head) == ({}, None)
        saved(1, FIRST)
        assert many().load() == FIRST


def test_a_file_of_another_time_is_not_put_together_with_the_rest(place: Path) -> None:
    saved(0, FIRST)
    (of_then,) = (path for path in place.rglob("*") if path.parent.name == "tested-since")
    then = of_then.read_bytes()
    saved(1, dict.fromkeys(FIRST, "other"))
    of_then.write_bytes(then)
    assert many().load() == {}
