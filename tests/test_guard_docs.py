"""What docs/guard.md and docs/testing.md show is run as it stands."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from fastapi.testclient import TestClient
from supabase import create_client

from pgconform import Guard, Mode, Policy, SchemaMismatch
from pgconform.embedded import Server
from pgconform.guard import uses as files
from pgconform.guard.contracts import Models
from pgconform.schema import Schema
from pgconform.sources import snapshot
from tests.conftest import ROOT
from tests.guarding import MODELS, SQL, uses_of
from tests.truths import truth_of


def blocks(name: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / name).read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def place(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, Schema]]:
    """A directory with the files a team has, and a database."""
    folder = tmp_path_factory.mktemp("docs")
    dsn = postgres.create_database("guard_docs")
    truth = truth_of(dsn, re.sub(r",\n  length int generated.*", "", SQL))
    snapshot.write(truth, folder / "pgconform.lock.json")
    (folder / files.FILE).write_text(files.text(uses_of(folder, truth)))
    yield folder, dsn, truth
    postgres.drop_database("guard_docs")


@pytest.fixture
def names(place: tuple[Path, str, Schema], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the examples take for granted."""
    folder, dsn, _ = place
    monkeypatch.chdir(folder)
    models: dict[str, Any] = {"__name__": "models"}
    exec(MODELS, models)
    known = {name: models[name] for name in ("DocumentRow", "DocumentInsert")}
    known |= {
        "Guard": Guard,
        "guard": Guard.from_uses(),
        "database_url": dsn,
        "Policy": Policy,
        "Mode": Mode,
        "Models": Models,
    }
    engine = sqlalchemy.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://", 1))
    return known | {"engine": engine, "create_engine": lambda _: engine, "create_client": create_client}


def test_the_start_of_the_guard_page_runs(names: dict[str, Any]) -> None:
    first, given, served = blocks("guard.md")[:3]
    exec(first, names)
    assert names["guard"].standing.verified is not None
    exec(given, names)
    assert names["guard"].verify(names["database_url"]).ok
    exec(served, names)
    with TestClient(names["app"]) as client:
        assert client.get("/health/schema").json() == {"schema": "conforms", "findings": []}


def test_the_operations_of_the_guard_page_run(names: dict[str, Any]) -> None:
    import asyncpg
    import psycopg

    wrapped, shown, needed, watched, _ = blocks("guard.md")[3:]
    names |= {"psycopg": psycopg, "asyncpg": asyncpg, "url": "http://127.0.0.1:1", "key": "a.b.c"}

    async def opened() -> None:
        exec(wrapped, names)

    asyncio.run(opened())
    assert names["db"].postgrest.session.event_hooks["request"]
    names["connection"].close()
    call, said = shown.removeprefix(">>> ").split("\n", 1)
    with pytest.raises(SchemaMismatch) as raised:
        exec(call, names)
    assert said.splitlines()[0] == f"SchemaMismatch: {str(raised.value).splitlines()[0]}"
    assert said.splitlines()[1].partition(": ")[2] == str(raised.value).splitlines()[1].partition(": ")[2]
    exec(needed, names)
    names["publish"](1)
    seen: list[bool] = []
    exec(watched, names | {"serve": lambda: seen.append(True), "log": None})
    assert seen == [True]


def test_the_testing_page_runs(names: dict[str, Any]) -> None:
    for block in blocks("testing.md")[:2]:
        exec(block, names)


def test_the_fixture_of_the_testing_page_runs(place: tuple[Path, str, Schema]) -> None:
    from pgconform.testing import Database, supabase

    def publish(db: Any, document: int) -> None:
        db.table("documents").update({"status": "published"}, returning="minimal").eq("id", document).execute()

    names: dict[str, Any] = {"publish": publish}
    exec(blocks("testing.md")[2], names)
    database = Database(place[2])
    names["test_publishing"](supabase(database), database)
