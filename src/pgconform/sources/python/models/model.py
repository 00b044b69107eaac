"""A class that may describe rows, as a value: its fields, and the names they go by."""

from __future__ import annotations

import enum

import msgspec

from pgconform.schema import Key, Link
from pgconform.shape import Bounds, Location, Type, Unknown


class Family(enum.StrEnum):
    """What kind of class describes a row."""

    PYDANTIC = "pydantic"
    ROOT = "root"
    SETTINGS = "settings"
    SQLMODEL = "sqlmodel"
    ORM = "orm"
    DATACLASS = "dataclass"
    ATTRS = "attrs"
    TYPED_DICT = "typed dict"
    NAMED_TUPLE = "named tuple"


CHECKED = frozenset({Family.PYDANTIC, Family.SQLMODEL})
"""Those that take keywords, and of which Pydantic checks the values."""


class Names(msgspec.Struct, frozen=True):
    """The keys under which a field is taken, best first, and those under which it is given, plainly and by alias.

    ``deep``: it is taken from within the key's value. ``open``: it goes by a further name that cannot be told.
    """

    taken: tuple[str, ...]
    given: str
    given_by_alias: str
    deep: bool = False
    open: bool = False


class ModelField(msgspec.Struct, frozen=True):
    """A field of a class that stands for a row.

    ``taken_freely``: more is taken than the type says; ``given_freely``: what is given may be something else.
    ``given`` False: it is left out of what is given. ``taken`` False: it is computed, and only given. ``required``
    None: it cannot be told. ``default`` is spelled as in the program, "" when there is none.
    """

    attribute: str
    names: Names
    type: Type
    nullable: bool | None = None
    required: bool | None = None
    default: str = ""
    bounds: Bounds | None = None
    comment: str | None = None
    taken_freely: bool = False
    given_freely: bool = False
    taken: bool = True
    given: bool = True
    at: Location | None = None


class Model(msgspec.Struct, frozen=True):
    """A class that may describe rows. ``name`` is its dotted path from the root: ``app.models.Account``.

    ``relation`` is what the class itself says it holds rows of, "" when it says nothing; ``none``: it says of nothing.
    ``role`` is "row", "insert" or "update" where its base says so. ``subclassed``: another model descends from it.
    ``closed`` False: it may have other fields than are known.
    ``enforced``: its types are checked when a row is made into it; ``reshapes``: a function may change its keys.
    """

    name: str
    uri: str
    path: str
    family: Family
    fields: tuple[ModelField, ...] = ()
    relation: str = ""
    role: str = ""
    none: bool = False
    extra: str = ""
    keys: tuple[Key, ...] = ()
    links: tuple[Link, ...] = ()
    subclassed: bool = False
    closed: bool = True
    enforced: bool = True
    reshapes: bool = False
    at: Location | None = None

    @property
    def label(self) -> str:
        """The class's own name."""
        return self.path.rpartition(".")[2]


def taken_type(field: ModelField) -> Type:
    """The type of what a field takes; not said where something converts it first or it lies within another value."""
    return Unknown(field.type.raw) if field.taken_freely or field.names.deep or field.names.open else field.type
