"""The nouns of conformance: frozen values that describe a schema, be it the truth or a claim about it.

Truth and claims are one type. What a source does not say stays unsaid: ``None``, an empty tuple or
`Unknown`; nothing unsaid is ever compared. Places (``at``) say where a person can look; two values that
differ only there are equal.
"""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Any

import msgspec

from pgconform.caching import Caches
from pgconform.request import Query, Statement
from pgconform.shape import Array, Bounds, Field, Location, Struct, Type, Union, Unknown, Value
from pgconform.support.digests import hexadecimal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_INPUTS = frozenset({"in", "inout", "variadic"})
OUTPUTS = frozenset({"out", "inout", "table"})
"""Modes of the arguments that make up the result's columns."""
TABLES = frozenset({"table", "partitioned table"})
VIEWS = frozenset({"view", "materialized view"})


class Access(enum.StrEnum):
    """What the claimant does with a relation; it decides the direction in which types must fit."""

    READ = "read"
    INSERT = "insert"
    UPDATE = "update"
    MENTION = "mention"
    BOTH = "both"

    @property
    def reads(self) -> bool:
        return self is Access.READ or self is Access.BOTH

    @property
    def writes(self) -> bool:
        return self is not Access.READ and self is not Access.MENTION


class Transport(enum.StrEnum):
    """The wire between the database and the claimant; it decides the form in which values arrive."""

    SQL = "sql"
    POSTGREST = "postgrest"
    PSYCOPG = "psycopg"
    ASYNCPG = "asyncpg"
    SQLALCHEMY = "sqlalchemy"


class Key(Value, frozen=True, eq=False, omit_defaults=True):
    """Columns that identify a row. ``kind``: "primary", "unique" (constraint), "index" (unique index) or "exclusion".

    A partial or expression index is no target of a plain ON CONFLICT; expressions stand as "" in ``columns``.
    ``definition`` is the server's text of an exclusion constraint or expression index, which columns do not say.
    """

    columns: tuple[str, ...]
    kind: str = "unique"
    name: str = ""
    partial: str = ""
    expression: bool = False
    nulls_distinct: bool = True
    deferrable: bool = False
    definition: str = ""
    at: Location | None = None


class Link(Value, frozen=True, eq=False, omit_defaults=True):
    """A foreign key: ``columns`` here refer to ``target_columns`` of the target relation.

    Actions are "no action", "restrict", "cascade", "set null" or "set default". ``full_match``: its columns are NULL
    all together or not at all. ``indexed``: an index begins with its columns; that is no part of the normal form.
    """

    columns: tuple[str, ...]
    target_schema: str
    target: str
    target_columns: tuple[str, ...]
    name: str = ""
    on_delete: str = "no action"
    on_update: str = "no action"
    validated: bool = True
    deferrable: bool = False
    full_match: bool = False
    enforced: bool = True
    indexed: bool | None = None
    at: Location | None = None


class Check(Value, frozen=True, eq=False, omit_defaults=True):
    """A CHECK constraint; what of it could be read as limits on one column stands in that field's ``bounds``.

    ``enforced`` False (Postgres 18): nothing is held to it. ``validated`` False: rows older than it need not fulfil it.
    """

    expression: str
    name: str = ""
    columns: tuple[str, ...] = ()
    validated: bool = True
    understood: bool = False
    enforced: bool = True
    at: Location | None = None


class Policy(Value, frozen=True, eq=False, omit_defaults=True):
    """A row-level security policy. ``command`` is "all", "select", "insert", "update" or "delete"."""

    name: str
    command: str = "all"
    roles: tuple[str, ...] = ()
    permissive: bool = True
    using: str = ""
    check: str = ""


class Secured(Value, frozen=True, eq=False, omit_defaults=True):
    """What somebody says of who may see the rows of ``relations``, each (schema, name); it is never the truth itself.

    ``enabled``: row-level security is on, or off, or unsaid. ``every``: it was said of all tables in one breath.
    ``policies`` are some of theirs; of each, "" and () are unsaid.
    """

    relations: tuple[tuple[str, str], ...]
    enabled: bool | None = None
    policies: tuple[Policy, ...] = ()
    every: bool = False
    at: Location | None = None


class Trigger(Value, frozen=True, eq=False, omit_defaults=True):
    """A user trigger; ``definition`` is `pg_get_triggerdef()`'s text."""

    name: str
    definition: str = ""
    enabled: bool = True

    @property
    def mends(self) -> bool:
        """It may change a row before that is looked at, or write another one instead."""
        return (
            self.enabled and re.search(r"\b(?:BEFORE|INSTEAD OF) (?:INSERT|UPDATE|DELETE)", self.definition) is not None
        )


class Writable(Value, frozen=True, eq=False, omit_defaults=True):
    """What may be written to a relation at all, whoever asks: a view that cannot be updated says False.

    ``instead`` are those of "insert", "update" and "delete" for which a rule does something of its own.
    """

    insert: bool = True
    update: bool = True
    delete: bool = True
    instead: tuple[str, ...] = ()


class Named(Value, frozen=True, eq=False, omit_defaults=True):
    """What has a name in a schema; ``schema`` "" is unsaid."""

    name: str
    schema: str = ""

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


class Relation(Named, frozen=True, eq=False, omit_defaults=True):
    """A table or view of the truth, or a claim about one: a model, a payload, a chain's columns, a documented table.

    ``kind`` of a truth: "table", "partitioned table", "partition", "view", "materialized view", "foreign table".
    ``kind`` of a claim: its source's word ("model", "query", "payload", "document", …); ``holder`` is who says it.
    ``whole``: the list of fields means to be complete (of a truth: no part of the relation is missing from view).
    ``certain`` False: that the claim is about this relation was inferred from names, not said by the program.
    ``enforced`` False: nothing holds values to the claimed types when they are read (a TypedDict, a declarative class).
    ``partition_of`` names the parent of a partition: (schema, relation); its columns are the parent's and not repeated.
    ``definition``: a view's query, a partitioned table's key. ``options``: a view's (``security_invoker=true``).
    """

    kind: str = "table"
    fields: tuple[Field, ...] = ()
    keys: tuple[Key, ...] = ()
    links: tuple[Link, ...] = ()
    checks: tuple[Check, ...] = ()
    access: Access = Access.BOTH
    whole: bool = True
    transport: Transport = Transport.SQL
    holder: str = ""
    writable: Writable | None = None
    row_security: bool | None = None
    policies: tuple[Policy, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    definition: str = ""
    options: tuple[str, ...] = ()
    partition_of: tuple[str, str] | None = None
    extension: str = ""
    extra: str = ""
    certain: bool = True
    enforced: bool = True
    comment: str | None = None
    at: Location | None = None

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


class NamedType(Named, frozen=True, eq=False, omit_defaults=True):
    """A type with a name of its own. ``kind``: "enum", "domain", "composite", "range", "multirange" or "base".

    ``type`` is the shape behind it: an enum's `Labels`, a composite's `Struct`, a domain's base, a range's subtype.
    """

    kind: str = "base"
    type: Type = Unknown()
    nullable: bool = True
    default: str | None = None
    bounds: Bounds | None = None
    checks: tuple[Check, ...] = ()
    extension: str = ""
    comment: str | None = None
    at: Location | None = None


class Argument(Value, frozen=True, eq=False, omit_defaults=True):
    """A function's parameter. ``mode``: "in", "out", "inout", "variadic" or "table". ``optional``: it has a default."""

    name: str
    type: Type = Unknown()
    mode: str = "in"
    optional: bool = False


class Function(Named, frozen=True, eq=False, omit_defaults=True):
    """A function or procedure. ``volatility``: "immutable", "stable" or "volatile"; ``kind``: "function", "procedure" …

    ``returns`` of a function that gives rows is a `Struct` (OUT and TABLE columns, composites) with ``returns_set``.
    ``returns_relation``: the relation whose row type it returns, (schema, relation). ``rows``: the planner's estimate.
    """

    arguments: tuple[Argument, ...] = ()
    returns: Type = Unknown()
    returns_set: bool = False
    returns_relation: tuple[str, str] | None = None
    rows: float = 0
    kind: str = "function"
    volatility: str = "volatile"
    language: str = ""
    definition: str = ""
    extension: str = ""
    comment: str | None = None
    at: Location | None = None

    @property
    def inputs(self) -> tuple[Argument, ...]:
        """The arguments a caller gives."""
        return tuple(argument for argument in self.arguments if argument.mode in _INPUTS)

    @property
    def outputs(self) -> tuple[Argument, ...]:
        """The arguments that make up the result's columns."""
        return tuple(argument for argument in self.arguments if argument.mode in OUTPUTS)


class Unread(Value, frozen=True, eq=False, omit_defaults=True):
    """Something a source met and could not read, or may not see: the reason in one clause, and what it concerns.

    ``kind`` groups reasons: "dynamic", "syntax", "decode", "statement" (one of a migration that could not be
    applied), "function" (one that would have made the function), "unparsed" (one that is no SQL), "shadowed" (a
    CREATE … IF NOT EXISTS that did nothing over another object), "permission", "size" (entries too large to be
    fetched), "unsaid" (the source has no word for it), "elsewhere" (it is asked of another server), "unsupported".
    ``subject`` names the relation, or function, concerned, where that is known: of it, only a part may be in view.
    ``granted`` are columns, each after a relation that may have it, which a statement failed without, or the row that
    it would have inserted; or texts, after the enum of which some are no labels. ``makes`` is SQL of a program that
    makes or alters something, in a database that is not known.
    """

    reason: str
    kind: str = "unsupported"
    subject: str = ""
    at: Location | None = None
    granted: tuple[str, ...] = ()
    makes: str = ""


class Dropped(Value, frozen=True, eq=False, omit_defaults=True):
    """A relation, or with ``column`` a column of it, that the migrations once made and later dropped or renamed."""

    name: str
    schema: str = ""
    column: str = ""
    renamed_to: str = ""
    at: Location | None = None


class Schema(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything one source says. ``origin`` names it for a person, with secrets masked; it is no part of equality.

    ``dropped`` is what the source knows to have existed once; it explains findings and is no part of the normal form.
    ``schemas`` are all it has, empty ones too. ``unsaid`` are facts its source cannot know, of any part: "keys" (but
    primary ones), "links" (some of them), "checks", "computed" (columns and embeds by function), "filled", "kinds"
    (table or view), "modifiers" (of types), "overloads", "policies", "returns" (of functions), "triggers".
    """

    relations: tuple[Relation, ...] = ()
    types: tuple[NamedType, ...] = ()
    functions: tuple[Function, ...] = ()
    queries: tuple[Query, ...] = ()
    statements: tuple[Statement, ...] = ()
    caches: Caches = Caches()
    secured: tuple[Secured, ...] = ()
    unread: tuple[Unread, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    origin: str = ""
    server: str = ""
    extensions: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()

    def normal(self) -> Schema:
        """The same schema in one order, without places, origin and server: equal normal forms are equal schemas.

        Partitions fold into their parent: they come and go with the data. What extensions bring is theirs, not the
        schema's, and differs between their versions. A row or a composite that is a type is the one of its name.
        """
        named = frozenset(item.qualified for item in self.relations).union(item.qualified for item in self.types)
        whole = (item for item in self.relations if item.partition_of is None and not item.extension)
        types = (item for item in self.types if not item.extension)
        functions = (item for item in self.functions if not item.extension)
        return Schema(
            relations=_sorted((_normal_relation(item, named) for item in whole), _relation_order),
            types=_sorted((_unplaced(item, named - {item.qualified}) for item in types), lambda item: item.qualified),
            functions=_sorted((_unplaced(item, named) for item in functions), _function_order),
        )

    def fingerprint(self) -> str:
        """A digest of the normal form: 64 hexadecimal digits, the same on every machine and in every order."""
        return hexadecimal(msgspec.json.encode(self.normal()))


def _sorted(items: Iterable[Any], key: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(sorted(items, key=key))


_PARTS: dict[type, tuple[str, ...]] = {
    Field: ("type",),
    NamedType: ("type", "checks"),
    Function: ("arguments", "returns"),
    Argument: ("type",),
    Array: ("of",),
    Struct: ("fields",),
    Union: ("options",),
}


def _unplaced(item: Any, named: frozenset[str]) -> Any:
    """The value without its place and those of its parts; of a composite that is ``named``, the name."""
    if isinstance(item, tuple):
        return tuple(_unplaced(part, named) for part in item)
    if isinstance(item, Struct) and item.raw in named:
        return Struct(raw=item.raw)
    parts = {name: _unplaced(getattr(item, name), named) for name in _PARTS.get(type(item), ())}
    if "at" in item.__struct_fields__:
        parts["at"] = None
    return msgspec.structs.replace(item, **parts) if parts else item


def _relation_order(item: Relation) -> tuple[str, str, str, str]:
    return (item.schema, item.name, item.kind, item.holder)


def _function_order(item: Function) -> tuple[str, bytes]:
    return (item.qualified, msgspec.json.encode(item.arguments))


def _normal_relation(item: Relation, named: frozenset[str]) -> Relation:
    def by_name(values: Iterable[Any]) -> tuple[Any, ...]:
        bare = (_unplaced(value, named) for value in values)
        return _sorted(bare, lambda value: (value.name, msgspec.json.encode(value)))

    return msgspec.structs.replace(
        item,
        fields=by_name(item.fields),
        keys=by_name(item.keys),
        links=by_name(msgspec.structs.replace(link, indexed=None) for link in item.links),
        checks=by_name(item.checks),
        policies=_sorted(item.policies, lambda policy: policy.name),
        triggers=_sorted(item.triggers, lambda trigger: trigger.name),
        at=None,
    )
