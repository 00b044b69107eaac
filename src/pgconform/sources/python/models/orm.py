"""SQLAlchemy's declarative classes: columns, keys and foreign keys as they are declared."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from pgconform.schema import Key, Link
from pgconform.shape import Type, Unknown
from pgconform.sources.python.facts.classes import Member
from pgconform.sources.python.facts.expressions import Call, Const, Expr, Map, Ref, Seq
from pgconform.sources.python.models.annotations import Annotations
from pgconform.sources.python.models.columns import column_type
from pgconform.sources.python.models.constants import flag, text, texts
from pgconform.sources.python.models.fields import place
from pgconform.sources.python.models.lineage import Ancestor, Line, Lineage
from pgconform.sources.python.models.model import ModelField, Names
from pgconform.sources.python.models.said import Said

BASES = frozenset(
    {f"sqlalchemy.{name}" for name in ("DeclarativeBase", "DeclarativeBaseNoMeta", "declarative_base")}
    | {"sqlalchemy.automap_base", "flask_sqlalchemy.SQLAlchemy.Model", "flask_sqlalchemy.Model"}
)
_COLUMNS = frozenset({"sqlalchemy.Column", "sqlalchemy.mapped_column"})
_MAPPED = "sqlalchemy.Mapped"
_UNSAID = Const("")
_NO_COLUMNS = frozenset(
    f"sqlalchemy.{name}"
    for name in ("relationship", "column_property", "composite", "synonym", "query_expression", "dynamic_loader")
)


class Table(msgspec.Struct, frozen=True):
    """What a class says of its table: ``name`` "" is one that cannot be told, None: it says nothing of it."""

    name: str | None = None
    schema: str = ""
    keys: tuple[Key, ...] = ()


class Column(msgspec.Struct, frozen=True):
    """A mapped column, and the foreign key it declares."""

    field: ModelField
    primary: bool = False
    link: Link | None = None


def table_of(line: Line, lineage: Lineage) -> Table:
    """The table's name, its schema and the constraints of ``__table_args__``."""
    schema = ""
    keys: tuple[Key, ...] = ()
    for ancestor in reversed(line.ancestors):
        said = {member.name: member.value for member in ancestor.facts.members if member.value is not None}
        schema = _schema(said.get("metadata"), ancestor, lineage) or schema
        schema = _schema(said.get("__table_args__"), ancestor, lineage) or schema
        keys = tuple(_keys(said.get("__table_args__"), ancestor, lineage)) or keys
    name = next((name for item in line.ancestors if (name := _table_name(item, line, lineage)) is not None), None)
    home, _, last = (name or "").rpartition(".")
    return Table(None if name is None else last, schema or home, keys)


def _table_name(ancestor: Ancestor, line: Line, lineage: Lineage) -> str | None:
    """The table's name that one of the ancestors says or makes of the class's; None where it says nothing of it."""
    for member in ancestor.facts.members:
        if member.name == "__tablename__":
            return text(member.value, ancestor.scope, lineage) or ""
    made = next((method.gives for method in ancestor.facts.methods if method.name == "__tablename__"), _UNSAID)
    if made is _UNSAID:
        return None
    label = line.ancestors[0].facts.name
    names = {Ref("cls.__name__"): label, Call(Ref("cls.__name__.lower")): label.lower()}
    return names.get(made, "") if made and not _shared(ancestor, line, lineage) else ""


def _shared(maker: Ancestor, line: Line, lineage: Lineage) -> bool:
    """Another class between this one and the one that makes names of tables has a table of its own."""
    for item in line.ancestors[1 : line.ancestors.index(maker)]:
        above = lineage.line(item.found)
        if any(other.found == maker.found for other in above.ancestors) and _has_table(item, above, lineage):
            return True
    return False


def _has_table(item: Ancestor, line: Line, lineage: Lineage) -> bool:
    if any(name.startswith("sqlmodel.") for name in line.outside):
        return flag(dict(item.facts.keywords).get("table"), item.scope, lineage) is True
    said = {member.name: member.value for member in item.facts.members}
    return flag(said.get("__abstract__"), item.scope, lineage) is not True


def columns_of(line: Line, annotations: Annotations) -> tuple[Column, ...]:
    """The columns of a class's own table: not those of a mapped ancestor that has another table."""
    found: dict[str, Column] = {}
    for ancestor in _of_one_table(line):
        for member in ancestor.facts.members:
            if column := _column(member, ancestor, annotations):
                found[member.name] = column
    return tuple(found.values())


def _of_one_table(line: Line) -> list[Ancestor]:
    """The ancestors whose columns are in the table, the farthest first: all below the next class with a table."""
    named = [any(item.name == "__tablename__" for item in ancestor.facts.members) for ancestor in line.ancestors]
    own = next((place for place, has in enumerate(named) if has), 0)
    return [item for place, item in reversed(list(enumerate(line.ancestors))) if place <= own or not named[place]]


def _column(member: Member, ancestor: Ancestor, annotations: Annotations) -> Column | None:
    lineage, scope = annotations.lineage, ancestor.scope
    said = annotations.read(member.annotation, scope) if member.annotation else None
    mapped = said is not None and _MAPPED in said.marks
    call = _column_call(member.value, said, ancestor, lineage)
    function = lineage.outside(member.value.function, scope) if isinstance(member.value, Call) else ""
    if member.name.startswith("__") or function in _NO_COLUMNS or (call is None and not mapped):
        return None
    base = ModelField(member.name, _names(member.name, call, ancestor, lineage), Unknown(), at=None)
    type_ = _type(call, said if mapped else None, ancestor, lineage)
    told = call is not None or member.value is None
    field = msgspec.structs.replace(
        base,
        names=base.names if told else msgspec.structs.replace(base.names, open=True),
        type=type_,
        nullable=True if call and flag(call.keyword("nullable"), scope, lineage) else None,
        comment=text(call.keyword("comment"), scope, lineage) if call else None,
        at=place(ancestor.found.uri, member.span),
    )
    primary = call is not None and flag(call.keyword("primary_key"), scope, lineage) is True
    return Column(field, primary, _link(field, call, ancestor, lineage))


def _column_call(value: Expr | None, said: Said | None, ancestor: Ancestor, lineage: Lineage) -> Call | None:
    """The call of ``mapped_column`` or ``Column`` that a member's value is, or that its annotation brings."""
    match value:
        case Call(function=function, arguments=arguments):
            name = lineage.outside(function, ancestor.scope)
            if name in _COLUMNS:
                return value
            if name == "sqlalchemy.deferred" and arguments:
                return _column_call(arguments[0], said, ancestor, lineage)
        case None if said:
            brought = (bound.expression for bound in said.metadata)
            return next((item for item in brought if isinstance(item, Call)), None)
    return None


def _names(attribute: str, call: Call | None, ancestor: Ancestor, lineage: Lineage) -> Names:
    first = call.arguments[0] if call and call.arguments else None
    written = call.keyword("name") if call and call.keyword("name") else first if isinstance(first, Const) else None
    name = text(written, ancestor.scope, lineage) or attribute
    return Names((name,), name, name)


def _type(call: Call | None, said: Said | None, ancestor: Ancestor, lineage: Lineage) -> Type:
    """The type a column is given, else the one its annotation implies; of a foreign key, that of what it refers to."""
    given = [call.keyword("type_"), call.keyword("sa_type"), *call.arguments] if call else []
    for expression in given:
        if expression is None or isinstance(expression, Const):
            continue
        if (type_ := column_type(expression, ancestor.scope, lineage)) is not None:
            return type_
    return said.type if said and _reference(call, ancestor, lineage) is None else Unknown()


def _reference(call: Call | None, ancestor: Ancestor, lineage: Lineage) -> Call | None:
    """The ``ForeignKey(…)`` that a column is given."""
    for argument in call.arguments if call else ():
        if isinstance(argument, Call) and lineage.outside(argument.function, ancestor.scope) == "sqlalchemy.ForeignKey":
            return argument
    return None


def _link(field: ModelField, call: Call | None, ancestor: Ancestor, lineage: Lineage) -> Link | None:
    if (key := _reference(call, ancestor, lineage)) is None:
        return None
    target = text(key.arguments[0], ancestor.scope, lineage) if key.arguments else None
    delete, update = (text(key.keyword(name), ancestor.scope, lineage) for name in ("ondelete", "onupdate"))
    made = link(field, target)
    return replace(made, on_delete=_action(delete), on_update=_action(update)) if made else None


def _action(said: str | None) -> str:
    return " ".join((said or "no action").lower().split())


def link(field: ModelField, target: str | None) -> Link | None:
    """The foreign key from a field to ``[schema.]table.column``."""
    relation, dot, column = (target or "").rpartition(".")
    schema, _, table = relation.rpartition(".")
    return Link((field.names.given,), schema, table, (column,), at=field.at) if dot and table else None


def _schema(value: Expr | None, ancestor: Ancestor, lineage: Lineage) -> str:
    """The ``schema`` of a MetaData call, of a dict, or of the dict at the end of a tuple."""
    match value:
        case Call():
            return text(value.keyword("schema"), ancestor.scope, lineage) or ""
        case Map(keys, values):
            said = dict(zip(keys, values, strict=True))
            return text(said.get(Const("schema")), ancestor.scope, lineage) or ""
        case Seq(items=(*_, Map() as last)):
            return _schema(last, ancestor, lineage)
        case _:
            return ""


def _keys(value: Expr | None, ancestor: Ancestor, lineage: Lineage) -> Iterator[Key]:
    """The unique constraints among ``__table_args__``."""
    for item in value.items if isinstance(value, Seq) else ():
        if isinstance(item, Call) and lineage.outside(item.function, ancestor.scope) == "sqlalchemy.UniqueConstraint":
            columns = texts(Seq("[", item.arguments), ancestor.scope, lineage)
            if columns and len(columns) == len(item.arguments):
                yield Key(columns, "unique", at=place(ancestor.found.uri, ancestor.facts.span))
