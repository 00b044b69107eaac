"""The texts of requests, parsed as PostgREST parses them (each verdict here was asked of the server)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pgconform.postgrest.client import array_literal, sanitized
from pgconform.postgrest.columns import Names, parse_names
from pgconform.postgrest.conditions import Key, Logic, parse_key, parse_logic, parse_operation, parse_path
from pgconform.postgrest.order import parse_order
from pgconform.postgrest.select import Selection, parse_select
from pgconform.postgrest.syntax import Column, Condition, Embed, Item, Junction, Operation, Refusal, Star, Unclear
from pgconform.postgrest.wire import key_wire, select_wire
from pgconform.request import HOLE, Text
from pgconform.shape import Location

PARSERS = (parse_select, parse_key, parse_operation, parse_logic, parse_path, parse_order, parse_names)
MARKS = ["id", "a b", ",", ".", ":", "::", "->", "->>", "(", ")", "!inner", "...", '"', "*", "-", "not.", "in.", HOLE]


def items(text: str) -> tuple[Item, ...]:
    found = parse_select(text)
    assert isinstance(found, Selection) and found.end == len(text), found
    return found.items


def spelled(item: Item) -> str:
    """The item as one would write it; parsing it gives the same item again."""
    match item:
        case Star():
            return "*"
        case Column(column=None):
            return _aliased(item) + "count()" + _cast(item.aggregate_cast)
        case Column(column=ref) if ref:
            steps = "".join(step.arrow + step.key for step in ref.steps)
            aggregate = f".{item.aggregate}()" if item.aggregate else ""
            return _aliased(item) + ref.name.text + steps + _cast(item.cast) + aggregate + _cast(item.aggregate_cast)
        case Embed():
            hint = f"!{item.hint.text}" if item.hint else ""
            join = f"!{item.join}" if item.join else ""
            inner = ",".join(map(spelled, item.items))
            return ("..." if item.spread else _aliased(item)) + f"{item.name.text}{hint}{join}({inner})"
    raise AssertionError(item)


def _aliased(item: Column | Embed) -> str:
    return f"{item.alias.text}:" if item.alias else ""


def _cast(name: object) -> str:
    return f"::{getattr(name, 'text', '')}" if name else ""


words = st.sampled_from(["id", "title", "client_id", "Amount$", "x-y", "naïve", "select_2"])
columns = st.builds(
    lambda alias, name, path, cast, aggregate: f"{alias}{name}{path}{cast}{aggregate}",
    st.sampled_from(["", "a:", "the_one:"]),
    words,
    st.sampled_from(["", "->a", "->>0", "->a->-1->>b-c"]),
    st.sampled_from(["", "::text", "::double precision"]),
    st.sampled_from(["", ".sum()", ".max()::int8"]),
)


def embeds(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    heads = st.sampled_from(["clients", "c:clients", "...clients", "clients!left", "clients!fk", "clients!fk!inner"])
    lists = st.lists(inner, max_size=3).map(",".join)
    return st.builds(lambda head, body: f"{head}({body})", heads, lists)


selections = st.lists(
    st.recursive(st.one_of(columns, st.just("*"), st.just("n:count()")), embeds, max_leaves=6), min_size=1, max_size=4
)


@given(selections)
def test_a_select_is_what_it_was_written_as(parts: list[str]) -> None:
    text = ",".join(parts)
    assert [spelled(item) for item in items(text)] == parts


@given(selections)
def test_every_name_stands_where_it_says(parts: list[str]) -> None:
    text = ",".join(parts)
    for item in _all(items(text)):
        ref = (
            item.name
            if isinstance(item, Embed)
            else item.column.name
            if isinstance(item, Column) and item.column
            else None
        )
        assert ref is None or text[ref.start : ref.end] == ref.text


def _all(found: tuple[Item, ...]) -> list[Item]:
    return [each for item in found for each in (item, *(_all(item.items) if isinstance(item, Embed) else ()))]


@given(st.lists(st.sampled_from(MARKS), max_size=12).map("".join))
def test_no_text_breaks_a_parser(text: str) -> None:
    for parse in PARSERS:
        found = parse(text)
        if isinstance(found, Refusal):
            assert 0 <= found.at <= len(text)
            assert found.expected


@given(st.text(max_size=40))
def test_no_text_at_all_breaks_a_parser(text: str) -> None:
    for parse in PARSERS:
        parse(text)


def test_very_deep_texts_are_not_judged() -> None:
    deep = parse_select("a(" * 5000)
    assert deep == Refusal(0, "fewer levels", certain=False)
    assert isinstance(parse_logic("or(" + "and(" * 5000), Refusal)


@pytest.mark.parametrize(
    "text",
    [
        "id,",
        "id,,title",
        "id::varchar(10)",
        "id::text[]",
        "a:b:c",
        "clients!innerfoo(id)",
        "id.total()",
        "(id",
        "clients(id",
    ],
)
def test_a_select_that_the_server_refuses(text: str) -> None:
    assert isinstance(parse_select(text), Refusal) or text == "(id"


@pytest.mark.parametrize(
    ("text", "ignored"), [("id),title", "),title"), ("!x", "!x"), ("*foo", "*foo"), ("(id", "(id")]
)
def test_the_rest_of_a_select_can_go_unread(text: str, ignored: str) -> None:
    found = parse_select(text)
    assert isinstance(found, Selection)
    assert text[found.end :] == ignored


def test_a_hint_is_case_sensitive() -> None:
    [found] = items("clients!Inner(id)")
    assert isinstance(found, Embed)
    assert (found.join, found.hint.text if found.hint else "") == ("", "Inner")


def test_a_filter_may_go_through_embeds_into_json() -> None:
    key = parse_key('clients.address->>"post code"->0')
    assert isinstance(key, Key)
    assert [name.text for name in key.path] == ["clients"]
    assert [(step.arrow, step.key, step.kind) for step in key.column.steps] == [
        ("->>", "post code", "key"),
        ("->", "0", "index"),
    ]


def test_a_filter_reads_its_key_only_as_far_as_it_makes_sense() -> None:
    key = parse_key("data->>a.b")
    assert isinstance(key, Key)
    assert (key.column.name.text, key.end) == ("data", 8)


@pytest.mark.parametrize(
    ("text", "operator", "value"),
    [
        ("eq.a.b", "eq", "a.b"),
        ("not.like(any).{a}", "like", "{a}"),
        ("is.NuLL", "is", "null"),
        ("is.nullish", "is", "null"),
        ("fts(english).cat", "fts", "cat"),
        ("isdistinct.1", "isdistinct", "1"),
    ],
)
def test_operators(text: str, operator: str, value: str) -> None:
    found = parse_operation(text)
    assert isinstance(found, Operation)
    assert (found.operator, found.value) == (operator, value)


@pytest.mark.parametrize("text", ["eqq.1", "eq", "EQ.1", "like(some).x", "in.1,2", "in.(1", "is.maybe", "fts().a", ""])
def test_operators_that_the_server_refuses(text: str) -> None:
    assert isinstance(parse_operation(text), Refusal)


def test_a_list_keeps_quoted_commas() -> None:
    found = parse_operation('in.(a,"b,c",d"e,)')
    assert isinstance(found, Operation)
    assert found.operands == ("a", "b,c", 'd"e', "")


def test_logic_is_a_tree() -> None:
    found = parse_logic('or(a->>b.eq.1,not.and(c.is.null,d.in.(1,2)),e.eq."x,y")')
    assert isinstance(found, Logic)
    first, second, third = found.root.terms
    assert isinstance(first, Condition) and first.column.name.text == "a"
    assert isinstance(second, Junction) and second.negated and second.operator == "and"
    assert isinstance(third, Condition) and third.operation.value == "x,y"


@pytest.mark.parametrize(
    "text", ["or((a.eq.1))", "or(a=eq.1)", "or(a.eq.1,)", "or()", "or(clients.name.eq.1)", "or(a.eqz.1)"]
)
def test_logic_that_the_server_refuses(text: str) -> None:
    found = parse_logic(text)
    assert isinstance(found, Refusal)
    assert found.certain


def test_what_a_program_computes_is_left_open() -> None:
    logic = parse_logic(f"or({HOLE},name.ilike.%{HOLE}%,b.eq.2)")
    assert isinstance(logic, Logic)
    assert isinstance(logic.root.terms[0], Unclear)
    assert [term.column.name.text for term in logic.root.terms[1:] if isinstance(term, Condition)] == ["name", "b"]
    refused = parse_select(f"id,{HOLE},")
    assert isinstance(refused, Refusal) and not refused.certain
    sure = parse_order(f"title.desc.asc,and something longer than any word {HOLE}")
    assert isinstance(sure, Refusal) and sure.certain


@pytest.mark.parametrize("text", ["id.desc.asc", "clients.name.asc", "id desc,", "id.nulls", "rel(a,b).asc"])
def test_orders_that_the_server_refuses(text: str) -> None:
    assert isinstance(parse_order(text), Refusal)


def test_orders() -> None:
    found = parse_order("clients(data->a).desc.nullslast, id.asc,b")
    assert not isinstance(found, Refusal)
    assert [(term.relation.text if term.relation else "", term.column.name.text) for term in found] == [
        ("clients", "data"),
        ("", "id"),
        ("", "b"),
    ]


def test_names_end_where_the_grammar_does() -> None:
    found = parse_names('a, "b c";d')
    assert isinstance(found, Names)
    assert ([name.text for name in found.names], found.end) == (["a", "b c"], 8)


@given(st.text(st.characters(codec="utf-8", exclude_characters=HOLE), min_size=1, max_size=20))
def test_a_quoted_column_is_read_back_as_it_is(name: str) -> None:
    sent = sanitized(name)
    if sent != name:
        key = parse_key(sent)
        assert isinstance(key, Key)
        assert (key.column.name.text, key.end) == (name, len(sent))


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters=HOLE), max_size=5), max_size=4))
def test_an_array_literal_quotes_what_would_split_it(values: list[str]) -> None:
    text = array_literal(values)
    assert text.startswith("{") and text.endswith("}")
    assert text.count(",") >= max(len(values) - 1, 0)


def test_the_client_takes_spaces_out_of_a_select_and_places_survive_it() -> None:
    text = Text('id,\n  "a b",  title', Location("app.py", 3, 10), ((0, 3, 11), (4, 4, 1)))
    wire = select_wire((text, Text("x", Location("app.py", 5, 1), ((0, 5, 2),)), None))
    assert wire.text == f'id,"a b",title,x,{HOLE}'
    start = wire.text.index("title")
    assert wire.place(start, start + 5) == Location("app.py", 4, 11, 4, 16)
    assert wire.place(wire.text.index("x")) == Location("app.py", 5, 2, 5, 3)


def test_the_client_quotes_a_column_with_reserved_characters() -> None:
    assert key_wire(Text("a,b")).text == '"a,b"'
    assert key_wire(Text("clients.name")).text == "clients.name"
