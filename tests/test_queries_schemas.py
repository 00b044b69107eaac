"""Which schema a chain's table is looked up in: said in the chain, by the client it starts on, or not known."""

from __future__ import annotations

import pytest

from tests.flowing import queries, table

HEAD = "from supabase import ClientOptions\nmade = ClientOptions(schema='app')\n"
ASK = "c.table('t').select('*').execute()"


def schemas(body: str) -> list[tuple[str | None, bool]]:
    found = queries(HEAD + body)
    assert {table(item) for item in found} == {"t"}
    return [(item.schema.value if item.schema and item.schema.whole else None, item.schema_known) for item in found]


@pytest.mark.parametrize(
    "body",
    [
        f"c = create_client(1, 2, options=ClientOptions(schema='app'))\n{ASK}",
        f"c = create_client(1, 2, made)\n{ASK}",
        f"from supabase import acreate_client as make\nasync def f():\n    c = await make(1, 2, made)\n    await {ASK}",
        f"def get() -> Client:\n    return create_client(1, 2, made)\nc = get()\n{ASK}",
        f"import fastapi\ndef get():\n    return create_client(1, 2, made)\ndef f(c=fastapi.Depends(get)):\n    {ASK}",
        f"from postgrest import SyncPostgrestClient\nc = SyncPostgrestClient('x', schema='app')\n{ASK}",
        "c = db.postgrest.schema('app')\nc.from_('t').select('*').execute()",
        "app = db.schema('app')\napp.table('t').select('*').execute()",
        "S = 'app'\ndb.schema(S).rpc('t').execute()",
        "c = create_client(1, 2, ClientOptions(schema='other'))\nc.schema('app').table('t').select('*').execute()",
    ],
)
def test_the_chain_or_its_client_says_the_schema(body: str) -> None:
    assert schemas(body) == [("app", True)]


@pytest.mark.parametrize("given", ["name", "schema=name"])
def test_callers_say_the_schema_by_place_or_by_name(given: str) -> None:
    calls = f"def f(name):\n    return db.schema({given}).table('t').select('*').execute()\nf('app')\nf('other')"
    assert schemas(calls) == [("app", True), ("other", True), (None, False)]


@pytest.mark.parametrize("client", ["create_client(1, 2)", "create_client(1, 2, ClientOptions())"])
def test_a_client_that_is_made_for_none_has_the_servers_first(client: str) -> None:
    assert schemas(f"c = {client}\n{ASK}") == [(None, True)]


@pytest.mark.parametrize(
    "body",
    [
        f"c = create_client(1, 2, ClientOptions(schema=given))\n{ASK}",
        f"c = create_client(1, 2, made) if x else create_client(1, 2)\n{ASK}",
        f"def f(c: Client):\n    {ASK}\nf(create_client(1, 2, made))",
        "db.schema(given).table('t').select('*').execute()",
    ],
)
def test_of_one_that_may_be_another_nothing_is_known(body: str) -> None:
    assert schemas(body) == [(None, False)]


@pytest.mark.parametrize("said", ["", "from supabase import ClientOptions\nmade = ClientOptions(schema='public')\n"])
def test_a_client_from_anywhere_has_the_first_where_none_is_made_for_another(said: str) -> None:
    (found,) = queries(f"{said}def f(c: Client):\n    {ASK}")
    assert found.schema_known


PLAIN = "os.getenv('SUPABASE_URL')"
SPORTS = "os.getenv('SPORTS_SUPABASE_URL')"


@pytest.mark.parametrize(
    ("body", "apart"),
    [
        (f"c = create_client({PLAIN}, 2)\n{ASK}", ""),
        (f"c = create_client(supabase_key=2, supabase_url={SPORTS})\n{ASK}", "sports"),
        (f"URL = os.environ['SPORTS_SUPABASE_URL']\nc = create_client(URL, 2)\ndef f():\n    {ASK}", "sports"),
        (f"c = create_client(settings.next_public_supabase_url, 2)\n{ASK}", ""),
        (f"c = create_client({SPORTS} or {PLAIN}, 2)\n{ASK}", ""),
        (f"c = create_client({SPORTS} if x else os.getenv('CRM_SUPABASE_URL'), 2)\n{ASK}", None),
        (f"c = create_client('https://abc.supabase.co', 2)\n{ASK}", None),
        (f"def f(c: Client):\n    {ASK}", None),
        (f"c = create_client({SPORTS}, 2) if x else create_client({PLAIN}, 2)\n{ASK}", None),
        (
            "class Store:\n    def __init__(self, url=None):\n"
            f"        self.url = url or {SPORTS}\n        self.c = None\n        self.connect()\n"
            "    def connect(self):\n        self.c = create_client(self.url, 2)\n"
            f"    def ask(self):\n        self.{ASK}",
            "sports",
        ),
    ],
)
def test_a_query_knows_how_the_address_of_its_server_is_called(body: str, apart: str | None) -> None:
    assert [item.apart for item in queries(f"import os\n{body}")] == [apart]
