"""Any tree of a request's grammar, written with every name quoted, is read back; any text is read or refused."""

from __future__ import annotations

from typing import Any, Protocol

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec.structs import replace

from pgconform.postgrest.conditions import Key, Logic, parse_key, parse_logic, parse_operation
from pgconform.postgrest.operators import QUANTIFIED, SEARCH, SIMPLE, TRILEAN
from pgconform.postgrest.order import parse_order
from pgconform.postgrest.select import AGGREGATES, Selection, parse_select
from pgconform.postgrest.syntax import (
    Column,
    ColumnRef,
    Condition,
    Embed,
    Item,
    JsonStep,
    Junction,
    Name,
    Operation,
    OrderTerm,
    Refusal,
    Star,
    Term,
    Unclear,
)
from pgconform.request import HOLE

BOUNDED = settings(max_examples=150, derandomize=True, database=None)


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_ref(ref: ColumnRef) -> str:
    steps = (step.arrow + (step.key if step.kind == "index" else quoted(step.key)) for step in ref.steps)
    return quoted(ref.name.text) + "".join(steps)


def write_item(item: Item) -> str:
    match item:
        case Star():
            return "*"
        case Column(column=ref):
            aggregate = f".{item.aggregate}()" if item.aggregate else ""
            told = write_ref(ref) + _cast(item.cast) + aggregate if ref else "count()"
            return _alias(item.alias) + told + _cast(item.aggregate_cast)
        case Embed():
            hint = f"!{quoted(item.hint.text)}" if item.hint else ""
            join = f"!{item.join}" if item.join else ""
            head = ("..." if item.spread else _alias(item.alias)) + quoted(item.name.text)
            return f"{head}{hint}{join}({','.join(map(write_item, item.items))})"


def _alias(alias: Name | None) -> str:
    return f"{quoted(alias.text)}:" if alias else ""


def _cast(cast: Name | None) -> str:
    return f"::{cast.text or ' '}" if cast else ""


def write_operation(found: Operation, value: str) -> str:
    detail = found.quantifier or found.language
    operator = ("not." if found.negated else "") + found.operator + (f"({detail})" if detail else "")
    return f"{operator}.({','.join(map(quoted, found.operands))})" if found.operands else f"{operator}.{value}"


def write_term(term: Term) -> str:
    match term:
        case Unclear():
            return HOLE
        case Condition(operation=asked):
            value = asked.value if asked.operator == "is" else quoted(asked.value)
            return f"{write_ref(term.column)}.{write_operation(asked, value)}"
        case Junction():
            return ("not." if term.negated else "") + f"{term.operator}({','.join(map(write_term, term.terms))})"


def write_key(key: Key) -> str:
    return "".join(f"{quoted(name.text)}." for name in key.path) + write_ref(key.column)


def write_order(terms: tuple[OrderTerm, ...]) -> str:
    refs = ((term.relation, write_ref(term.column)) for term in terms)
    return ",".join(f"{quoted(relation.text)}({ref})" if relation else ref for relation, ref in refs)


def bare(found: Any) -> Any:
    """The tree without the places its parts stand at."""
    if isinstance(found, tuple):
        return tuple(map(bare, found))
    if not isinstance(found, msgspec.Struct):
        return found
    own = {name: bare(getattr(found, name)) for name in found.__struct_fields__}
    return type(found)(**own | dict.fromkeys(own.keys() & {"start", "end"}, 0))


class Writer(Protocol):
    def __call__(self, found: Any, /) -> str: ...


def read_select(text: str) -> tuple[Item, ...] | Refusal:
    found = parse_select(text)
    return found.items if isinstance(found, Selection) else found


def read_logic(text: str) -> Junction | Refusal:
    found = parse_logic(text)
    return found.root if isinstance(found, Logic) else found


def read_key(text: str) -> Key | Refusal:
    found = parse_key(text)
    return replace(found, end=0) if isinstance(found, Key) else found


def write_select(items: tuple[Item, ...]) -> str:
    return ",".join(map(write_item, items))


def write_filter(found: Operation) -> str:
    return write_operation(found, found.value)


GRAMMARS: tuple[tuple[Any, Writer], ...] = (
    (read_select, write_select),
    (read_key, write_key),
    (parse_operation, write_filter),
    (read_logic, write_term),
    (parse_order, write_order),
)

texts = st.text(st.characters(codec="utf-8", exclude_characters=HOLE), max_size=6)
names = st.builds(Name, texts)
indexes = st.builds(JsonStep, st.sampled_from(["->", "->>"]), st.integers(-9, 99).map(str), st.just("index"))
keys = st.builds(JsonStep, st.sampled_from(["->", "->>"]), texts)
refs = st.builds(ColumnRef, names, st.lists(keys | indexes, max_size=3).map(tuple))
# The server takes a number before a closing parenthesis for a key.
closed = st.builds(ColumnRef, names, st.lists(keys, max_size=2).map(tuple))
maybe = st.none() | names
casts = st.none() | st.builds(Name, st.sampled_from(["text", "double precision", "int8", "naïve$"]))


def columns(of: SearchStrategy[ColumnRef]) -> SearchStrategy[Column]:
    return st.builds(Column, of, maybe, casts) | st.builds(Column, of, maybe, casts, st.sampled_from(AGGREGATES), casts)


counted = st.builds(Column, st.none(), maybe, st.none(), st.just("count"), casts)
others = names.filter(lambda name: name.text != "count")
joins = st.sampled_from(["", "inner", "left"])


def embeds(inner: SearchStrategy[Item]) -> SearchStrategy[Item]:
    below = st.lists(inner, max_size=3).map(tuple)
    told = st.builds(Embed, others, maybe, maybe, joins, st.just(False), below)
    return told | st.builds(Embed, names, st.none(), maybe, joins, st.just(True), below)


items = columns(refs) | st.recursive(st.builds(Star) | columns(closed) | counted, embeds, max_leaves=6)
flags = st.booleans()
quantifiers = st.sampled_from(["", "any", "all"])
operations = (
    st.builds(Operation, st.just("in"), operands=st.lists(texts, min_size=1, max_size=3).map(tuple), negated=flags)
    | st.builds(Operation, st.just("is"), st.sampled_from(TRILEAN), negated=flags)
    | st.builds(Operation, st.sampled_from([*SIMPLE, "isdistinct"]), texts, negated=flags)
    | st.builds(Operation, st.sampled_from(QUANTIFIED), texts, negated=flags, quantifier=quantifiers)
    | st.builds(Operation, st.sampled_from(SEARCH), texts, negated=flags, language=st.sampled_from(["", "english"]))
)
operators = st.sampled_from(["and", "or"])


def junctions(inner: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return st.builds(Junction, operators, st.lists(inner, min_size=1, max_size=3).map(tuple), flags)


terms = st.recursive(st.builds(Condition, refs, operations) | st.builds(Unclear), junctions, max_leaves=6)


@BOUNDED
@given(st.lists(items, min_size=1, max_size=3).map(tuple))
def test_any_select_is_read_back(found: tuple[Item, ...]) -> None:
    assert bare(read_select(write_select(found))) == found


@BOUNDED
@given(junctions(terms))
def test_any_logic_is_read_back(found: Junction) -> None:
    assert bare(read_logic(write_term(found))) == found


@BOUNDED
@given(st.builds(Key, st.lists(names, max_size=3).map(tuple), refs, st.just(0)), operations)
def test_any_filter_is_read_back(key: Key, asked: Operation) -> None:
    assert bare(read_key(write_key(key))) == key
    assert bare(parse_operation(write_filter(asked))) == asked


@BOUNDED
@given(st.lists(st.builds(OrderTerm, refs) | st.builds(OrderTerm, closed, names), min_size=1, max_size=3).map(tuple))
def test_any_order_is_read_back(found: tuple[OrderTerm, ...]) -> None:
    assert bare(parse_order(write_order(found))) == found


MARKS = (
    *("id", "a b", " ", "count", ",", ".", ":", "::", "->", "->>", "(", ")", "!inner", "!left", "!", "...", '"', "\\"),
    *("*", "-", "0", "not.", "in.", "is.null", "eq.", "fts(", "and(", "or(", "{", "}", ".sum()", ".desc", "é", "\n"),
)


@settings(BOUNDED, max_examples=600)
@given((st.lists(st.sampled_from(MARKS), max_size=14).map("".join)) | st.text(max_size=30))
def test_any_text_is_refused_or_means_what_it_is_written_as_again(text: str) -> None:
    for read, write in GRAMMARS:
        found = read(text)
        if isinstance(found, Refusal):
            assert 0 <= found.at <= len(text) and found.expected
        elif HOLE not in text:
            assert bare(read(write(found))) == bare(found), (text, write(found))
