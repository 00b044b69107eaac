"""A contract as JSON Schema (2020-12): what a payload of its keys must be, for whoever reads or writes them."""

from __future__ import annotations

import json
import re
from typing import Any

from pgconform.caching import Contract
from pgconform.shape import WIDTHS, Array, Labels, Scalar, Struct, Type

MARK = "x-pgconform"
_FORMATS = {"uuid": "uuid", "timestamptz": "date-time", "date": "date"}
_FORMS = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "epoch": {"type": "number"},
    "json": {"type": "string"},
}
_TEXTS = frozenset({"hash", "string"})


class Property:
    """A payload's field: its name, its column's type or None, how it is written, whether it may be null or absent."""

    def __init__(self, name: str, type_: Type | None, form: str, *, nullable: bool, optional: bool) -> None:
        self.name = name
        self.type = type_
        self.form = form
        self.nullable = nullable
        self.optional = optional


def file_name(pattern: str) -> str:
    """``credit_balance:{account_id}`` as ``credit_balance.account_id.schema.json``."""
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '.', pattern).strip('.') or 'contract'}.schema.json"


def render(contract: Contract, properties: list[Property]) -> str:
    """The schema's text; the same contract and truth give the same bytes."""
    texts = contract.encoding in _TEXTS
    shown = {item.name: _property(item, texts=texts) for item in properties}
    absent = {item.name for item in properties if item.optional or (contract.encoding == "hash" and item.nullable)}
    document: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": contract.pattern,
        "type": "object",
        "properties": shown,
        "required": [item.name for item in properties if item.name not in absent],
        "additionalProperties": not shown,
        MARK: _said(contract),
    }
    if contract.encoding == "string":
        document = {key: document[key] for key in ("$schema", "title", MARK)} | next(iter(shown.values()), {})
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _said(contract: Contract) -> dict[str, Any]:
    """What of the contract JSON Schema has no word for."""
    said = {
        "encoding": contract.encoding,
        "relation": contract.relation,
        "columns": {part.name: part.column for part in contract.parts if part.column and part.column != part.name},
        "parameters": dict(contract.parameters),
        "min_ttl": contract.min_ttl,
        "max_ttl": contract.max_ttl,
        "cache": contract.evictable,
        "version": contract.version,
    }
    return {key: value for key, value in said.items() if value not in (None, "", {})}


def _property(item: Property, *, texts: bool) -> dict[str, Any]:
    if item.form in _FORMS:
        found: dict[str, Any] = dict(_FORMS[item.form])
    elif item.type is None or item.form == "any":
        return {}
    else:
        found = _type(item.type)
    if texts and found.get("type") != "string" and "enum" not in found:
        found = {"type": "string"}
    return _or_null(found) if item.nullable and not texts else found


def _or_null(found: dict[str, Any]) -> dict[str, Any]:
    if "enum" in found:
        return {"enum": [*found["enum"], None]}
    return {**found, "type": [found["type"], "null"]} if "type" in found else found


def _type(type_: Type) -> dict[str, Any]:
    match type_:
        case Labels(values=values):
            return {"enum": list(values)}
        case Array(of=of):
            inner = _or_null(_type(of))
            return {"type": "array", "items": inner} if inner else {"type": "array"}
        case Struct():
            return {"type": "object"}
        case Scalar(kind="bool"):
            return {"type": "boolean"}
        case Scalar(kind=kind) if kind in WIDTHS:
            return {"type": "integer", "minimum": -(2 ** WIDTHS[kind]), "maximum": 2 ** WIDTHS[kind] - 1}
        case Scalar(kind="float4" | "float8" | "numeric"):
            return {"type": "number"}
        case Scalar(kind="json" | "jsonb" | "hstore"):
            return {}
        case Scalar(kind="varchar" | "bpchar", size=(most, *_)):
            return {"type": "string", "maxLength": most}
        case Scalar(kind=kind):
            return {"type": "string", "format": _FORMATS[kind]} if kind in _FORMATS else {"type": "string"}
    return {}
