"""What ``pgconform history`` and ``pgconform blame`` do once their command lines were understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from pgconform.cli._screen import look, put
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.monitor.alerts.composing import change_line
from pgconform.monitor.audit.gathering import who
from pgconform.monitor.store.opening import open_history
from pgconform.monitor.store.reading import changes_of, changes_to, first_looks, schema_of, standings, timeline
from pgconform.monitor.store.retention import forget_target
from pgconform.monitor.values import iso, moment
from pgconform.project.api import searched
from pgconform.project.truths import choose
from pgconform.reports._look import Look
from pgconform.reports._paint import paint
from pgconform.reports._words import number
from pgconform.reports.json import encoded
from pgconform.schema import Relation
from pgconform.shape import Location
from pgconform.sources.opening import open_truth

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping

_SIGNS = {"+": "good", "-": "bad", "~": "warning"}


class Looking(msgspec.Struct, frozen=True):
    """The options of the commands."""

    target: str
    limit: int
    form: str
    output: Path | None


def told(project: Project, said: Looking) -> None:
    """Shows targets and changes."""
    engine = open_history(project, make=False)
    try:
        rows = _standing(engine, said.target)
        looks = timeline(engine, said.target, limit=said.limit)
        parts = changes_of(engine, [row["id"] for row in looks])
    finally:
        engine.dispose()
    how = look(project.root, file=said.output is not None)
    text = _document(rows, looks, parts) if said.form == "json" else "\n".join(_text(rows, looks, parts, how)) + "\n"
    put(text, said.output)


def _standing(engine: Engine, target: str) -> list[RowMapping]:
    """How a target is, or all of them. Raises `Problem` where the history has none of that name, or none at all."""
    known = standings(engine)
    if not known:
        raise Problem("the history is empty: nothing was watched yet", "begin with:  pgconform watch")
    rows = [row for row in known if target in ("", row["name"])]
    if not rows:
        names = ", ".join(row["name"] for row in known)
        raise Problem(f"the history has no target {target}", f"its targets are {names}")
    return rows


def forgotten(project: Project, target: str) -> None:
    """Takes away what is remembered of a target that is watched no more."""
    if not target:
        raise Problem("no target is named that is to be forgotten", "pgconform history  shows all")
    engine = open_history(project, make=False)
    try:
        _standing(engine, target)
        forget_target(engine, target)
    finally:
        engine.dispose()
    put(f"{target} is forgotten\n")


def _text(
    rows: list[RowMapping], looks: list[RowMapping], parts: dict[int, list[RowMapping]], how: Look
) -> Iterator[str]:
    for row in rows:
        role = {"up": "good", "down": "bad"}.get(row["state"], "dim")
        held = f"{number(row['relations'] or 0, 'relation')}, {number(row['errors'], 'error')} and "
        yield (
            f"{paint(row['name'], 'file', how)}  {paint(row['state'], role, how)} since {moment(row['since'])}  "
            f"{held}{number(row['warnings'], 'warning')} open"
        )
        if row["problem"]:
            yield f"  {paint(row['problem'], 'bad', how)}"
    for row in looks:
        yield ""
        yield _head(row, how)
        for part in parts[row["id"]]:
            line = change_line(part)
            yield f"  {paint(line[0], _SIGNS[line[0]], how)}{paint(line[1:], '', how)}"


def _head(row: RowMapping, how: Look) -> str:
    said = [
        paint(moment(row["at"]), "", how),
        paint(row["target"], "file", how),
        f"#{row['id']}",
        number(row["changes"], "change") if row["changes"] else "first look",
        _by(row, how),
    ]
    return "  ".join(part for part in said if part)


def _by(row: RowMapping, how: Look) -> str:
    by = f"by {who(row)}" if row["role"] else ""
    migration = f"migration {row['migration']}" if row["migration"] else ""
    return paint(", ".join(part for part in (by, migration) if part), "dim", how)


def _document(rows: list[RowMapping], looks: list[RowMapping], parts: dict[int, list[RowMapping]]) -> str:
    keys = ("name", "state", "problem", "server", "relations", "errors", "warnings", "notes", "judged", "unjudged")
    said = ("target", "server", "cause", "role", "application", "command", "migration", "fingerprint")
    return encoded(
        {
            "version": 1,
            "targets": [{**{key: row[key] for key in keys}, "since": iso(row["since"])} for row in rows],
            "snapshots": [
                {
                    "id": row["id"],
                    "at": iso(row["at"]),
                    **{key: row[key] for key in said},
                    "changes": [_change(part) for part in parts[row["id"]]],
                }
                for row in looks
            ],
        }
    )


def _change(row: RowMapping) -> dict[str, Any]:
    keys = ("kind", "subject", "relation", "what", "attribute", "was", "is", "perhaps", "place")
    return {key: row[key] for key in keys}


def blamed(project: Project, name: str, said: Looking) -> None:
    """Shows when something changed. Raises `Problem` for what nobody knows."""
    names = sorted({name, *(f"{schema}.{name}" for schema in searched(project))})
    engine = open_history(project, make=False)
    try:
        if said.target:
            _standing(engine, said.target)
        rows = changes_to(engine, names, said.target)
        there = _there(engine, names, said.target)
    finally:
        engine.dispose()
    written = _written(project, names)
    if not rows and not there and written is None:
        raise Problem(f"neither the history nor the truth knows {name}", "names are as in SQL: documents.status")
    how = look(project.root, file=said.output is not None)
    lines = _json(name, rows, there, written) if said.form == "json" else _blame(name, rows, there, written, how)
    put(lines if isinstance(lines, str) else "\n".join(lines) + "\n", said.output)


def _blame(
    name: str, rows: list[RowMapping], there: list[RowMapping], written: Location | None, how: Look
) -> Iterator[str]:
    yield f"{paint(name, 'file', how)}{f'  written at {written}' if written else ''}"
    for row in rows:
        line = change_line(row)
        head = f"  {moment(row['at'])}  {paint(row['target'], '', how)} #{row['snapshot']}  "
        yield f"{head}{paint(line[0], _SIGNS[line[0]], how)}{paint(line[1:], '', how)}"
        detail = ", ".join(part for part in (_by(row, how), paint(row["command"], "dim", how)) if part)
        if detail:
            yield f"      {detail}"
    for row in there:
        yield f"  {moment(row['at'])}  {paint(row['target'], '', how)} #{row['id']}  there at the first look"


def _json(name: str, rows: list[RowMapping], there: list[RowMapping], written: Location | None) -> str:
    keys = ("target", "snapshot", "role", "application", "command", "migration")
    changed = [{"at": iso(row["at"]), **{key: row[key] for key in keys}, **_change(row)} for row in rows]
    first = [{"at": iso(row["at"]), "target": row["target"], "snapshot": row["id"]} for row in there]
    place = str(written) if written else ""
    return encoded({"version": 1, "name": name, "written": place, "changes": changed, "there_at_first_look": first})


def _there(engine: Engine, names: list[str], target: str) -> list[RowMapping]:
    """The targets whose first snapshot already has it."""
    found = []
    for row in first_looks(engine).values():
        relations = schema_of(engine, row["content"]).relations
        if target in ("", row["target"]) and any(name in names for one in relations for name in _names(one)):
            found.append(row)
    return found


def _names(relation: Relation) -> Iterator[str]:
    yield relation.qualified
    yield from (f"{relation.qualified}.{field.name}" for field in relation.fields)


def _written(project: Project, names: list[str]) -> Location | None:
    """Where the project's own truth says it, if that is SQL."""
    try:
        truth = open_truth(choose(project), project.root)
    except Problem:
        return None
    for relation in truth.relations:
        if relation.qualified in names:
            return relation.at
        for field in relation.fields:
            if f"{relation.qualified}.{field.name}" in names:
                return field.at or relation.at
    return None
