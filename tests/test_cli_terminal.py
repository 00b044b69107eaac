"""On a real terminal: colours, links, and something to look at when it takes longer than a second."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

from tests.commands import PROGRAM, WRONG, project
from tests.own_cache import own_cache


def on_terminal(root: Path, *arguments: str, **environment: str) -> str:
    """Everything that the program writes to a terminal of 110 columns."""
    master, slave = pty.openpty()
    settings = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "110", **environment}
    settings["PGCONFORM_CACHE_DIR"] = own_cache(root / ".cache")
    command = [sys.executable, "-c", PROGRAM, *arguments]
    with subprocess.Popen(command, cwd=root, env=settings, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        written = _read(master, process)
    os.close(master)
    return written.decode()


def _read(master: int, process: subprocess.Popen[bytes]) -> bytes:
    written = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        ready, _, _ = select.select([master], [], [], 0.1)
        try:
            written += os.read(master, 65536) if ready else b""
        except OSError:
            return written
        if not ready and process.poll() is not None:
            return written
    process.kill()
    return written


def test_places_are_links_and_words_are_coloured(tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    shown = on_terminal(tmp_path, "check")
    assert f"\x1b]8;;file://{tmp_path}/app.py#4\x1b\\4:41\x1b]8;;\x1b\\" in shown
    assert "\x1b[1;31merror\x1b[0m" in shown
    assert "reading" not in shown.rpartition("\x1b[2K")[2], (
        "of what was shown meanwhile on a slow machine nothing is left"
    )


def test_a_rule_is_laid_out(tmp_path: Path) -> None:
    shown = on_terminal(tmp_path, "rule", "COL001")
    assert "\x1b[1mWhat it says\x1b[0m" in shown
    assert "```" not in shown


def test_what_takes_longer_than_a_second_says_what_it_does_and_leaves_no_trace(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(WRONG)
    (tmp_path / "schema.sql").write_text("create table documents (id int, title text);\nselect pg_sleep(3);\n")
    shown = on_terminal(tmp_path, "check", PGCONFORM_IGNORE_SYSTEM_POSTGRES="1")
    before, _, after = shown.partition("truth    ")
    assert "reading the truth: migrations:schema.sql" in before
    assert re.search(r"0:00:0[1-9]", before)
    assert "reading the truth" not in re.sub("\x1b\\[[0-9;]*m", "", after)
    assert before.rindex("\x1b[2K") > before.rindex("reading the truth"), "the line is cleared at the end"


def test_a_terminal_without_colours_gets_none(tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    assert "\x1b" not in on_terminal(tmp_path, "check", TERM="dumb")
    assert "\x1b" not in on_terminal(tmp_path, "check", NO_COLOR="1")
