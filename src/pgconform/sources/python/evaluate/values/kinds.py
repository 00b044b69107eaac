"""What an expression can be, as far as it is known without running it."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from pgconform.request import Text
from pgconform.shape import Location, Scalar, Type, Unknown
from pgconform.sources.python.evaluate.values.entries import Choice, Entry, Later


class Opaque(msgspec.Struct, frozen=True, eq=False):
    """Not known; ``reason`` in one clause. ``type`` is its Python type where that is.

    ``said``: it is what an annotation says, to which nothing holds the value.
    """

    reason: str = ""
    type: Type = Unknown()
    said: bool = False


UNKNOWN = Opaque()


class Earlier(Opaque, frozen=True, eq=False):
    """What a name held after an earlier round of a loop; ``of``: what methods made of that since."""

    of: Earlier | None = None


class Lit(msgspec.Struct, frozen=True, eq=False):
    """A number, truth value or None."""

    value: bool | int | float | None
    at: Location | None = None


class Str(msgspec.Struct, frozen=True, eq=False):
    """A text, with `HOLE` for what of it is not known."""

    text: Text


class Composed(Str, frozen=True, eq=False):
    """A text that ``psycopg.sql`` composes: what it is filled with is composed too, or a literal."""


class Template(msgspec.Struct, frozen=True, eq=False):
    """A t-string, as psycopg sends it: what fills it in is a parameter, `HOLE` its number."""

    text: Text


class Dump(msgspec.Struct, frozen=True, eq=False):
    """What ``model.model_dump()`` gives: the fields of a class, save those ``omitted``; ``sparse``: and unset ones.

    ``assigned`` are the attributes that the program has set before, ``required`` the fields that are never unset.
    """

    of: Class
    omitted: frozenset[str] = frozenset()
    sparse: bool = False
    by_alias: bool = False
    assigned: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


class Dict(msgspec.Struct, frozen=True, eq=False):
    """A dict; ``whole``: it has no other keys. ``row`` is what was spread into it and has the rest of its keys.

    ``rest`` is what stands under each key that is not among the entries, if anything is known of that.
    """

    entries: dict[str, Entry]
    whole: bool = True
    row: Rows | Dump | None = None
    at: Location | None = None
    rest: Value = UNKNOWN


class List(msgspec.Struct, frozen=True, eq=False):
    """A list, tuple or set; ``exact``: these are all its items, each once and in order.

    ``grown``: each was put into it somewhere, and it is not known which of them together. ``led``: so many of them are
    the first there are; ``fed``: there surely is one. ``ends``: of how many from the start one is the first, and of how
    many to the end one is the last, where that is known.
    """

    items: tuple[Value, ...]
    exact: bool = True
    grown: bool = False
    led: int = 0
    fed: bool = False
    ends: tuple[int, int] = (0, 0)


class Function(msgspec.Struct, frozen=True, eq=False):
    """A function of the project; ``frame`` is what it was defined in, ``bound`` the object it was taken from.

    ``around`` is what its decorators have called instead.
    """

    uri: str
    scope: int
    frame: object = None
    bound: Value | None = None
    around: Around | None = None


class Around(msgspec.Struct, frozen=True, eq=False):
    """What a decorator made of a function ``of`` the project: any of these, or (None) that as it is.

    With each are the operations in which it calls that function, if it hands it just what it is called with itself.
    """

    of: Function
    made: tuple[tuple[Value | None, tuple[int, ...]], ...]


class Partial(msgspec.Struct, frozen=True, eq=False):
    """What ``functools.partial(function, …)`` gives; ``given`` is that call."""

    function: Value
    given: object


class Getter(msgspec.Struct, frozen=True, eq=False):
    """What ``itemgetter("a", …)`` gives, or with ``attributes`` ``attrgetter("a", …)``."""

    keys: tuple[Value, ...]
    attributes: bool = False


class Record(msgspec.Struct, frozen=True, eq=False):
    """A class that ``namedtuple`` makes; ``fields`` are those of its fields that a call must give."""

    name: str
    fields: tuple[str, ...]


class Pattern(msgspec.Struct, frozen=True, eq=False):
    """What ``string.Template(text)`` gives."""

    text: Value


class Class(msgspec.Struct, frozen=True):
    """A class of the project."""

    uri: str
    scope: int


class Instance(msgspec.Struct, frozen=True, eq=False):
    """An object of a class of the project; ``open``: or of one derived from it for which ``within`` is called.

    ``made`` is the frame of its ``__init__``, ``keywords`` what a class without one was called with, ``row`` the rows
    it was filled from. ``above``: only what it has from classes above that one, which is what ``super()`` gives.
    """

    of: Class
    open: bool = False
    within: str = ""
    made: object = None
    keywords: tuple[tuple[str, Value], ...] = ()
    row: Rows | None = None
    above: Class | None = None


class Module(msgspec.Struct, frozen=True):
    """A module of the project."""

    uri: str


class External(msgspec.Struct, frozen=True):
    """Something outside the project by its dotted name; ``made``: what calling it gave.

    ``schema`` is the one that a client, or the options of one, were made for. ``apart`` are the words by which the
    program calls a client's address another's than the plain one, "" for that; None: no name tells. ``base`` is the
    address below which a client of HTTP asks.
    """

    name: str
    made: bool = False
    schema: Text | None = None
    apart: str | None = None
    base: Text | None = None


class Method(msgspec.Struct, frozen=True, eq=False):
    """A method of a value that is not the project's own; ``where`` it is named: file, line, column."""

    base: Value
    name: str
    where: tuple[str, int, int] | None = None


class Step(msgspec.Struct, frozen=True, eq=False):
    """A call of a chain, the ``origin``. ``sure``: it is always made; ``chosen``: unless callers have another made."""

    name: str
    origin: object
    arguments: tuple[Value | Later, ...] = ()
    keywords: tuple[tuple[str, Value | Later], ...] = ()
    at: Location | None = None
    sure: bool = True
    chosen: bool = False


class Chain(msgspec.Struct, frozen=True, eq=False):
    """Calls one after the other on a client; `pgconform.sources.python.queries.reader` makes requests of them.

    ``pending`` are properties taken since the last call (``not_``). ``site`` is where the relation was named.
    ``partly``: what is called on it now is called only for some of the relations it may be of. ``unsure``: it began in
    a method that is one of several, of which some ask nothing. ``open``: what a caller hands over decides
    between it and another, and nobody knows how.
    """

    client: Value
    steps: tuple[Step, ...] = ()
    pending: tuple[str, ...] = ()
    site: Site | None = None
    partly: bool = False
    unsure: bool = False
    open: bool = False


class Site(msgspec.Struct, frozen=True):
    """The call that began a chain: operation ``op`` of a scope."""

    uri: str
    scope: int
    op: int


class Response(msgspec.Struct, frozen=True, eq=False):
    """What a chain's ``execute()`` gives."""

    chain: Chain


class Rows(msgspec.Struct, frozen=True, eq=False):
    """Data of a response. ``path`` are the keys passed through; ``one`` None: a row or several.

    ``over`` are keys put into a row or taken out since; ``loose``: any may have been; ``partly``: some were taken out.
    ``copied``: changes do not reach the original. ``named``: an object whose attributes are the columns of one row;
    ``framed``: a data frame of them, or one of its rows. ``picked``: only keys are the row's, some of them perhaps.
    """

    chain: Chain
    path: tuple[str, ...] = ()
    one: bool | None = None
    over: frozenset[str] = frozenset()
    loose: bool = False
    copied: bool = False
    partly: bool = False
    named: bool = False
    framed: bool = False
    picked: bool = False


class Either(msgspec.Struct, frozen=True, eq=False):
    """One of several; which, ``choice`` decides together with all others of that choice, by number.

    ``size`` counts the options of its options.
    """

    choice: Choice
    options: tuple[Value, ...]
    fallback: bool = False
    size: int = 2


Value: TypeAlias = (
    Opaque
    | Lit
    | Str
    | Template
    | Dict
    | List
    | Function
    | Partial
    | Getter
    | Record
    | Pattern
    | Class
    | Instance
    | Module
    | External
    | Method
    | Chain
    | Response
    | Rows
    | Either
)

UNBOUND = Opaque("unbound")
ALL = Opaque("every key")
LAST = Opaque("the last key")
NONE = Lit(None)
STAND_IN = Dict({}, whole=False)
"""An empty dict in place of one that nobody knows, or that was not found: nothing is read of it, and any key sent."""


def py(name: str) -> Opaque:
    """A value of that Python type."""
    return Opaque(type=Scalar(f"py.{name}"))


def opaque(kind: str) -> Value:
    """A value of that type of which nothing else is known."""
    return Opaque(type=Scalar(kind)) if kind else UNKNOWN


def later(value: Earlier) -> Earlier:
    """What a method of it, or a sum with it, gives."""
    return Earlier(value.reason, of=value.of or value)


def is_none(value: Value) -> bool:
    return type(value) is Lit and value.value is None
