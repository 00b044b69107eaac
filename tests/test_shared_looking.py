"""A check in several processes says what a check in one says, whichever of them fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import TypeVar

import pytest

from pgconform.pairs.verdict import Verdict
from pgconform.project import verdicts
from pgconform.project.verdicts import KeptVerdicts
from pgconform.schema import Schema
from pgconform.sources.python.look import Look
from pgconform.sources.python.looked import Reading
from pgconform.sources.python.passes import looking, sharing
from pgconform.sources.python.passes.sharing import WORTH_SHARING
from pgconform.support import forks
from tests.commands import project
from tests.schemas import table

SHOP = Schema(relations=(table("orders", "id int4!", "state new|done!", "total numeric"),), schemas=("public",))
T = TypeVar("T")
FILES = 40
WAYS = {
    "several": "",
    "one": "forks.cores = lambda: 1\n",
    "all others fail": "work = forks._work\ndef failing(*said):\n    os._exit(1)\nforks._work = failing\n",
}
RUN = """
import os, sys
from pgconform.support import forks
forks.cores = lambda: 3
fork = os.fork
def forked():
    os.write(2, b"begun ")
    return fork()
os.fork = forked
{way}
from pgconform.__main__ import main
sys.argv[1:] = ["check", "--exit-zero", "--format", "json", "--show-unjudged"]
main()
"""


def _file(number: int) -> str:
    """Functions that ask, that give rows to others, and that are followed for it, within others."""
    near = (number + 1) % FILES
    return f"""
from file{near} import Store{near}, send{near}
from supabase import create_client
db = create_client("http://localhost", "key")

class Store{number}:
    table_name = "orders"
    def __init__(self, client):
        self.client = client
    def get(self, columns="id, stat{number % 3}"):
        return self.client.table(self.table_name).select(columns).execute().data

def send{number}(table, payload):
    return db.table(table).insert(payload).execute()

def totals():
    rows = db.table("orders").select("id, total").execute().data
    return [row["totl{number % 2}"] for row in rows]

def states():
    def inner():
        return Store{near}(db).get("id, state")
    return [row["stat"] for row in inner()]

def keep(amount):
    send{near}("orders", {{"state": "old{number}", "total": amount}})

def titles():
    return [row["total"] for row in Store{near}(db).get()]
"""


def check(root: Path, cache: Path, way: str) -> tuple[str, int]:
    """What a check says, and how many processes it began."""
    line = [sys.executable, "-c", RUN.format(way=WAYS[way])]
    environment = {"PGCONFORM_CACHE_DIR": str(cache), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(line, cwd=root, env=environment, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.count("begun ")


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked but on Linux")
def test_a_check_in_several_processes_says_what_one_says(tmp_path: Path) -> None:
    root = project(tmp_path, SHOP, **{f"file{number}": _file(number) for number in range(FILES)})
    assert max(WORTH_SHARING, verdicts.WORTH_SHARING) < FILES * 6
    said = {way: check(root, tmp_path / way, way) for way in WAYS}
    assert said["one"][1] == 0
    assert said["several"][1] > 2
    assert said["several"][0] == said["one"][0] == said["all others fail"][0]
    assert said["one"][0].count('"code"') > FILES
    again = check(root, tmp_path / "several", "several")
    assert again[0] == said["one"][0]


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked but on Linux")
def test_verdicts_are_made_by_several_processes_and_each_is_known_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(forks, "cores", lambda: 3)
    items = [table(f"t{number}") if number % 7 else None for number in range(3 * verdicts.WORTH_SHARING)]
    makers = tmp_path / "makers"

    def make(number: int) -> Verdict:
        with makers.open("a") as file:
            file.write(f"{os.getpid()} {number}\n")
        time.sleep(0.0005)
        return Verdict(judged=number)

    kept = KeptVerdicts(tmp_path, [])
    assert [verdict.judged for verdict in kept.of(items, make)] == list(range(len(items)))
    kept.save()
    made = [line.split() for line in makers.read_text().splitlines()]
    assert len({process for process, _ in made}) > 1
    assert sorted(int(number) for _, number in made) == list(range(len(items)))
    makers.unlink()
    again = KeptVerdicts(tmp_path, [])
    again.recall()
    assert [verdict.judged for verdict in again.of(items, make)] == list(range(len(items)))
    assert {int(line.split()[1]) for line in makers.read_text().splitlines()} == set(range(0, len(items), 7))


HELPERS = """
def first(row, more):
    if more:
        second(row, more - 1)
    third(row)

def second(row, more):
    first(row, more)

def third(row):
    return row["stat"]

def fourth(row):
    def inner():
        return row
    return pick(inner())

def pick(row):
    if not row:
        return sixth(row)
    return row

def sixth(row):
    return pick(row)
"""
USERS = {
    "first": "    first(rows[0], 1)\n",
    "second": "    second(rows[0], 1)\n",
    "fourth": '    print(fourth(rows[0])["stat"])\n',
    "pick": '    print(pick(rows[0])["stat"])\n',
    "sixth": '    print(sixth(rows[0])["stat"])\n',
}


def _in_order(
    order: Sequence[int], pieces: int, work: Callable[[Iterator[int]], T], _: object
) -> tuple[T, list[bytes]]:
    return work(number for number in order if number < pieces), []


def test_no_file_hangs_on_which_others_were_looked_at_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {
        f"use_{name}": f"from supabase import create_client\nfrom helpers import {name}\n"
        f"db = create_client('http://localhost', 'key')\ndef use(filled=None):\n"
        f"    rows = db.table('orders').select('id, state').execute().data\n{call}    return filled\n"
        for name, call in USERS.items()
    }
    root = project(tmp_path, SHOP, helpers=HELPERS, **texts)
    monkeypatch.setattr(sharing, "WORTH_SHARING", 0)
    said = set()
    for order in permutations(range(len(USERS))):
        monkeypatch.setattr(sharing, "shared", partial(_in_order, order))
        asked = Look(root, Reading(cached=False)).found.queries.queries
        said.add(tuple((query.at.uri, len(query.reads)) for query in asked if query.at))
    (found,) = said
    assert {("use_first.py", 1), ("use_second.py", 1)} <= set(found)


HELD = """
import psycopg


class Base:
    @classmethod
    def begin(cls):
        import os

        cls.names = os.environ
        cls.line = psycopg.connect(cls.names["DSN"], autocommit=False)
        return cls

    def prepare(self):
        self.count = 0
        self.cursor = self.line.cursor()
        self.cursor.execute("select id from orders")
        return self.cursor

    def one(self):
        self.cursor.execute("select state from orders")

    def other(self):
        self.line.execute("select total from orders")
"""


@pytest.mark.parametrize("together", [1, 2, 100])
def test_what_a_scope_comes_to_does_not_hang_on_which_were_followed_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    root = project(tmp_path, SHOP, held=HELD)
    monkeypatch.setattr(looking, "TOGETHER", together)
    found = Look(root, Reading(cached=False)).found.statements.statements
    assert [one.api for one in found] == ["psycopg.execute"] * 3
