"""A request over HTTP as what it asks: its address, parameters, headers and body, as PostgREST reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from msgspec.structs import replace

from pgconform.postgrest.conditions import RESERVED_LAST, parse_operation
from pgconform.postgrest.received import VERBS
from pgconform.postgrest.syntax import Operation
from pgconform.request import HOLE, Filter, Logic, Operand, Order, Payload, Query, Text, Verb
from pgconform.shape import Location
from pgconform.sources.python.evaluate.library.clients import apart_of, schema_of
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.common import part, together
from pgconform.sources.python.evaluate.values.entries import Entry
from pgconform.sources.python.evaluate.values.kinds import Chain, Dict, List, Str, Value, is_none
from pgconform.sources.python.evaluate.values.sent import SINGLE, below, header, named, text_of
from pgconform.sources.python.requests.payload import payload
from pgconform.support.patterns import deferred

_READS = frozenset({"GET", "HEAD"})
_RPC = "rpc/"
_ESCAPED = deferred(r"(?:%[0-9a-fA-F]{2})+|\+")
_RANGE = deferred(r"(\d+)-(\d*)")
_NO_FILTERS = frozenset({"select", "columns", "on_conflict", "apikey"})
"""Keys that name no column. The last is for what stands before the server."""
_PAIR = 2


class Pair(NamedTuple):
    """A key of the query and its value, as they are when they are sent; None: nobody knows. ``said``: as they were."""

    key: Text | None
    value: Text | None
    said: Value | None = None


def over_http(chain: Chain) -> Query:
    """The request of a chain of one call, in which every choice is made."""
    [step] = chain.steps
    return _Sent(chain, step.at).query()


class _Sent:
    """A request while it is read. ``method`` "" is not known; of what is not said by headers, None tells."""

    def __init__(self, chain: Chain, at: Location | None) -> None:
        address, method = chain.steps[0].arguments
        self.chain = chain
        self.at = at
        self.method = method.text.value.upper() if isinstance(method, Str) and method.text.whole else ""
        self.body = named(chain, "json")
        headers = named(chain, "headers")
        self.prefer = header(headers, "prefer")
        self.accept = header(headers, "accept") or ""
        self.range = header(headers, "range")
        self.profile = header(headers, "accept-profile" if self.method in _READS else "content-profile")
        self.path, self.pairs = _taken_apart(address.text if isinstance(address, Str) else Text(HOLE))
        self.pairs += _of_params(named(chain, "params"))
        self.calls = f"{self.path.value}/".startswith(_RPC)

    def query(self) -> Query:
        """What it asks. How a write answers, and whether it merges, headers tell."""
        verb = self._verb()
        select, filters = self._all("select"), list(self._filters())
        schema = Text(self.profile) if self.profile else schema_of(self.chain.client) if self.profile is None else None
        open_ = any(pair.key is None for pair in self.pairs)
        options = self._options(verb)
        if verb not in ("select", "rpc") and options.get("returning"):
            select, open_ = [], False
        return Query(
            verb,
            self._relation(),
            schema=schema,
            schema_known=schema is None or schema.whole,
            select=(select[0].value,) if select else (None,) if open_ else None,
            filters=tuple(filters),
            logics=tuple(self._logics()),
            orders=(*self._orders(), *self._range()),
            payload=self._payload(verb),
            on_conflict=self._conflict(),
            calls=("single", "execute") if SINGLE in self.accept else ("execute",),
            options=options,
            raw=True,
            unsure=self.chain.unsure,
            open=self.chain.open,
            apart=apart_of(self.chain.client),
            at=self.at,
        )

    def _verb(self) -> Verb:
        verb = "rpc" if self.calls else VERBS.get(self.method, "select")
        merged = self.prefer is None and any(self._all("on_conflict"))
        return "upsert" if verb == "insert" and (merged or "resolution=" in (self.prefer or "")) else verb

    def _relation(self) -> Text | None:
        """What stands below the root; None where more does than a name, or nobody knows what is done with it."""
        name = part(self.path, len(_RPC), len(self.path.value)) if self.calls else self.path
        known = name.value.strip(HOLE) and "/" not in name.value and self.method in VERBS
        return _near(name) if known else None

    def _options(self, verb: Verb) -> dict[str, str]:
        found: dict[str, str] = {}
        if verb == "rpc" and self.method in _READS:
            found["get"] = "true"
        if self.method == "HEAD":
            found["head"] = "true"
        if verb not in ("select", "rpc") and self.prefer is not None and "return=representation" not in self.prefer:
            found["returning"] = '"minimal"'
        if "missing=default" in (self.prefer or ""):
            found["default_to_null"] = "false"
        return found

    def _all(self, name: str) -> list[Pair]:
        return [pair for pair in self.pairs if pair.key is not None and pair.key.value == name]

    def _payload(self, verb: Verb) -> Payload | None:
        if verb == "rpc" and self.method in _READS:
            given = [(pair.key, pair.said) for pair in self._arguments() if pair.key and pair.said]
            whole = all(pair.key is not None for pair in self.pairs)
            return payload(Dict({key.value: Entry(key, said) for key, said in given}, whole=whole))
        if verb in ("select", "delete"):
            return None
        if is_none(self.body):
            return Payload(whole=verb == "rpc")
        return Payload() if self._all("columns") else payload(self.body)

    def _conflict(self) -> Text | None:
        """The conflict target; of one that is heeded only if a header says so, which is not known, nothing is said."""
        found = self._all("on_conflict")
        if not found:
            return None
        return found[0].value if found[0].value is not None and self.prefer is not None else Text(HOLE)

    def _arguments(self) -> Iterator[Pair]:
        """What a call by GET hands to its function: all that has no operator."""
        for pair in self.pairs:
            if not _is_reserved(pair) and not _has_operator(pair):
                yield pair

    def _filters(self) -> Iterator[Filter]:
        by_get = self.calls and self.method in _READS
        for pair in self.pairs:
            if pair.key is None:
                yield Filter("", None, at=self.at)
            elif not _is_reserved(pair) and not (by_get and not _has_operator(pair)):
                yield _filter(pair.key, pair.value)

    def _logics(self) -> Iterator[Logic]:
        for pair in self.pairs:
            path, word = _last(pair)
            if word in ("or", "and"):
                negated = path == "not" or path.endswith(".not")
                table = (path.removesuffix("not") if negated else path).removesuffix(".")
                text = None if pair.value is None else _behind(f"{'not.' * negated}{word}", pair.value)
                yield Logic(text, Text(table, pair.key.at if pair.key else None) if table else None, at=self.at)

    def _orders(self) -> Iterator[Order]:
        for pair in self.pairs:
            path, word = _last(pair)
            table = Text(path, pair.key.at if pair.key else None) if path else None
            if word == "order":
                yield Order(word, pair.value, table, at=self.at)
            elif word in ("limit", "offset"):
                number = _number(pair.value)
                at = (pair.value.at if pair.value else None) or self.at
                count, start = (number, None) if word == "limit" else (None, number)
                yield Order(word, None, table, count, at=at, start=start)

    def _range(self) -> Iterator[Order]:
        """The rows that a header asks for; of one that is not known, that there may be some."""
        if self.range and (found := _RANGE.search(self.range)):
            start = int(found[1])
            yield Order("range", None, None, int(found[2]) - start + 1 if found[2] else None, at=self.at, start=start)


def _taken_apart(address: Text) -> tuple[Text, list[Pair]]:
    """What an address names below the root, and the pairs of its query."""
    text = part(address, below(address), len(address.value))
    end = text.value.find("#")
    text = text if end < 0 else part(text, 0, end)
    end = text.value.find("?")
    path = text if end < 0 else part(text, 0, end)
    start = len(path.value) - len(path.value.lstrip("/"))
    path = _unquoted(part(path, start, max(start, len(path.value.rstrip("/")))), plus=False)
    return path, [] if end < 0 else list(_pairs(part(text, end + 1, len(text.value))))


def _pairs(query: Text) -> Iterator[Pair]:
    """The pairs of a query; what is not known where one would begin may be any number of them."""
    start = 0
    for item in query.value.split("&"):
        end = start + len(item)
        place = item.find("=")
        if place >= 0:
            key, value = part(query, start, start + place), part(query, start + place + 1, end)
            yield Pair(_near(_unquoted(key)), _near(_unquoted(value)), Str(value))
        elif item:
            yield Pair(None, None)
        start = end + 1


def _unquoted(text: Text, *, plus: bool = True) -> Text:
    """A text as it is read from an address."""
    pieces: list[Text] = []
    position = 0
    for found in _ESCAPED.finditer(text.value):
        if plus or found[0] != "+":
            made = " " if found[0] == "+" else unquote(found[0])
            pieces += [part(text, position, found.start()), replace(part(text, found.start(), found.end()), value=made)]
            position = found.end()
    return together([*pieces, part(text, position, len(text.value))], text.at) if pieces else text


def _near(text: Text) -> Text:
    """A part of a text, with its own place."""
    return together([text], text.place(0, len(text.value)))


def _of_params(value: Value) -> list[Pair]:
    """The pairs of ``params``: a dict, a list of pairs, or a text."""
    if is_none(value):
        return []
    match value:
        case Dict(entries=entries, whole=whole):
            found = [_of_param(entry.key, entry.quick()) for entry in entries.values()]
        case List(items=items, exact=whole):
            pairs = [item.items for item in items if isinstance(item, List) and len(item.items) == _PAIR]
            found = [_of_param(text_of(key), held) for key, held in pairs]
            whole = whole and len(pairs) == len(items)
        case Str(text=text):
            return list(_pairs(part(text, int(text.value.startswith("?")), len(text.value))))
        case _:
            return [Pair(None, None)]
    return [*[pair for pair in found if pair is not None], *([] if whole else [Pair(None, None)])]


def _of_param(key: Text | None, value: Value) -> Pair | None:
    """A pair; one of which the value is None is left out."""
    found = [option for option in options(value) if not is_none(option)]
    if not found and is_none(value):
        return None
    return Pair(key, text_of(found[0]) if len(found) == 1 else None, value)


def _is_reserved(pair: Pair) -> bool:
    """It is no filter, or nobody knows."""
    return pair.key is None or pair.key.value in _NO_FILTERS or _last(pair)[1] in RESERVED_LAST


def _last(pair: Pair) -> tuple[str, str]:
    """The last part of a key and what stands before it."""
    path, _, word = (pair.key.value if pair.key else "").rpartition(".")
    return path, word


def _has_operator(pair: Pair) -> bool:
    return pair.value is not None and isinstance(parse_operation(pair.value.value), Operation)


def _filter(column: Text, value: Text | None) -> Filter:
    if value is None:
        return Filter("", column, None, at=column.at)
    text, negated = value.value, value.value.startswith("not.")
    start = len("not.") if negated else 0
    dot = text.find(".", start)
    operator = part(value, start, dot if dot >= 0 else len(text))
    if dot < 0:
        known = None if HOLE in text else operator
        return Filter("", column, known, Operand(json='""', at=value.at), negated, column.at)
    sent = Operand(json=json.dumps(text[dot + 1 :], ensure_ascii=False), at=value.at)
    return Filter("", column, operator, sent, negated, column.at)


def _behind(word: str, text: Text) -> Text:
    """A text behind a word that is no part of its literal."""
    own = text if text.marks or text.at is None else replace(text, marks=((0, text.at.line, text.at.column),))
    return together([Text(word), own], text.at)


def _number(text: Text | None) -> int | None:
    return int(text.value) if text is not None and text.value.lstrip("-").isdigit() else None
