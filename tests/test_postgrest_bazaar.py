"""Types, values, calls, writes and odd names: what is said of them, and what a real PostgREST says."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from random import Random

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from postgrest import APIError, SyncPostgrestClient

from pgconform.embedded import Server
from pgconform.finding import Severity
from pgconform.pairs.world import World
from pgconform.postgrest.cache import cache_of
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.literals import readable
from pgconform.postgrest.values import too_large, too_long
from pgconform.schema import Schema
from pgconform.shape import Array, Scalar, Type
from pgconform.sources.postgres import read
from tests.bazaar import MADE, SCHEMA, added
from tests.chains import Ground
from tests.conftest import ROOT
from tests.postgrest_server import postgrest
from tests.requests import errors, findings

CONFIG = PostgrestConfig(schemas=(SCHEMA,), extra_search_path=("helpers",), version="12.0.2")
NEW = replace(CONFIG, version="13")
ADDING = replace(CONFIG, aggregates=True)
SILENT = frozenset({"QRY007", "QRY008", "QRY013", "QRY003", "QRY002", "REL005"})
"""What no answer tells of."""
OF_ROWS = frozenset({"NUL003", "QRY006", "ENM002"})
"""What an update fails with only where there is a row to update."""
BUSY = "PGRST00"
"""How the codes begin with which a server says that its database does not answer in time."""
OF_DATA = frozenset({"23502", "23503", "23505", "23514", "23P01", "21000", "44000", "PGRST116", "P0001"})


@pytest.fixture(scope="module")
def database(postgres: Server) -> Iterator[str]:
    dsn = postgres.create_database("bazaar")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute((ROOT / "tests" / "sql" / "bazaar.sql").read_bytes())
    yield dsn
    postgres.drop_database("bazaar")


@pytest.fixture(scope="module")
def truth(database: str) -> Schema:
    return read(database)


@pytest.fixture(scope="module")
def client(database: str) -> Iterator[SyncPostgrestClient]:
    with served(database) as client:
        yield client


@pytest.fixture(scope="module")
def adding(database: str) -> Iterator[SyncPostgrestClient]:
    """The same with aggregates allowed."""
    with served(database, db_aggregates_enabled="true") as client:
        yield client


@contextlib.contextmanager
def served(database: str, **config: str) -> Iterator[SyncPostgrestClient]:
    with psycopg.connect(database) as connection:
        [role] = connection.execute("select current_user::text").fetchone() or [""]
    config |= {"db_tx_end": "rollback", "db_extra_search_path": "helpers"}
    with postgrest(database, SCHEMA, anonymous=role, **config) as server:
        yield SyncPostgrestClient(server.url, schema=SCHEMA, http_client=httpx.Client(base_url=server.url))


@pytest.fixture(scope="module")
def ground(truth: Schema) -> Ground:
    relations = {item.name: item for item in truth.relations if item.schema == SCHEMA}
    functions = tuple(item for item in truth.functions if item.schema == SCHEMA)
    return Ground(cache_of(World(truth, CONFIG.schemas), CONFIG), SCHEMA, relations, functions)


def answer(client: SyncPostgrestClient, chain: str) -> str:
    """The server's error code, "" where it answers; "22" and more where it hangs on literals."""
    code = BUSY
    while code.startswith(BUSY):
        try:
            eval(chain, {"client": client})
        except APIError as error:
            code = "22P02" if "in ts" in (error.message or "") else error.code or "?"
        else:
            return ""
    return code


def agree(client: SyncPostgrestClient, truth: Schema, chain: str) -> None:
    code, said = answer(client, chain), errors(truth, chain, CONFIG)
    if not code:
        said -= SILENT | (OF_ROWS if ".update(" in chain else frozenset())
        assert not said, chain
    elif code not in OF_DATA and not code.startswith("22"):
        assert said, (chain, code)


@pytest.mark.parametrize("made", MADE)
@settings(max_examples=250, derandomize=True, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_verdict_and_server_agree(
    client: SyncPostgrestClient,
    truth: Schema,
    ground: Ground,
    made: Callable[[Random, Ground], str],
    random: Random,
) -> None:
    agree(client, truth, made(random, ground))


@settings(max_examples=600, derandomize=True, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_no_aggregate_is_called_wrong_that_the_server_takes(
    adding: SyncPostgrestClient, truth: Schema, ground: Ground, random: Random
) -> None:
    chain = added(random, ground)
    if not answer(adding, chain):
        assert not errors(truth, chain, ADDING) - SILENT, chain


SUMS = [
    ("a", "id,code.count()", "name", "", ""),
    ("a", "x:id,count()", "name", "", ""),
    ("a", "id->0,code.count()", "name", "", ""),
    ("a", "name->0,count()", "code", "42803", "QRY033"),
    ("un", "id,count(),id->0::text", "id", "", ""),
    ("a", "n:name,n:code,count()", "id", "42702", "QRY033"),
    ("secret_link", "...mat(count(),count())", "a", "", ""),
    ("secret_link", "...d_rule(x.min(),val.min())", "a", "", ""),
    ("secret_link", "...d_rule(x,x)", "a", "42702", "LNK008"),
]


@pytest.mark.parametrize(("table", "select", "order", "code", "rule"), SUMS)
def test_what_stands_beside_an_aggregate(
    adding: SyncPostgrestClient, truth: Schema, table: str, select: str, order: str, code: str, rule: str
) -> None:
    by = "" if select.startswith("...") else f".order({order!r})"
    chain = f"client.table({table!r}).select({select!r}){by}.execute()"
    assert (answer(adding, chain), errors(truth, chain, ADDING) - {"QRY032"}) == (code, {rule} if rule else set())


GOOD = [
    "client.table('kinds').select('id').contains('r4', '[1,2)').execute()",
    "client.table('kinds').select('id').contains('mr', '{[1,3)}').execute()",
    "client.table('kinds').select('id').eq('tz', '20200131').execute()",
    "client.table('kinds').select('id').eq('tm', '1230').execute()",
    "client.table('kinds').select('id').fts('t', \"'two words' & one\").execute()",
    "client.table('kinds').select('id').fts('tv', 'a & !(b | c)').execute()",
    "client.table('kinds').select('id').plfts('tv', 'two words').execute()",
    "client.table('kinds').select('id').in_('pr', []).execute()",
    "client.table('kinds').select('id').order('pr').execute()",
    "client.table('a').select('count').order('count').execute()",
    "client.table('a').select('id').select('nothing').execute()",
    "client.table('a').select('id').limit(-1).limit(3).execute()",
    "client.table('a').select('id').range(0, -1).execute()",
    "client.table('a').select('id').limit(-1).offset(1).execute()",
    "client.table('a').select('id,kids(id)').range(1, -1, foreign_table='kids').execute()",
    "client.rpc('set_a', {'lim': 'x'}).limit(0).execute()",
    "client.rpc('writes_a', {'nm': 'x'}, get=True).limit(0).execute()",
    "client.rpc('vari', {'xs': [1, 2]}).execute()",
    "client.rpc('vari', {'xs': 1}, get=True).execute()",
    "client.rpc('vari2', {'first': 'a', 'rest': ['b']}).execute()",
    "client.rpc('one_out', {'x': 1}).select('y').execute()",
    "client.rpc('takes_jsonb_named', {'body': 1, 'other': 2}).execute()",
    "client.rpc('typed', {'p': {'a': 1, 'b': 'x'}, 'n': 2.5}).execute()",
    "client.table('Odd Table').select('\"First Name\",\"a,b\",\"dotted.col\"').eq('a,b', 1).order('\"x:y\"').execute()",
]


@pytest.mark.parametrize("chain", GOOD)
def test_nothing_is_said_of_what_the_server_takes(client: SyncPostgrestClient, truth: Schema, chain: str) -> None:
    assert (answer(client, chain), errors(truth, chain, CONFIG)) == ("", set())


BAD = [
    ("client.table('kinds').select('id').eq('pr', '(1,a)').execute()", "QRY005", "0A000"),
    ("client.table('kinds').select('id').is_('pr', True).execute()", "QRY005", "42804"),
    ("client.table('kinds').select('id').filter('at', 'eq(any)', '{a}').execute()", "QRY005", "42704"),
    ("client.table('kinds').select('id').contains('r4', '3').execute()", "QRY006", "22P02"),
    ("client.table('kinds').select('id').range_gt('r4', (5, 1)).execute()", "QRY006", "22000"),
    ("client.table('kinds').select('id').sl('mr', (1, 3)).execute()", "QRY006", "22P02"),
    ("client.table('kinds').select('id').overlaps('rd', '[a,b)').execute()", "QRY006", "22007"),
    ("client.table('kinds').select('id').contains('ab', [1, 2]).execute()", "QRY006", "22P02"),
    ("client.table('kinds').select('id').eq('tz', 1700000000).execute()", "QRY006", "22"),
    ("client.table('kinds').select('id').eq('iv', '').execute()", "QRY006", "22007"),
    ("client.table('kinds').select('id').eq('ip', 'localhost').execute()", "QRY006", "22P02"),
    ("client.table('kinds').select('id').not_.lt('i2', None).execute()", "QRY006", "22P02"),
    ("client.table('kinds').select('id').fts('t', 'two words').execute()", "QRY006", "42601"),
    ("client.table('kinds').select('id').text_search('tv', 'a &').execute()", "QRY006", "42601"),
    ("client.table('kinds').select('id').or_('tv.fts.a b').execute()", "QRY006", "42601"),
    ("client.table('kinds').insert({'n52': 123456.7}).execute()", "QRY006", "22003"),
    ("client.table('kinds').insert({'avc': ['abcd']}).execute()", "QRY006", "22001"),
    ("client.table('kinds').insert({'pr': [1, 'a']}).execute()", "QRY006", "22"),
    ("client.table('kinds').insert({'ai': {'a': 1}}).execute()", "QRY006", "22P02"),
    ("client.table('a').select('id::mood').execute()", "QRY012", "42846"),
    ("client.table('a').select('data->k::pair').execute()", "QRY012", "42846"),
    ("client.table('a').select('count::bool').execute()", "QRY012", "42846"),
    ("client.table('a').select('id').order('count').execute()", "QRY033", "42803"),
    ("client.table('a').select('id').limit(-1).execute()", "QRY035", "PGRST103"),
    ("client.table('a').select('id').limit(0).offset(5).execute()", "QRY035", "PGRST103"),
    ("client.table('a').select('id').range(2, 1).execute()", "QRY035", "PGRST103"),
    ("client.rpc('set_a', {'lim': 'x'}).limit(1).execute()", "RPC006", "22P02"),
    ("client.table('a').select('id,kids(id)').range(5, 2, foreign_table='kids').execute()", "QRY035", "2201W"),
    ("client.table('a').insert({'id': 9, 'name': 'x'}).select('count').execute()", "QRY016", "42803"),
    ("client.table('a').upsert({'id': 1, 'name': 'x'}, on_conflict='count').execute()", "COL001", "42703"),
    ("client.table('a').select('nothing').select('id').execute()", "COL001", "42703"),
    (
        "client.table('b_trig').upsert({'id': None, 'a_id': 1, 'name': 'x'}, on_conflict='id').execute()",
        "KEY001",
        "42P10",
    ),
    ("client.table('b_trig').upsert({'id': None, 'a_id': 1, 'name': 'x'}).execute()", "KEY001", "42P10"),
    ("client.rpc('vari', {'xs': [1]}, get=True).execute()", "RPC006", "22P02"),
    ("client.rpc('vari', {'xs': 1}).execute()", "RPC006", "22P02"),
    ("client.rpc('vari2', {'first': 'a'}).execute()", "RPC002", "42883"),
    ("client.rpc('poly', {'x': 1}).execute()", "RPC006", "42P16"),
    ("client.rpc('add', {'x': None}, get=True).execute()", "RPC006", "22P02"),
    ("client.rpc('typed', {'p': 3}).execute()", "RPC006", "22"),
    ("client.rpc('takes_jsonb_named', {'other': 2}).execute()", "RPC002", "42883"),
    ("client.rpc('set_int', {}).select('count').execute()", "COL001", "42703"),
    ("client.table('a').select('id').is_('code', 'not_null').execute()", "QRY001", "PGRST100"),
    ("client.table('a').select('id').or_('code.is.not_null,id.eq.1').execute()", "QRY001", "PGRST100"),
]


@pytest.mark.parametrize(("chain", "rule", "code"), BAD)
def test_what_the_server_refuses_is_an_error_that_says_its_code(
    client: SyncPostgrestClient, truth: Schema, chain: str, rule: str, code: str
) -> None:
    said = [item for item in findings(truth, chain, CONFIG) if item.severity is Severity.ERROR and item.code == rule]
    assert said
    answered = "22P02" if code == "42601" else code
    assert answer(client, chain).startswith(answered)
    assert len(code) == 2 or any(code in item.consequence for item in said)


@pytest.mark.parametrize(
    ("chain", "old", "new"),
    [
        ("client.table('a').select('id').is_('code', 'not_null').execute()", {"QRY001"}, set()),
        ("client.table('a').update({'name': 'x'}).eq('id', 1).order('nothing').execute()", set(), {"COL001"}),
        (
            "client.table('a').update({'name': 'x'}).eq('id', 1).limit(1).order('nothing').execute()",
            {"COL001"},
            {"COL001"},
        ),
        ("client.table('a').update({'name': 'x'}).eq('id', 1).limit(-1).order('id').execute()", {"QRY035"}, set()),
    ],
)
def test_the_servers_version_decides(truth: Schema, chain: str, old: set[str], new: set[str]) -> None:
    assert (errors(truth, chain, CONFIG), errors(truth, chain, NEW)) == (old, new)


def test_json_has_a_null_of_its_own(truth: Schema) -> None:
    for column, severity in (("jb", Severity.WARNING), ("jb->a", Severity.WARNING), ("jb->>a", Severity.ERROR)):
        chain = f"client.table('kinds').select('id').eq('{column}', None).execute()"
        assert [(item.code, item.severity) for item in findings(truth, chain, CONFIG)] == [("QRY007", severity)]


KINDS: list[tuple[str, Type]] = [
    *((kind, Scalar(kind)) for kind in (
        "date", "time", "timetz", "timestamp", "timestamptz", "interval", "inet", "cidr", "macaddr", "macaddr8",
        "point", "box", "circle", "lseg", "line", "path", "polygon", "varbit", "pg_lsn", "tsquery", "oid", "int4range",
        "numrange", "daterange", "tstzrange", "int4multirange",
    )),
    ("date[]", Array(Scalar("date"))),
]  # fmt: skip


@settings(max_examples=600, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    text=st.one_of(
        st.text(st.sampled_from("0123456789"), min_size=1, max_size=15),
        st.text(st.sampled_from("0123456789-:/. TZ+P"), max_size=12),
        st.text(st.sampled_from("0123456789,()[]{}<>.einfat"), max_size=14),
        st.text(st.sampled_from("ab &|!()'*:"), max_size=9),
        st.text(st.sampled_from("0123456789abcdef:./-"), max_size=18),
    ),
    kind=st.sampled_from(KINDS),
)
def test_no_text_is_called_wrong_that_postgres_reads(database: str, text: str, kind: tuple[str, Type]) -> None:
    spelled, type_ = kind
    if readable(text, type_) is False:
        with psycopg.connect(database, autocommit=True) as connection, pytest.raises(psycopg.Error):
            connection.execute(f"select %s::text::{spelled}".encode(), (text,))


@given(
    value=st.one_of(
        st.integers(-2000, 2000), st.floats(-2000, 2000), st.sampled_from(["NaN", "999.994", "999.995", "x"])
    ),
    size=st.tuples(st.integers(1, 5), st.integers(-2, 6)),
)
@settings(max_examples=200, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_number_is_too_large_where_postgres_says_so(database: str, value: float | str, size: tuple[int, int]) -> None:
    code = ""
    with psycopg.connect(database, autocommit=True) as connection:
        try:
            connection.execute(
                f"select * from json_to_record(%s) as x(v numeric({size[0]},{size[1]}))".encode(),
                (json.dumps({"v": value}),),
            )
        except psycopg.Error as error:
            code = error.sqlstate or "?"
    assert too_large(value, Scalar("numeric", size)) == (code == "22003")


def test_elements_can_be_too_long() -> None:
    assert too_long(["abc", ["abcd"]], Array(Scalar("varchar", (3,))))
    assert not too_long(["abc"], Array(Scalar("varchar", (3,))))
