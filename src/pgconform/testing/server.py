"""The double of a PostgREST server: one request in, the answer the real one would give out, or `Unsupported`."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from pgconform.errors import Problem
from pgconform.guard.judging import Judge
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.received import Request, query
from pgconform.schema import Relation, Schema
from pgconform.testing.asked import Asked
from pgconform.testing.errors import Refused, Unsupported
from pgconform.testing.refusals import refusal
from pgconform.testing.shaping import Shaper
from pgconform.testing.tables import PARTS, Row, Tables
from pgconform.testing.values import encoded
from pgconform.testing.writing import Writer

_OBJECT: Final = "application/vnd.pgrst.object+json"
_PLAIN: Final = frozenset({"", "*/*", "application/json", _OBJECT})
_PREFERENCES: Final = frozenset({"return", "count", "resolution", "missing", "plurality"})


class Answer(msgspec.Struct, frozen=True):
    """Status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


class Database:
    """A database in memory, in the form of a truth: it refuses what the real server would refuse, with its own errors.

    ``truth`` is a schema or the path of a snapshot. Requests are ``service_role``'s, whom row-level security does not
    concern. ``functions`` answer rpc calls by the function's name, called with the arguments by name; those of a
    generated column (``documents.length``) are called with the row. ``ignore`` names what decides about writes and is
    beyond the double ("checks", "keys", "triggers"): without it, writing to a table that has such is `Unsupported`.
    ``collation`` "C" sorts texts by their characters. Whatever the double cannot do is `Unsupported`, never a wrong
    answer; ``unsupported`` lists it, should the program have hidden it. ``requests`` are all that came.
    """

    def __init__(
        self,
        truth: Schema | str | Path,
        *,
        postgrest: PostgrestConfig | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        ignore: Iterable[str] = (),
        collation: str = "",
    ) -> None:
        schema = _read(truth)
        self.config = postgrest or PostgrestConfig()
        self.functions = dict(functions or {})
        self.tables = Tables(schema, _parts(ignore), self.functions)
        self.collation = collation
        self.requests: list[Request] = []
        self.unsupported: list[str] = []
        self._judge = Judge(schema, self.config.schemas, self.config, live=True)
        self._lock = threading.RLock()

    def answer(self, request: Request) -> Answer:
        """What the server answers. An error changes nothing."""
        with self._lock:
            self.requests.append(request)
            kept = self.tables.copy() if request.body or request.method == "DELETE" else None
            try:
                return self._answer(request)
            except Unsupported as beyond:
                self.unsupported.append(str(beyond))
                raise
            except Refused as refused:
                if kept is not None:
                    self.tables.restore(kept)
                headers = {"content-type": "application/json; charset=utf-8"}
                return Answer(refused.status, headers, encoded(refused.body))

    def _answer(self, request: Request) -> Answer:
        _plain(request)
        body = _body(request)
        asked = query(request, body)
        refused = refusal(self._judge.refusals(asked), request, self.config)
        if refused is not None:
            raise refused
        if request.calls:
            return self._called(request, asked.payload.fields if asked.payload else (), body)
        relation = self._judge.world.relation(request.relation, request.schema or self.config.schemas[0])
        if relation is None:
            raise Unsupported(f"{request.relation} is no table that the double knows")
        return self._of_table(request, relation, body)

    def _of_table(self, request: Request, relation: Relation, body: Any) -> Answer:
        asked = Asked(request, relation, self._judge.world, self.config)
        shaper = Shaper(self.tables, asked, self.collation)
        if request.method in ("GET", "HEAD"):
            return self._read(request, shaper)
        now = datetime.datetime.now(datetime.UTC)
        written = Writer(self.tables, shaper, relation, now).write(request, body)
        wanted = request.prefer.get("return") == "representation"
        rows = [shaper.shaped(asked.top, row) for row in written] if wanted else []
        status = 201 if request.method == "POST" else 200 if wanted else 204
        counted = len(written) if request.prefer.get("count") == "exact" else None
        return _answered(request, rows, status, (None, counted)) if wanted else _empty(status, counted)

    def _read(self, request: Request, shaper: Shaper) -> Answer:
        top = shaper.asked.top
        assert top.relation is not None
        every = shaper.rows(top, shaper.table((top.relation.schema, top.relation.name)), cut=False)
        part = shaper.asked.of(top)
        most = [limit for limit in (part.limit, self.config.max_rows) if limit is not None]
        end = part.offset + min(most) if most else None
        counted = len(every) if request.prefer.get("count") == "exact" else None
        if counted is not None and part.offset > counted > 0:
            raise Refused("PGRST103", "Requested range not satisfiable")
        rows = [shaper.shaped(top, row) for row in every[part.offset : end]]
        status = 206 if counted is not None and len(rows) < counted else 200
        return _answered(request, rows, status, (part.offset, counted))

    def _called(self, request: Request, fields: tuple[Any, ...], body: Any) -> Answer:
        function = self.functions.get(request.relation)
        if function is None:
            raise Unsupported(f"the double does not run functions: give it one,  functions={{'{request.relation}': …}}")
        if request.method == "GET":
            arguments: dict[str, Any] = {
                key: value for key, value in request.params if any(f.name == key for f in fields)
            }
        else:
            arguments = body or {}
        return _answered(request, function(**arguments), 200, (None, None), whole=True)

    def add(self, relation: str, *rows: Mapping[str, Any]) -> None:
        """Put rows into a table, as an insert does. Raises `Refused` for those it would refuse."""
        for row in rows:
            self.answered(Request("POST", f"/{relation}", body=encoded(dict(row))))

    def answered(self, request: Request) -> Answer:
        """`answer`, raising the error as `Refused`."""
        found = self.answer(request)
        if found.status >= 400:
            raise Refused(**msgspec.json.decode(found.body))
        return found

    def rows(self, relation: str) -> list[Row]:
        """All rows of a table, as Python values."""
        found = self._judge.world.relation(relation.rpartition(".")[2], relation.rpartition(".")[0])
        if found is None:
            raise Problem(f"there is no table {relation}", "name one of the snapshot's")
        return [dict(row) for row in self.tables.rows[found.qualified]]


def _read(truth: Schema | str | Path) -> Schema:
    if isinstance(truth, Schema):
        return truth
    from pgconform.sources.snapshot import read

    return read(Path(truth))


def _parts(ignore: Iterable[str]) -> frozenset[str]:
    wanted = frozenset({ignore} if isinstance(ignore, str) else ignore)
    if wanted - PARTS:
        raise Problem(f"nothing is named {min(wanted - PARTS)} to ignore", f"it is one of {', '.join(sorted(PARTS))}")
    return wanted


def _plain(request: Request) -> None:
    """Refuse what decides about an answer and is not known here."""
    accept = request.headers.get("accept", "").split(";")[0].strip()
    if accept not in _PLAIN:
        raise Unsupported(f"answers in the form {accept} are not supported by the double")
    for name, value in request.prefer.items():
        if name not in _PREFERENCES or (name == "count" and value != "exact"):
            raise Unsupported(f"Prefer: {name}={value} is not supported by the double")
    if "range" in request.headers:
        raise Unsupported("the header Range is not supported by the double")


def _body(request: Request) -> Any:
    if not request.body:
        return None
    try:
        return msgspec.json.decode(request.body)
    except msgspec.MsgspecError:
        raise Refused("PGRST102", "Empty or invalid json") from None


def _empty(status: int, counted: int | None) -> Answer:
    return Answer(status, {"content-range": f"*/{'*' if counted is None else counted}"})


def _answered(
    request: Request, rows: Any, status: int, place: tuple[int | None, int | None], *, whole: bool = False
) -> Answer:
    """The rows, or the one that was asked for, with the range they are of."""
    offset, counted = place
    total = "*" if counted is None else str(counted)
    start = offset or 0
    span = f"{start}-{start + len(rows) - 1}" if isinstance(rows, list) and rows and offset is not None else "*"
    headers = {"content-range": f"{span}/{total}", "content-type": "application/json; charset=utf-8"}
    if _OBJECT in request.headers.get("accept", "") and not (whole and not isinstance(rows, list)):
        if len(rows) != 1:
            raise Refused(
                "PGRST116",
                "JSON object requested, multiple (or no) rows returned",
                f"The result contains {len(rows)} rows",
            )
        headers["content-type"] = f"{_OBJECT}; charset=utf-8"
        return Answer(status, headers, encoded(rows[0]))
    return Answer(status, headers, b"" if request.method == "HEAD" else encoded(rows))
