"""Programs with a client of their own that has the methods of PostgREST's."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.config import find_project
from pgconform.project.asking import Ask
from pgconform.project.run import run
from tests.own_cache import own_cache

CLIENT = """
class Query:
    def eq(self, column, value):
        return self
    def execute(self): ...

class Client:
    def table(self, name):
        return Query()
"""
APP = """
from supabase import create_client
from {module} import {client}

_client = None

def begin(local):
    global _client
    _client = {client}() if local else create_client("http://localhost", "key")

def client():
    return _client

client().table("items").select("id, nam").eq("made", None).execute()
"""


@pytest.mark.parametrize(
    ("module", "client", "levels"),
    [
        ("db", "Client", ["error", "warning"]),
        ("db", "FakeClient", ["error", "error"]),
        ("tests.db", "Client", ["error", "error"]),
    ],
)
def test_what_postgrest_makes_of_a_request_another_client_need_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, client: str, levels: list[str]
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / ".cache"))
    (tmp_path / "schema.sql").write_text("create table items (id int primary key, made timestamptz);")
    (tmp_path / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    (tmp_path / "tests").mkdir()
    code = CLIENT.replace("Client", client).replace("Query", client.replace("Client", "Query"))
    (tmp_path / f"{module.replace('.', '/')}.py").write_text(code)
    (tmp_path / "app.py").write_text(APP.format(module=module, client=client))
    found = run(find_project(tmp_path), Ask(cached=False)).findings
    assert [(item.code, item.severity.value) for item in found] == [*zip(["COL001", "QRY007"], levels, strict=True)]
