"""SQL files that code reads: which file is meant, and where in it what is found stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.config import find_project
from pgconform.project.asking import Ask
from pgconform.project.run import run
from pgconform.sources.python.files.files import find_files
from pgconform.sources.python.files.sqlfiles import SqlFiles, is_code

SCHEMA = "create table users (id int primary key, email text not null);\n"
HEAD = "from pathlib import Path\nfrom importlib import resources\nimport psycopg\nHERE = Path(__file__).parent\n"
WAYS = {
    "read_text": '(HERE / "sql" / "wrong.sql").read_text()',
    "path": 'Path("app/sql/wrong.sql").read_text(encoding="utf-8")',
    "joinpath": 'HERE.joinpath("sql", "wrong.sql").read_text()',
    "f-string": 'open(f"{HERE}/sql/wrong.sql").read()',
    "resources": 'resources.files("app").joinpath("sql/wrong.sql").read_text()',
    "older resources": 'resources.read_text("app.sql", "wrong.sql")',
    "a loader": 'load("wrong")',
}
LOADER = '\ndef load(name):\n    return (HERE / "sql" / f"{name}.sql").read_text()\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app" / "sql").mkdir(parents=True)
    (tmp_path / "schema.sql").write_text(SCHEMA)
    (tmp_path / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    (tmp_path / "app" / "sql" / "wrong.sql").write_text("-- all of them\nselect id,\n       mail\nfrom users\n")
    return tmp_path


def found(project: Path, *, cached: bool = False) -> list[str]:
    report = run(find_project(project), Ask(cached=cached))
    return [f"{item.at.uri}:{item.at.line}:{item.at.column} {item.code}" for item in report.findings if item.at]


@pytest.mark.parametrize("way", WAYS)
def test_a_file_is_found_in_every_way_it_is_read(project: Path, way: str) -> None:
    code = f"{HEAD}{LOADER}\ndef f(conn: psycopg.Connection):\n    conn.execute({WAYS[way]})\n"
    (project / "app" / "main.py").write_text(code)
    assert found(project) == ["app/sql/wrong.sql:3:8 COL001"]


def test_a_file_that_is_opened_with_a_block(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection):
    with open("app/sql/wrong.sql") as file:
        query = file.read()
    return conn.execute(query)
"""
    (project / "app" / "main.py").write_text(HEAD + code)
    assert found(project) == ["app/sql/wrong.sql:3:8 COL001"]


def test_what_a_method_reads_that_another_function_calls_is_no_file_that_is_named_elsewhere(project: Path) -> None:
    code = """
def f(conn: psycopg.Connection, store, names):
    texts = list(map(store.read_text, names))
    conn.execute(texts[0])
    return Path("app/sql/wrong.sql")
"""
    (project / "app" / "main.py").write_text(HEAD + code)
    assert found(project) == []


def test_named_statements_are_judged_one_by_one(project: Path) -> None:
    (project / "app" / "sql" / "users.sql").write_text(
        "-- name: get_user^\n-- One.\nselect id from users where id = :id;\n\n"
        "-- name: bad!\nupdate users set mail = :mail\nwhere id = :id;\n-- name: make#\ncreate table x (id int);\n"
    )
    (project / "main.py").write_text('import aiosql\nqueries = aiosql.from_path("app/sql/users.sql", "psycopg2")\n')
    assert found(project) == ["app/sql/users.sql:6:18 COL001"]
    (project / "main.py").write_text('import aiosql\nqueries = aiosql.from_path("app/sql", "sqlite3")\n')
    assert found(project) == []


SEVERAL = """-- é; one
select id from users;

update users
  set mail = 'a;b';
select 'é', emial from users;
commit;
"""


def test_several_statements_of_one_file_are_judged_one_by_one(project: Path) -> None:
    (project / "app" / "sql" / "wrong.sql").write_text(SEVERAL)
    (project / "app" / "main.py").write_text(f"{HEAD}\npsycopg.connect('').execute({WAYS['read_text']})\n")
    assert found(project) == ["app/sql/wrong.sql:5:7 COL001", "app/sql/wrong.sql:6:13 COL001"]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (f"psycopg.connect('').execute({WAYS['read_text']}, (1,))", SEVERAL),
        (f"psycopg.connect('').execute({WAYS['read_text']})", "create temp table more (mail int);\n" + SEVERAL),
        (f"psycopg.connect('').execute({WAYS['read_text']})", "set search_path = other;\n" + SEVERAL),
    ],
    ids=["with values", "with a table of its own", "with another path"],
)
def test_several_statements_that_hang_together_are_left_alone(project: Path, call: str, text: str) -> None:
    (project / "app" / "sql" / "wrong.sql").write_text(text)
    (project / "app" / "main.py").write_text(f"{HEAD}\n{call}\n")
    assert found(project) == []


def test_a_changed_file_is_judged_again(project: Path) -> None:
    (project / "app" / "main.py").write_text(f"{HEAD}\npsycopg.connect('').execute({WAYS['read_text']})\n")
    assert found(project, cached=True) == ["app/sql/wrong.sql:3:8 COL001"]
    (project / "app" / "sql" / "wrong.sql").write_text("select id, email from users")
    assert found(project, cached=True) == []


def test_of_several_files_the_nearest_is_meant(tmp_path: Path) -> None:
    for folder in ("one", "two", "two/deep"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "q.sql").write_text(f"select '{folder}'")
    files = SqlFiles(tmp_path, find_files(tmp_path, (), is_code))
    near = files.read("q.sql", "one/app.py")
    assert near is not None
    assert near.value == "select 'one'"
    assert files.read("q.sql", "three/app.py") is None
    assert files.read("nothing.sql", "one/app.py") is None
