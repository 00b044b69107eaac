"""How far it is, on one line of whatever width."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pgconform.cli._bar import line
from pgconform.redis.observe import Seen
from pgconform.redis.progress import far
from pgconform.sources import snapshot
from pgconform.support.telling import Far
from tests.redis_server import running, valkey
from tests.test_cli_terminal import on_terminal
from tests.test_redis_cli import SETTINGS
from tests.test_redis_code import TRUTH

HALF = Far(500_000, 1_000_000, "keys", 2.0, "60 % have a contract, 3 wrong")


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (160, "⠋ ━━━━━━━━━━━━━━━━━━━━━━━━  50 % · 500,000 of ~1,000,000 keys · 250,000 a second · 2 s left · "
              "60 % have a contract, 3 wrong"),
        (80, "⠋ ━━━━━━━━━  50 % · 500,000 of ~1,000,000 keys · 250,000 a second · 2 s left"),
        (60, "⠋ ━━━━━━━━━━━━━━━━━━━━━━━━  50 % · 250,000 a second · 2 s left"),
        (40, "⠋ ━━━━━━━━━━━━━━━━━━━━  50 % · 2 s left"),
        (20, "⠋  50 % · 2 s left"),
    ],
)  # fmt: skip
def test_a_narrow_terminal_gets_what_matters_most(width: int, expected: str) -> None:
    found = line(HALF, 0, width)
    assert found.plain.replace("━", "") == expected.replace("━", "")
    assert len(found.plain) < width
    assert ("━" in found.plain) == ("━" in expected)


def test_words_alone_have_a_clock() -> None:
    assert line("reading the truth", 62, 80).plain == "⠋ reading the truth 0:01:02"
    assert line("reading " + "x" * 99, 1, 20).plain.endswith("…")
    assert line(HALF, 0.1, 80, wide=False).plain.isascii()


def test_what_is_estimated_is_never_over_before_it_is() -> None:
    late = Far(1_200_000, 1_000_000, "keys", 2.0)
    assert (late.share, late.left) == (0.99, 0.0)
    unknown = Far(1200, 0, "keys", 2.0)
    assert line(unknown, 0, 80).plain == "⠋ 1,200 keys · 600 a second"


def test_a_sample_that_is_soon_complete_counts_its_entries() -> None:
    seen = Seen(passed=1000, judged=500)
    assert (far(seen, 100_000, 2000).things, far(seen, 100_000, 2000).total) == ("entries", 2000)
    assert (far(seen, 3000, 2000).things, far(seen, 3000).said) == ("keys", "50 % have a contract")


def test_a_look_at_a_server_shows_a_bar_on_a_terminal_and_leaves_no_trace(tmp_path: Path) -> None:
    snapshot.write(TRUTH, tmp_path / "pgconform.lock.json")
    (tmp_path / "pgconform.toml").write_text(SETTINGS, encoding="utf-8")
    with running(valkey()) as store:
        link = store.link()
        account = {"total": 1.5, "account_id": "00000000-0000-4000-8000-000000000000", "tier": "free"}
        link.ask_all([("SET", f"balance:{n}", json.dumps(account), "EX", 100) for n in range(4000)])
        link.close()
        shown = on_terminal(tmp_path, "redis", "check", store.url, "--max-load", "1")
    before, _, after = shown.partition("truth    ")
    assert "━" in before
    assert "of ~4,000 keys" in before
    assert "━" not in after
    assert before.rindex("\x1b[2K") > before.rindex("━"), "the line is cleared at the end"
