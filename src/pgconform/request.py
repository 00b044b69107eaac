"""What a program asks of the database: PostgREST requests and SQL statements, as far as they are known.

A text that is only partly known keeps its known parts; each unknown part stands as one `HOLE`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pgconform.shape import Field, Location, Type, Unknown, Value

HOLE = "\x00"

Verb: TypeAlias = Literal["select", "insert", "upsert", "update", "delete", "rpc"]


class Text(Value, frozen=True, eq=False, omit_defaults=True):
    """A string a program holds, with `HOLE` for what is not known of it.

    ``at`` is the place of the whole literal. ``marks`` maps offsets in ``value`` to places in the file, ascending:
    (offset, line, column) says that the character at ``offset`` stands at that place, and so on until the next mark.
    ``elsewhere`` are marks in other files, with those: what a function puts into a text that its caller handed it.
    """

    value: str
    at: Location | None = None
    marks: tuple[tuple[int, int, int], ...] = ()
    elsewhere: tuple[tuple[int, str, int, int], ...] = ()

    @property
    def whole(self) -> bool:
        return HOLE not in self.value

    def is_piece(self, start: int, end: int) -> bool:
        """The characters between are all that one of the literals has of which the text is made, and not its first."""
        marks = {mark[0] for mark in (*self.marks, *self.elsewhere)}
        return start > 0 and start in marks and (end in marks or end == len(self.value))

    def place(self, start: int, length: int = 0) -> Location | None:
        """The place of the ``length`` characters from ``start``, as near as the marks tell."""
        if self.at is None:
            return None
        mark = max((m for m in self.marks if m[0] <= start), default=None)
        other = max((m for m in self.elsewhere if m[0] <= start), default=None)
        if other is not None and (mark is None or mark[0] < other[0]):
            offset, uri, line, column = other
        elif mark is not None:
            uri, (offset, line, column) = self.at.uri, mark
        else:
            return self.at
        return Location(uri, line, column + start - offset, line, column + start - offset + length)


class Operand(Value, frozen=True, eq=False, omit_defaults=True):
    """A value a program sends. ``type`` is its Python type as far as known; ``json`` its JSON text when constant."""

    type: Type = Unknown()
    nullable: bool | None = None
    json: str | None = None
    at: Location | None = None


class Filter(Value, frozen=True, eq=False, omit_defaults=True):
    """One filter. ``method`` is the client's method (``eq``, ``in_``, ``filter``, ``text_search`` …), "" without one.

    ``operator`` is PostgREST's (``eq``, ``in``, ``fts(english)``); None when a program computes it.
    """

    method: str
    column: Text | None
    operator: Text | None = None
    value: Operand = Operand()
    negated: bool = False
    at: Location | None = None


class Logic(Value, frozen=True, eq=False, omit_defaults=True):
    """An ``or_(…)`` call: the raw logic text and the embed it is about."""

    text: Text | None
    reference_table: Text | None = None
    negated: bool = False
    at: Location | None = None


class Order(Value, frozen=True, eq=False, omit_defaults=True):
    """An ``order``, ``limit``, ``offset`` or ``range`` call; only ``order`` has a column.

    ``count`` is how many rows a ``limit`` or ``range`` asks for, ``start`` how many an ``offset`` or ``range`` passes
    over before them, where the program has the number.
    """

    method: str
    column: Text | None = None
    foreign_table: Text | None = None
    count: int | None = None
    negated: bool = False
    at: Location | None = None
    start: int | None = None


class Payload(Value, frozen=True, eq=False, omit_defaults=True):
    """The rows an insert, upsert or update sends, or an rpc's arguments.

    ``fields`` are the keys known to be sent; a field with ``required`` False is sent only sometimes. ``whole``: no
    other key can be sent. ``many``: a list of rows. ``uneven``: the keys that some of its rows surely have, and others
    surely have not. ``sought`` are those that the program sends only where it finds them there.
    ``values`` are all known values by key, a constant one with its JSON text and its own place: several rows, and
    several branches of a program, give a key several values.
    """

    fields: tuple[Field, ...] = ()
    values: tuple[tuple[str, Operand], ...] = ()
    whole: bool = False
    many: bool = False
    uneven: tuple[str, ...] = ()
    sought: tuple[str, ...] = ()
    holder: str = ""
    at: Location | None = None


class Query(Value, frozen=True, eq=False, omit_defaults=True):
    """One supabase-py or postgrest-py chain, from ``.table(…)`` or ``.rpc(…)`` to its last known call, or a request.

    ``relation`` is the table's or function's name, None when not known. ``schema`` None: the client's default.
    ``select`` None: no select call was made; an item None: an argument that is not known. ``calls`` are the names of
    all other calls in order (``single``, ``csv``, ``execute``). ``whole`` False: more calls may follow out of sight.
    ``options`` are keyword arguments that are constant, as JSON text (``returning``, ``ignore_duplicates``, ``get`` …).
    ``fallback``: it runs in a ``try`` that goes on after an error, beside another query of the same relation; that it
    fails may be intended. ``others`` are relations to which the same may be sent instead: a key of the payload that is
    sent only sometimes may be meant for one of them. ``perhaps``: it may be for some of them only. ``unsure``: it is
    asked of an object that may be of another class, which asks nothing of the database. ``open``: what a caller hands
    over decides between it and another, and nobody knows how; what a row leaves out may be meant for that one.
    ``apart`` are the words by which the address it is sent to is called another's than the plain one, "" for that;
    None: it has no name that tells.
    ``raw``: it is sent over HTTP without a client, its texts as they are; what it sorts by has its directions, a logic
    text its operator and parentheses.
    """

    verb: Verb
    relation: Text | None
    schema: Text | None = None
    schema_known: bool = True
    select: tuple[Text | None, ...] | None = None
    filters: tuple[Filter, ...] = ()
    logics: tuple[Logic, ...] = ()
    orders: tuple[Order, ...] = ()
    payload: Payload | None = None
    on_conflict: Text | None = None
    columns: Text | None = None
    calls: tuple[str, ...] = ()
    options: dict[str, str] = {}  # noqa: RUF012
    whole: bool = True
    fallback: bool = False
    others: tuple[str, ...] = ()
    perhaps: bool = False
    unsure: bool = False
    open: bool = False
    apart: str | None = None
    raw: bool = False
    holder: str = ""
    reads: tuple[Read, ...] = ()
    at: Location | None = None


class Read(Value, frozen=True, eq=False, omit_defaults=True):
    """A key read from a query's result. ``path`` are the embeds and JSON keys passed through before ``key``.

    ``method``: "item" for ``row["c"]``, "caught" where the program goes on after the error of a key that is not there,
    "get" for ``row.get("c")``, "model" for a field of ``Model(**row)``, "field"
    for ``SimpleNamespace(**row).c``, "argument" for one that the class of a named tuple needs. Of a statement's row
    also "attribute" for ``row.c``, "place" for ``row[0]`` and "unpack" for ``a, b = row``, whose keys are the number.
    ``holder`` is the class of such a model. ``direct``: the key is read from what an embed gives as if it were one row;
    "place" with a path: as if it were a list. ``others`` are requests that may give the row instead, as far as they
    decide what it has. ``where`` are tests of the same row that lead there: a key, how it was asked for ("has", "got"
    something but None, "gives" something true), and how that came out.
    """

    key: Text
    path: tuple[str, ...] = ()
    method: str = "item"
    required: bool = True
    field: Field | None = None
    holder: str = ""
    direct: bool = False
    at: Location | None = None
    others: tuple[Query, ...] = ()
    where: tuple[tuple[str, str, bool], ...] = ()


class Made(Value, frozen=True, eq=False, omit_defaults=True):
    """An object made of a statement's row: ``Model(**row)``. ``fields`` are those of its class that a row can fill.

    ``kind``: "model" or "class"; ``added`` are keys from elsewhere; ``extra`` "forbid": no other key is taken.
    ``whole``: the fields are all it has; ``enforced``: types are checked.
    """

    holder: str
    kind: str = "model"
    fields: tuple[Field, ...] = ()
    added: tuple[str, ...] = ()
    extra: str = ""
    whole: bool = True
    enforced: bool = True
    at: Location | None = None


class Result(Value, frozen=True, eq=False, omit_defaults=True):
    """A column of a statement's result. ``type`` is `format_type()`'s text; ``origin``: (schema, relation, column)."""

    name: str
    type: str = ""
    origin: tuple[str, str, str] | None = None


class Proof(Value, frozen=True, eq=False, omit_defaults=True):
    """What a server said of a statement that it was asked to PREPARE; without ``code`` it took it.

    ``code`` is the SQLSTATE, ``position`` the character of the statement as it was sent that the server points at, from
    0, or -1. ``unjudged`` says in one clause why no server was asked. ``typed`` is what it says where parameters come
    with types, if it takes it then. ``results`` are the columns of its rows, ``parameters`` the types of its
    parameters; both None where they were not asked for.
    """

    code: str = ""
    message: str = ""
    hint: str = ""
    position: int = -1
    unjudged: str = ""
    results: tuple[Result, ...] | None = None
    parameters: tuple[str, ...] | None = None
    typed: Proof | None = None


RPC = "supabase.rpc"
"""The call of a statement that a function of the database is handed, to run it."""


class Statement(Value, frozen=True, eq=False, omit_defaults=True):
    """A raw SQL statement in a program or file. ``style`` is its placeholders': "pyformat", "named", "aiosql",
    "numeric", "qmark" or "".

    ``parameters`` are the values sent with it, by their number from 0 or their name, None where they are not known.
    ``api`` is the call that runs it (``psycopg.execute``, ``sqlalchemy.text`` …); ``reads`` the result columns used.
    ``makes`` the objects made of its rows. ``proof`` is what the truth's own server says of it, once it was asked.
    ``wary``: the program is prepared for what it names not to be there. ``looking``: it looks whether that is there,
    which says nothing of other places that name it. ``filled`` are its texts where callers decide names in it.
    ``bare``: the same call is also handed this text with more put into it, by a branch or a loop. ``instead`` is what a
    handler sends where this one fails, if that says more. ``feared``: where it does not fail, the program tells that as
    a failure.
    """

    text: Text
    api: str = ""
    style: str = ""
    parameters: tuple[tuple[str, Operand], ...] | None = None
    reads: tuple[Read, ...] = ()
    makes: tuple[Made, ...] = ()
    holder: str = ""
    proof: Proof | None = None
    wary: bool = False
    looking: bool = False
    bare: bool = False
    instead: str = ""
    feared: bool = False
    filled: tuple[str, ...] | None = None
    at: Location | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """What is run: its text, or those that callers make of it."""
        return (self.text.value,) if self.filled is None else self.filled

    @property
    def wanting(self) -> bool:
        """What it gives, or is given, is held to something: the server has to describe it."""
        return bool(self.reads or self.makes or self.parameters)
