"""The scopes of a file: what each binds and does, apart from its operations, and how all of it is kept."""

from __future__ import annotations

import msgspec

from pgconform.sources.python.flows.operations import Op, decode_ops
from pgconform.support.patterns import deferred

NO_SCOPES = memoryview(msgspec.msgpack.encode([]))
UNNAMED = "<lambda>"
"""The name of a lambda that is given none."""


class Parameter(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """``kind`` is "", "*", "**" or "k" (by keyword only).

    ``default`` is an operation of the scope around, or -1; ``blank``: it is an empty text.
    """

    name: str
    kind: str = ""
    default: int = -1
    annotation: str = ""
    blank: bool = False


class Attempt(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Operations that run in a ``try`` that goes on after an error; ``rescue``: in its handler; ``join`` numbers it.

    ``adapts``: the handler takes keys out of something, and it is the error that says which. ``idle``: something is
    executed of which nobody there takes the answer. ``last``: where nothing fails, no more is tried. ``absence``: a
    handler is for the error of a relation or column that is not there; ``lookup``: for that of a key or attribute.
    ``quiet``: whoever calls the function never hears of what fails there. ``asked`` are functions of other files that a
    test of the handler hands the error to. ``feared``: where nothing fails, that is what is told as a failure.
    """

    start: int
    end: int
    join: int
    rescue: bool = False
    adapts: bool = False
    idle: bool = False
    last: bool = False
    absence: bool = False
    lookup: bool = False
    quiet: bool = False
    asked: tuple[str, ...] = ()
    feared: bool = False

    def holds(self, number: int) -> bool:
        """The operation is one of these."""
        return self.start <= number < self.end

    def answers(self, other: Attempt) -> bool:
        """One is the ``try`` of the other, which is its handler."""
        return self.join == other.join and self.rescue != other.rescue


class Guarded(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Operations that run only where a test of that parameter came out as ``holds``; the rest is as in `Where`."""

    start: int
    end: int
    parameter: int
    kind: str
    texts: tuple[str, ...]
    holds: bool


class Sided(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The choices from ``start`` to ``end`` are that option only where a test of a parameter came out so."""

    start: int
    end: int
    option: int
    parameter: int
    kind: str
    texts: tuple[str, ...]
    holds: bool


class Keyed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Operations that run only where a test of what ``base`` has under a key came out so; the rest is as in `Where`."""

    start: int
    end: int
    base: int
    kind: str
    key: str
    holds: bool


class Passed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The call ``op`` of ``name`` hands on the parameters ``given``: at a position, or by keyword (``**``: spread)."""

    op: int
    name: str
    place: str
    given: int


class Summary(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a scope does, without its operations. Sets of parameters are the bits of a number.

    ``uses`` are the names it reads. ``gives`` are the ways rows may come to its results, as in
    `pgconform.sources.python.flows.sources.paths`, ``keeps`` those to what it stores in attributes. ``stores`` are the
    operations that assign attributes of a method's object. Of the parameters, ``reads`` are those whose keys it reads
    or changes, ``asks`` those that decide what its chains name, ``needs`` those its results depend on; ``passes`` hands
    them on. ``begun`` are the chains that ``asks`` decide. ``keeps_calls``: as a decorator it leaves a function as it
    is, for all that comes of its calls (1), or it gives one that does (2). ``lasting``: it may give rows, and puts
    something into what outlives its calls: a later one may give the same rows.
    """

    uses: tuple[str, ...] = ()
    gives: tuple[tuple[str, ...], ...] = ()
    keeps: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = ()
    stores: tuple[tuple[str, int], ...] = ()
    reads: int = 0
    asks: int = 0
    begun: tuple[int, ...] = ()
    passes: tuple[Passed, ...] = ()
    needs: int = 0
    keeps_calls: int = 0
    lasting: bool = False


class Scope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A module (the first scope), class, function or lambda; ``kind`` is one of these words.

    ``names`` are what it binds, at its end. ``captured`` is what a function takes from the scopes around it, as their
    operations. ``owner`` is a method's class, ``outer`` the scope around. ``globals`` are assigned by ``global``.
    A function that asks no database by itself has its text in ``source`` instead of operations, until it is known to
    matter: `pgconform.sources.python.flows.scopes.follow_later` follows it then. ``unfollowed``: it cannot be.
    ``acts``: it calls, stores, changes or reads something. ``needed``: the operations from the first number to the
    second are done only where the third has a value. ``apart`` are branches: where the operations from the first number
    to the second are done, those from there to the third are not (-1: no more are). ``met``: the operations from the
    first number to the second are choices between branches, each of which alone does what lies between the next two.
    ``sided`` tells which of them tests of parameters decide. ``parts`` tells of each of ``yields`` in which statement
    of the body it is, negative where a branch in a branch decides; 0: nothing does. ``response`` is the
    ``response_model`` of a decorator. ``tested``: where a branch begins at the second number, the
    operations since the first are its test, as are those of the other numbers. ``blocks`` are those that may be passed
    over in which a cursor is sent something.
    """

    name: str
    kind: str
    line: int = 0
    outer: int = -1
    owner: int = -1
    parameters: tuple[Parameter, ...] = ()
    returns: tuple[int, ...] = ()
    yields: tuple[int, ...] = ()
    names: dict[str, int] = {}
    captured: dict[str, int] = {}
    globals: tuple[tuple[str, int], ...] = ()
    bases: tuple[int, ...] = ()
    decorators: tuple[str, ...] = ()
    annotation: str = ""
    annotations: dict[str, str] = {}
    attempts: tuple[Attempt, ...] = ()
    unfollowed: bool = False
    source: bytes = b""
    acts: bool = False
    summary: Summary = Summary()
    guarded: tuple[Guarded, ...] = ()
    needed: tuple[tuple[int, int, int], ...] = ()
    apart: tuple[tuple[int, int, int], ...] = ()
    met: tuple[tuple[int, ...], ...] = ()
    sided: tuple[Sided, ...] = ()
    parts: tuple[int, ...] = ()
    response: str = ""
    tested: tuple[tuple[int, ...], ...] = ()
    blocks: tuple[tuple[int, int], ...] = ()
    keyed: tuple[Keyed, ...] = ()


def sets_globals(source: bytes) -> bool:
    """A function's text may assign to names of its module."""
    return bool(_GLOBAL.search(source))


def sets_attributes(source: bytes) -> bool:
    """A method's text may assign to attributes of its object, or of its class."""
    return any(own.search(source) for own in _OWN)


_GLOBAL = deferred(rb"global\s(?<=\bglobal\s)")
_OWN = (
    deferred(rb"self\.(?<=\bself\.)\w+(?:\s*:[^=\n]+)?\s*=[^=]"),
    deferred(rb"cls\.(?<=\bcls\.)\w+(?:\s*:[^=\n]+)?\s*=[^=]"),
)


class Followed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A function that was followed after its file: its scope and operations, then those of the scopes within it.

    It had the given number, and the scopes within it those of `pgconform.sources.python.flows.scopes.later_number`.
    """

    number: int
    scopes: tuple[Scope, ...]
    bodies: tuple[bytes, ...]


class Scopes(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The scopes of a file by number, and their operations."""

    heads: tuple[Scope, ...] = ()
    bodies: tuple[bytes, ...] = ()

    def ops(self, number: int) -> tuple[Op, ...]:
        """The operations of a scope."""
        return decode_ops(self.bodies[number])


class Asking(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A function of which callers decide what it asks; see `Summary`."""

    number: int
    asks: int
    begun: tuple[int, ...]


class FlowFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The flows of one file; ``error`` says why they could not be followed.

    Few files are looked into after an edit, so ``scopes`` and ``followed``, the functions by number that an earlier run
    had to follow, are left as they are kept until they are asked for. Without them is known: ``imports``, the modules
    that the file names, wherever in it; what it imports under other names, ``renamed``, with these; its ``functions``
    by the names they are called by (a constructor has its class's); the functions that hold others, in ``holders`` by
    the names of these; and those of ``asking``.
    """

    kept: memoryview = NO_SCOPES
    imports: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    functions: tuple[tuple[str, int], ...] = ()
    holders: tuple[tuple[str, int], ...] = ()
    asking: tuple[Asking, ...] = ()
    error: str = ""
    followed: tuple[tuple[int, memoryview], ...] = ()

    def scopes(self) -> Scopes:
        """The scopes, decoded."""
        return _SCOPES.decode(self.kept)


def decode_followed(kept: memoryview) -> Followed:
    """A function that was followed earlier."""
    return _FOLLOWED.decode(kept)


_SCOPES = msgspec.msgpack.Decoder(Scopes)
_FOLLOWED = msgspec.msgpack.Decoder(Followed)
