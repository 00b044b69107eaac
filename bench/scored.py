"""Run by each tool's own Python: what its model of the table makes of each value, as JSON on standard output."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import re
import sys
from typing import Any

from pydantic import BaseModel, TypeAdapter


def main(file: str, row: str) -> None:
    with contextlib.redirect_stdout(sys.stderr):
        model = _model(file)
    print(json.dumps({column: _outcome(model, column, value) for column, value in json.loads(row).items()}))


def _model(file: str) -> Any:
    """The first class with the table's columns that describes whole rows."""
    spec = importlib.util.spec_from_file_location("scored", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["scored"] = module
    spec.loader.exec_module(module)
    classes = (item for item in vars(module).values() if isinstance(item, type) and issubclass(item, BaseModel))
    found = [item for item in classes if {"c01", "id"} <= item.model_fields.keys()]
    for item in found:
        item.model_rebuild()
    return found[0]


def _outcome(model: Any, column: str, value: Any) -> dict[str, Any]:
    """``untyped``, ``refused``, or ``dumped``: the JSON that comes back, with the bytes that were made of bytea."""
    field = model.model_fields.get(column)
    if field is None or field.annotation in (Any, object) or re.search(r"\bAny\b", str(field.annotation)):
        return {"untyped": True}
    try:
        adapter = TypeAdapter(field.rebuild_annotation())
        held = adapter.validate_python(value)
        dumped = adapter.dump_python(held, mode="json")
    except Exception as refusal:
        return {"refused": type(refusal).__name__}
    return {"dumped": dumped, "bytes": held.hex() if isinstance(held, bytes) else None}


if __name__ == "__main__":
    main(*sys.argv[1:3])
