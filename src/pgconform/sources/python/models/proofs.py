"""Where the code shows what a class is of: rows of a chain that are made into it, and dumps of it that are sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from pgconform.postgrest.select import Selection, parse_select
from pgconform.postgrest.syntax import Column, Embed, Item
from pgconform.postgrest.wire import select_wire
from pgconform.request import HOLE, Filter, Query
from pgconform.schema import Access, Transport
from pgconform.shape import Location
from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.kinds import Chain, Class, Dict, Dump, Value
from pgconform.sources.python.evaluate.values.kinds import List as Items
from pgconform.sources.python.flows.sending import SENT
from pgconform.sources.python.models.evidence import Evidence
from pgconform.sources.python.requests.build import argument

_BY_NAME = 99
_ACCESS = {"insert": Access.INSERT, "upsert": Access.INSERT, "update": Access.UPDATE}


class Selected(NamedTuple):
    """The keys of a row: ``columns`` None are all; ``added`` have other names than columns; ``known``: all are here."""

    columns: tuple[str, ...] | None = None
    added: tuple[str, ...] = ()
    known: bool = True


def proofs(shown: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """What the chains of a project prove of its classes, by place: equal proofs are one."""
    distinct: dict[tuple[object, ...], Evidence] = {}
    for item in shown:
        key = (item.uri, item.path, item.relation, item.access, item.at)
        distinct[key] = merged(distinct[key], item) if key in distinct else item
    return tuple(distinct[key] for key in sorted(distinct, key=str))


def shown_by(
    queries: Iterable[Query],
    within: tuple[str, ...],
    uri: str,
    path: str,
    added: tuple[str, ...],
    at: Location,
    *,
    straight: bool,
) -> Iterator[Evidence]:
    """What it shows of a class that one row of these requests is made into it, with ``added`` keys.

    ``within`` are the keys under which the row is embedded in another.
    """
    for query in queries:
        relation, row = _relation(query), selected(query)
        if within and relation:
            relation, row = _embedded(relation, query, within)
        if relation and query.verb != "rpc":
            yield Evidence(
                uri,
                path,
                relation,
                Access.READ,
                Transport.POSTGREST,
                straight=row.known and straight,
                added=(*row.added, *added),
                columns=row.columns,
                filled=() if within else tuple(sorted(_filled(query))),
                at=at,
            )


def _filled(query: Query) -> set[str]:
    """The columns that a filter of the request keeps from being NULL, or that it sends."""
    found = {item.column.value for item in query.filters if item.column and not _lets_null_pass(item)}
    return found | {field.name for field in query.payload.fields} if query.payload else found


def _lets_null_pass(item: Filter) -> bool:
    if item.operator is None or not item.operator.whole:
        return True
    operator = item.operator.value.removeprefix("not.")
    if operator != "is":
        return operator == "isdistinct"
    negated = item.negated or operator != item.operator.value
    return negated is not (item.value.json in ("null", '"null"'))


def sent(requests: Iterable[tuple[Chain, Query]], ground: Ground) -> Iterator[Evidence]:
    """What the dumps that chains send show of their classes; with each chain the request that it is."""
    for chain, query in requests:
        relation = _relation(query)
        for verb, row, dump in _dumps(chain, query) if relation else ():
            yield Evidence(
                *named(dump.of, ground),
                relation,
                _ACCESS[verb],
                Transport.POSTGREST,
                added=tuple(row.entries),
                omitted=tuple(sorted(dump.omitted)),
                sparse=dump.sparse,
                by_alias=dump.by_alias,
                assigned=tuple(sorted(dump.assigned)),
                at=query.at,
            )


def _dumps(chain: Chain, query: Query) -> Iterator[tuple[str, Dict, Dump]]:
    for step in chain.steps:
        verb, place = (query.verb, _BY_NAME) if step.name == SENT else (step.name, 0)
        if verb in _ACCESS and (given := argument(step, place, "json")) is not None:
            yield from ((verb, row, row.row) for row in _rows(given) if isinstance(row.row, Dump))


def _rows(value: Value) -> Iterator[Dict]:
    for option in options(value):
        if isinstance(option, Dict):
            yield option
        elif isinstance(option, Items):
            for item in option.items:
                yield from _rows(item)


def _relation(query: Query) -> str:
    """The relation as the code says it; "" where it does not."""
    if query.relation is None or not query.relation.whole or not query.schema_known:
        return ""
    if query.schema is None:
        return query.relation.value
    return f"{query.schema.value}.{query.relation.value}" if query.schema.whole else ""


def selected(query: Query) -> Selected:
    """The keys of the rows that a query gives."""
    if query.verb != "select" or query.select is None:
        return Selected()
    items = _items(query)
    return Selected(known=False) if items is None else _of_items(items)


def _items(query: Query) -> tuple[Item, ...] | None:
    """What a query selects; None where that is not known."""
    if query.verb != "select" or query.select is None or any(text is None or not text.whole for text in query.select):
        return None
    parsed = parse_select(select_wire(query.select, raw=query.raw).text)
    return parsed.items if isinstance(parsed, Selection) else None


def _of_items(items: tuple[Item, ...]) -> Selected:
    columns, added = _columns(items), tuple(key for item in items if (key := _added(item)))
    spread = any(isinstance(item, Embed) and item.spread for item in items)
    return Selected(columns, added, not spread and HOLE not in "".join(added))


def embeds(queries: Iterable[Query], within: tuple[str, ...]) -> list[str]:
    """The keys under which rows are embedded in those of the requests, or in what is embedded ``within`` them."""
    found = (_within(_items(query) or (), within) for query in queries)
    return list(dict.fromkeys(one.key.text for items in found for one in items if isinstance(one, Embed)))


def _embedded(relation: str, query: Query, within: tuple[str, ...]) -> tuple[str, Selected]:
    """The relation of an embed by the name that the select has for it, and the keys of its rows."""
    *outer, last = within
    around = _within(_items(query) or (), tuple(outer))
    found = next((item for item in around if isinstance(item, Embed) and item.key.text == last), None)
    if found is None or found.unclear or found.spread or HOLE in found.name.text or not found.items:
        return "", Selected(known=False)
    schema = relation.rpartition(".")[0]
    return f"{schema}.{found.name.text}" if schema else found.name.text, _of_items(found.items)


def _within(items: tuple[Item, ...], keys: tuple[str, ...]) -> tuple[Item, ...]:
    """The items of the embed that these keys lead to."""
    for key in keys:
        items = next((item.items for item in items if isinstance(item, Embed) and item.key.text == key), ())
    return items


def _columns(items: tuple[Item, ...]) -> tuple[str, ...] | None:
    plain = [item.column.name.text for item in items if isinstance(item, Column) and item.column and not _added(item)]
    return tuple(plain) if all(isinstance(item, Column | Embed) for item in items) else None


def _added(item: Item) -> str:
    """The key of an item that is not simply a column's name, or has a value that is not simply the column's."""
    match item:
        case Embed():
            return item.key.text
        case Column(alias=alias, column=column, aggregate=aggregate, cast=cast):
            last = column.steps[-1].key if column and column.steps else ""
            plain = column.name.text if column and cast else ""
            return alias.text if alias else aggregate or last or plain
        case _:
            return ""


def named(of: Class, ground: Ground) -> tuple[str, str]:
    """A class's module and its qualified name there."""
    scope = ground.head(of.uri, of.scope)
    names = [scope.name]
    while scope.outer > 0 and (scope := ground.head(of.uri, scope.outer)).kind == "class":
        names.append(scope.name)
    return of.uri, ".".join(reversed(names))


def merged(one: Evidence, other: Evidence) -> Evidence:
    """Both in one, as cautious as the more cautious."""
    return replace(
        one,
        straight=one.straight and other.straight,
        added=tuple(dict.fromkeys(one.added + other.added)),
        omitted=tuple(dict.fromkeys(one.omitted + other.omitted)),
        columns=None if one.columns is None or other.columns is None else (*one.columns, *other.columns),
        sparse=one.sparse or other.sparse,
        by_alias=one.by_alias and other.by_alias,
        assigned=tuple(dict.fromkeys(one.assigned + other.assigned)),
        filled=tuple(name for name in one.filled if name in other.filled),
    )
