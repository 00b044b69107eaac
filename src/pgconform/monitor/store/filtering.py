"""Findings chosen by what a person asks for, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import func, or_, select

from pgconform.monitor.store.reading import reading
from pgconform.monitor.store.tables import findings

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping

COLUMNS = ("target", "severity", "code", "source")


class Filter(msgspec.Struct, frozen=True):
    """What is asked for; "" is anything. ``state`` is "open", "closed" or "all"; ``text`` is found in what is said."""

    target: str = ""
    severity: str = ""
    code: str = ""
    source: str = ""
    relation: str = ""
    state: str = "open"
    text: str = ""


def find(engine: Engine, asked: Filter, limit: int, offset: int = 0) -> tuple[list[RowMapping], int]:
    """The findings of one page, the gravest first, and how many there are in all."""
    wanted = _wanted(asked)
    page = select(findings).where(*wanted).order_by(findings.c.rank, findings.c.place, findings.c.id)
    with reading(engine) as connection:
        total = connection.scalar(select(func.count()).select_from(findings).where(*wanted)) or 0
        return list(connection.execute(page.limit(limit).offset(offset)).mappings()), total


def choices(engine: Engine, state: str) -> dict[str, list[str]]:
    """What each filter may be, of the findings in that state."""
    wanted = _wanted(Filter(state=state))
    with reading(engine) as connection:
        return {
            name: sorted(filter(None, connection.scalars(select(findings.c[name]).where(*wanted).distinct())))
            for name in COLUMNS
        }


def one(engine: Engine, number: int) -> RowMapping | None:
    """The finding of that number."""
    with reading(engine) as connection:
        return connection.execute(select(findings).where(findings.c.id == number)).mappings().first()


def cells(engine: Engine, target: str) -> list[RowMapping]:
    """The open findings of a target, counted by relation, source and severity."""
    by = (findings.c.relation, findings.c.source, findings.c.severity)
    asked = select(*by, func.count().label("count")).where(*_wanted(Filter(target=target))).group_by(*by)
    with reading(engine) as connection:
        return list(connection.execute(asked).mappings())


def _wanted(asked: Filter) -> list[Any]:
    named = (*COLUMNS, "relation")
    wanted = [findings.c[name] == value for name in named if (value := getattr(asked, name))]
    if asked.state != "all":
        wanted.append(findings.c.closed_at.is_(None) if asked.state == "open" else findings.c.closed_at.isnot(None))
    if asked.text:
        said = (findings.c.message, findings.c.place, findings.c.subject, findings.c.code, findings.c.name)
        wanted.append(or_(*(column.icontains(asked.text, autoescape=True) for column in said)))
    return wanted
