"""A run after an edit says what a run with nothing kept says, and looks only at what the edit can reach."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from unittest import mock
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import pgconform.sources.python.look  # noqa: F401  what is imported here, each fork need not import again
from pgconform.config import find_project
from pgconform.project.ahead import Ahead
from pgconform.project.asking import Ask
from pgconform.project.inputs import Inputs, _read, read_inputs
from pgconform.project.run import Checked, kept_or_told
from pgconform.project.run import run as checked
from pgconform.project.scoped import Listing
from pgconform.report import Report
from pgconform.sources.python.look import Look, _Linked
from pgconform.sources.python.looked import Reading
from pgconform.sources.python.passes import looking
from pgconform.sources.python.passes.looking import Looker
from pgconform.sources.python.queries import chains
from pgconform.support.kept import _Memory, hold
from tests.commands import TRUTH, project
from tests.own_cache import own_cache
from tests.schemas import table

SHOP = replace(TRUTH, relations=(*TRUTH.relations, table("orders", "id int4!", "state new|done!", "total numeric")))
CLIENT = "from supabase import create_client\ndb = create_client('http://localhost', 'key')\n"
PROXY = """
class Builder:
    def __init__(self, made):
        self.made = made
    def __getattr__(self, name):
        attr = getattr(self.made, name)
        def call(*args, **kwargs):
            result = attr(*args, **kwargs)
            return Builder(result) if hasattr(result, 'execute') else result
        return call if callable(attr) else attr
    def execute(self):
        return self.made.execute()
class Client:
    def __init__(self, client):
        self.client = client
    def table(self, name):
        return Builder(self.client.table(name))
    def __getattr__(self, name):
        return getattr(self.client, name)
"""
QUERY = (
    f"{CLIENT}class Query:\n    def __init__(self, query):\n        self.query = query\n"
    "    def where(self, column, value):\n        self.query = self.query.eq(column, value)\n        return self\n"
    "    def rows(self):\n        return self.query.execute().data\n"
    "def of(name):\n    return Query(db.table(name).select('id, state'))\n"
)

FILES: dict[str, tuple[str, ...]] = {
    "base.py": (
        "class Base:\n    table_name = ''\n    def __init__(self, client):\n        self.client = client\n"
        "    def fetch(self, columns):\n"
        "        return self.client.table(self.table_name).select(columns).execute().data\n",
        "class Base:\n    table_name = 'documents'\n    def __init__(self, client):\n        self.client = client\n"
        "    def fetch(self, columns):\n        rows = self.client.table(self.table_name).select(columns).execute()\n"
        "        return rows.data\n    def send(self, row):\n"
        "        return self.client.table(self.table_name).insert(row).execute()\n",
        "class Base:\n    def fetch(self, columns):\n        return []\n",
        "class Base(:\n",
        "class Base:\n    table_name = ''\n    def __init__(self, client):\n        self.client = client\n"
        "    def fetch(self, columns):\n"
        "        return self.client.table(self.table_name).select(columns).execute().data\n"
        "    def turn(self):\n        self.client = None\n        self.table_name = 'documents'\n",
        "CHOSEN = 'id, totl'\nclass Base:\n    table_name = ''\n    def __init__(self, client):\n"
        "        self.client = client\n    def fetch(self, columns=CHOSEN):\n"
        "        return self.client.table(self.table_name).select(columns).execute().data\n",
    ),
    "orders.py": (
        "from base import Base\nclass Orders(Base):\n    table_name = 'orders'\n    def open(self):\n"
        "        return self.fetch('id, state')\n",
        "from base import Base\n\n\nclass Orders(Base):\n    table_name = 'order'\n    def open(self):\n"
        "        return self.fetch('id, stat')\n    def add(self):\n        return self.send({'state': 'old'})\n",
        "class Orders:\n    def open(self):\n        return [{'id': 1}]\n",
    ),
    "names.py": (
        "TABLE = 'documents'\nCOLUMNS = 'id, title'\n",
        "TABLE = 'users'\nCOLUMNS = 'id, email, titel'\n",
        "",
        "TABLE = 'documents'\nCOLUMNS = 'id, title'\ndef change():\n    global TABLE\n    TABLE = 'users'\n",
        "TABLE = 'documents'\nCOLUMNS = 'id, title'\nOTHER = 'x'\nCOLUMNS += ', email'\n",
        "from places import *\nTABLE = 'documents'\n",
        "TABLE = 'documents'\nfrom places import *\n",
    ),
    "places.py": ("TABLE = 'orders'\nCOLUMNS = 'id, total'\n", "COLUMNS = 'id, totl'\n"),
    "client.py": (
        CLIENT,
        f"{CLIENT}def get_client():\n    return db\n",
        "from supabase import create_client\ndef get_client():\n    return create_client('http://localhost', 'key')\n"
        "db = get_client()\n",
    ),
    "use.py": (
        "from client import db\nfrom names import COLUMNS, TABLE\nfrom orders import Orders\n"
        "def titles():\n    rows = db.table(TABLE).select(COLUMNS).execute().data\n"
        "    return [row['title'] for row in rows]\n"
        "def states():\n    return [row['state'] for row in Orders(db).open()]\n",
        "from client import db\nimport names\ndef titles():\n"
        "    return db.table(names.TABLE).select('id, nothing').execute()\n"
        "def first():\n    return db.table('orders').select('*').execute().data[0]['missing']\n",
        "from helper import ask\nfrom client import db\ndef all():\n    return ask(db, 'orders', 'id, totl')\n",
        "from helper import ask as load\nfrom client import db\n"
        "def all():\n    return load(db, 'orders', 'id, totl')[0]['id']\n",
        "from again import more as load\nfrom client import db\n"
        "def all():\n    return load(db, 'orders', 'id, totl')\n",
    ),
    "again.py": ("from helper import ask as more\n", "from client import db as more\n"),
    "helper.py": (
        "def ask(client, table, columns):\n    return client.table(table).select(columns).execute().data\n",
        "def passed(rows):\n    return rows\ndef ask(client, table, columns):\n"
        "    return passed(client.from_(table).select(columns).execute().data)\n",
        "",
    ),
    "models.py": (
        "from pydantic import BaseModel\nfrom client import db\n"
        "class Document(BaseModel):\n    id: str\n    title: str\n"
        "def read():\n    one = db.table('documents').select().single().execute()\n    return Document(**one.data)\n",
        "from pydantic import BaseModel\nclass Document(BaseModel):\n    id: str\n    heading: int\n",
    ),
    "store.py": (
        "import redis\nr = redis.Redis()\ndef keep(name, value):\n    r.set(f'doc:{name}', value)\n",
        "import redis\nr = redis.Redis()\ndef put(key, value):\n    r.setex(key, 60, value)\n",
    ),
    "cached.py": (
        "import json\nfrom store import put\ndef remember(order):\n"
        "    put(f'order:{order}', json.dumps({'id': 1, 'state': 'new'}))\n",
        "from store import keep\ndef remember(order):\n    keep(order, 'x')\n",
    ),
    "raw.py": (
        "import psycopg\ndef run(conn, sql):\n    return conn.execute(sql).fetchall()\n"
        "def all(conn):\n    return run(conn, 'select id, titel from documents')\n",
        "import psycopg\ndef all(conn: psycopg.Connection):\n"
        "    return [row[0] for row in conn.execute('select id from documents')]\n",
    ),
    "rest.py": (
        "import requests\nURL = 'https://x.supabase.co'\ndef rest(path):\n    return f'{URL}/rest/v1/{path}'\n"
        "def fetch(table, columns):\n    return requests.get(rest(table), params={'select': columns}).json()\n",
        "import requests\nURL = 'https://x.supabase.co'\ndef rest(path):\n    return f'{URL}/other/{path}'\n"
        "def fetch(table, columns):\n    return requests.get(rest(table), params={'select': columns}).json()\n",
        "import httpx\nURL = 'https://x.supabase.co/rest/v1'\ndef fetch(table, columns):\n"
        "    answer = httpx.get(f'{URL}/{table}?select={columns}')\n    if answer.status_code == 404:\n"
        "        return []\n    return answer.json()\n",
    ),
    "asks.py": (
        "from rest import fetch\ndef all():\n    return [row['totl'] for row in fetch('orders', 'id,total')]\n",
        "from rest import fetch\ndef all():\n    return [row['id'] for row in fetch('orders', 'id,totl')]\n",
    ),
    "README.md": (
        "| column | type |\n|---|---|\n| id | uuid |\n",
        "## documents\n\n| column | type |\n|---|---|\n| id | int |\n",
        "# How to ask\n\n```python\ndb.table('documents').select('id, titel').execute()\n```\n",
    ),
    "query.py": (
        QUERY,
        QUERY.replace("return self", "return None"),
        QUERY.replace("    def rows", "    def late(self):\n        self.query = None\n    def rows"),
        QUERY.replace("'id, state'", "'id, totl'"),
        QUERY.replace(".eq(", ".gt("),
    ),
    "asking.py": (
        "from query import of\ndef f():\n    return of('orders').where('stat', 1).rows()[0]['totl']\n",
        "from query import of\ndef f():\n    q = of('documents')\n    q.where('id', 1)\n    return q.rows()\n",
    ),
    "proxy.py": (
        PROXY,
        PROXY.replace("result = attr(*args, **kwargs)", "result = attr(*args)"),
        PROXY.replace("return self.made.execute()", "return self.made.execute().data"),
        PROXY.replace("    def execute", "    def eq(self, column, value):\n        return self\n    def execute"),
        PROXY.replace("def __getattr__", "def other"),
    ),
    "proxied.py": (
        "from proxy import Client\nfrom client import db\nsafe = Client(db)\n"
        "def f(i):\n    return safe.table('orders').select('id, stat').eq('totl', i).execute().data[0]['total']\n",
        "from proxy import Client\nfrom client import db\n"
        "def f(i):\n    Client(db).table('documents').upsert({'id': i}, on_conflict='titel').execute()\n",
    ),
    "safely.py": (
        "from proxied import safe\ndef g():\n    return safe.table('orders').select('id').execute().data[0]['totl']\n",
        "from proxied import safe\ndef g():\n    return safe.table('order').select('id').execute()\n",
    ),
    "GUIDE.md": (
        "## orders\n\n| column | type |\n|---|---|\n| id | int |\n| totl | numeric |\n",
        "## orders\n\n| column | type |\n|---|---|\n| id | uuid |\n\n```sql\nselect stat from orders;\n```\n",
    ),
    "requirements.txt": ("pydantic>=2\n", "pydantic==1.10.2\n"),
}
NEIGHBOURS = (
    ("base.py", "orders.py"),
    ("names.py", "use.py"),
    ("names.py", "places.py"),
    ("helper.py", "use.py"),
    ("again.py", "use.py"),
    ("store.py", "cached.py"),
    ("rest.py", "asks.py"),
    ("query.py", "asking.py"),
    ("proxy.py", "proxied.py"),
    ("proxy.py", "safely.py"),
)
AROUND = ("{}", "\n\n{}", "{}\n\ndef later():\n    return 1\n")
"""As it is, moved, and with something after it."""
EVERY = [
    (name, around.replace("{}", text))
    for name, variants in FILES.items()
    for text in variants
    for around in (AROUND if name.endswith(".py") else AROUND[:1])
]


@pytest.fixture
def root(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project of the first variants, whose statements no server is asked about."""
    with tempfile.TemporaryDirectory() as place:
        monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(Path(place, ".cache")))
        monkeypatch.setattr("pgconform.project.judging._proven", lambda *said: said[-1])
        monkeypatch.setattr("pgconform.project.claiming._begin_to_prove", lambda *_: None)
        project(Path(place), SHOP)
        (Path(place) / "pyproject.toml").write_text("[tool.pgconform]\n")
        for name, variants in FILES.items():
            (Path(place) / name).write_text(variants[0])
        yield Path(place)


def told(root: Path, *, cached: bool = True) -> Report:
    """The report, without what differs from run to run."""
    return replace(checked(find_project(root), Ask(cached=cached)), seconds=0, cached=False)


@pytest.mark.parametrize("forking", [True, False])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(st.lists(st.sampled_from(EVERY), min_size=1, max_size=3), min_size=1, max_size=5),
    together=st.sampled_from([1, 2, looking.TOGETHER]),
)
def test_a_run_after_edits_says_what_a_fresh_one_says(
    root: Path, monkeypatch: pytest.MonkeyPatch, forking: bool, edits: list[list[tuple[str, str]]], together: int
) -> None:
    if not forking:
        monkeypatch.setattr("pgconform.project.standby.forked", lambda _: None)
    with mock.patch.object(looking, "TOGETHER", together):
        told(root)
        for edit in edits:
            for name, text in edit:
                (root / name).write_text(text)
            assert told(root) == told(root, cached=False)


PARTS = (
    "def read():\n    return db.table(TABLE).select('id, state').execute().data\n",
    "def read(more='totl'):\n    return db.table(TABLE).select(f'id, {more}').execute().data\n",
    "def states():\n    return [row['state'] for row in passed(read())]\n",
    "def passed(rows):\n    return rows\n",
    "def passed(rows):\n    for row in rows:\n        row['added'] = 1\n    # no more\n    return rows\n",
    "def ask(columns):\n    return db.table('orders').select(columns).execute()\n",
    "def asked():\n    first = ask('id, total')\n    return first.data[0]['state'], ask('id, totl')\n",
    "TABLE = 'orders'\n",
    "TABLE = 'documents'\n",
    "def change():\n    global TABLE\n    TABLE = 'users'\n",
    "import psycopg\ndef raw(conn):\n    return conn.execute('select totl from orders').fetchall()\n",
    "def plain(conn):\n    return conn.execute('select id from orders').fetchall()\n",
    "def quiet(a, b):\n    total = a\n    for item in b:\n        total += item\n    return total\n",
    "def held():\n    def inner():\n        return db.table('orders').select('gone').execute()\n\n    return inner()\n",
    "class Shop:\n    def all(self):\n        return ask(self.what())\n    def what(_):\n        return 'id, stat'\n",
    "r = redis.Redis()\ndef keep(name):\n    r.set(f'order:{name}', name)\n",
    "rows = db.table('orders').select('id').execute().data\nprint(rows[0]['gone'])\n",
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(st.sampled_from(PARTS), min_size=3, max_size=12),
    edits=st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 2), st.sampled_from([*PARTS, "", "\n"])), min_size=1, max_size=5
    ),
    together=st.sampled_from([1, 2, 3]),
)
def test_parts_of_a_file_are_looked_at_as_in_a_fresh_run(
    root: Path, first: list[str], edits: list[tuple[int, int, str]], together: int
) -> None:
    """Functions come, go, move and change among others that are looked at apart from them."""
    parts = list(first)
    (root / "apart").mkdir(exist_ok=True)
    with mock.patch.object(looking, "TOGETHER", together):
        for at, gone, part in [(0, 0, ""), *edits]:
            parts[at : at + gone] = [part]
            (root / "apart" / "many.py").write_text(f"{CLIENT}import redis\n{''.join(parts)}")
            now = Look(root / "apart")
            now.keep()
            assert now.found == Look(root / "apart", Reading(cached=False)).found


def test_what_a_function_does_to_a_row_of_its_module_is_noticed(root: Path) -> None:
    head = f"{CLIENT}ROW = {{'title': 'a'}}\ndef send():\n    db.table('documents').insert(dict(ROW)).execute()\n"
    found: set[int] = set()
    for does in ("print(1)", "ROW['nope'] = 1", "print(ROW)", "ROW.clear()"):
        (root / "state.py").write_text(f"{head}def other():\n    {does}\n")
        now = told(root)
        assert now == told(root, cached=False)
        found.add(len(now.findings))
    assert len(found) > 1


def test_what_another_function_of_the_file_puts_into_rows_is_noticed(root: Path) -> None:
    head = (
        f"{CLIENT}import dataclasses\n@dataclasses.dataclass\nclass Box:\n    row: dict\n    number: int = 0\n"
        "def use():\n    rows = db.table('documents').select('*').execute().data\n"
        "    keep([Box(row) for row in rows])\n    return rows[0]['nope']\n"
    )
    found: list[Report] = []
    with mock.patch.object(looking, "TOGETHER", 1):
        for does in ("print(box.row)", "box.row['nope'] = 1", "print(box.row, 1)"):
            (root / "state.py").write_text(f"{head}def other(box):\n    {does}\n")
            found.append(told(root))
            assert found[-1] == told(root, cached=False)
    assert found[0] != found[1]


ABOVE = (
    "from client import db\n"
    "class Shop:\n    table = 'documents'\n    def fetch(self):\n"
    "        return db.table(self.table).select('state').execute()\n"
)
OWN = "from shop import Shop\nclass Counter(Shop):\n    table = 'orders'\n    def fetch(self):\n        return {}\n"
ORDERS = "from shop import Shop\nclass Orders(Shop):\n    table = 'orders'\n"
CALLING = "from orders import Orders\nfrom shop import Shop\n{}().fetch()\n"
FIELD = (
    "from pydantic import BaseModel, field_serializer, field_validator\nclass Paper(BaseModel):\n    title: int\n"
    "class Answer(BaseModel):\n    paper: Paper\n"
    "    @{0}('paper', mode='before')\n    def whole(cls, value):\n        return value\n"
)
ANSWERING = (
    "from client import db\nfrom answer import Answer\ndef read():\n"
    "    one = db.table('documents').select('title').single().execute()\n    return Answer(paper=one.data)\n"
)


@pytest.mark.parametrize(
    ("files", "name", "texts"),
    [
        ({"shop.py": ABOVE}, "counter.py", [OWN.format("[1]"), OWN.format("super().fetch()")]),
        ({"shop.py": ABOVE, "orders.py": ORDERS}, "use.py", [CALLING.format("Shop"), CALLING.format("Orders")]),
        ({"read.py": ANSWERING}, "answer.py", [FIELD.format("field_serializer"), FIELD.format("field_validator")]),
    ],
    ids=[
        "a method that asks for the one above it",
        "on which objects it is called",
        "a function that may change what a field is given",
    ],
)
def test_what_only_another_file_says_of_a_method_is_noticed(
    root: Path, files: dict[str, str], name: str, texts: list[str]
) -> None:
    for file, text in files.items():
        (root / file).write_text(text)
    found: list[Report] = []
    for text in texts:
        (root / name).write_text(text)
        found.append(told(root))
        assert found[-1] == told(root, cached=False)
    assert found[0] != found[1]


def test_every_pair_of_neighbours(root: Path) -> None:
    """Two files that know of each other, in all their variants, each reached from the one before."""
    for one, other in NEIGHBOURS:
        for numbers in product(range(len(FILES[one])), range(len(FILES[other]))):
            for name, number in zip((one, other), numbers, strict=True):
                (root / name).write_text(FILES[name][number])
            assert told(root) == told(root, cached=False)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.lists(st.sampled_from(EVERY), min_size=1, max_size=3), st.booleans()), min_size=1, max_size=6
    )
)
def test_texts_that_nobody_saved_are_told_of_as_files_would_be(
    root: Path, monkeypatch: pytest.MonkeyPatch, steps: list[tuple[list[tuple[str, str]], bool]]
) -> None:
    monkeypatch.setattr("pgconform.support.kept._MEMORY", _Memory())
    with tempfile.TemporaryDirectory() as place:
        twin = Path(shutil.copytree(root, f"{place}/twin", ignore=shutil.ignore_patterns(".cache")))
        held = Checked(find_project(root), Ask(), lambda _: None)
        texts: dict[str, bytes] = {}
        for edit, saving in steps:
            for name, text in edit:
                (twin / name).write_text(text)
                texts[name] = text.encode()
            if saving or any(name == "requirements.txt" for name, _ in edit):
                for name, content in texts.items():
                    (root / name).write_bytes(content)
                texts.clear()
                held.ahead.stop()
                held = Checked(find_project(root), Ask(), lambda _: None)
            said = kept_or_told(held, Ask(), held.unsaved(texts)).report
            assert replace(said, seconds=0, cached=False) == told(twin, cached=False)
            held.ahead.wait()
            hold()
        held.ahead.stop()


def test_a_try_of_other_texts_leaves_what_is_kept_as_it_is(root: Path) -> None:
    known = told(root)
    before = {file: file.read_bytes() for file in (root / ".cache").rglob("*") if file.is_file()}
    with Checked(find_project(root), Ask(), lambda _: None) as held:
        unsaved = {"names.py": FILES["names.py"][1].encode()}
        assert held.judged(held.inputs(unsaved)).findings != known.findings
    assert {file: file.read_bytes() for file in (root / ".cache").rglob("*") if file.is_file()} == before


def test_a_file_that_nobody_touched_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconform.support.states.GRAIN", 0)
    files = {"a.py": "a = 1\n", "b.py": "b = 1  # pgconform: ignore\n", "gone.py": ""}
    for name, text in files.items():
        (root / name).write_text(text)
    (root / "gone.py").unlink()

    def digested() -> tuple[list[str], Inputs]:
        with mock.patch("pgconform.project.inputs._read", wraps=_read) as read:
            found = read_inputs(root, files, cached=True)
        return [call.args[1] for call in read.call_args_list], found

    first, found = digested()
    assert first == ["a.py", "b.py"]
    assert found == read_inputs(root, files)
    assert digested() == (["b.py"], found)  # what speaks to this tool is
    (root / "a.py").write_text("a = 2\n")
    again, other = digested()
    assert again == ["a.py", "b.py"]
    assert other == read_inputs(root, files) != found
    monkeypatch.setattr("pgconform.support.states.GRAIN", 3600 * 10**9)
    (root / "a.py").write_text("a = 3\n")
    assert digested()[0] == digested()[0] == ["a.py", "b.py"]  # it may be written again without a trace


@pytest.mark.parametrize("told_by_it", [None, b"", b"nonsense"])
def test_a_process_that_reads_documents_and_comes_to_nothing_costs_only_time(
    root: Path, monkeypatch: pytest.MonkeyPatch, told_by_it: bytes | None
) -> None:
    (root / "README.md").write_text("Read `orders.nothing` first.\n\n```sql\nselect nothing from orders\n```\n")
    known = told(root, cached=False)
    process = Mock(value=Mock(return_value=told_by_it))
    monkeypatch.setattr("pgconform.project.documents.forked", lambda _: process)
    assert told(root, cached=False) == known
    assert "README.md" in str(known)
    process.stop.assert_called_once_with()


class Before(Ahead):
    """Has looked before anything else is read."""

    def begin(self, files: Listing) -> None:
        super().begin(files)
        self.found()


def test_what_changes_between_the_look_and_the_reading_is_looked_at_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edited(*given: Any, **named: Any) -> Inputs:
        (root / "names.py").write_text(FILES["names.py"][1])
        return read_inputs(*given, **named)

    told(root)
    (root / "names.py").write_text(f"{FILES['names.py'][0]}# edited\n")
    with monkeypatch.context() as patch:
        patch.setattr("pgconform.project.beginning.Ahead", Before)
        patch.setattr("pgconform.project.run.read_inputs", edited)
        told(root)
    assert told(root) == told(root, cached=False)


def looked_at(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files in which a run looks for chains."""
    found: list[str] = []
    whole = chains._outcome

    def noted(looker: Looker, places: list[tuple[str, int]]) -> object:
        found.append(places[0][0])
        return whole(looker, places)

    with monkeypatch.context() as patch:
        patch.setattr(chains, "_outcome", noted)
        patch.setattr("pgconform.project.standby.forked", lambda _: None)
        told(root)
    return found


def test_only_what_an_edit_reaches_is_looked_at_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told(root)
    (root / "models.py").write_text("\n" + FILES["models.py"][0])
    assert looked_at(root, monkeypatch) == ["models.py"]
    (root / "orders.py").write_text("\n" + FILES["orders.py"][0])
    assert looked_at(root, monkeypatch) == ["base.py", "orders.py", "use.py"]  # which reads rows of what these ask
    (root / "orders.py").write_text(
        FILES["orders.py"][0].replace("fetch(", "fetch(*").replace("'id, state'", "['id, state']")
    )
    assert looked_at(root, monkeypatch) == ["base.py", "orders.py", "use.py"]
    (root / "names.py").write_text("# nothing\n" + FILES["names.py"][0])
    assert looked_at(root, monkeypatch) == ["use.py"]
    assert looked_at(root, monkeypatch) == []


def test_who_looked_at_nothing_that_an_edit_changed_is_not_looked_at_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders, names, helper = (FILES[name][0] for name in ("orders.py", "names.py", "helper.py"))
    (root / "use.py").write_text(FILES["use.py"][2])
    told(root)
    (root / "helper.py").write_text(
        f"{helper}def more(client):\n    return client.table('orders').select('id').execute()\n"
    )
    assert looked_at(root, monkeypatch) == ["helper.py"]
    (root / "use.py").write_text(FILES["use.py"][0])
    told(root)
    (root / "orders.py").write_text(f"{orders}\n\nclass Later(Orders):\n    table_name = 'later'\n\nLAST = 1\n")
    assert looked_at(root, monkeypatch) == ["base.py", "orders.py", "use.py"]  # a class more is derived from theirs
    (root / "names.py").write_text(f"{names}LAST = 'x'\n# an end\n")
    assert looked_at(root, monkeypatch) == []
    (root / "names.py").write_text(f"{names}LAST = 'x'\nTABLE = LAST\n")
    assert looked_at(root, monkeypatch) == ["use.py"]


def test_of_a_long_file_the_parts_that_an_edit_reaches_are_looked_at_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 3 * looking.TOGETHER
    asking = [f"def f{n}():\n    return db.table('orders').select('id').execute()\n" for n in range(count)]
    long = root / "long.py"
    long.write_text(CLIENT + "".join(asking))
    told(root)
    long.write_text(CLIENT + "".join(asking) + "def later():\n    return None\n")
    assert looked_at(root, monkeypatch) == []  # nobody calls it, and it asks nothing
    edited = [text.replace("'id'", "'total'") if n == count - 1 else text for n, text in enumerate(asking)]
    long.write_text(CLIENT + "".join(edited) + "def later():\n    return None\n")
    assert looked_at(root, monkeypatch) == ["long.py"]  # some of its functions
    long.write_text("\n" + CLIENT + "".join(edited))
    assert looked_at(root, monkeypatch) == ["long.py"] * 3  # all stand elsewhere


def test_an_edit_elsewhere_looks_at_no_python(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = told(root)
    monkeypatch.setattr("pgconform.project.standby.forked", lambda _: None)
    linked = "pgconform.sources.python.look._Linked"
    with monkeypatch.context() as patch:
        patch.setattr(linked, lambda *_: pytest.fail("Python files are linked"))
        (root / "GUIDE.md").write_text(FILES["GUIDE.md"][1])
        assert told(root) != first
    (root / "GUIDE.md").write_text(FILES["GUIDE.md"][0])
    (root / "requirements.txt").write_text(FILES["requirements.txt"][1])
    with monkeypatch.context() as patch:
        seen = Mock(wraps=_Linked)
        patch.setattr(linked, seen)
        told(root)
    seen.assert_called_once()


KEPT = ("found", "looked", "spoken", "told", "reports")
KEPT_IN_TWO = ("links", "verdicts", "facts")


@pytest.mark.parametrize("kind", [*KEPT, *KEPT_IN_TWO, *[f"{kind}-since" for kind in KEPT_IN_TWO]])
def test_a_damaged_or_foreign_file_is_passed_over(root: Path, kind: str) -> None:
    first = told(root)
    (kept,) = (root / ".cache" / kind).iterdir()
    content = kept.read_bytes()
    for damaged in (b"", content[:-1], content[: len(content) // 2], b"pgconform x\n" + content, content + b"\xc1"):
        kept.write_bytes(damaged)
        (root / "names.py").write_text(f"{FILES['names.py'][0]}# {len(damaged)}\n")
        assert told(root) == first
