"""Requests that a program sends to PostgREST over HTTP: every form of saying one, and what it asks."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgconform.check import judge
from pgconform.embedded import Server
from pgconform.finding import Finding, Severity
from pgconform.request import HOLE, Query
from pgconform.schema import Schema
from pgconform.sources.postgres import read
from pgconform.sources.python.queries.reader import Reader
from tests.conftest import ROOT
from tests.flowing import column_names, facts_of, keys, table
from tests.requests import SHOP

HEAD = """
import asyncio, json, os, urllib.request
import aiohttp, httpx, requests
from urllib.parse import quote, urlencode
SUPABASE_URL = os.environ["SUPABASE_URL"]
H = {"apikey": "k"}
"""


def queries(body: str = "", **files: str) -> list[Query]:
    return Reader(facts_of(main=HEAD + body, **files)).read()


def query(body: str = "", **files: str) -> Query:
    (found,) = queries(body, **files)
    return found


def selected(item: Query) -> str | None:
    assert item.select
    return item.select[0].value if item.select[0] else None


GETS = {
    "requests": 'requests.get(f"{SUPABASE_URL}/rest/v1/items?select=id,title", headers=H)',
    "no headers": 'requests.get(f"{SUPABASE_URL}/rest/v1/items?select=id,title")',
    "concatenation": 'requests.get(SUPABASE_URL + "/rest/v1/items?select=id,title", headers=H)',
    "slashes stripped": 'requests.get(SUPABASE_URL.rstrip("/") + "/rest/v1/items?select=id,title", headers=H)',
    "format": 'requests.get("{}/rest/v1/{}?select=id,title".format(SUPABASE_URL, "items"), headers=H)',
    "params": 'requests.get(f"{SUPABASE_URL}/rest/v1/items", headers=H, params={"select": "id,title"})',
    "params by name": 'p = {}\np["select"] = "id,title"\nrequests.get(f"{SUPABASE_URL}/rest/v1/items", params=p)',
    "pairs": 'requests.get(f"{SUPABASE_URL}/rest/v1/items", headers=H, params=[("select", "id,title")])',
    "text of params": 'httpx.get(f"{SUPABASE_URL}/rest/v1/items", headers=H, params="select=id,title")',
    "urlencode": "httpx.get(f\"{SUPABASE_URL}/rest/v1/items?{urlencode({'select': 'id,title'})}\", headers=H)",
    "quoted name": "httpx.get(f\"{SUPABASE_URL}/rest/v1/{quote('items')}?select=id,title\", headers=H)",
    "escaped": 'httpx.get(f"{SUPABASE_URL}/rest/v1/items?select=id%2Ctitle", headers=H)',
    "method": 'requests.request("GET", f"{SUPABASE_URL}/rest/v1/items?select=id,title", headers=H)',
    "session": 's = requests.Session()\ns.get(f"{SUPABASE_URL}/rest/v1/items?select=id,title")',
    "client": """
with httpx.Client() as c:
    c.get(f"{SUPABASE_URL}/rest/v1/items", headers=H, params={"select": "id,title"})
""",
    "async client": """
async def f():
    async with httpx.AsyncClient(timeout=3) as c:
        return await c.get(f"{SUPABASE_URL}/rest/v1/items", headers=H, params={"select": "id,title"})
""",
    "aiohttp": """
async def f(session):
    async with session.get(f"{SUPABASE_URL}/rest/v1/items?select=id,title", headers=H) as answer:
        return await answer.json()
""",
    "urllib": """
r = urllib.request.Request(f"{SUPABASE_URL}/rest/v1/items?select=id,title", headers=H)
with urllib.request.urlopen(r) as answer:
    pass
""",
    "in a thread": """
async def f():
    return await asyncio.to_thread(requests.get, f"{SUPABASE_URL}/rest/v1/items?select=id,title", headers=H)
""",
    "relative": 'def f(client):\n    return client.get("/rest/v1/items?select=id,title")',
    "hosted": 'requests.get("https://abc.supabase.co/rest/v1/items?select=id,title")',
    "local": 'requests.get("http://localhost:54321/rest/v1/items?select=id,title")',
    "base in a class": """
class Store:
    def __init__(self):
        self.base = f"{SUPABASE_URL}/rest/v1"
    def _request(self, method, path, *, params=None, body=None):
        answer = requests.request(method, f"{self.base}/{path.lstrip('/')}", params=params, json=body, headers=H)
        return answer.json()
    def all(self):
        return self._request("GET", "/items", params={"select": "id,title"})
""",
    "base of a client": """
class Store:
    def __init__(self, url):
        self._client = httpx.AsyncClient(base_url=f"{url.rstrip('/')}/rest/v1/", headers=H)
    async def all(self):
        return await self._client.get("items", params={"select": "id,title"})
""",
    "client that a function makes": """
def made():
    return httpx.AsyncClient(base_url=SUPABASE_URL.rstrip("/") + "/rest/v1")
async def ask(method, path, params=None):
    async with made() as c:
        return await c.request(method, path, params=params)
async def all():
    return await ask("GET", "/items", params={"select": "id,title"})
""",
    "address of a method": """
class Store:
    def __init__(self, url):
        self.base = f"{url}/rest/v1"
    def _url(self, name, query):
        return f"{self.base}/{name}?{urlencode(query)}"
    def _request(self, *, method, url):
        return requests.request(method, url, headers=H).json()
    def select(self, name, query):
        return self._request(method="GET", url=self._url(name, query))
def f(store: Store):
    store.select("items", {"select": "id,title"})
""",
    "more keywords": """
def ask(path, **more):
    return requests.get(f"{SUPABASE_URL}/rest/v1/{path}", **more)
ask("items", params={"select": "id,title"})
""",
    "address of a function": """
def rest_url(path):
    return f"{SUPABASE_URL}/rest/v1/{path}"
requests.get(rest_url("items?select=id,title"), headers=H)
""",
}


@pytest.mark.parametrize("body", GETS.values(), ids=GETS)
def test_forms_of_asking(body: str) -> None:
    found = query(body)
    assert (found.verb, table(found), selected(found), found.raw) == ("select", "items", "id,title", True)


SENDS = {
    "json": 'requests.post(f"{SUPABASE_URL}/rest/v1/items", headers=H, json={"title": "a"})',
    "dumps": 'requests.post(f"{SUPABASE_URL}/rest/v1/items", headers=H, data=json.dumps({"title": "a"}))',
    "content": 'httpx.post(f"{SUPABASE_URL}/rest/v1/items", headers=H, content=json.dumps({"title": "a"}).encode())',
    "by place": 'requests.post(f"{SUPABASE_URL}/rest/v1/items", json.dumps({"title": "a"}), headers=H)',
    "urllib": """
r = urllib.request.Request(f"{SUPABASE_URL}/rest/v1/items", data=json.dumps({"title": "a"}).encode(), method="POST")
urllib.request.urlopen(r)
""",
    "urllib without a method": """
r = urllib.request.Request(f"{SUPABASE_URL}/rest/v1/items", data=json.dumps({"title": "a"}).encode())
urllib.request.urlopen(r)
""",
    "helper": """
def send(method, table, body=None):
    data = None if body is None else json.dumps(body).encode()
    r = urllib.request.Request(f"{SUPABASE_URL}/rest/v1/{table}", data=data, headers=H, method=method)
    with urllib.request.urlopen(r) as answer:
        return json.loads(answer.read().decode())
send("POST", "items", {"title": "a"})
""",
}


@pytest.mark.parametrize("body", SENDS.values(), ids=SENDS)
def test_forms_of_sending(body: str) -> None:
    found = query(body)
    assert (found.verb, table(found), keys(found)) == ("insert", "items", {"title": True})


SILENT = {
    "a foreign host": 'requests.get("https://api.example.com/rest/v1/items")',
    "a foreign path": 'requests.get(f"{SUPABASE_URL}/auth/v1/items")',
    "a path of somebody's": 'API = os.environ["API"]\nrequests.get(f"{API}/other/rest/v1/items")',
    "a client of another host": """
c = httpx.Client(base_url="https://api.example.com")
c.get("/rest/v1/items", params={})
""",
    "a longer version": 'requests.get(f"{SUPABASE_URL}/rest/v1beta/items")',
    "the root": 'requests.get(f"{SUPABASE_URL}/rest/v1/")',
    "the root of calls": 'requests.post(f"{SUPABASE_URL}/rest/v1/rpc/", json={})',
    "a dict": 'd = {"/rest/v1/items": 1}\nd.get("/rest/v1/items", 2)',
}


@pytest.mark.parametrize("body", SILENT.values(), ids=SILENT)
def test_what_is_no_request_of_this_kind(body: str) -> None:
    assert [item for item in queries(body) if item.relation] == []


def test_a_file_that_speaks_of_no_supabase_is_left_alone() -> None:
    assert Reader(facts_of(main='import requests\nrequests.get(f"{API}/rest/v1/items")')).read() == []


def test_the_parts_of_an_address() -> None:
    found = query(
        "def f(x):\n"
        '  requests.get(f"{SUPABASE_URL}/rest/v1/items?select=id, people!inner(name)&id=eq.{x}&people.name=not.in.(a,b)'
        '&or=(a.eq.1,b.is.null)&people.order=name.desc&order=id.asc.nullslast,title&limit=5&offset=10", headers=H)'
    )
    assert selected(found) == "id, people!inner(name)"
    assert [
        (name, one.operator and one.operator.value, one.negated, one.value.json)
        for name, one in zip(column_names(found), found.filters, strict=True)
    ] == [
        ("id", "eq", False, f'"{HOLE.encode("unicode_escape").decode().replace("x", "u00")}"'),
        ("people.name", "in", True, '"(a,b)"'),
    ]
    assert [item.text and item.text.value for item in found.logics] == ["or(a.eq.1,b.is.null)"]
    assert [
        (
            one.method,
            one.column and one.column.value,
            one.foreign_table and one.foreign_table.value,
            one.count,
            one.start,
        )
        for one in found.orders
    ] == [
        ("order", "name.desc", "people", None, None),
        ("order", "id.asc.nullslast,title", None, None, None),
        ("limit", None, None, 5, None),
        ("offset", None, None, None, 10),
    ]


def test_every_part_stands_where_it_is_written() -> None:
    text = 'requests.get(f"{SUPABASE_URL}/rest/v1/items?select=id&title=eq.a", headers=H)'
    found, line = query(text), HEAD.count("\n") + 1
    said = [found.relation, *(found.select or ()), found.filters[0].column]
    assert [(one.at.line, one.at.column, one.at.end_column) for one in said if one and one.at] == [
        (line, text.index(name) + 1, text.index(name) + 1 + len(name)) for name in ("items", "id&"[:2], "title")
    ]


def test_a_part_that_a_caller_hands_over_stands_at_the_caller() -> None:
    store = 'import os\nURL = os.environ["SUPABASE_URL"]\ndef rest_url(path):\n    return f"{URL}/rest/v1/{path}"\n'
    found = query('from store import rest_url\nrequests.get(rest_url("items?select=ide"), headers=H)', store=store)
    assert found.relation and found.relation.at and found.select and found.select[0] and found.select[0].at
    assert [(at.uri, at.column, at.end_column) for at in (found.relation.at, found.select[0].at)] == [
        ("main.py", 24, 29),
        ("main.py", 37, 40),
    ]


@pytest.mark.parametrize(
    ("asked", "decides"),
    [
        ("params={'id': f'eq.{given}', 'select': '*'}", False),
        ("params={'id': f'not.in.({given})'}", False),
        ("params={'id': f'not.eq.{given}'}", False),
        ("params={'select': f'id,{given}'}", True),
        ("params={'select': f'user.{given}'}", True),
        ("params={given: 'eq.1'}", True),
        ("params={'select': given}", True),
    ],
)
def test_of_a_filters_value_callers_decide_nothing(asked: str, decides: bool) -> None:
    said = f"def find(given):\n    return requests.get('https://x.supabase.co/rest/v1/users', {asked})\n"
    within = (
        f"def find(given):\n    return ask({asked})\ndef ask(params):\n    return requests.get(URL, params=params)\n"
    )
    assert bool(facts_of(main=f"import requests\n{said}")["main.py"].asking) is decides
    reader = Reader(facts_of(main=f"import requests\nURL = 'https://x.supabase.co/rest/v1/users'\n{within}"))
    assert ("main.py" in {uri for uri, scope in reader.looker.wrappers.asking if scope == 1}) is decides


def test_headers_say_what_a_write_does() -> None:
    send = 'requests.post(f"{{SUPABASE_URL}}/rest/v1/items?on_conflict=id&select=id", json={{"id": 1}}, headers={})'
    merged = query(send.format('{**H, "Prefer": "resolution=merge-duplicates,return=representation"}'))
    assert (merged.verb, merged.on_conflict and merged.on_conflict.value, selected(merged)) == ("upsert", "id", "id")
    plain = query(send.format("H"))
    assert (plain.verb, plain.select, plain.options) == ("insert", None, {"returning": '"minimal"'})
    unknown = query("def f(headers):\n    " + send.format("headers"))
    assert (unknown.verb, unknown.on_conflict and unknown.on_conflict.value) == ("upsert", HOLE)
    dropped = query(send.format('{"prefer": "missing=default"}'))
    assert dropped.options.get("default_to_null") == "false"


@pytest.mark.parametrize(
    ("call", "schema"),
    [
        ('requests.get(f"{SUPABASE_URL}/rest/v1/items", headers={"Accept-Profile": "shop"})', "shop"),
        ('requests.post(f"{SUPABASE_URL}/rest/v1/items", json={}, headers={"Content-Profile": "shop"})', "shop"),
        ('requests.get(f"{SUPABASE_URL}/rest/v1/items", headers={"Content-Profile": "shop"})', None),
        (
            'def f(x):\n    h = {}\n    if x:\n        h["Accept-Profile"] = "shop"\n'
            '    requests.get(f"{SUPABASE_URL}/rest/v1/items", headers=h)',
            "shop",
        ),
    ],
)
def test_the_schema_is_that_of_the_header(call: str, schema: str | None) -> None:
    found = query(call)
    assert (found.schema and found.schema.value) == schema


def test_a_client_for_a_schema_leaves_only_headers_that_nobody_knows_open() -> None:
    ask = "def f(headers):\n    requests.get(f'{SUPABASE_URL}/rest/v1/items', headers=%s)"
    made = "from supabase import create_client, ClientOptions\nc = create_client(1, 2, ClientOptions(schema='shop'))\n"
    assert [query(ask % headers, other=made).schema_known for headers in ("H", "headers")] == [True, False]


def test_a_schema_that_headers_of_a_session_may_name_is_not_known() -> None:
    ask = "s = requests.Session()\ns.headers.update({'%s': 'shop'})\ns.get(f'{SUPABASE_URL}/rest/v1/items'%s)"
    said = [("Accept-Profile", ""), ("Accept-Profile", ", headers=H"), ("Accept", "")]
    assert [query(ask % one).schema_known for one in said] == [False, True, True]


@pytest.mark.parametrize(
    ("address", "apart"),
    [
        ("SUPABASE_URL", ""),
        ("os.environ['SPORTS_SUPABASE_URL']", "sports"),
        ("os.environ['SPORTS_SUPABASE_URL'].rstrip('/')", "sports"),
    ],
)
def test_a_request_knows_how_the_address_of_its_server_is_called(address: str, apart: str) -> None:
    for text in (
        f"URL = {address}\nrequests.get(f'{{URL}}/rest/v1/items')",
        f"requests.get({address} + '/rest/v1/items')",
    ):
        assert query(text).apart == apart


def test_arguments_of_calls() -> None:
    found = query('requests.post(f"{SUPABASE_URL}/rest/v1/rpc/find_items", json={"query": "a"}, headers=H)')
    assert (found.verb, table(found), keys(found)) == ("rpc", "find_items", {"query": True})
    found = query('requests.get(f"{SUPABASE_URL}/rest/v1/rpc/find_items?query=a&id=eq.1&limit=1", headers=H)')
    assert (found.options, keys(found), column_names(found)) == ({"get": "true"}, {"query": True}, ["id"])


def test_what_is_computed_is_not_known_and_nothing_else() -> None:
    found = query('def f(t):\n    requests.get(f"{SUPABASE_URL}/rest/v1/{t}?select=id", headers=H)')
    assert (table(found), selected(found)) == (None, "id")
    found = query('def f(q):\n    requests.get(f"{SUPABASE_URL}/rest/v1/items?id=eq.1&{q}", headers=H)')
    assert (table(found), found.select, column_names(found)) == ("items", (None,), ["id", None])
    found = query('def f(p):\n    requests.get(f"{SUPABASE_URL}/rest/v1/items", params={"id": p, **p}, headers=H)')
    assert (found.select, column_names(found)) == ((None,), ["id", None])


def test_an_address_to_which_a_query_may_be_added_has_one() -> None:
    body = """
def rest_url(path, query=None):
    if not query:
        return f"{SUPABASE_URL}/rest/v1/{path}"
    return f"{SUPABASE_URL}/rest/v1/{path}?{urlencode(query)}"
def drop(path, query=None):
    return requests.delete(rest_url(path, query), headers=H)
drop("items", {"id": "eq.1"})
"""
    assert column_names(query(body)) == ["id"]
    assert column_names(query(body.replace(', {"id": "eq.1"}', ""))) == []


def test_rows_are_followed_to_their_keys() -> None:
    body = """
def rows():
    answer = requests.get(f"{SUPABASE_URL}/rest/v1/items?select=*", headers=H)
    if answer.status_code != 200:
        print(answer.json()["message"])
        return []
    return answer.json()
for row in rows():
    print(row["title"])
first = requests.get(f"{SUPABASE_URL}/rest/v1/items?select=*", headers=H).json()[0]["price"]
"""
    assert sorted(read.key.value for item in queries(body) for read in item.reads) == ["price", "title"]


def test_one_row_is_asked_for_by_a_header() -> None:
    body = """
answer = requests.get(f"{SUPABASE_URL}/rest/v1/items?id=eq.1", headers={"Accept": "application/vnd.pgrst.object+json"})
if answer.status_code != 200:
    print(answer.json()["message"])
print(answer.json()["title"])
"""
    found = query(body)
    assert (found.calls, [read.key.value for read in found.reads]) == (("single", "execute"), ["title"])


def findings(truth: Schema, body: str) -> list[Finding]:
    claim = Schema(queries=tuple(queries(body)))
    return list(judge(truth, claim, schemas=SHOP.schemas, postgrest=SHOP).findings)


def errors(truth: Schema, body: str) -> set[str]:
    return {finding.code for finding in findings(truth, body) if finding.severity is Severity.ERROR}


@pytest.fixture(scope="module")
def shop(postgres: Server) -> Iterator[Schema]:
    dsn = postgres.create_database("over_http")
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute((ROOT / "tests" / "sql" / "requests.sql").read_bytes())
        yield read(dsn)
    finally:
        postgres.drop_database("over_http")


GET = 'requests.get(f"{{SUPABASE_URL}}/rest/v1/{}", headers=H)'
GOOD = (
    "items?select=id,title,people!items_seller(name)&id=eq.1&order=price.desc.nullslast&limit=1",
    "items?select=id, title",
    "items?select=*&or=(id.eq.1,and(title.is.null,price.gt.2))",
    "items?state=eq.sold&tags=cs.{a,b}&data->>a=eq.b",
    "items?title=eq.null&key=not.is.null",
    "people?name=ilike.*a*",
    "items?not.and=(id.eq.1,title.eq.a)&limit=x",
    "items?select=*,people!items_seller(name)&people.order=name&people.limit=1&people.or=(id.eq.1,name.eq.a)",
    "items?select=id:title,%20title&title=in.(%22a,b%22,c)",
    "rpc/find_items?query=a",
    "rpc/find_items?query=a&most=1&id=eq.1&select=id",
)
BAD = (
    ("nothing?select=*", "REL001"),
    ("items?select=id,tite", "COL001"),
    ("items?tite=eq.1", "COL001"),
    ("items?select=id&order=tite.desc", "COL001"),
    ("items?or=(id.eq.1,tite.eq.2)", "COL001"),
    ("items?or=id.eq.1", "QRY001"),
    ("items?select=id,%0Atitle", "QRY001"),
    ("items?select=id,", "QRY001"),
    ("items?people.order=name", "LNK003"),
    ("items?id=1", "QRY001"),
    ("items?id=equals.1", "QRY001"),
    ("items?order=id.descending", "QRY001"),
    ("items?id=eq.a", "QRY006"),
    ("items?select=id,labels_of(label)", "LNK001"),
    ("items?select=id title", "COL001"),
    ("rpc/find_items?text=a", "RPC002"),
    ("rpc/find_nothing", "RPC001"),
)


MERGE = {"Prefer": "resolution=merge-duplicates"}
WRITES: tuple[tuple[str, str, dict[str, str], object, str], ...] = (
    ("post", "notes", {}, {"body": "a"}, ""),
    ("post", "notes", {}, {"bodi": "a"}, "COL001"),
    ("post", "notes", {}, [{"body": "a"}, {"body": "b", "item": None}], "QRY020"),
    ("post", "people", {}, {"id": 9}, "COL002"),
    ("post", "people?select=ide", {}, {"id": 9, "name": "a"}, ""),
    ("post", "people?select=ide", {"Prefer": "return=representation"}, {"id": 9, "name": "a"}, "COL001"),
    ("post", "people?on_conflict=name", {}, {"id": 9, "name": "a"}, ""),
    ("post", "people?on_conflict=name", MERGE, {"id": 9, "name": "a"}, "KEY001"),
    ("post", "people?on_conflict=email", MERGE, {"id": 9, "name": "a"}, ""),
    ("patch", "people?id=eq.1", {}, {"name": None}, "NUL003"),
    ("patch", "people?ide=eq.1", {}, {"name": "a"}, "COL001"),
    ("delete", "notes?bodi=eq.a", {}, None, "COL001"),
    ("post", "rpc/find_items", {}, {"query": "a"}, ""),
    ("post", "rpc/find_items", {}, {"text": "a"}, "RPC002"),
)


@pytest.mark.parametrize(("method", "path", "headers", "body", "code"), WRITES)
def test_what_is_written(shop: Schema, method: str, path: str, headers: object, body: object, code: str) -> None:
    send = f'requests.{method}(f"{{SUPABASE_URL}}/rest/v1/{path}", headers={headers}, json={body})'
    assert errors(shop, send) == ({code} if code else set())


@pytest.mark.parametrize("path", GOOD)
def test_what_the_server_takes_is_left_alone(shop: Schema, path: str) -> None:
    assert errors(shop, GET.format(path)) == set()


@pytest.mark.parametrize(("path", "code"), BAD)
def test_what_the_server_refuses_is_found(shop: Schema, path: str, code: str) -> None:
    assert errors(shop, GET.format(path)) == {code}


def test_a_logic_text_without_parentheses_is_told_as_it_is_written(shop: Schema) -> None:
    (found,) = findings(shop, GET.format("items?or=id.eq.1"))
    assert (found.message, found.help) == (
        'the or_ text "id.eq.1" does not parse: expected "(" at character 1',
        "put the conditions in parentheses: or=(id.eq.1,name.is.null)",
    )


def test_rows_with_different_keys_are_refused(shop: Schema) -> None:
    send = 'requests.post(f"{{SUPABASE_URL}}/rest/v1/notes", headers=H, json=[{}, {{"body": "b"}}])'
    assert errors(shop, send.format('{"body": "a", "item": 1}')) == {"QRY020"}
    assert errors(shop, send.format('{"body": "a"}')) == set()


LOOK = """
for name in ("items", "nothing"):
    answer = requests.get(f"{SUPABASE_URL}/rest/v1/{name}?select=*&limit=1", headers=H)
    IF
"""


@pytest.mark.parametrize(
    ("test", "meant"),
    [
        ("if answer.status_code == 200:\n        print(name)\n    else:\n        print('no', name)", True),
        ("if answer.ok:\n        print(name)", True),
        ("if answer.status_code != 200:\n        raise ValueError(answer.text)", False),
        ("print(answer.json()[0])", False),
    ],
)
def test_what_only_looks_whether_a_table_is_there_may_fail(shop: Schema, test: str, meant: bool) -> None:
    assert errors(shop, LOOK.replace("IF", test)) == (set() if meant else {"REL001"})


AGAIN = """
def save(row):
    answer = requests.post(f"{SUPABASE_URL}/rest/v1/notes", json={"body": row, "weight": 1}, headers=H)
    IF
"""


@pytest.mark.parametrize(
    ("test", "meant"),
    [
        ("if answer.status_code >= 400:\n        SEND", True),
        ("if not answer.is_success:\n        SEND", True),
        ("if answer.status_code in (200, 201):\n        return True\n    else:\n        SEND", True),
        ("if 'PGRST204' in answer.text and answer.status_code == 400:\n        print('old')", True),
        ("if answer.status_code == 200:\n        SEND", False),
        ("if answer.status_code >= 400:\n        print(answer.text)", False),
    ],
)
def test_what_is_sent_again_with_less_where_it_is_refused_may_fail(shop: Schema, test: str, meant: bool) -> None:
    send = 'requests.post(f"{SUPABASE_URL}/rest/v1/notes", json={"body": row}, headers=H)'
    assert errors(shop, AGAIN.replace("IF", test.replace("SEND", send))) == (set() if meant else {"COL001"})


CLEANED = """
def clean(given):
    IF
    return str(given).strip()
def ask(given):
    return requests.get(f"{SUPABASE_URL}/rest/v1/notes?item=eq.{WHAT}&select=body", headers=H)
"""


@pytest.mark.parametrize(
    ("test", "what", "wrong"),
    [
        ("if not given: return ''", "clean(given)", False),
        ("if not given: return ''", "''", True),
        ("return ''", "clean(given)", True),
        ("return 'none' if given else 'all'", "clean(given)", True),
    ],
)
def test_a_value_that_a_filter_may_have_beside_any_other_is_not_judged(
    shop: Schema, test: str, what: str, *, wrong: bool
) -> None:
    code = CLEANED.replace("IF", test).replace("WHAT", what)
    assert errors(shop, code) == ({"QRY006"} if wrong else set())
