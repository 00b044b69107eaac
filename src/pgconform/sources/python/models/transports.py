"""The wire a project's rows come over, by the libraries it imports."""

from __future__ import annotations

from collections import Counter
from typing import Final

from pgconform.schema import Transport
from pgconform.sources.python.modules.project import Project

_LIBRARIES: Final[dict[str, Transport]] = {
    **dict.fromkeys(("supabase", "postgrest", "supabase_async"), Transport.POSTGREST),
    **dict.fromkeys(("sqlalchemy", "sqlmodel", "flask_sqlalchemy", "databases"), Transport.SQLALCHEMY),
    "asyncpg": Transport.ASYNCPG,
    **dict.fromkeys(("psycopg", "psycopg2", "psycopg_pool"), Transport.PSYCOPG),
}


def transport_of(project: Project) -> Transport:
    """The wire that most modules speak of; `Transport.SQL`, where only what holds for every wire is said, for none."""
    counts = Counter(
        wire
        for uri in project.speaking
        for wire in {_LIBRARIES.get(item.module.partition(".")[0]) for item in project.modules[uri].imports}
        if wire
    )
    ranked = counts.most_common(2)
    tied = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    return Transport.SQL if tied or not ranked else ranked[0][0]
