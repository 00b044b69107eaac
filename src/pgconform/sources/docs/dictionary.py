"""Dictionaries in YAML or JSON as claims: dbt's models and sources, tbls' schema.json, and plain tables of columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from pgconform.errors import Problem
from pgconform.schema import Relation
from pgconform.shape import Field, Location
from pgconform.sources.docs.cells import default_of, of_constraints, of_type
from pgconform.sources.docs.ground import Ground, document

_TYPES = ("type", "data_type", "dataType", "datatype")
_NULLS = ("nullable", "null", "notNull", "not_null")
_LISTS = ("tables", "models", "views", "relations")


class Named:
    """A mapping or sequence of the file, with the name that it goes by and where that stands."""

    def __init__(self, name: str, at: Any, node: Any) -> None:
        self.name = name
        self.at = at
        self.node = node


def read(text: str, ground: Ground) -> Iterator[Relation]:
    """The claims of a dictionary. Raises `Problem` when it cannot be read."""
    root = _composed(text, ground.uri)
    for schema, table in _tables(root):
        name = table.name.rpartition(".")[2]
        where = table.name.rpartition(".")[0] or schema
        fields = [_field(ground, column) for column in _members(_get(table.node, "columns", "fields"))]
        yield document(name, where if where in ground.world.truth.schemas else "", fields, _place(ground, table.at))


def _composed(text: str, uri: str) -> Any:
    try:
        import yaml
    except ImportError as missing:
        raise Problem("reading dictionaries needs PyYAML", "pip install 'pgconform[docs]'") from missing
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.compose(text.replace("\t", " "), Loader=loader)
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise Problem(f"{uri}{line} is neither YAML nor JSON", "mend it, or take it out of  dictionaries") from failure


def _tables(root: Any) -> Iterator[tuple[str, Named]]:
    """Each table with its schema, "" where none is said."""
    for source in _members(_get(root, "sources")):
        schema = _text(_get(source.node, "schema")) or source.name
        yield from ((schema, table) for table in _members(_get(source.node, "tables")))
    listed = [table for key in _LISTS for table in _members(_get(root, key))]
    plain = [] if listed or _get(root, "sources") is not None else [item for item in _members(root) if _is_table(item)]
    yield from (("", table) for table in (*listed, *plain))


def _is_table(item: Named) -> bool:
    return _get(item.node, "columns", "fields") is not None


def _members(node: Any) -> Iterator[Named]:
    """The parts of a mapping by their keys, or of a sequence by the ``name`` that each has."""
    if node is None:
        return
    for item in node.value if isinstance(node.value, list) else ():
        if isinstance(item, tuple):
            yield Named(str(item[0].value), item[0], item[1])
        elif (name := _get(item, "name")) is not None and isinstance(name.value, str):
            yield Named(name.value, name, item)


def _get(node: Any, *keys: str) -> Any:
    """The first of these keys that a mapping has."""
    pairs = node.value if node is not None and isinstance(node.value, list) else ()
    known = {str(pair[0].value): pair[1] for pair in pairs if isinstance(pair, tuple)}
    return next((known[key] for key in keys if key in known), None)


def _text(node: Any) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""


def _field(ground: Ground, column: Named) -> Field:
    """A column: a bare type, or a mapping that says more."""
    at = _place(ground, column.at)
    if isinstance(column.node.value, str) and column.at is not column.node:
        return replace(of_type(column.node.value).field(column.name), at=at)
    said = of_type(_text(_get(column.node, *_TYPES)))
    default = default_of(_text(_get(column.node, "default")))
    more = of_constraints(_text(_get(column.node, "constraints")))
    found = said.join(replace(more, nullable=_nullable(column.node), default=default))
    return replace(found.field(column.name), at=at)


def _nullable(node: Any) -> bool | None:
    for key in _NULLS:
        said = _text(_get(node, key)).lower()
        if said in ("true", "yes", "false", "no"):
            return (said in ("true", "yes")) != key.lower().startswith("not")
    return None


def _place(ground: Ground, node: Any) -> Location:
    start, end = node.start_mark, node.end_mark
    quoted = node.style in ("'", '"')
    line, column = start.line + 1, start.column + 1 + quoted
    return Location(ground.uri, line, column, line, end.column + 1 - quoted if end.line == start.line else column)
