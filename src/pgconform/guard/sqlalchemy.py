"""Guards for SQLAlchemy: verified on the first connection, rows looked at before they leave, errors explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pgconform.guard.sites import call_site
from pgconform.guard.translating import finding, from_diagnostics, known, note
from pgconform.guard.verification import run
from pgconform.request import Verb
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.guard.guard import Guard

_OF_MANY = deferred(r"(.+)__(\d+)")
"""A parameter of one of the rows that SQLAlchemy sends in one statement."""


def attach(guard: Guard, engine: Any, *, verify: bool) -> None:
    """Listen to an engine's events; an asynchronous one's are those of the engine in it."""
    from sqlalchemy import event

    hooks = Hooks(guard)
    inner = getattr(engine, "sync_engine", engine)
    if verify:
        event.listen(inner.pool, "first_connect", hooks.connected)
    event.listen(inner, "before_cursor_execute", hooks.executing)
    event.listen(inner, "handle_error", hooks.failed)


class Hooks:
    """The three hooks of one guard."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def connected(self, connection: Any, *_: Any) -> None:
        """Verify over the first connection, which is left as it was."""

        def ask(sql: str) -> str:
            cursor = connection.cursor()
            try:
                cursor.execute(sql)
                return str(cursor.fetchone()[0])
            finally:
                cursor.close()
                connection.rollback()

        self.guard.settle(run(self.guard.steps(), ask))

    def executing(self, *event: Any) -> None:
        """Look at the rows of a compiled INSERT or UPDATE; of anything else there is nothing to look at."""
        context = event[4]
        compiled = getattr(context, "compiled", None)
        if compiled is None or not (context.isinsert or context.isupdate):
            return
        table = getattr(compiled.statement, "table", None)
        if table is None or not hasattr(table, "columns"):
            return
        name = table.name
        self.guard.may_write(name)
        verb: Verb = "insert" if context.isinsert else "update"
        rows = self.guard.rows
        relation = rows.relation(name, table.schema)
        if relation is None:
            return
        for row in _rows(compiled, table, event[3]):
            if found := rows.refusals(relation, verb, row):
                self.guard.act(f"the {verb} of {name} does not fit", found)

    def failed(self, context: Any) -> None:
        """Add to the error what is known of it; the error stays the program's own."""
        original = context.original_exception
        code = getattr(original, "sqlstate", None) or getattr(original, "pgcode", None) or ""
        if not known(code, str(original)):
            return
        said = from_diagnostics(code, str(original), getattr(original, "diag", original))
        found = (finding(said, at=call_site()),)
        self.guard.refused(code, found)
        for error in (context.sqlalchemy_exception, original):
            if error is not None:
                error.add_note(note(found))


def _rows(compiled: Any, table: Any, parameters: Any) -> Iterator[dict[str, Any]]:
    """The rows as they are sent, by column: what the types of the table made of the program's values."""
    columns = {column.key: column.name for column in table.columns}
    for given in parameters if isinstance(parameters, list) else [parameters]:
        named = given if isinstance(given, Mapping) else dict(zip(compiled.positiontup or (), given, strict=False))
        found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        for key, value in named.items():
            part = _OF_MANY.fullmatch(key)
            if key in columns:
                found[""][columns[key]] = value
            elif part and part[1] in columns:
                found[part[2]][columns[part[1]]] = value
        yield from found.values()
