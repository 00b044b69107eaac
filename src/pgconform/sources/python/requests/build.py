"""A chain of calls as the request it sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pgconform.request import Filter, Logic, Order, Payload, Query, Text, Verb
from pgconform.sources.python.evaluate.library.clients import apart_of, schema_of
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.frames import Place
from pgconform.sources.python.evaluate.values.kinds import Chain, Dict, Lit, Step, Str, Value, is_none
from pgconform.sources.python.evaluate.values.sent import is_sent
from pgconform.sources.python.flows.chained import FILTERS
from pgconform.sources.python.flows.sending import SENT
from pgconform.sources.python.requests.http import over_http
from pgconform.sources.python.requests.payload import constant_text, operand, payload

VERBS: dict[str, Verb] = {
    "select": "select",
    "insert": "insert",
    "upsert": "upsert",
    "update": "update",
    "delete": "delete",
    "rpc": "rpc",
}
OPERATORS = {
    **dict.fromkeys(("eq", "match"), "eq"),
    **{name: name for name in ("neq", "gt", "gte", "lt", "lte", "like", "ilike", "fts", "plfts", "phfts", "wfts")},
    **{name: name for name in ("cs", "cd", "ov", "sl", "sr", "nxl", "nxr", "adj")},
    "is_": "is",
    "in_": "in",
    "like_all_of": "like(all)",
    "like_any_of": "like(any)",
    "ilike_all_of": "ilike(all)",
    "ilike_any_of": "ilike(any)",
    "contains": "cs",
    "contained_by": "cd",
    "overlaps": "ov",
    "range_gt": "sr",
    "range_gte": "nxl",
    "range_lt": "sl",
    "range_lte": "nxr",
    "range_adjacent": "adj",
}
_WINDOWS = frozenset({"limit", "offset", "range"})
"""What another function adds only sometimes it adds to what reads, where it is asked to: a write heeds none of them."""
_CHANGING = frozenset({"update", "delete"})
ORDERS = _WINDOWS | {"order"}
_BEGINNINGS = frozenset({"table", "from_", "from_table", "rpc", SENT})
_SEARCHES = {"plain": "plfts", "phrase": "phfts", "web_search": "wfts"}


def argument(step: Step, index: int, *names: str) -> Value | None:
    """An argument by place or by name, or what two stars may hand over instead."""
    if index < len(step.arguments):
        return _quick(step.arguments[index])
    given = dict(step.keywords)
    return next((_quick(given[name]) for name in (*names, "**") if name in given), None)


def _quick(value: Value | Later) -> Value:
    """A value that is only sent, as far as it is known without looking into calls."""
    return value.quick() if isinstance(value, Later) else value


def text_of(value: Value | None) -> Text | None:
    """The text of a value, None when nothing of it is known."""
    if isinstance(value, Str) and value.text.value.strip("\x00"):
        return value.text
    return Text("") if isinstance(value, Str) and not value.text.value else None


class _Request:
    """A request while its calls are read."""

    def __init__(self) -> None:
        self.verb: Verb | None = None
        self.relation: Text | None = None
        self.schema: Text | None = None
        self.schema_known = True
        self.select: tuple[Text | None, ...] | None = None
        self.filters: list[Filter] = []
        self.logics: list[Logic] = []
        self.orders: list[Order] = []
        self.payload: Payload | None = None
        self.on_conflict: Text | None = None
        self.calls: list[str] = []
        self.options: dict[str, str] = {}
        self.negated = False

    def read(self, step: Step) -> None:
        if step.name in FILTERS:
            self.filters += _filters(step, self.negated)
            self.negated = False
        elif reader := _READERS.get(step.name):
            reader(self, step)
        elif step.name != "not_":
            self.calls.append(step.name)
        if step.name == "not_":
            self.negated = True

    def take_options(self, step: Step) -> None:
        for name, value in step.keywords:
            if (known := constant_text(_quick(value))) is not None and name not in ("json", "params", "on_conflict"):
                self.options[name] = known

    def done(self, chain: Chain) -> Query:
        return Query(
            verb=self.verb or "select",
            relation=self.relation,
            schema=self.schema,
            schema_known=self.schema_known,
            select=self.select,
            filters=tuple(self.filters),
            logics=tuple(self.logics),
            orders=tuple(self.orders),
            payload=self.payload,
            on_conflict=self.on_conflict,
            calls=tuple(self.calls),
            options=self.options,
            whole="execute" in self.calls,
            unsure=chain.unsure,
            open=chain.open,
            apart=apart_of(chain.client),
            at=begun.at if (begun := beginning(chain.steps)) else None,
        )


def beginning(steps: tuple[Step, ...]) -> Step | None:
    """The call that names the relation, or what is called on that first where a function does no more than name it."""
    number = next((number for number, step in enumerate(steps) if step.name in _BEGINNINGS), None)
    if number is None:
        return None
    begun, *later = steps[number : number + 2]
    return next((step for step in later if step.at and asker(step) != asker(begun)), begun)


def asker(step: Step) -> Place | None:
    """The scope that a call stands in."""
    match step.origin:
        case ((str(uri), int(number), *_), *_):
            return uri, number
    return None


def build(chain: Chain) -> Query:
    """The request of a chain in which every choice is made."""
    if is_sent(chain):
        return over_http(chain)
    request = _Request()
    request.schema = schema_of(chain.client)
    request.schema_known = request.schema is None or request.schema.whole
    writer = next((asker(step) for step in chain.steps if step.name in _CHANGING), None)
    for step in chain.steps:
        if writer is None or step.sure or step.name not in _WINDOWS or asker(step) == writer:
            request.read(step)
    return request.done(chain)


def _schema(request: _Request, step: Step) -> None:
    request.schema = text_of(argument(step, 0, "schema"))
    request.schema_known = request.schema is not None and request.schema.whole


def _relation(request: _Request, step: Step) -> None:
    """An empty name stands for one that is not known: it is what a setting is where nobody set it."""
    name = text_of(argument(step, 0, "table_name", "table", "relation"))
    request.relation = name if name and name.value else None


def _rpc(request: _Request, step: Step) -> None:
    request.relation = text_of(argument(step, 0, "fn", "func", "function"))
    request.verb = "rpc"
    given = argument(step, 1, "params")
    request.payload = Payload(whole=True) if given is None or is_none(given) else payload(given)
    request.take_options(step)


def _select(request: _Request, step: Step) -> None:
    if request.verb is None:
        request.verb = "select"
    given = step.arguments or tuple([value for name, value in step.keywords if name in ("columns", "**")])
    if request.select is None:  # of several the server heeds the first
        request.select = tuple([text_of(_quick(value)) for value in given]) or (Text("*", step.at),)
    request.take_options(step)


def _write(request: _Request, step: Step) -> None:
    request.verb = VERBS[step.name]
    given = argument(step, 0, "json")
    if step.name != "delete":
        request.payload = Payload() if given is None else payload(given)
    conflict = argument(step, 99, "on_conflict")
    request.on_conflict = text_of(conflict)
    if conflict is not None and not is_none(conflict) and request.on_conflict is None:
        request.on_conflict = Text("\x00")
    request.take_options(step)
    if step.name == "insert" and request.options.get("upsert") == "true":
        request.verb = "upsert"


def _logic(request: _Request, step: Step) -> None:
    table = argument(step, 1, "reference_table", "foreign_table")
    text = text_of(argument(step, 0, "filters"))
    request.logics.append(Logic(text, text_of(table), request.negated, step.at))
    request.negated = False


def _order(request: _Request, step: Step) -> None:
    table = argument(step, 99, "foreign_table", "reference_table")
    given = argument(step, 0, "column", "size", "start")
    column = text_of(given) if step.name == "order" else None
    count, start = _window(step, _whole_number(given))
    request.orders.append(Order(step.name, column, text_of(table), count, request.negated, step.at, start))


def _window(step: Step, first: int | None) -> tuple[int | None, int | None]:
    """How many rows are asked for, and how many left out before them, as far as a call says so."""
    match step.name:
        case "limit":
            return first, None
        case "offset":
            return None, first
        case "range" if first is not None:
            last = _whole_number(argument(step, 1, "end"))
            return None if last is None else last - first + 1, first
    return None, None


def _whole_number(value: Value | None) -> int | None:
    return value.value if isinstance(value, Lit) and isinstance(value.value, int) else None


_READERS: dict[str, Callable[[_Request, Step], None]] = {
    "schema": _schema,
    "table": _relation,
    "from_": _relation,
    "from_table": _relation,
    "rpc": _rpc,
    "select": _select,
    "insert": _write,
    "upsert": _write,
    "update": _write,
    "delete": _write,
    "or_": _logic,
    **dict.fromkeys(ORDERS, _order),
}


def _filters(step: Step, negated: bool) -> Iterator[Filter]:
    """The filters of one call; ``match`` makes one of each key. Nobody knows the column of which nothing is left."""
    if step.name == "match":
        yield from _matched(step, negated)
        return
    column = text_of(argument(step, 0, "column"))
    column = column if column and column.value else None
    if step.name == "filter":
        operator = text_of(argument(step, 1, "operator"))
        value = argument(step, 2, "criteria")
    else:
        value = argument(step, 1, "value", "values", "query", "pattern", "patterns", "range")
        operator = _search(step) if step.name == "text_search" else Text(OPERATORS[step.name])
    yield Filter(step.name, column, None if step.chosen else operator, operand(value), negated, step.at)


def _matched(step: Step, negated: bool) -> Iterator[Filter]:
    given = argument(step, 0, "query")
    for entry in given.entries.values() if isinstance(given, Dict) else ():
        yield Filter("match", entry.key, Text("eq"), operand(entry.quick()), negated, step.at)
        negated = False
    if not (isinstance(given, Dict) and given.whole):
        yield Filter("match", None, Text("eq"), operand(None), negated, step.at)


def _search(step: Step) -> Text | None:
    """``text_search``'s operator: of its options' type and configuration."""
    given = argument(step, 2, "options")
    if given is None:
        return Text("fts")
    if not isinstance(given, Dict) or not given.whole:
        return None
    kind, config = given.entries.get("type"), given.entries.get("config")
    name = "fts"
    if kind is not None:
        if not (isinstance(kind.value, Str) and kind.value.text.whole):
            return None
        name = _SEARCHES.get(kind.value.text.value, "fts")
    if config is None:
        return Text(name)
    return Text(f"{name}({config.value.text.value})") if isinstance(config.value, Str) else None
