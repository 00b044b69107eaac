"""Whole requests beside a schema: what is said of them, and of what nothing is said."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from msgspec.structs import replace

from pgconform.check import judge
from pgconform.embedded import Server
from pgconform.finding import Severity
from pgconform.postgrest.config import PostgrestConfig
from pgconform.request import HOLE, Filter, Operand, Query, Text
from pgconform.schema import Argument, Function, Schema, Trigger, Unread
from pgconform.shape import Scalar
from pgconform.sources.postgres import read
from tests.conftest import ROOT
from tests.flowing import queries
from tests.requests import SHOP, codes, errors, findings, parse_chain


@pytest.fixture(scope="module")
def shop(postgres: Server) -> Iterator[Schema]:
    dsn = postgres.create_database("requests")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute((ROOT / "tests" / "sql" / "requests.sql").read_bytes())
    yield read(dsn)
    postgres.drop_database("requests")


GOOD = [
    "c.table('items').select('*').execute()",
    "c.table('items').select('').execute()",
    "c.table('items').select('id, title, data->a->>b, made:price::text, key::text').execute()",
    "c.table('items').select('id, label_count').gt('label_count', 1).order('label_count').execute()",
    "c.table('items').select('ctid, id').execute()",
    "c.table('items').select('count').execute()",
    "c.table('items').select('count, seller!inner()').execute()",
    "c.table('items').select('id, items_seller(name), buyer(name), labels(label)').execute()",
    "c.table('items').select('*, owner:people!items_seller!inner(*, friend(name))').eq('owner.name', 'a').execute()",
    "c.table('items').select('*, people!items_seller(name)').order('people(name)').execute()",
    "c.table('items').select('*, seller()').is_('seller', None).execute()",
    "c.table('items').select('*, labels(label)').order('label', foreign_table='labels').execute()",
    "c.table('items').select('*, labels(label)').limit(1, foreign_table='labels').execute()",
    "c.table('items').select('*, labels(label)').or_('label.eq.a,id.gt.3', reference_table='labels').execute()",
    "c.table('items').select('id').or_('title.ilike.*a*,and(price.gt.1,state.eq.sold)').execute()",
    "c.table('items').select('id').contains('tags', ['a']).overlaps('tags', ['b']).execute()",
    "c.table('items').select('id').contains('data', {'a': 1}).execute()",
    "c.table('items').select('id').range_gt('size', (1, 5)).execute()",
    "c.table('items').select('id').is_('active', True).not_.is_('key', None).execute()",
    "c.table('items').select('id').in_('state', ['sold', 'gone']).execute()",
    "c.table('items').select('id').order('data->>rank').execute()",
    "c.table('items').insert({'title': 'a', 'seller': 1}).execute()",
    "c.table('items').insert([{'title': 'a', 'seller': 1}, {'title': 'b', 'seller': 2}]).execute()",
    "c.table('items').insert([]).execute()",
    "c.table('items').upsert({'title': 'a', 'seller': 1}, on_conflict='title,seller').execute()",
    "c.table('people').upsert({'id': 1, 'name': 'a'}).execute()",
    "c.table('items').update({'price': '3.50', 'tags': ['x'], 'data': [1]}).eq('id', 1).execute()",
    "c.table('items').update({'title': 'a'}).eq('id', 1).select('id, seller(name)').execute()",
    "c.table('items').delete().eq('id', 1).execute()",
    "c.table('open_items').select('id, seller(name), item_labels(label)').execute()",
    "c.table('open_items').insert({'title': 'a', 'seller': 1}).execute()",
    "c.table('events').select('id').execute()",
    "c.rpc('find_items', {'query': 'a'}).select('id, title, labels(label)').order('title').execute()",
    "c.rpc('find_items', {'query': 'a', 'most': 3}, get=True).execute()",
    "c.rpc('totals_of', {'person': 1}).select('number').gt('number', 3).execute()",
    "c.rpc('anything', {'what': 'ever'}).execute()",
    "c.rpc('find_items', {'query': 'a'}).order('title').execute()",
    "c.rpc('answer', {}).execute()",
    "c.schema('shop').table('items').select('id').execute()",
]


@pytest.mark.parametrize("chain", GOOD)
def test_nothing_is_said_of_a_good_request(shop: Schema, chain: str) -> None:
    assert codes(shop, chain) == set()


BAD = [
    ("c.table('item').select('*').execute()", "REL001"),
    ("c.table('shop.items').select('*').execute()", "REL001"),
    ("c.table('events_2024').select('*').execute()", "REL005"),
    ("c.schema('nowhere').table('items').select('*').execute()", "QRY004"),
    ("c.table('items').select('titel').execute()", "COL001"),
    ("c.table('items').select('*').eq('titel', 'a').execute()", "COL001"),
    ("c.table('items').select('*').order('titel').execute()", "COL001"),
    ("c.table('items').select('*').or_('titel.eq.a').execute()", "COL001"),
    ("c.table('items').select('*').eq('count', 1).execute()", "COL001"),
    ("c.table('items').select('seller(nam)').execute()", "COL001"),
    ("c.table('items').select('*, seller(*)').eq('seller.nam', 'a').execute()", "COL001"),
    ("c.table('items').select('*, seller(*)').eq('seller', 3).gt('sellers', 1).execute()", "COL001"),
    ("c.table('items').insert({'title': 'a', 'seller': 1, 'colour': 'red'}).execute()", "COL001"),
    ("c.table('items').insert({'title': 'a'}).execute()", "COL002"),
    ("c.table('open_items').insert({'title': 'a'}).execute()", "COL002"),
    ("c.table('items').insert([{'title': 'a', 'seller': 1}, {'seller': 2}]).execute()", "COL002"),
    (
        "c.table('items').insert([{'title': 'a', 'seller': 1}, {'seller': 2}], default_to_null=False).execute()",
        "COL002",
    ),
    ("c.table('items').upsert([{'title': 'a', 'seller': 1}, {'title': 'b'}]).execute()", "COL002"),
    ("c.table('items').insert({'title': 'a', 'seller': 1, 'id': 3}).execute()", "COL004"),
    ("c.table('items').update({'doubled': 3}).eq('id', 1).execute()", "COL004"),
    ("c.table('items').update({'state': 'lost'}).eq('id', 1).execute()", "ENM002"),
    ("c.table('items').update({'title': None}).eq('id', 1).execute()", "NUL003"),
    ("c.table('items').update({'key': 'abc'}).eq('id', 1).execute()", "QRY006"),
    ("c.table('people').update({'email': 'much too long for twenty'}).eq('id', 1).execute()", "QRY006"),
    ("c.table('people').update({'friend': 3000000000}).eq('id', 1).execute()", "QRY006"),
    ("c.table('items').upsert({'title': 'a', 'seller': 1}, on_conflict='title').execute()", "KEY001"),
    ("c.table('items').upsert({'title': 'a', 'seller': 1}, on_conflict='nope').execute()", "COL001"),
    ("c.table('items').upsert({'title': 'a', 'seller': 1}, on_conflict='(id)').execute()", "QRY001"),
    ("c.table('totals').insert({'seller': 1}).execute()", "REL004"),
    ("c.table('shelf').delete().eq('id', 1).execute()", "QRY023"),
    ("c.table('items').select('people(name)').execute()", "LNK002"),
    ("c.table('items').select('shelf(title)').execute()", "LNK001"),
    ("c.table('items').select('seller(shelf(title))').execute()", "LNK001"),
    ("c.table('items').insert({'title': 'a', 'seller': 1}).select('id, shelf(id)').execute()", "LNK001"),
    ("c.table('items').select('*').eq('seller.name', 'a').execute()", "LNK003"),
    ("c.table('items').select('*, seller(name)').order('name', foreign_table='sellers').execute()", "LNK003"),
    ("c.table('items').select('*').or_('name.eq.a', reference_table='seller').execute()", "LNK003"),
    ("c.table('items').select('*, labels(label)').order('labels(label)').execute()", "LNK004"),
    ("c.table('items').select('*, seller(id)').order('seller(name)').execute()", "LNK005"),
    ("c.table('items').select('seller(id), seller(name)').execute()", "LNK006"),
    ("c.table('items').select('...labels(id.sum())').execute()", "LNK007"),
    ("c.table('items').select('...seller(*, name)').execute()", "LNK008"),
    ("c.table('items').select('id,').execute()", "QRY001"),
    ("c.table('items').select('*').filter('id', 'equals', 1).execute()", "QRY001"),
    ("c.table('items').select('*').is_('id', 3).execute()", "QRY001"),
    ("c.table('items').select('*').order('id.desc.asc').execute()", "QRY001"),
    ("c.table('items').select('*').or_('(id.eq.1)').execute()", "QRY001"),
    ("c.table('items').select('*').or_('id.eq.1),price.gt.2,(id.eq.3').execute()", "QRY002"),
    ("c.table('items').select('*').eq('data->>a.b', 1).execute()", "QRY002"),
    ("c.table('items').select('*').eq('order', 1).execute()", "QRY003"),
    ("c.table('items').select('*').ilike('key', 'a%').execute()", "QRY005"),
    ("c.table('items').select('*').like('state', 'a%').execute()", "QRY005"),
    ("c.table('items').select('*').eq('raw', '{}').execute()", "QRY005"),
    ("c.table('items').select('*').in_('tags', ['a']).execute()", "QRY005"),
    ("c.table('items').select('*').is_('title', True).execute()", "QRY005"),
    ("c.table('items').select('*').range_gt('id', (1, 2)).execute()", "QRY005"),
    ("c.table('items').select('*').eq('key', 'abc').execute()", "QRY006"),
    ("c.table('items').select('*').eq('state', 'lost').execute()", "QRY006"),
    ("c.table('items').select('*').eq('tags', 'a').execute()", "QRY006"),
    ("c.table('items').select('*').eq('title', None).execute()", "QRY007"),
    ("c.table('items').select('*').neq('id', None).execute()", "QRY007"),
    ("c.table('items').select('*').in_('title', 'abc').execute()", "QRY008"),
    ("c.table('items').select('*').contains('data', ['a']).execute()", "QRY009"),
    ("c.table('items').select('*').order('raw').execute()", "QRY010"),
    ("c.table('items').select('*').order('spot').execute()", "QRY010"),
    ("c.table('items').select('price::numbr').execute()", "QRY011"),
    ("c.table('items').select('price::uuid').execute()", "QRY012"),
    ("c.table('items').select('state::int').execute()", "QRY012"),
    ("c.table('items').select(\"data->>'a'\").execute()", "QRY013"),
    ("c.table('items').select('data->>a->b').execute()", "QRY014"),
    ("c.table('items').select('price.sum()').execute()", "QRY015"),
    ("c.table('items').select('id, count').execute()", "QRY016"),
    ("c.table('items').delete().eq('seller', 1).limit(3).execute()", "QRY018"),
    ("c.table('items').select('*').not_.order('id').eq('id', 1).execute()", "QRY019"),
    (
        "c.table('items').insert([{'title': 'a', 'seller': 1}, {'title': 'b', 'seller': 1, 'tags': []}]).execute()",
        "QRY020",
    ),
    ("c.rpc('answer', {}).max_affected(1).execute()", "QRY024"),
    ("c.table('items').select('id, events_2024(id)').execute()", "LNK001"),
    ("c.rpc('find_item', {'query': 'a'}).execute()", "RPC001"),
    ("c.rpc('find_items', {'text': 'a'}).execute()", "RPC002"),
    ("c.rpc('find_items', {}).execute()", "RPC002"),
    ("c.rpc('anything', {'a': 1}, get=True).execute()", "RPC002"),
    ("c.rpc('twice', {'value': 1}).execute()", "RPC003"),
    ("c.rpc('find_items', {'query': 'eq.5'}, get=True).execute()", "RPC005"),
    ("c.rpc('totals_of', {'person': 'me'}).execute()", "RPC006"),
    ("c.rpc('totals_of', {'person': 1}).select('total').execute()", "COL001"),
    ("c.rpc('answer', {}).select('value').execute()", "COL001"),
    ("c.rpc('find_items', {'query': 'a'}).select('shelf(id)').execute()", "LNK001"),
    ("c.rpc('find_items', {'query': 'a'}).select('id, labels(label)').order('title').execute()", "QRY028"),
]


@pytest.mark.parametrize(("chain", "code"), BAD)
def test_what_surely_fails_is_an_error(shop: Schema, chain: str, code: str) -> None:
    assert code in errors(shop, chain)


MILD = [
    ("c.table('items').select('*').neq('title', None).execute()", "QRY007", Severity.WARNING),
    ("c.table('items').delete().execute()", "QRY017", Severity.WARNING),
    ("c.table('items').update({'title': 'a'}).execute()", "QRY017", Severity.WARNING),
    ("c.table('notes').upsert({'body': 'a'}).execute()", "QRY021", Severity.WARNING),
    ("c.table('items').select('*').eq('title', 'a').single().execute()", "QRY022", Severity.INFO),
    ("c.table('items').update({}).eq('nothing', 'a').execute()", "QRY026", Severity.WARNING),
    ("c.table('items').select('*').or_('id.eq.1)').execute()", "QRY002", Severity.WARNING),
    ("c.table('items').select('*').order('id.desc').execute()", "QRY001", Severity.WARNING),
    ("c.table('items').select('*').order('title,id.desc.nullslast').execute()", "QRY001", Severity.WARNING),
]


@pytest.mark.parametrize(("chain", "code", "severity"), MILD)
def test_what_can_go_wrong_is_less(shop: Schema, chain: str, code: str, severity: Severity) -> None:
    assert [(found.code, found.severity) for found in findings(shop, chain)] == [(code, severity)]


def test_a_limit_on_what_a_key_finds_changes_nothing(shop: Schema) -> None:
    assert codes(shop, "c.table('items').delete().eq('id', 1).limit(1).execute()") == set()


def test_settings_decide(shop: Schema) -> None:
    old = replace(SHOP, version="12.2")
    assert errors(shop, "c.table('items').select('id, ...labels(label)').execute()", old) == {"LNK007"}
    assert errors(shop, "c.table('items').select('*').filter('title', 'is', 'not_null').execute()") == set()
    assert errors(shop, "c.table('items').select('price.sum()').execute()", replace(SHOP, aggregates=True)) == set()
    plain = "c.table('items').select('*, owner:seller(name)').eq('seller.name', 'a').execute()"
    assert errors(shop, plain) == set()
    assert errors(shop, plain, replace(SHOP, legacy_target_names=False)) == {"LNK003"}


def test_a_schema_that_no_setting_speaks_of_is_only_doubted(shop: Schema) -> None:
    chain = "c.schema('shop').table('items').select('titel').execute()"
    found = findings(shop, chain, PostgrestConfig())
    assert {(item.code, item.severity) for item in found} == {
        ("QRY004", Severity.INFO),
        ("COL001", Severity.ERROR),
    }


def test_a_schema_that_the_truth_lacks_is_not_judged(shop: Schema) -> None:
    config = PostgrestConfig(schemas=("elsewhere",))
    assert findings(shop, "c.table('items').select('id').execute()", config) == []


@pytest.mark.parametrize(
    "query",
    [
        Query("select", None, select=(Text("id"),)),
        Query("select", Text(f"items_{HOLE}"), select=(Text("id"),)),
        Query("select", Text("items"), select=(Text(HOLE), Text("title"))),
        Query("select", Text("items"), select=(None,), filters=(Filter("eq", Text("labels.label"), Text("eq")),)),
        Query("select", Text("items"), select=(Text(f"id, {HOLE}"),), filters=(Filter("eq", Text("x.y"), Text("eq")),)),
        Query("select", Text("items"), select=(Text(f"id, {HOLE}(name)"),)),
        Query("select", Text("items"), select=(Text("id"),), filters=(Filter("eq", Text(f"{HOLE}_id"), Text("eq")),)),
        Query("select", Text("items"), select=(Text("id"),), filters=(Filter("filter", Text("id"), None),)),
        Query(
            "select", Text("items"), select=(Text("id"),), filters=(Filter("eq", Text("id"), Text("eq"), Operand()),)
        ),
        Query("select", Text("items"), schema=Text(HOLE), schema_known=False, select=(Text("nothing"),)),
    ],
)
def test_what_a_program_computes_is_counted_and_not_guessed(shop: Schema, query: Query) -> None:
    report = judge(shop, Schema(queries=(query,)), schemas=("shop",), postgrest=SHOP)
    assert [item for item in report.findings if item.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("schema", "why"),
    [(Text(HOLE), "the schema is computed"), (None, "for which schema this client was made is not known")],
)
def test_it_is_said_why_the_schema_is_not_known(shop: Schema, schema: Text | None, why: str) -> None:
    query = Query("select", Text("items"), schema=schema, schema_known=False, select=(Text("id"),))
    report = judge(shop, Schema(queries=(query,)), schemas=("shop",), postgrest=SHOP)
    assert [item.reason for item in report.unjudged] == [why]


def test_computed_parts_are_listed(shop: Schema) -> None:
    query = Query("select", Text("items"), select=(Text(f"id, {HOLE}"),))
    report = judge(shop, Schema(queries=(query,)), schemas=("shop",), postgrest=SHOP)
    assert [(item.reason, item.kind) for item in report.unjudged] == [("a selected column is computed", "dynamic")]


def test_what_is_known_beside_a_computed_part_is_judged(shop: Schema) -> None:
    query = Query("select", Text("items"), select=(Text(f"titel, {HOLE}"),))
    report = judge(shop, Schema(queries=(query,)), schemas=("shop",), postgrest=SHOP)
    assert [item.code for item in report.findings] == ["COL001"]


def test_a_table_known_only_in_part_says_nothing_of_its_columns_and_embeds(shop: Schema) -> None:
    doubted = replace(shop, unread=(*shop.unread, Unread("a statement failed", "statement", "shop.items")))
    assert errors(doubted, "c.table('items').select('titel, shelf(id)').execute()") == set()


def test_a_request_that_may_be_meant_to_fail_is_a_note(shop: Schema) -> None:
    query = Query("select", Text("items"), select=(Text("titel, shelf(id)"),), fallback=True)
    report = judge(shop, Schema(queries=(query,)), schemas=("shop",), postgrest=SHOP)
    assert {item.severity for item in report.findings} == {Severity.INFO}


def test_no_function_of_an_extension_is_meant(shop: Schema) -> None:
    chain = "c.rpc('similar', {}).execute()"
    for extension, change in (("", True), ("pg_trgm", False)):
        added = Function("similarity", SHOP.schemas[0], extension=extension)
        (found,) = findings(replace(shop, functions=(*shop.functions, added)), chain)
        assert (found.code, "similarity" in found.message) == ("RPC001", change)


def test_a_function_of_another_schema_is_named(shop: Schema) -> None:
    held = Function("find_every", "hidden")
    (found,) = findings(replace(shop, functions=(*shop.functions, held)), "c.rpc('find_every').execute()")
    assert found.message == 'there is no function "find_every" in schema shop; schema hidden has one'
    (other,) = findings(shop, "c.rpc('find_every').execute()")
    assert "hidden" not in other.message


@pytest.mark.parametrize(
    ("chain", "column"),
    [
        ("c.table('people').select('id, title, nothing').execute()", "title"),
        ("c.table('people').select('id, nothing').eq('price', 1).execute()", "price"),
        ("c.table('people').update({'title': 'a', 'nothing': 1}).eq('id', 1).execute()", "title"),
    ],
)
def test_a_column_that_may_be_meant_for_another_table_is_counted(shop: Schema, chain: str, column: str) -> None:
    query = replace(parse_chain(chain), others=("items",), perhaps=True)
    report = judge(shop, Schema(queries=(query,)), schemas=("shop",), postgrest=SHOP)
    assert [item.subject for item in report.findings] == ["people.nothing"]
    assert any(column in item.reason for item in report.unjudged)
    alone = judge(shop, Schema(queries=(replace(query, others=()),)), schemas=("shop",), postgrest=SHOP)
    assert {item.subject for item in alone.findings} == {"people.nothing", f"people.{column}"}


def test_an_aggregate_of_the_schema_cannot_stand_beside_columns(shop: Schema) -> None:
    of_any = Argument("", Scalar("anyelement", raw="anyelement"))
    gathered = Function("gathered", "shop", (of_any,), returns=Scalar("jsonb", raw="jsonb"), kind="aggregate")
    truth = replace(shop, functions=(*shop.functions, gathered))
    assert errors(truth, "c.table('items').select('id, gathered').execute()") == {"QRY016"}
    assert errors(truth, "c.table('items').select('gathered').execute()") == set()
    assert errors(truth, "c.table('items').select('id').eq('gathered', 1).execute()") == {"QRY034"}


def test_what_a_trigger_does_with_a_views_rows_is_not_known(shop: Schema) -> None:
    chain = "c.table('open_items').insert({'title': None}).execute()"
    assert errors(shop, chain) == {"COL002", "NUL003"}
    instead = Trigger(
        "store", "CREATE TRIGGER store INSTEAD OF INSERT ON shop.open_items FOR EACH ROW EXECUTE FUNCTION f()"
    )
    views = [replace(item, triggers=(instead,)) if item.name == "open_items" else item for item in shop.relations]
    truth = replace(shop, relations=tuple(views))
    assert errors(truth, chain) == set()
    assert errors(truth, "c.table('open_items').insert({'colour': 'red'}).execute()") == {"COL001"}


@pytest.mark.parametrize(
    ("chain", "near"),
    [
        ("c.table('bought_items').select('id, title').execute()", True),
        ("c.table('bought_items').select('id, nothing, other').execute()", False),
        ("c.table('bought_items').insert({'id': 1, 'nothing': 2, 'other': 3}).execute()", False),
        ("c.table('bought_items').select('*').eq('nothing', 1).execute()", False),
    ],
)
def test_a_table_is_only_proposed_if_it_has_what_the_request_names(shop: Schema, chain: str, near: bool) -> None:
    (found,) = [one for one in findings(shop, chain) if one.code == "REL001"]
    assert found.message.endswith('did you mean "items"?') is near


SEVERAL = """
rows = (db.table('items').select('id, title') if x else {other}).execute().data
for row in rows:
    row['{key}']
"""


@pytest.mark.parametrize(
    ("other", "key", "found"),
    [
        ("db.table('people').select('id, name')", "title", []),
        ("db.table('people').select('id, name')", "name", []),
        ("db.table('people').select('id, name')", "price", ["QRY027"]),
        ("db.table('people').select('*')", "email", []),
        ("db.table('people').select('*')", "colour", ["QRY027"]),
        ("db.table('items').select('id, price')", "price", []),
        ("db.table('items').select('id, label_count')", "label_count", []),
        ("db.table('items').select('id, price')", "state", ["QRY027"]),
        ("db.table('items').select('id, price')", "nowhere", ["COL001"]),
        ("db.table('people').select(columns)", "price", []),
        ("db.table('nothing').select('id')", "price", ["REL001"]),
        ("db.rpc('nothing')", "price", ["RPC001"]),
    ],
)
def test_a_key_of_a_row_of_several_requests_is_missing_where_none_gives_it(
    shop: Schema, other: str, key: str, found: list[str]
) -> None:
    claim = Schema(queries=tuple(queries(SEVERAL.format(other=other, key=key))))
    every = judge(shop, claim, schemas=SHOP.schemas, postgrest=SHOP).findings
    assert [one.code for one in every if one.severity is Severity.ERROR] == found


@pytest.mark.parametrize("other", ["db.table('items').select('*')", "db.table('people').select('*')"])
def test_no_key_is_read_of_several_requests_rows_where_none_has_what_is_tested_for(shop: Schema, other: str) -> None:
    """What stands behind the test is never run."""
    rows = SEVERAL.format(other=other, key="nowhere").replace(
        "row['nowhere']", "if row.get('gone'):\n        row['nowhere']"
    )
    every = judge(shop, Schema(queries=tuple(queries(rows))), schemas=SHOP.schemas, postgrest=SHOP).findings
    assert [one.message for one in every if "nowhere" in one.message] == []
    assert ["gone" in one.message for one in every if one.code in ("COL001", "QRY027")] == [True]


@pytest.mark.parametrize(
    ("chain", "found", "unjudged"),
    [
        ('c.table("nowhere").select("*").execute()', set(), 1),
        ('c.rpc("nowhere").execute()', set(), 1),
        ('c.table("people").select("nowhere").execute()', {"COL001"}, 0),
    ],
)
def test_of_an_object_that_may_ask_elsewhere_only_what_is_there_is_judged(
    shop: Schema, chain: str, found: set[str], unjudged: int
) -> None:
    claim = Schema(queries=(replace(parse_chain(chain), unsure=True),))
    report = judge(shop, claim, schemas=SHOP.schemas, postgrest=SHOP)
    assert ({item.code for item in report.findings}, len(report.unjudged)) == (found, unjudged)


def test_a_key_that_is_sent_only_where_it_is_there_is_counted_and_the_others_are_judged(shop: Schema) -> None:
    query = parse_chain('c.table("people").update({"nowhere": 1, "nothing": 2}).eq("id", 1).execute()')
    payload = replace(query.payload, sought=("nowhere", "id")) if query.payload else None
    claim = Schema(queries=(replace(query, payload=payload),))
    report = judge(shop, claim, schemas=SHOP.schemas, postgrest=SHOP)
    assert [item.subject for item in report.findings if item.code == "COL001"] == ["people.nothing"]
    assert [item.reason for item in report.unjudged] == ['"nowhere" is sent only where it is there']


@pytest.mark.parametrize(("table", "page"), [("'items'", "a page of items"), ("name", "a page of rows")])
def test_a_page_in_no_order_is_of_rows_where_the_table_is_not_known(shop: Schema, table: str, page: str) -> None:
    found = findings(shop, f"c.table({table}).select('id').range(0, 9).execute()")
    assert [page in one.message for one in found if one.code == "QRY030"] == [True]


@pytest.mark.parametrize(
    ("select", "found", "unjudged"),
    [
        ("id, lost", ["QRY027"], 1),
        ("id, lost, wanted", [], 2),
        ("id, wanted:lost", [], 1),
        ("*", [], 1),
        ("*, lost", [], 2),
    ],
)
def test_what_a_request_selects_tells_the_keys_of_its_rows_however_little_is_known_of_its_table(
    shop: Schema, select: str, found: list[str], unjudged: int
) -> None:
    partly = replace(shop, relations=tuple([replace(one, whole=one.name != "items") for one in shop.relations]))
    body = f"for row in db.table('items').select('{select}').execute().data:\n    row['wanted']"
    report = judge(partly, Schema(queries=tuple(queries(body))), schemas=SHOP.schemas, postgrest=SHOP)
    assert [one.code for one in report.findings if one.severity is Severity.ERROR] == found
    assert len(report.unjudged) == unjudged


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("row['id'] if row['id'] is not None else row['lost']", []),
        ("row.get('state') or row['lost']", []),
        ("row.get('price') or row['lost']", ["COL001 error"]),
        ("row.get('title') or row['lost']", ["QRY027 warning"]),
        ("row['lost'] if 'share' in row else 0", []),
        ("if row.get('price'):\n        continue\n    row['lost']", ["COL001 error"]),
    ],
)
def test_a_key_of_a_row_is_missing_unless_tests_of_other_keys_keep_every_row_from_it(
    shop: Schema, body: str, found: list[str]
) -> None:
    body = f"for row in db.table('items').select('id, state, price, title').execute().data:\n    {body}"
    report = judge(shop, Schema(queries=tuple(queries(body))), schemas=SHOP.schemas, postgrest=SHOP)
    assert [f"{one.code} {one.severity.value}" for one in report.findings if '"lost"' in one.message] == found
