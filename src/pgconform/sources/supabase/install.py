"""The function a team can install so that the whole schema is read over the API: its migration and its answer."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec

from pgconform.errors import Problem
from pgconform.schema import Schema
from pgconform.sources.postgres.build import build
from pgconform.sources.postgres.catalogue import COLUMNS, QUERIES, Catalogue, query
from pgconform.sources.postgres.names import quoted

FORMAT = 1
FUNCTION = "pgconform_schema"
_OLD = "install it again:  pgconform install-rpc > supabase/migrations/$(date +%Y%m%d%H%M%S)_pgconform.sql"


def migration(schema: str = "public") -> str:
    """The SQL that installs the function in a schema the API exposes."""
    part = _template("install_part.sql").rstrip()
    queries = ",\n".join(part.format(name=name, text=_indented(query(name))) for name in QUERIES)
    return _template("install.sql").format(schema=quoted(schema), format=FORMAT, queries=queries)


def statement() -> str:
    """The same query as one statement for any driver: it empties the search path while it runs and puts it back."""
    part = _template("install_part.sql").rstrip()
    queries = ",\n".join(part.format(name=name, text=_indented(query(name))) for name in QUERIES)
    return _template("whole.sql").format(format=FORMAT, queries=queries)


def _template(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.strip().removesuffix(";").splitlines())


def answered(data: bytes, origin: str) -> Schema:
    """The schema in the function's answer."""
    try:
        answer = msgspec.json.decode(data, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise Problem(f"{origin}: the answer of {FUNCTION}() is no JSON object", _OLD) from error
    if answer.get("format") != FORMAT or any(not isinstance(answer.get(name), list) for name in QUERIES):
        raise Problem(f"{origin}: {FUNCTION}() was installed by another version of pgconform", _OLD)
    rows = {name: [tuple(row.values()) for row in answer[name]] for name in QUERIES}
    columns = sorted(rows.pop(COLUMNS), key=itemgetter(0, 1))
    return build(Catalogue(rows, columns), origin)
