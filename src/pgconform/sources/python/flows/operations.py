"""What a file does with values: its functions as short lists of operations, each naming earlier ones by number.

This is stage one: a pure function of one syntax tree, which follows names through assignments, branches and loops but
looks nothing up. The package `evaluate` is what gives the operations values. Lines and columns count from 1, in
characters; a place is where the operation's own name or literal stands, not where its operands start.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class Const(msgspec.Struct, frozen=True, array_like=True, tag=0, gc=False):
    """A constant. ``marks`` say where the characters of a text stand; see `pgconform.request.Text`."""

    value: bool | int | float | str | None
    line: int
    column: int
    end_line: int
    end_column: int
    marks: tuple[tuple[int, int, int], ...] = ()


class Join(msgspec.Struct, frozen=True, array_like=True, tag=1, gc=False):
    """An f-string: its parts one after the other.

    A t-string has ``forms``, for each part what stands behind its colon: "s" where nothing does, "?" where that is not
    known; "" of text.
    """

    parts: tuple[int, ...]
    line: int
    column: int
    end_line: int
    end_column: int
    forms: tuple[str, ...] | None = None


class Free(msgspec.Struct, frozen=True, array_like=True, tag=2, gc=False):
    """A name this scope does not bind."""

    name: str


class Param(msgspec.Struct, frozen=True, array_like=True, tag=3, gc=False):
    """The scope's parameter of that number; ``blank``: where a call gives none, it is an empty text."""

    index: int
    blank: bool = False


class Attr(msgspec.Struct, frozen=True, array_like=True, tag=4, gc=False):
    """``base.name``."""

    base: int
    name: str
    line: int
    column: int


class Call(msgspec.Struct, frozen=True, array_like=True, tag=5, gc=False):
    """A call, by ``name``; ``**mapping`` is among the keywords as "**", ``*items`` among the arguments as `Star`."""

    function: int
    arguments: tuple[int, ...]
    keywords: tuple[tuple[str, int], ...]
    line: int
    column: int
    name: str = ""


class Item(msgspec.Struct, frozen=True, array_like=True, tag=6, gc=False):
    """``base[key]``."""

    base: int
    key: int


class Map(msgspec.Struct, frozen=True, array_like=True, tag=7, gc=False):
    """A dict display; the key of a spread ``**other`` is -1."""

    keys: tuple[int, ...]
    values: tuple[int, ...]
    line: int
    column: int


class Seq(msgspec.Struct, frozen=True, array_like=True, tag=8, gc=False):
    """A list, tuple or set display; ``kind`` is its opening bracket."""

    kind: str
    items: tuple[int, ...]


CHANGED = -2


class Either(msgspec.Struct, frozen=True, array_like=True, tag=9, gc=False):
    """What a name holds where branches meet; of operations with one ``join`` the same option holds at once.

    ``fallback``: the options are those of ``a or b``, tried in order. ``needs``: an option can only be where each of
    its `Where` operations has a value. ``earlier``: after a loop, the operation that stands for what the name held
    after any round of it but the last; `CHANGED` where rounds only change the object that it holds; -1 elsewhere.
    """

    join: int
    options: tuple[int, ...]
    fallback: bool = False
    needs: tuple[tuple[int, ...], ...] = ()
    earlier: int = -1


class Elem(msgspec.Struct, frozen=True, array_like=True, tag=10, gc=False):
    """One of the items of ``base``, as a loop meets them; ``every``: it does the same with each, whichever that is.

    ``left``: unless it leaves that round, or the function, before.
    """

    base: int
    every: bool = False
    left: bool = False


class Func(msgspec.Struct, frozen=True, array_like=True, tag=11, gc=False):
    """The function or lambda whose body is the scope of that number; ``by`` are its decorators, the nearest last.

    Of these, such as leave a function as it is are none.
    """

    scope: int
    by: tuple[int, ...] = ()


EARLIER = "earlier"
"""The kind of a value that a name held after an earlier round of a loop; each such operation stands for itself."""

EVERY = "every"
"""The kind of a value that stands for all keys there are."""

LATEST = "latest"
"""The kind of a value that stands for the key that was put into a dict last."""


class Typed(msgspec.Struct, frozen=True, array_like=True, tag=12, gc=False):
    """A value of which no more than its type is known; "" is nothing at all."""

    kind: str = ""


class Put(msgspec.Struct, frozen=True, array_like=True, tag=13, gc=False):
    """``base`` after ``base[key] = value``."""

    base: int
    key: int
    value: int


class Update(msgspec.Struct, frozen=True, array_like=True, tag=14, gc=False):
    """``base`` after ``base.update(value)``."""

    base: int
    value: int


class Append(msgspec.Struct, frozen=True, array_like=True, tag=15, gc=False):
    """``base`` after ``base.append(value)``; ``many``: after ``base.extend(value)``."""

    base: int
    value: int
    many: bool = False


class Within(msgspec.Struct, frozen=True, array_like=True, tag=30, gc=False):
    """``base`` after what it holds under ``key`` was changed in place: it is ``value`` now."""

    base: int
    key: int
    value: int


class Drop(msgspec.Struct, frozen=True, array_like=True, tag=16, gc=False):
    """``base`` after ``del base[key]``; ``equal``: after ``base.remove(key)``."""

    base: int
    key: int
    equal: bool = False


class Comp(msgspec.Struct, frozen=True, array_like=True, tag=17, gc=False):
    """A comprehension; ``key`` is -1 but for a dict's. ``source`` is what its first loop runs over.

    ``within``: of the keys only those are taken that this one has; else -1. ``needs`` are other tests, each an
    operation that has a value where it holds; ``filtered``: there are more than these; ``picked``: of a dict's keys;
    ``filled``: of a dict's values, and only of whether they are something.
    """

    kind: str
    key: int
    value: int
    source: int
    filtered: bool = False
    within: int = -1
    needs: tuple[int, ...] = ()
    picked: bool = False
    filled: bool = False


class Enter(msgspec.Struct, frozen=True, array_like=True, tag=18, gc=False):
    """What ``with base as name`` binds."""

    base: int


class Import(msgspec.Struct, frozen=True, array_like=True, tag=19, gc=False):
    """An imported module, or with ``attribute`` what a module holds under that name."""

    module: str
    attribute: str = ""
    level: int = 0


class Class(msgspec.Struct, frozen=True, array_like=True, tag=20, gc=False):
    """The class whose body is the scope of that number."""

    scope: int


class Star(msgspec.Struct, frozen=True, array_like=True, tag=21, gc=False):
    """``*base`` among arguments or items."""

    base: int


class Plus(msgspec.Struct, frozen=True, array_like=True, tag=22, gc=False):
    """``left + right`` or ``left | right``."""

    left: int
    right: int


class Grow(msgspec.Struct, frozen=True, array_like=True, tag=31, gc=False):
    """``base`` after ``base += value`` or ``base |= value``, which change a list or a dict in place."""

    base: int
    value: int


class Percent(msgspec.Struct, frozen=True, array_like=True, tag=23, gc=False):
    """``left % right``."""

    left: int
    right: int


class Slice(msgspec.Struct, frozen=True, array_like=True, tag=24, gc=False):
    """``base[start:stop]``; without ``known`` these are computed, or there is a step."""

    base: int
    start: int | None = None
    stop: int | None = None
    known: bool = False


class Has(msgspec.Struct, frozen=True, array_like=True, tag=25, gc=False):
    """``key in base`` was asked."""

    base: int
    key: int


class Store(msgspec.Struct, frozen=True, array_like=True, tag=26, gc=False):
    """``base.name = value`` was done."""

    base: int
    name: str
    value: int


class Sure(msgspec.Struct, frozen=True, array_like=True, tag=27, gc=False):
    """``base`` where a test has shown that it is not None."""

    base: int


class Where(msgspec.Struct, frozen=True, array_like=True, tag=29, gc=False):
    """``base`` where a test came out as ``holds``.

    It is "in" ``texts``, starts or ends so, "has" one as a key, "gives" something true under it, or something but None
    ("got"), is of one of these classes ("isa"), is "true", "none" or "empty", is "held" by ``of`` or
    the "same"; or (`PICKED`) nobody knows what was asked of it.
    """

    base: int
    kind: str
    texts: tuple[str, ...]
    holds: bool
    of: int = -1


PICKED = "picked"
"""The kind of a test that tells nothing of the element of a loop that it is of."""


class Kept(msgspec.Struct, frozen=True, array_like=True, tag=32, gc=False):
    """``base``, stored in an attribute of ``owner``, unless a call since has changed it, or stored ``other`` there."""

    base: int
    owner: int
    other: int


class Noted(msgspec.Struct, frozen=True, array_like=True, tag=28, gc=False):
    """``base``, assigned to a name with this annotation."""

    base: int
    annotation: str


Op: TypeAlias = (
    Const
    | Join
    | Free
    | Param
    | Attr
    | Call
    | Item
    | Map
    | Seq
    | Either
    | Elem
    | Func
    | Typed
    | Put
    | Update
    | Append
    | Drop
    | Comp
    | Enter
    | Import
    | Class
    | Star
    | Plus
    | Grow
    | Percent
    | Slice
    | Has
    | Store
    | Sure
    | Noted
    | Kept
    | Where
    | Within
)


ACTS: frozenset[type[Op]] = frozenset({Call, Store, Put, Drop, Grow, Item, Has})
"""What a function does that is not there only to say what others have to."""
_OPS = msgspec.msgpack.Decoder(tuple[Op, ...])


def decode_ops(body: bytes) -> tuple[Op, ...]:
    """The operations of a scope, as they are kept."""
    return _OPS.decode(body)
