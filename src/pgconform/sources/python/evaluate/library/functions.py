"""What Python's own functions, and those of common libraries, give."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.request import Text
from pgconform.shape import Scalar
from pgconform.sources.python.evaluate.library import composed, http
from pgconform.sources.python.evaluate.library.builders import (
    accumulated,
    as_dict,
    chained,
    chained_items,
    completed,
    copy_of,
    default_dict,
    dict_of,
    encodable,
    enumerate_of,
    everything,
    extremes,
    filter_of,
    from_json,
    from_keys,
    groups,
    layers,
    listed,
    map_of,
    next_of,
    one_of,
    reduced,
    reordered,
    some_of_first,
    variables,
    zip_of,
)
from pgconform.sources.python.evaluate.library.clients import made
from pgconform.sources.python.evaluate.library.records import attribute_getter, item_getter, named_tuple, namespace
from pgconform.sources.python.evaluate.values.choices import each
from pgconform.sources.python.evaluate.values.dataframes import frame_of, frame_read
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Class,
    External,
    Function,
    Instance,
    List,
    Lit,
    Opaque,
    Partial,
    Pattern,
    Str,
    Value,
    is_none,
    py,
)
from pgconform.sources.python.evaluate.values.statements import made_text
from pgconform.sources.python.evaluate.values.typed import type_of

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls
    from pgconform.sources.python.evaluate.scopes.given import Given

Reader = Callable[["Calls", "Given"], Value]
ADAPTER = External("pydantic.TypeAdapter")


def external(calls: Calls, function: External, given: Given) -> Value:
    """A call of something outside the project."""
    if function.made:
        return _first(calls, given) if function.name == "functools.wraps" else UNKNOWN
    name = function.name.removeprefix("builtins.")
    if (kind := _KINDS.get(name)) is not None:
        return Opaque(type=Scalar(kind))
    reader = _FUNCTIONS.get(name)
    if reader is not None:
        return reader(calls, given)
    return made(function.name, name, given)


def _adapter(_: Calls, given: Given) -> Value:
    """``TypeAdapter(list[Model])``, which keeps what it was made of."""
    return Partial(ADAPTER, given)


def _super(calls: Calls, given: Given) -> Value:
    """``super()`` in a method: its object, as classes above that of the method have it."""
    frame = given.frame
    if frame.scope.owner < 0 or not frame.scope.parameters or given.passed:
        return UNKNOWN
    own = calls.evaluator.names.parameter(frame, 0)
    return replace(own, above=Class(frame.uri, frame.scope.owner)) if isinstance(own, Instance) else UNKNOWN


def _first(_: Calls, given: Given) -> Value:
    return given.arguments[0] if given.arguments else UNKNOWN


def awaited(calls: Calls, given: Given) -> Value:
    """What is waited for, now or later."""
    return _first(calls, given)


def _second(_: Calls, given: Given) -> Value:
    return given.arguments[1] if len(given.arguments) > 1 else UNKNOWN


def run_first(calls: Calls, given: Given) -> Value:
    """``submit(function, *arguments)``."""
    written = given.starred
    if not written or written[0][1]:
        return UNKNOWN
    passed = given.without(1)
    return each(written[0][0], lambda function: calls.one(function, passed))


def _str(_: Calls, given: Given) -> Value:
    return each(given.arguments[0], _text_of) if given.arguments else py("str")


def _text_of(value: Value) -> Value:
    match value:
        case Str():
            return value
        case Lit(value=bool() | int() | None as constant, at=at):
            return Str(Text(str(constant), at))
    return value if value is UNBOUND else py("str")


def _getattr(calls: Calls, given: Given) -> Value:
    match given.arguments:
        case [base, Str(text=text), *_] if text.whole:
            where = (text.at.uri, text.at.line, text.at.column) if text.at else None
            attribute = partial(calls.evaluator.attribute, given.frame, given.number)
            return each(base, lambda one: attribute(one, text.value, where))
    return UNKNOWN


def _round(_: Calls, given: Given) -> Value:
    """``round(number)`` is an integer; with digits it is of the number's own kind, which is hardly ever that."""
    if not given.plain or not given.arguments:
        return UNKNOWN
    digits = given.arguments[1] if len(given.arguments) > 1 else given.keyword("ndigits")
    if digits is None or is_none(digits):
        return py("int")
    kind = type_of(given.arguments[0])
    return Opaque(type=kind) if kind in (Scalar("py.int"), Scalar("py.decimal")) else py("float")


def _pattern(_: Calls, given: Given) -> Value:
    text = given.first("template")
    return UNKNOWN if text is None else Pattern(text)


def _environment(_: Calls, given: Given) -> Value:
    """``os.environ.get(name, default)``: what a deployment sets is not known, the default is; an empty one is none."""
    default = given.arguments[1] if len(given.arguments) > 1 else given.keyword("default")
    return default if isinstance(default, Str) and default.text.value else py("str")


def _depends(calls: Calls, given: Given) -> Value:
    """``Depends(provider)``: what the provider gives."""
    provider = given.first("dependency")
    if provider is None:
        return UNKNOWN
    found = each(provider, lambda value: calls.one(value, given.nothing()))
    return found.items[0] if isinstance(found, List) and found.items else found


def _partial(_: Calls, given: Given) -> Value:
    function = given.first("func")
    if function is None:
        return UNKNOWN
    bare = isinstance(function, Function) and len(given.op.arguments) == 1 and not given.op.keywords
    return function if bare else Partial(function, given.without(1))


_KINDS = {
    "int": "py.int",
    "float": "py.float",
    "bool": "py.bool",
    "len": "py.int",
    "repr": "py.str",
    "json.dumps": "py.str",
    "uuid.uuid4": "py.uuid",
    "uuid.uuid1": "py.uuid",
    "uuid.UUID": "py.uuid",
    "time.time": "py.float",
    "decimal.Decimal": "py.decimal",
    "datetime.datetime": "py.datetime",
    "datetime.datetime.now": "py.datetime",
    "datetime.datetime.utcnow": "py.datetime",
    "datetime.datetime.fromisoformat": "py.datetime",
    "datetime.datetime.today": "py.datetime",
    "datetime.date": "py.date",
    "datetime.date.today": "py.date",
    "datetime.timedelta": "py.timedelta",
}

_FUNCTIONS: dict[str, Reader] = {
    ADAPTER.name: _adapter,
    "dict": dict_of,
    "dict.fromkeys": from_keys,
    "collections.OrderedDict": dict_of,
    "collections.OrderedDict.fromkeys": from_keys,
    "collections.defaultdict": default_dict,
    "collections.ChainMap": layers,
    "types.MappingProxyType": _first,
    "vars": variables,
    **dict.fromkeys(("dataclasses.asdict", "attr.asdict", "attrs.asdict"), as_dict),
    "fastapi.encoders.jsonable_encoder": encodable,
    "json.loads": from_json,
    "json.load": from_json,
    "frozenset": listed,
    "itertools.chain": chained,
    "itertools.chain.from_iterable": chained_items,
    "itertools.groupby": groups,
    "itertools.accumulate": accumulated,
    "itertools.islice": some_of_first,
    **dict.fromkeys(("itertools.takewhile", "itertools.dropwhile", "itertools.filterfalse"), filter_of),
    **dict.fromkeys(("heapq.nlargest", "heapq.nsmallest"), extremes),
    **dict.fromkeys(("random.sample", "random.choices"), some_of_first),
    "random.choice": one_of,
    "collections.deque": listed,
    "collections.namedtuple": named_tuple,
    "typing.NamedTuple": named_tuple,
    "functools.update_wrapper": _first,
    "functools.reduce": reduced,
    "operator.itemgetter": item_getter,
    "operator.attrgetter": attribute_getter,
    "string.Template": _pattern,
    **dict.fromkeys(("types.SimpleNamespace", "argparse.Namespace"), namespace),
    "map": map_of,
    "filter": filter_of,
    "list": listed,
    "tuple": listed,
    "set": listed,
    "iter": _first,
    "sorted": reordered,
    "reversed": reordered,
    "max": one_of,
    "min": one_of,
    "next": next_of,
    "enumerate": enumerate_of,
    "zip": zip_of,
    "str": _str,
    "getattr": _getattr,
    "super": _super,
    "round": _round,
    "typing.cast": _second,
    "copy.copy": copy_of,
    "copy.deepcopy": copy_of,
    "os.getenv": _environment,
    "os.environ.get": _environment,
    "decouple.config": _environment,
    "textwrap.dedent": _first,
    "inspect.cleandoc": _first,
    "asyncio.wait_for": awaited,
    "asyncio.shield": awaited,
    "asyncio.create_task": awaited,
    "asyncio.ensure_future": awaited,
    "asyncio.run": awaited,
    "asyncio.gather": everything,
    **dict.fromkeys(("asyncio.as_completed", "concurrent.futures.as_completed"), completed),
    "functools.partial": _partial,
    **dict.fromkeys(("sqlalchemy.text", "sqlalchemy.sql.text", "sqlalchemy.sql.expression.text"), made_text),
    "sqlmodel.text": made_text,
    **composed.FUNCTIONS,
    **http.FUNCTIONS,
    **dict.fromkeys(("pandas.DataFrame", "pandas.DataFrame.from_records"), frame_of),
    **dict.fromkeys(("polars.DataFrame", "polars.from_dicts"), frame_of),
    **dict.fromkeys(("pandas.read_sql", "pandas.read_sql_query"), frame_read),
    "fastapi.Depends": _depends,
    "fastapi.params.Depends": _depends,
    "fastapi.Security": _depends,
    "fastapi.params.Security": _depends,
}
