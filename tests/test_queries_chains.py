"""Chains as they are written: split, conditional, built by helpers, with names that are constants."""

from __future__ import annotations

import json

import pytest

from pgconform.request import HOLE
from pgconform.sources.python.flows.chained import FILTERS
from pgconform.sources.python.queries.reader import Reader, unread
from pgconform.sources.python.requests.build import OPERATORS
from tests.flowing import HEAD, column_names, facts_of, queries, query, table, tables
from tests.requests import parse_chain


def test_a_chain_says_what_it_asks_for() -> None:
    found = parse_chain(
        "client.schema('app').table('docs').select('id, title', count='exact').eq('id', 1).not_.is_('gone', None)"
        ".or_('a.eq.1,b.eq.2', reference_table='tags').order('title', desc=True).limit(5).single().execute()"
    )
    assert (found.verb, found.relation and found.relation.value, found.schema and found.schema.value) == (
        "select",
        "docs",
        "app",
    )
    assert [text and text.value for text in found.select or ()] == ["id, title"]
    assert [(item.method, item.negated, item.value.json) for item in found.filters] == [
        ("eq", False, "1"),
        ("is_", True, "null"),
    ]
    assert found.logics[0].reference_table and found.logics[0].reference_table.value == "tags"
    assert [(item.method, item.count) for item in found.orders] == [("order", None), ("limit", 5)]
    assert (found.calls, found.options, found.whole) == (("single", "execute"), {"count": '"exact"'}, True)


@pytest.mark.parametrize(
    ("call", "operator"),
    [
        ("in_('a', [1])", "in"),
        ("contains('a', {})", "cs"),
        ("filter('a', 'fts(english)', 'x')", "fts(english)"),
        ("text_search('a', 'x', options={'type': 'plain', 'config': 'english'})", "plfts(english)"),
        ("range_gt('a', (1, 2))", "sr"),
        ("ilike_any_of('a', ['x'])", "ilike(any)"),
    ],
)
def test_each_filter_has_its_operator(call: str, operator: str) -> None:
    found = parse_chain(f"client.table('t').select('*').{call}.execute()")
    assert [item.operator and item.operator.value for item in found.filters] == [operator]


def test_match_makes_a_filter_of_each_key() -> None:
    assert column_names(parse_chain("client.table('t').select().match({'a': 1, 'b': 2}).execute()")) == ["a", "b"]


@pytest.mark.parametrize("source", ["1 + 1", "client.table('a').select(), client.table('b').select()", "x.table('a')"])
def test_only_one_chain_is_parsed(source: str) -> None:
    with pytest.raises(ValueError, match="queries in"):
        parse_chain(source)


def test_all_chains_of_the_corpus_are_read(shared_data_lines: list[str]) -> None:
    for line in shared_data_lines:
        found = parse_chain(json.loads(line)["chain"])
        assert found.relation is not None
        assert None not in (found.select or ())
        assert None not in column_names(found)


@pytest.fixture
def shared_data_lines(request: pytest.FixtureRequest) -> list[str]:
    folder = request.getfixturevalue("shared_data") / "postgrest"
    return [line for name in ("cases", "mutants") for line in (folder / f"{name}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize(
    "body",
    [
        "q = db.table('t')\nq = q.select('*')\nq = q.eq('a', 1)\nq.execute()",
        "q = db.table('t').select('*')\nif x:\n    q = q.eq('a', 1)\nelse:\n    q = q.eq('a', 2)\nq.execute()",
        "async def f():\n    r = await db.table('t').select('*').eq('a', 1).execute()",
        "def base():\n    return db.table('t').select('*')\nbase().eq('a', 1).execute()",
        "class R:\n    def __init__(self):\n        self.db = create_client(1, 2)\n"
        "    def f(self):\n        self.db.from_('t').select('*').eq('a', 1).execute()",
        "def run(build):\n    return build().execute()\nrun(lambda: db.table('t').select('*').eq('a', 1))",
    ],
)
def test_split_chains_are_one_query(body: str) -> None:
    found = queries(body)
    assert {table(item) for item in found} == {"t"}
    assert next(column_names(item) for item in found if item.filters)[0] == "a"
    assert len(found) == 1 or not found[0].filters


FAKED = """from supabase import create_client


class Fake:
    def table(self, name):
        return self

    def select(self, columns="*"):
        return self

    def execute(self):
        return []


def client(url, {taken}):
    if not url:
        return Fake()
    return {other}


client(URL, OTHER).table("t").select("a").execute()
"""


@pytest.mark.parametrize(
    ("taken", "other", "known"),
    [("key", "create_client(url, key)", True), ("found", "found", False), ("found", "Fake()", False)],
)
def test_a_client_that_a_program_may_fake_is_asked_all_the_same(taken: str, other: str, known: bool) -> None:
    assert [table(item) for item in queries(FAKED.format(taken=taken, other=other))] == ["t"] * known


def test_many_conditional_calls_are_one_query() -> None:
    body = "q = db.table('t').select('*')\n"
    body += "".join(f"if x{number}:\n    q = q.eq('c{number}', x{number})\n" for number in range(19))
    found = query(body + "q.execute()")
    assert column_names(found) == [f"c{number}" for number in range(19)]


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("T = 'a'\ndb.table(T).select('*').execute()", ["a"]),
        ("T = 'a' 'b'\ndb.table(T).select('*').execute()", ["ab"]),
        ("P = 'x_'\ndb.table(f'{P}y').select('*').execute()", ["x_y"]),
        ("for t in ['a', 'b']:\n    db.table(t).select('*').execute()", ["a", "b"]),
        ("t = 'a' if x else 'b'\ndb.table(t).select('*').execute()", ["a", "b"]),
        ("t = None\nif x:\n    t = 'a'\ndb.table(t).select('*').execute()", ["a"]),
        ("import os\ndb.table(os.environ.get('T', 'a')).select('*').execute()", ["a"]),
        ("class C:\n    T = 'a'\n    def f(self):\n        db.table(self.T).select('*').execute()", ["a"]),
        ("import enum\nclass E(str, enum.Enum):\n    A = 'a'\ndb.table(E.A.value).select('*').execute()", ["a"]),
        ("def f(t='a'):\n    db.table(t).select('*').execute()", ["a"]),
        ("T = {'x': 'a'}\ndb.table(T['x']).select('*').execute()", ["a"]),
    ],
)
def test_names_are_followed(body: str, names: list[str]) -> None:
    assert tables(body) == names


def test_names_are_followed_across_files() -> None:
    names = "from .names import *\nfrom app import names\n"
    found = tables(
        app____init__="",
        app__names="DOCS = 'docs'\n",
        app__use=HEAD + names + "db.table(DOCS).select('*').execute()\ndb.table(names.DOCS).delete().execute()",
    )
    assert found == ["docs", "docs"]


def test_what_belongs_together_stays_together() -> None:
    body = "for t, c in [('a', 'x'), ('b', 'y')]:\n    db.table(t).select(c).execute()"
    assert [(table(item), item.select and item.select[0] and item.select[0].value) for item in queries(body)] == [
        ("a", "x"),
        ("b", "y"),
    ]


def test_an_unknown_part_is_a_hole() -> None:
    found = query("db.table('t').select('*').or_(f'a.is.null,b.lt.{x}').execute()")
    assert found.logics[0].text and found.logics[0].text.value == f"a.is.null,b.lt.{HOLE}"
    assert query("def f(t):\n    db.table(t).select('*').execute()").relation is None


@pytest.mark.parametrize(
    "body",
    [
        "db.storage.from_('bucket').update('a', b)",
        "s = db.storage\ns.from_('bucket').list()",
        "import pyarrow as pa\npa.table({'a': 1}).select(['a'])",
        "import ibis\ncon = ibis.connect('x')\ncon.table('t').select('a').execute()",
        "from rich.table import Table\nTable('x')",
        "from pypika import Query\nQuery.from_('t').select('a')",
        "spark.table('t').select('a').where('b').collect()",
        "r.table('t').insert({}).run(c)",
        "import elsewhere\nelsewhere.table('t').select('a').eq('b', 1).execute()",
        "from pypika.queries import Query\nQuery.from_('t').select('a').eq('b', 1).execute()",
    ],
)
def test_what_is_no_client_is_left_alone(body: str) -> None:
    assert queries(body) == []


@pytest.mark.parametrize(
    ("imported", "client"),
    [
        ("from app.gone import db", "db"),
        ("from elsewhere import db as client", "client"),
        ("import elsewhere.db", "elsewhere.db"),
        ("from elsewhere import clients", "clients.main"),
        ("from elsewhere import clients", "clients.main.schema('public')"),
    ],
)
def test_an_object_of_a_module_that_is_not_here_is_asked_as_one_that_is_handed_over(imported: str, client: str) -> None:
    asking = f"{imported}\ndef f(i):\n    return {client}.table('t').select('a').eq('b', i).execute()\n"
    assert tables(app____init__="", app__use=asking) == ["t"]
    assert tables(app____init__="", app__use=f"import ibis\n{asking}") == []
    assert tables(app____init__="", app__use=asking.replace(".execute()", "").replace(".eq('b', i)", "")) == []


def test_other_libraries_need_more_than_a_name() -> None:
    assert queries(other="import tinydb\nd = tinydb.TinyDB('x')\nd.table('t').insert({'a': 1})") == []
    assert tables(other="def f(client):\n    return client.table('t').select('*').eq('a', 1).execute()") == ["t"]


@pytest.mark.parametrize("library", ["ibis", "duckdb", "tinydb"])
def test_a_client_that_is_known_needs_no_more(library: str) -> None:
    """Whatever else its file imports; of one that is not known it is said that it may be that library's."""
    known, handed = _known_and_handed(library)
    assert tables(gives=GIVES, other=known) == ["t"]
    reader = Reader(facts_of(gives=GIVES, main=HEAD, other=handed))
    assert (reader.read(), [(item.kind, item.at and item.at.line) for item in unread(reader)]) == ([], [("dynamic", 3)])
    alone = Reader(facts_of(other=handed))
    assert (alone.read(), list(unread(alone))) == ([], [])


@pytest.mark.parametrize("library", ["pandas", "sqlite3", "boto3", "google", "google.cloud", "sqlalchemy"])
def test_a_library_without_such_chains_says_nothing_of_a_client_in_a_project_that_has_one(library: str) -> None:
    known, handed = _known_and_handed(library)
    assert tables(gives=GIVES, other=known) == ["t"]
    assert tables(gives=GIVES, other=handed) == ["t"]
    alone = Reader(facts_of(other=handed))
    assert (alone.read(), list(unread(alone))) == ([], [])


GIVES = "from supabase import create_client\ndef client():\n    return create_client(u, k)"


def _known_and_handed(library: str) -> tuple[str, str]:
    """A file that imports the library and asks a client that is known, and one that asks what it is handed."""
    asks = "{}.table('t').select('*').order('a').execute()"
    known = f"import {library}\nfrom gives import client\n{asks.format('client()')}"
    return known, f"import {library}\ndef f(con):\n    {asks.format('con')}"


def test_a_query_that_another_stands_in_for_may_be_meant_to_fail() -> None:
    body = (
        "def f(i):\n    try:\n        return db.table('t').select('*').eq('new', i).execute()\n"
        "    except Exception:\n        return db.table('t').select('*').eq('old', i).execute()"
    )
    assert [item.fallback for item in queries(body)] == [True, True]
    for sent, otherwise, meant in (
        ("{'a': 1}", "{'failed': 1}", False),
        ("{'a': 'sent', 'b': 1}", "{'a': 'failed'}", False),
        ("{'a': 'sent', 'b': 1}", "{'a': 'sent'}", True),
    ):
        noted = body.replace("select('*')", f"update({sent})", 1).replace("select('*')", f"update({otherwise})")
        assert [item.fallback for item in queries(noted)] == [meant, meant]


@pytest.mark.parametrize(
    ("after", "instead", "meant"),
    [
        ("return False", "print('refused')", True),
        ("raise AssertionError", "print('refused')", True),
        ("assert False, 'taken'", "return True", True),
        ("return True", "print('refused')", False),
        ("return False", "return False", False),
        ("return bool(found.data)", "return True", False),
        ("if found.data:\n            return True\n        return False", "return True", False),
    ],
)
def test_what_a_program_tells_as_a_failure_where_it_goes_well_is_meant_to_fail(
    after: str, instead: str, *, meant: bool
) -> None:
    body = (
        "def f(i):\n    try:\n        found = db.table('t').insert({'a': 'never'}).execute()\n"
        f"        {after}\n    except Exception:\n        {instead}"
    )
    assert [item.fallback for item in queries(body)] == [meant]


@pytest.mark.parametrize(
    ("caught", "meant"), [("APIError", True), ("ValueError", False), ("(KeyError, APIError)", True)]
)
def test_who_means_a_request_to_fail_catches_whatever_the_server_refuses(caught: str, *, meant: bool) -> None:
    body = (
        "def f(i):\n    try:\n        db.table('t').insert({'a': 'never'}).execute()\n        return False\n"
        f"    except {caught}:\n        return True"
    )
    assert [item.fallback for item in queries(body)] == [meant]


def test_a_read_by_one_column_after_the_other_may_fail() -> None:
    body = """
def f(i):
    for column in ("uid", "user_id"):
        try:
            return db.table("t").select("*").eq(column, i).execute()
        except Exception:
            continue
"""
    assert [item.fallback for item in queries(body)] == [True, True]
    untried = body.replace("try", "if i").replace("except Exception", "else")
    assert [item.fallback for item in queries(untried)] == [False, False]
    one = body.replace('("uid", "user_id")', '("uid",)')
    assert [item.fallback for item in queries(one)] == [False]


def test_one_function_after_the_other_may_fail() -> None:
    body = """
NAMES = ("match_new", "match")
def f(i):
    for name in NAMES:
        try:
            rows = db.rpc(name, {"a": i}).execute().data
            return rows
        except Exception:
            continue
"""
    assert [item.fallback for item in queries(body)] == [True, True]
    assert [item.fallback for item in queries(body.replace("return rows", "print(rows)"))] == [True, True]
    assert [item.fallback for item in queries(body.replace("continue", "raise"))] == [False, False]
    assert [item.fallback for item in queries(body.replace('"match_new", ', ""))] == [False]


ASKING = """
class Repo:
    def __init__(self, client): self.client = client
    def versioned(self):
        try:
            self.client.table("versions").select("id").limit(1).execute()
            return True
        except Exception:
            return False
    def save(self, row):
        self.client.table("t").upsert(row, on_conflict="v,a" if {} else "a").execute()
"""


@pytest.mark.parametrize(
    ("test", "meant"), [("self.versioned()", True), ("self.ready", False), ("self.versioned(row)", False)]
)
def test_what_another_function_finds_out_first_decides_what_is_there(test: str, meant: bool) -> None:
    found = [item for item in queries(ASKING.format(test)) if item.verb == "upsert"]
    assert {item.on_conflict.value: item.fallback for item in found if item.on_conflict} == {"v,a": meant, "a": meant}


TRY = "    try:\n        {}\n    except Exception as e:\n        {}\n"


def test_looking_what_tables_there_are_may_be_meant_to_fail() -> None:
    one = "r = db.table(t).select('id').limit(1).execute()"
    loop = f"for t in ['a', 'b']:\n{TRY.format(one, 'print(e)')}"
    assert [item.fallback for item in queries(loop)] == [True, True]
    for other in (
        loop.replace("print(e)", "raise"),
        loop.replace(".limit(1)", ""),
        loop.replace("(1)", "(1).eq('a', 1)"),
    ):
        assert [item.fallback for item in queries(other)] == [False, False]


def test_asking_whether_a_table_is_there_may_be_meant_to_fail() -> None:
    ask = "db.table('t').select('id').limit(1).execute()"
    for body, meant in ((ask, True), (f"r = {ask}", False), (ask.replace(".limit(1)", ".eq('a', 1)"), False)):
        assert query(f"if 1:\n{TRY.format(body, 'print(e)')}").fallback is meant
    for more, meant in (("there = True", True), ("rows = r.data", False)):
        body = f"if 1:\n        r = {ask}\n        {more}"
        assert query(f"if 1:\n{TRY.format(body.replace('if 1:', 'x = 1', 1), 'print(e)')}").fallback is meant
    for end, meant in (
        ("if is_missing(e):\n            return\n        raise", True),
        ("print(e)\n        raise", False),
    ):
        assert query(f"def f():\n{TRY.format(ask, end)}").fallback is meant


@pytest.mark.parametrize(
    ("handler", "meant"),
    [
        ("db.table('t').select('id').limit(1).execute()", True),
        ("if e:\n            db.table('t').select('id').limit(1).execute()", True),
        ("db.table('t').select('id').eq('a', 1).limit(1).execute()", False),
        ("db.table('t').insert({'a': str(e)}).execute()", False),
        ("db.rpc('g').execute()", False),
        ("pass", False),
    ],
)
def test_a_function_that_is_called_to_see_whether_the_server_answers_may_not_be_there(
    handler: str, meant: bool
) -> None:
    for told, greets in (("'f'", True), ("'f', {}", True), ("'f', {'a': 1}", False), ("'f', x", False)):
        body = TRY.format(f"return bool(db.rpc({told}).execute().data)", handler)
        (found,) = [item for item in queries(f"def f(x):\n{body}") if table(item) == "f"]
        assert found.fallback is (meant and greets)


@pytest.mark.parametrize(
    ("helper", "meant"),
    [
        ("return 'does not exist' in str(e)", True),
        ("return getattr(e, 'code', '') in ('42703', 'PGRST204')", True),
        ("return 'duplicate key' in str(e)", False),
        ("print('does not matter')", False),
    ],
)
@pytest.mark.parametrize("test", ["if is_missing(e):\n            return", "if not is_missing(e):\n            raise"])
def test_a_handler_may_have_another_file_ask_the_error_what_is_not_there(helper: str, meant: bool, test: str) -> None:
    send = "db.table('t').update({'a': 1}).eq('id', 1).execute()"
    body = f"from helpers import is_missing\ndef f():\n{TRY.format(send, test + chr(10) + '        x = 1')}"
    assert query(body, helpers=f"def is_missing(e):\n    {helper}").fallback is meant
    assert not query(body.replace("is_missing(e)", "e"), helpers=f"def is_missing(e):\n    {helper}").fallback


@pytest.mark.parametrize(
    ("items", "ask", "end"),
    [
        ("('a, b', 'a')", "r = db.table('t').select(s).eq('a', 1).execute()", "return r"),
        ("[{'a': 1, 'b': 2}, {'a': 1}]", "db.table('t').insert(s).execute()", "break"),
    ],
)
def test_what_is_tried_in_one_way_after_the_other_may_fail(items: str, ask: str, end: str) -> None:
    body = "def f():\n  for s in {}:\n    try:\n      {}\n      {}\n    except Exception as e:\n      print(e)"
    assert [item.fallback for item in queries(body.format(items, ask, end))] == [True, True]
    assert [item.fallback for item in queries(body.format(items, ask, "print(s)"))] == [False, False]
    either = body.replace("for s in {}", "s = a if x else b\n  for y in {}")
    assert not any(item.fallback for item in queries(f"a, b = {items}\n" + either.format("'ab'", ask, end)))


@pytest.mark.parametrize(
    ("end", "handler", "meant"),
    [
        ("if r.data:\n          return r", "pass", True),
        ("if r.data:\n          if r.data[0]:\n            break", "continue", True),
        ("if r.data:\n          return r", "print(e)", False),
        ("found.append(r)", "pass", False),
        ("if r.data:\n          found.append(r)", "pass", False),
    ],
)
def test_a_table_that_is_looked_for_by_one_name_after_the_other_may_not_be_there(
    end: str, handler: str, meant: bool
) -> None:
    ask = "r = db.table(t).select('*').eq('a', i).execute()"
    body = f"def f(names, i):\n  for t in names:\n    for i in (1, '1'):\n      try:\n        {ask}\n        {end}\n"
    body += f"      except Exception as e:\n        {handler}\n"
    assert [item.fallback for item in queries(f"{body}f(['s', 'ss'], 1)\nf(names=['t', 'ts'], i=1)")] == [meant] * 4


@pytest.mark.parametrize(
    ("handler", "meant"),
    [
        ("p.pop(str(e), None)", True),
        ("del p[str(e)]", True),
        ("if str(e) in p:\n            p.pop(str(e))\n            continue\n        raise", True),
        ("p.pop('a')", False),
        ("print(e)", False),
        ("p.pop(str(e))\n        raise", False),
    ],
)
def test_what_is_sent_again_without_what_the_error_names_may_fail(handler: str, meant: bool) -> None:
    send = "return db.table('t').insert(p).execute()"
    found = query(f"def f(x):\n  p = {{'a': x, 'b': x}}\n  while True:\n{TRY.format(send, handler)}")
    assert found.fallback is meant


def test_a_part_of_a_text_from_another_file_is_told_apart() -> None:
    ask = "from other import NO\ndb.table('t').select('*').or_(f'a.is.null,b.eq.{NO}').execute()"
    (logic,) = query(ask, other="NO = ''").logics
    assert logic.text
    assert (logic.text.value, len(logic.text.marks), len(logic.text.elsewhere)) == ("a.is.null,b.eq.", 1, 1)


def test_a_column_of_which_a_split_leaves_nothing_is_not_known() -> None:
    ask = "a, b, c = 'x'.rpartition('__')\ndb.table('t').select('*').eq(a, 1).eq(c, 2).execute()"
    assert column_names(query(ask)) == [None, "x"]


def test_a_row_that_is_sent_again_with_a_key_by_another_name_may_fail() -> None:
    send = "db.table('t').insert(p).execute()"
    again = f"p['old'] = p.pop('new')\n        {send}"
    made = "def f(x):\n    p = {'new': x, 'a': x}\n"
    assert [item.fallback for item in queries(made + TRY.format(send, again))] == [True, True]
    noted = send.replace("insert(p)", "insert({'a': 1, 'failed': 1})")
    assert [item.fallback for item in queries(made + TRY.format(send, noted))] == [False, False]


def test_who_asks_and_where_is_said() -> None:
    found = query(
        'class R:\n    def f(self):\n        return db.table(\n            "docs"\n        ).select("*").execute()'
    )
    assert found.holder == "R.f"
    assert found.relation and found.relation.at and (found.relation.at.line, found.relation.at.column) == (6, 13)
    assert found.at and (found.at.uri, found.at.line) == ("main.py", 5)


def test_a_lambda_without_a_name_is_called_as_what_it_stands_in() -> None:
    asked = 'db.table("docs").select("*").execute()'
    said = f"def f(run):\n    run(lambda: run(lambda x: {asked}))\nask = lambda: {asked}\nprint(lambda: {asked})"
    assert {item.holder for item in queries(said)} == {"f", "ask", ""}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (
            "for t in ['a', 'b', 'c']:\n    if t == 'b':\n        continue\n    db.table(t).delete().execute()",
            ["a", "c"],
        ),
        ("for t in ['a', 'b']:\n    if t in ('b', 'c'):\n        db.table(t).delete().execute()", ["b"]),
        ("for t in ['a_x', 'b']:\n    if not t.endswith('_x'):\n        db.table(t).delete().execute()", ["b"]),
        ("def f(t):\n    if t != 'a':\n        db.table(t).delete().execute()\nf('a')\nf('b')", ["b"]),
    ],
)
def test_a_test_of_a_name_is_heeded(body: str, found: list[str]) -> None:
    assert [name for name in tables(body) if name] == found


@pytest.mark.parametrize(
    ("test", "found"),
    [
        ("kind != 'old'", {"old": ["id"], "new": ["id", "only"]}),
        ("kind == 'old'", {"old": ["id", "only"], "new": ["id"]}),
        ("kind", {"old": ["id", "only"], "new": ["id", "only"]}),
    ],
)
def test_a_filter_goes_with_the_table_that_the_same_test_chooses(test: str, found: dict[str, list[str]]) -> None:
    body = (
        "def f(kind):\n    q = table('old' if kind == 'old' else 'new').select('*').eq('id', 1)\n"
        f"    if {test}:\n        q = q.eq('only', 1)\n    q.limit(1).execute()\n"
    )
    for first in ("table = db.table\n", "def table(name):\n    return db.table(name) if x else db.from_(name)\n"):
        every = queries(first + body)
        assert {table(item) for item in every} == set(found)
        assert all(column_names(item) == found[table(item) or ""] for item in every)


EITHER = """
class Table:
    def __init__(self, name): self.inner = db.table(name)
    def select(self, columns): return self.inner.select(columns)
class Client:
    def table(self, name):
        if on(): return Table(name)
        return db.table(name)
NAMES = {'x': 'a', 'y': 'b', 'z': 'c'}
def f(i):
    t = NAMES.get(i)
    if not t:
        return
    q = Client().table(t).select('*').eq('id', 1)
    if t == 'a':
        q = q.eq('only', 1)
    q.execute()
"""


def test_what_is_done_for_one_of_several_tables_is_done_for_no_other_wherever_it_begins() -> None:
    found = queries(EITHER)
    assert {table(item) for item in found} == {"a", "b", "c"}
    assert {column for item in found if table(item) != "a" for column in column_names(item)} == {"id"}
    assert {column for item in found if table(item) == "a" for column in column_names(item)} == {"id", "only"}
    whole = queries(EITHER.replace("if t == 'a'", "if i"))
    assert {column for item in whole if table(item) != "a" for column in column_names(item)} == {"id", "only"}


DECIDED = (
    "def f(kind, n, rows, user, a, b, row):\n    t = 'a' if {} else 'b'\n    {}\n"
    "    q = db.table(t).select('*')\n    if {}:\n        q = q.eq('only', 1)\n    q.execute()\n"
)
CHANGE = "n, rows, user, a, row = n + 1, [], other(), b, {}"


def decided(test: str, other: str, between: str = "pass") -> set[tuple[str | None, ...]]:
    return {(table(item), *column_names(item)) for item in queries(DECIDED.format(test, between, other))}


@pytest.mark.parametrize(
    ("test", "other"),
    [
        ("n > 3", "not n <= 3"),
        ("len(rows) == 1", "len(rows) == 1"),
        ("user.is_admin", "user.is_admin"),
        ("a and b", "a and b"),
        ("row['kind'] is not None", "row['kind'] is not None"),
    ],
)
def test_what_a_test_decides_goes_with_what_the_same_test_decides(test: str, other: str) -> None:
    assert decided(test, other) == {("a", "only"), ("b",)}
    assert decided(test, other, CHANGE) == {("a", "only"), ("b", "only")}


@pytest.mark.parametrize(
    ("test", "other", "found"),
    [
        ("kind == 'x'", "kind == 'x'", {("a", "only"), ("b",)}),
        ("kind == 'x'", "kind != 'x'", {("a",), ("b", "only")}),
        ("kind == 'x'", "kind == 'z'", {("a",), ("b", "only"), ("b",)}),
        ("kind == 'x'", "kind in ('x', 'z')", {("a", "only"), ("b", "only"), ("b",)}),
        ("kind in ('x', 'w')", "kind == 'x'", {("a", "only"), ("a",), ("b",)}),
    ],
)
def test_what_a_test_of_a_word_decides_goes_with_what_others_decide(
    test: str, other: str, found: set[tuple[str, ...]]
) -> None:
    assert decided(test, other) == found


@pytest.mark.parametrize(
    "body",
    [
        "    t = {'x': 'a', 'y': 'b'}[kind]\n    q = db.table(t).select('*')\n"
        "    if kind == 'x':\n        q = q.eq('of_a', 1)\n    elif kind == 'y':\n        q = q.eq('of_b', 1)\n",
        "    t = 'a' if kind == 'x' else 'b'\n    q = db.table(t).select('*')\n    match kind:\n"
        "        case 'x':\n            q = q.eq('of_a', 1)\n        case _:\n            q = q.eq('of_b', 1)\n",
        "    if kind == 'x':\n        t, column = 'a', 'of_a'\n    elif kind == 'y':\n        t, column = 'b', 'of_b'\n"
        "    else:\n        return\n    q = db.table(t).select('*').eq(column, 1)\n",
        "    t = 'a' if kind == 'x' else 'b'\n    if kind == 'y':\n        column = 'of_b'\n    elif kind == 'x':\n"
        "        column = 'of_a'\n    else:\n        return\n    q = db.table(t).select('*').eq(column, 1)\n",
        "    t = 'a' if kind == 'x' else 'b'\n    if kind == 'x':\n"
        "        db.table(t).select('*').eq('of_a', 1).execute()\n        return\n"
        "    q = db.table(t).select('*').eq('of_b', 1)\n",
    ],
)
def test_what_several_tests_of_a_word_decide_goes_together(body: str) -> None:
    found = {(table(item), *column_names(item)) for item in queries(f"def f(kind):\n{body}    q.execute()")}
    assert found == {("a", "of_a"), ("b", "of_b")}


NAMED = """
from enum import Enum
class Kind(str, Enum):
    X = 'x'
    Y = 'y'
FIRST, SECOND = 'x', 'y'
OF = {Kind.X: 'a', Kind.Y: 'b'}
def f(kind: Kind, other: Kind):
    t = {chosen}
    q = db.table(t).select('*')
    if {word} == {second}:
        q = q.eq('of_b', 1)
    elif {word} is {first}:
        q = q.eq('of_a', 1)
    q.execute()
"""


@pytest.mark.parametrize("chosen", ["OF[kind]", "'a' if kind == Kind.X else 'b'", "'b' if kind is not Kind.X else 'a'"])
@pytest.mark.parametrize(("first", "second"), [("Kind.X", "Kind.Y"), ("FIRST", "SECOND"), ("Kind.X", "'y'")])
def test_what_tests_for_constants_and_members_decide_goes_together(chosen: str, first: str, second: str) -> None:
    def found(word: str) -> set[tuple[str | None, ...]]:
        body = NAMED
        for name, text in {"chosen": chosen, "word": word, "first": first, "second": second}.items():
            body = body.replace(f"{{{name}}}", text)
        return {(table(item), *column_names(item)) for item in queries(body)}

    assert found("kind") - {("b",)} == {("a", "of_a"), ("b", "of_b")}
    assert {name for name, *columns in found("other") if "of_a" in columns} == {"a", "b"}


BY_FUNCTIONS = """
OF = {'x': 'a', 'y': 'b'}
def table_of(kind):
    return OF[kind]
def column_of(word):
    if word == 'x':
        return 'of_a'
    return 'of_b'
def columns_of(word):
    found = []
    found.append(column_of(word))
    return found, word
class Names:
    def column(self, kind):
        match kind:
            case 'x': return 'of_a'
            case 'y': return 'of_b'
            case _: raise ValueError(kind)
names = Names()
"""


@pytest.mark.parametrize(
    ("chosen", "column"),
    [
        ("table_of(kind)", "column_of(kind)"),
        ("table_of(kind)", "column_of(word=kind)"),
        ("OF[kind]", "column_of(kind)"),
        ("table_of(kind)", "columns_of(kind)[0][0]"),
        ("table_of(kind)", "names.column(kind)"),
        ("'a' if kind == 'x' else 'b'", "names.column(kind)"),
    ],
)
def test_what_functions_choose_by_the_word_they_are_handed_goes_together(chosen: str, column: str) -> None:
    body = f"{BY_FUNCTIONS}def f(kind, other):\n    db.table({chosen}).select('*').eq({column}, 1).execute()\n"
    assert {(table(item), *column_names(item)) for item in queries(body)} == {("a", "of_a"), ("b", "of_b")}
    apart = queries(body.replace(column, column.replace("kind", "other")))
    assert {(table(item), *column_names(item)) for item in apart} == {
        (name, of) for name in "ab" for of in ("of_a", "of_b")
    }


BY_RECORD = """
OF = {'x': ('a', {}, True), 'y': ('b', {'of_b': 1}, False), 'z': ('c', {'of_c': 1}, False)}
def ask(table, filters):
    q = db.table(table).select('*')
    for column, value in filters.items():
        q = q.eq(column, value)
    q.execute()
def f(kind, more):
    table, extra, owned = OF[kind]
"""


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("ask(table, extra)", {"a": set(), "b": {"of_b"}, "c": {"of_c"}}),
        ("ask(table, {**extra, **(more or {})})", {"b": {"of_b"}, "c": {"of_c"}}),
        (
            "filters = {**extra}\n    if owned:\n        filters['own'] = 1\n    ask(table, filters)",
            {"a": {"own"}, "b": {"of_b"}, "c": {"of_c"}},
        ),
        (
            "filters = {**extra}\n    if not owned:\n        filters['all'] = 1\n    ask(table, filters)",
            {"a": set(), "b": {"of_b", "all"}, "c": {"of_c", "all"}},
        ),
    ],
)
def test_what_a_part_of_a_record_decides_goes_with_the_other_parts(body: str, found: dict[str, set[str]]) -> None:
    """The record is taken by a word that nobody knows."""
    asked: dict[str | None, set[str | None]] = {}
    for item in queries(f"{BY_RECORD}    {body}\n"):
        asked.setdefault(table(item), set()).update(column_names(item))
    assert {name: columns for name, columns in asked.items() if name in found} == found


def test_what_a_wrapper_does_for_one_table_is_not_done_for_another() -> None:
    body = (
        "def f(t):\n    q = db.table(t).select('*')\n    if t == 'a':\n        q = q.eq('only', 1)\n    q.execute()\n"
    )
    found = {table(item): column_names(item) for item in queries(body + "f('a')\nf('b')")}
    assert (found["a"], found["b"]) == (["only"], [])


LOOKS = """
def name():
    try:
        db.table('a').select('id').limit(1).execute()
        return 'a'
    except Exception:
        return 'b'
"""
BOUND = """
try:
    db.table('a').select('id').limit(1).execute()
    t = 'a'
except Exception:
    t = 'b'
"""
BY_HAND = """
def name():
    try:
        return read('a')
    except KeyError:
        return 'b'
"""
BRANCH = """
def name():
    return 'a' if x else 'b'
"""


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        (f"{LOOKS}t = name()", {("a", False), ("b", True)}),
        (BOUND, {("a", False), ("b", True)}),
        (f"{BY_HAND}t = name()", {("b", False)}),
        (f"{BRANCH}t = name()", {("a", False), ("b", False)}),
    ],
)
def test_what_a_handler_names_stands_in_for_what_its_try_looked_for(body: str, asked: set[tuple[str, bool]]) -> None:
    found = [item for item in queries(f"{body}\ndb.table(t).insert({{'c': 1}}).execute()") if item.verb == "insert"]
    assert {(item.relation.value, item.fallback) for item in found if item.relation} == asked


def test_every_filter_that_is_read_is_known_as_one() -> None:
    assert {*OPERATORS, "filter", "text_search"} == FILTERS
