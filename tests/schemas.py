"""Short ways to write schemas down in tests: a truth's columns in SQL's words, a claim's in Python's."""

from __future__ import annotations

import re
from typing import Any

from pgconform.check import check
from pgconform.finding import Finding
from pgconform.rules import all_rules
from pgconform.schema import Access, Relation, Schema
from pgconform.shape import Array, Field, Labels, Location, Scalar, Type, Union, Unknown

_TYPE = re.compile(r"(?P<kind>[\w.]+)(\((?P<size>[\d,]+)\))?")
_PYTHON = {"UUID": "py.uuid", "Decimal": "py.decimal", "None": "py.none", "Any": "py.any"}
HERE = Location("models.py", 1)


def sql_type(text: str) -> Type:
    """``int4``, ``varchar(20)``, ``text[]``, ``new|done`` (an enum's labels), ``?`` (unknown)."""
    if text.endswith("[]"):
        return Array(sql_type(text[:-2]), raw=text)
    if "|" in text:
        return Labels(tuple(text.split("|")))
    if text == "?":
        return Unknown()
    found = _TYPE.fullmatch(text)
    assert found, text
    size = tuple(int(part) for part in (found["size"] or "").split(",") if part)
    return Scalar(found["kind"], size, raw=text)


def py_type(text: str) -> Type:
    """``str``, ``list[int]``, ``'new'|'done'`` (a Literal), ``int|str`` (a union), ``?`` (unknown)."""
    if text == "?":
        return Unknown()
    if text.startswith("list["):
        return Array(py_type(text[5:-1]), raw=text)
    parts = text.split("|")
    if all(part.startswith("'") for part in parts):
        return Labels(tuple(part.strip("'") for part in parts), raw=f"Literal[{', '.join(parts)}]")
    if len(parts) > 1:
        return Union(tuple(map(py_type, parts)), raw=text)
    return Scalar(_PYTHON.get(text, f"py.{text.lower()}"), raw=text)


def column(text: str, **said: Any) -> Field:
    """``name type``, with ``!`` after the type for NOT NULL and ``= expression`` for a default."""
    declared, _, default = text.partition(" = ")
    name, _, kind = declared.partition(" ")
    return Field(
        name,
        sql_type(kind.rstrip("!")),
        nullable=not kind.endswith("!"),
        default=default or None,
        filled=bool(default),
        at=Location("1.sql", 2),
        **said,
    )


def field(text: str, **said: Any) -> Field:
    """``name type``, ``?`` after the type for `| None`, ``= expression`` for a default; ``name ?``: only the name."""
    declared, _, default = text.partition(" = ")
    name, _, kind = declared.partition(" ")
    optional = kind.endswith("?") and kind != "?"
    unsaid = kind == "?"
    return Field(
        name,
        py_type(kind[:-1] if optional else kind),
        nullable=None if unsaid else optional,
        required=None if unsaid else not default,
        default=default or None,
        at=Location("models.py", 2),
        **said,
    )


def table(name: str, *columns: str | Field, **said: Any) -> Relation:
    """A table of the truth in schema ``public``, or in that of ``schema.name``."""
    schema, _, plain = name.rpartition(".")
    fields = tuple(column(item) if isinstance(item, str) else item for item in columns)
    return Relation(plain, schema or "public", fields=fields, **{"at": Location("1.sql", 1), **said})


def claim(name: str, *fields: str | Field, access: Access = Access.READ, **said: Any) -> Relation:
    """What a model says of a relation; ``kind="payload"`` and the like make it another claim."""
    schema, _, plain = name.rpartition(".")
    built = tuple(field(item) if isinstance(item, str) else item for item in fields)
    given = {"kind": "model", "holder": "Model", "at": HERE, "whole": False, **said}
    return Relation(plain, schema, fields=built, access=access, **given)


def schema(*relations: Relation, **said: Any) -> Schema:
    return Schema(relations=relations, **said)


def only(code: str, truth: Schema, *claims: Relation, **options: Any) -> list[Finding]:
    """The findings of one rule alone."""
    rules = [rule for rule in all_rules() if rule.code == code]
    assert rules, f"there is no rule {code}"
    return check(truth, schema(*claims), rules=rules, **options)


def said(findings: list[Finding]) -> list[str]:
    """``severity message`` of each."""
    return [f"{finding.severity} {finding.message}" for finding in findings]
