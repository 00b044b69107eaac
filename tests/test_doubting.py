"""A truth that nobody named is doubted where other SQL speaks against a finding; a named one is not."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Set
from pathlib import Path

import pytest

from pgconform.config import Config, Project
from pgconform.finding import Finding, Severity
from pgconform.pairs.world import World
from pgconform.project.asking import Ask
from pgconform.project.doubts.beside import doubted, said_beside
from pgconform.project.doubts.index import is_fragment
from pgconform.project.inputs import Inputs
from pgconform.project.layout import Layout
from pgconform.project.run import run
from pgconform.project.truths import left_out
from pgconform.report import Report
from pgconform.schema import Schema
from pgconform.sources.migrations.beside import beside, spoken
from pgconform.sources.migrations.detect import folders
from pgconform.sources.migrations.generated import read as read_types
from tests.own_cache import own_cache

HEAD = "from supabase import create_client\ndb = create_client('http://localhost', 'key')\n"
TABLES = "create table documents (id uuid primary key, title text, kind text check (kind in ('a', 'b')));\n"


def put(root: Path, **files: str) -> Path:
    """Files by their names; ``__`` is a folder."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + (".py" if name == "app" else ".sql"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def said(report: Report) -> list[tuple[str, str, str]]:
    return [(item.severity.value, item.code, item.subject) for item in report.findings]


def levels(root: Path, *codes: str) -> list[str]:
    """How grave the findings of these rules are."""
    return [item.severity.value for item in run(Project(root), Ask(cached=False)).findings if item.code in codes]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / ".cache"))
    app = (
        f"{HEAD}db.table('invoices').select('id').execute()\n"
        "db.table('documents').select('owner, nothing').eq('kind', 'c').execute()\n"
        "db.rpc('count_all').execute()\ndb.rpc('count_none').execute()\n"
    )
    return put(tmp_path, migrations__1_a=TABLES, app=app)


MORE = """
-- create table nowhere (id int);
create table if not exists public.invoices (id uuid primary key);
alter table documents add column "owner" uuid;
create or replace function count_all() returns int language sql as 'select 1';
"""


def test_what_other_sql_makes_is_a_note_and_the_file_is_named(root: Path) -> None:
    bare = said(run(Project(root), Ask()))
    assert [code for _, code, _ in bare] == ["REL001", "COL001", "COL001", "QRY025", "RPC001", "RPC001"]
    put(root, more=MORE)
    found = run(Project(root), Ask())
    assert [item for item in said(found) if item not in bare] == [
        ("info", "REL001", "invoices"),
        ("info", "COL001", "documents.owner"),
        ("info", "RPC001", "count_all"),
        ("warning", "MIG003", ""),
    ]
    file = next(item for item in found.findings if item.code == "MIG003")
    assert (str(file.at), '"count_all", "documents.owner", "invoices"' in file.message) == ("more.sql:3:1", True)
    note = next(item for item in found.findings if item.subject == "documents.owner")
    assert note.help == "more.sql:4:1 speaks of it, and is no part of the truth"


def test_of_what_no_table_is_known_to_lack_the_servers_name_is_told(root: Path) -> None:
    app = "import psycopg\ndef f(c: psycopg.Connection):\n    c.execute('select owner from documents, notes')\n"
    put(root, migrations__1_a=TABLES + "create table notes (body text);\n", app=app, more=MORE)
    [file] = [item for item in run(Project(root), Ask()).findings if item.code == "MIG003"]
    assert file.message.endswith('speaks of "owner"')


def test_of_what_rows_lack_the_name_that_the_finding_quotes_is_told(root: Path) -> None:
    app = (
        "import psycopg\nfrom psycopg.rows import dict_row\n"
        "def f():\n    with psycopg.connect('', row_factory=dict_row) as c:\n"
        "        row = c.execute('select d.*, n.body from documents d, notes n').fetchone()\n"
        "        return row['owner']\n"
    )
    put(root, migrations__1_a=TABLES + "create table notes (body text);\n", app=app, more=MORE)
    [file] = [item for item in run(Project(root), Ask()).findings if item.code == "MIG003"]
    assert file.message.endswith('speaks of "owner"')


def test_a_truth_that_somebody_named_is_not_doubted(root: Path) -> None:
    put(root, more=MORE)
    for config, ask in (
        (Config(sql=("migrations",)), Ask()),
        (Config(truth="migrations:migrations"), Ask()),
        (Config(), Ask(truth="migrations:migrations")),
    ):
        assert ("error", "REL001", "invoices") in said(run(Project(root, config), ask))


def test_a_changed_file_beside_the_truth_is_noticed(root: Path) -> None:
    put(root, more=MORE)
    assert run(Project(root), Ask()).count(Severity.ERROR) == 2
    put(root, more="select 1;")
    assert run(Project(root), Ask()).count(Severity.ERROR) == 5


def test_what_the_migrations_dropped_is_gone_whoever_once_made_it(root: Path) -> None:
    put(root, more=MORE, migrations__2_b="create table invoices (id int); drop table invoices;")
    assert ("error", "REL001", "invoices") in said(run(Project(root), Ask()))


@pytest.mark.parametrize(
    ("where", "level"),
    [
        ("other__3_more", "info"),
        ("other__20260301_more", "info"),
        ("other__20260301__migration", "info"),
        ("other__1_more", "error"),
        ("other__more", "error"),
    ],
)
def test_what_the_migrations_dropped_may_be_made_again_by_a_later_one_beside_them(
    root: Path, where: str, level: str
) -> None:
    made = "create table invoices (id uuid primary key);\nalter table documents add column owner uuid;\n"
    gone = f"{made}drop table invoices;\nalter table documents drop column owner;\n"
    put(root, migrations__2_b=gone, **{where: made})
    found = [item for item in run(Project(root), Ask()).findings if item.code in ("REL001", "COL001")]
    grave = {item.subject: item.severity.value for item in found}
    assert grave == {"invoices": level, "documents.owner": level, "documents.nothing": "error"}


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("update posts set mode = 'x' where platform in ('video', 'letter');", "info"),
        ("insert into posts (platform) values ('letter');", "info"),
        ("update posts set mode = 'letter' where platform = 'page';", "error"),
        ("update posts set mode = 'x' where platform = 'video';", "error"),
        ("update notes set mode = 'x' where kind = 'letter';", "error"),
    ],
)
def test_a_label_that_a_migration_takes_for_one_and_fails_may_be_one(tmp_path: Path, said: str, level: str) -> None:
    made = "create type platforms as enum ('page');\ncreate type kinds as enum ('other');\n"
    made += "create table posts (platform platforms, mode text);\ncreate table notes (kind kinds, mode text);\n"
    app = f"{HEAD}db.table('posts').insert({{'platform': 'letter'}}).execute()\n"
    put(tmp_path, migrations__1_a=made, migrations__2_b=said, app=app)
    assert levels(tmp_path, "ENM002") == [level]


@pytest.mark.parametrize(
    ("beside", "level"),
    [
        ('create policy "own rows" on invoices for select using (true);', "info"),
        ("create index by_day on public.invoices (day);", "info"),
        ("insert into invoices (id) values ('a');", "info"),
        ("create function f() returns void language sql as $$ update public.invoices set id = id $$;", "info"),
        ("select * from documents d left join invoices i on i.id = d.id;", "info"),
        ("update invoices as i set id = 'a';", "info"),
        ("comment on table invoices is 'what is owed';", "info"),
        ("truncate table invoices;", "info"),
        ("-- select * from invoices;", "error"),
        ("select 1 from invoices_of_old;", "error"),
        ("drop table if exists invoices;", "error"),
    ],
)
def test_a_relation_that_other_sql_needs_may_be_there(root: Path, beside: str, level: str) -> None:
    put(root, tools__look=beside)
    assert levels(root, "REL001") == [level]


@pytest.mark.parametrize(
    ("beside", "level"),
    [
        ("insert into documents (id, owner) values ('a', 'b');", "info"),
        ("update documents as d set title = 'a; b', \"owner\" = 'c' where id = 'd';", "info"),
        ("create index documents_of on documents (owner, id);", "info"),
        ('create index concurrently if not exists a on only documents using gin (lower("owner"));', "info"),
        ("create index a on documents (id) where owner is null;", "info"),
        ("create index a on documents (id); create index b on people (owner);", "error"),
        ("insert into documents (id) select owner from people;", "error"),
        ("update documents set title = 'a' where owner = 'b';", "error"),
        ("insert into people (owner) values ('a');", "error"),
        ("select owner from documents;", "error"),
    ],
)
def test_a_column_that_other_sql_fills_or_has_an_index_on_may_be_there(root: Path, beside: str, level: str) -> None:
    put(root, seeds__rows=beside)
    found = [item for item in said(run(Project(root), Ask())) if item[1] == "COL001"]
    assert found == [(level, "COL001", "documents.owner"), ("error", "COL001", "documents.nothing")]
    (root / "migrations" / "0_a.sql").write_text("create table documents (owner uuid);")
    (root / "migrations" / "1_a.sql").write_text("alter table documents drop column owner;")
    assert ("error", "COL001", "documents.owner") in said(run(Project(root), Ask()))


@pytest.mark.parametrize("name", ["information_schema.columns", "hidden.secrets"])
def test_sql_that_needs_a_relation_of_another_schema_is_no_sign_that_the_api_has_it(root: Path, name: str) -> None:
    put(
        root,
        migrations__2_b="create schema hidden; create table hidden.secrets (id int);",
        tools__look=f"select * from {name};",
    )
    put(root, app=f"{HEAD}db.table('{name}').select('id').execute()\n")
    assert said(run(Project(root), Ask())) == [("error", "REL001", name)]


def test_a_key_that_another_create_has_is_doubted(root: Path) -> None:
    other = "create table documents (\nid uuid primary key,\ntitle text {},\nkind text);\n"
    app = f"{HEAD}db.table('documents').upsert({{'title': 'a'}}, on_conflict='title').execute()\n"
    for mark, level in (("unique", "info"), ("not null", "error")):
        put(root, app=app, docs__setup=other.format(mark))
        assert levels(root, "KEY001") == [level]


def test_a_create_that_an_earlier_script_made_void_is_doubted_too(tmp_path: Path) -> None:
    put(
        tmp_path,
        setup="create table users (id int);\n" + TABLES,
        migrations__1_a="create table if not exists documents (id uuid primary key, owner uuid);",
        migrations__2_b="alter table users add column name text;",
        app=f"{HEAD}db.table('documents').select('owner, nothing').execute()\n",
    )
    assert said(run(Project(tmp_path), Ask(cached=False))) == [
        ("info", "COL001", "documents.owner"),
        ("error", "COL001", "documents.nothing"),
        ("warning", "MIG002", "public.documents"),
    ]


def test_a_create_that_later_migrations_take_to_have_run_is_doubted_too(tmp_path: Path) -> None:
    put(
        tmp_path,
        migrations__1_a=f"{TABLES}create table logs (id int primary key);",
        migrations__2_b="create table if not exists documents (id text primary key, owner text);\n"
        "create table if not exists logs (id int primary key, said text);",
        app=f"{HEAD}db.table('documents').select('owner, nothing').execute()\n"
        "db.table('logs').select('said').execute()\n",
    )
    missing = ["documents.owner", "documents.nothing", "logs.said"]
    found = said(run(Project(tmp_path), Ask(cached=False)))
    assert found[:3] == [("error", "COL001", name) for name in missing]
    put(tmp_path, migrations__3_c="create index on documents (owner);")
    found = said(run(Project(tmp_path), Ask(cached=False)))
    levels = ("info", "error", "info")
    assert found[:3] == [(level, "COL001", name) for level, name in zip(levels, missing, strict=True)]
    put(tmp_path, migrations__3_c="create index on documents (nobody);")
    found = said(run(Project(tmp_path), Ask(cached=False)))
    levels = ("warning", "warning", "error")
    assert found[:3] == [(level, "COL001", name) for level, name in zip(levels, missing, strict=True)]


@pytest.mark.parametrize(
    ("first", "other", "level"),
    [
        ("1_documents", "1_documents_fixed", "info"),
        ("1_documents", "2_documents_fixed", "error"),
        ("1_documents", "20240101_documents", "error"),
    ],
)
def test_of_two_migrations_of_one_number_nobody_knows_which_ran(
    tmp_path: Path, first: str, other: str, level: str
) -> None:
    fixed = "create table if not exists documents (id uuid primary key, owner text);\n"
    app = f"{HEAD}db.table('documents').select('owner, nothing').execute()\n"
    put(tmp_path, **{f"migrations__{first}": TABLES, f"migrations__{other}": fixed, "app": app})
    found = said(run(Project(tmp_path), Ask(cached=False)))
    assert found[:2] == [(level, "COL001", "documents.owner"), ("error", "COL001", "documents.nothing")]


def test_what_such_a_create_refers_to_is_doubted_too(tmp_path: Path) -> None:
    put(
        tmp_path,
        migrations__1_a="create table sites (code text primary key);",
        migrations__2_b="create table if not exists companies (id int primary key);\n"
        "create table if not exists sites (id int primary key, company int references companies (id));\n",
        app=f"{HEAD}db.table('sites').select('*, companies(*)').execute()\n",
    )
    found = said(run(Project(tmp_path), Ask(cached=False)))
    assert ("error", "LNK001", "sites") in found
    put(tmp_path, migrations__3_c="create index on sites (company);")
    found = said(run(Project(tmp_path), Ask(cached=False)))
    assert ("info", "LNK001", "sites") in found


@pytest.mark.parametrize(
    ("column", "level"),
    [
        ("state text default 'NEW'", "info"),
        ("state text check (state in ('new', 'done')), note text", "error"),
        ("note text", "error"),
    ],
)
def test_labels_that_such_a_create_has_otherwise_are_doubted_too(tmp_path: Path, column: str, level: str) -> None:
    put(
        tmp_path,
        setup="create table users (id int);\n"
        "create table jobs (id int primary key, number int,\n"
        "  state text check (state in ('new', 'done')), note text);",
        migrations__1_a=f"create table if not exists jobs (id int primary key, number int unique, x int,\n  {column});",
        migrations__2_b="alter table users add column name text;",
        app=f"{HEAD}db.table('jobs').update({{'state': 'NEWEST'}}).eq('id', 1).execute()\n"
        "db.table('jobs').upsert({'id': 1, 'number': 2}, on_conflict='number').execute()\n"
        "db.table('jobs').upsert({'id': 1, 'number': 2}, on_conflict='note').execute()\n",
    )
    found = said(run(Project(tmp_path), Ask(cached=False)))
    assert found[:3] == [(level, "ENM002", "jobs.state"), ("info", "KEY001", "jobs"), ("error", "KEY001", "jobs")]


@pytest.mark.parametrize(
    ("column", "level"),
    [
        ("state text not null", "info"),
        ("state varchar(20) default 'new'", "info"),
        ("state text,\n  check (state in ('new', 'done'))", "error"),
        ("state text check (\n  state = any (array['new', 'done']))", "error"),
        ("state job_state, note text", "error"),
        ("note text", "error"),
    ],
)
def test_labels_are_doubted_where_other_sql_makes_the_column_any_text(tmp_path: Path, column: str, level: str) -> None:
    put(
        tmp_path,
        schema="create table jobs (id int primary key, state text check (state in ('new', 'done')));",
        extra__later=f"create table if not exists jobs (id int primary key,\n  {column});",
        app=f"{HEAD}db.table('jobs').update({{'state': 'gone'}}).eq('id', 1).execute()\n",
    )
    found = said(run(Project(tmp_path), Ask(cached=False)))
    assert (level, "ENM002", "jobs.state") in found


def test_the_files_beside_are_those_no_migration_goes_with(tmp_path: Path) -> None:
    put(tmp_path, m__1_a=TABLES, m__2_b="select 1;", m__2_b_down="", extra="select 1;", x__clickhouse__a=TABLES)
    (tmp_path / "m" / "3_c.down.sql").write_text("drop table documents;")
    assert set(beside(tmp_path, ["m/1_a.sql"], folders(tmp_path))) == {"extra.sql", "x/clickhouse/a.sql"}
    assert left_out(Project(tmp_path), Ask(live=True), Schema(), (), Layout(tmp_path)) is None


@pytest.mark.parametrize(
    ("name", "level"),
    [("2_b.sql.applied", "info"), ("2_b.sql.bak", "info"), ("2_b.down.sql.bak", "error"), ("2_b.sql.py", "error")],
)
def test_a_migration_put_out_of_its_tools_sight_is_beside_the_truth(root: Path, name: str, level: str) -> None:
    before = run(Project(root), Ask())
    assert ("error", "COL001", "documents.owner") in said(before)
    (root / "migrations" / name).write_text("alter table documents add column owner uuid;\n")
    found = said(run(Project(root), Ask()))
    assert (level, "COL001", "documents.owner") in found
    assert ("error", "COL001", "documents.nothing") in found


@pytest.mark.parametrize(("above", "level"), [("-- NOT A MIGRATION.\n", "info"), ("", "error")])
def test_a_migration_that_says_it_is_none_is_beside_the_truth(tmp_path: Path, above: str, level: str) -> None:
    put(
        tmp_path,
        migrations__0_base=f"{above}create table drafts (id int);",
        migrations__1_a=f"{TABLES}alter table drafts add column sent bool;",
        app=f"{HEAD}db.table('drafts').select('body').execute()\ndb.table('documents').select('nothing').execute()\n",
    )
    found = said(run(Project(tmp_path), Ask(cached=False)))
    assert [item for item in found if item[1] == "COL001"] == [
        *([("error", "COL001", "drafts.body")] if level == "error" else []),
        ("error", "COL001", "documents.nothing"),
    ]


@pytest.mark.parametrize(
    "said", ["create table if not exists {s}.t (id int);", "alter table if exists {s}.t add x int;"]
)
def test_a_name_that_a_template_leaves_open_is_none(tmp_path: Path, said: str) -> None:
    put(tmp_path, migrations__1_a=f"{TABLES}{said}", app=f"{HEAD}db.table('documents').select('nothing').execute()\n")
    found = run(Project(tmp_path), Ask(cached=False))
    assert [item[1:] for item in said_of_truth(found)] == [("MIG001", "")]


def said_of_truth(found: Report) -> list[tuple[str, str, str]]:
    return [item for item in said(found) if item[1] in ("MIG001", "REL003")]


def test_other_engines_and_comments_say_nothing(tmp_path: Path) -> None:
    put(tmp_path, a="create table t (id INTEGER PRIMARY KEY AUTOINCREMENT);", b="-- create table u (id int);\n")
    assert list(spoken(tmp_path, ["a.sql", "b.sql", "absent.sql"])) == []


def test_nothing_beside_leaves_findings_as_they_are(tmp_path: Path) -> None:
    assert (
        list(doubted((), World(Schema()), (), said_beside(World(Schema()), tmp_path, Inputs(beside=()), cached=False)))
        == []
    )


def test_files_of_one_folder_are_one_finding(root: Path) -> None:
    first, _, rest = MORE.partition("alter")
    put(root, sql__a=first, sql__b="alter" + rest)
    [found] = [item for item in run(Project(root), Ask()).findings if item.code == "MIG003"]
    assert found.message.startswith('2 files of sql are no part of the truth, and speak of "count_all"')


REVISION = """
from alembic import op
import sqlalchemy as sa


def upgrade():
    op.create_table("invoices", sa.Column("id", sa.Uuid))
    op.add_column("documents", sa.Column("owner", sa.Uuid))
    op.execute("create or replace function count_all() returns int language sql as 'select 1'")
"""


def test_alembics_revisions_speak_too_and_are_one_finding(root: Path) -> None:
    place = root / "alembic" / "versions"
    place.mkdir(parents=True)
    (place.parent / "env.py").write_text("")
    (place / "1_a.py").write_text(REVISION)
    (place / "2_b.py").write_text(REVISION.replace("invoices", "others"))
    found = {item for item in said(run(Project(root), Ask())) if item[0] != "error"}
    assert found >= {
        ("info", "REL001", "invoices"),
        ("info", "COL001", "documents.owner"),
        ("info", "RPC001", "count_all"),
        ("warning", "MIG003", ""),
    }
    assert sum(item.code == "MIG003" for item in run(Project(root), Ask()).findings) == 1


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (
            'for table, name in (("documents", "owner"),):\n        op.add_column(table, sa.Column(name, sa.Text()))',
            True,
        ),
        ('for name in ["documents"]:\n        op.execute(f"ALTER TABLE {name} ADD COLUMN owner text")', True),
        ('op.add_column(TABLE, sa.Column("owner", sa.Text()))', False),
        ('op.add_column("others", sa.Column("owner", sa.Text()))\n    x = "documents"', False),
        ('for name in ["documents"]:\n        op.drop_column(name, "owner")', False),
    ],
)
def test_a_revision_may_do_to_tables_whose_names_it_computes_what_it_says(root: Path, body: str, known: bool) -> None:
    place = root / "alembic" / "versions"
    place.mkdir(parents=True)
    (place.parent / "env.py").write_text("")
    (place / "1_a.py").write_text(
        f"from alembic import op\n\n\ndef upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n"
    )
    found = {item for item in said(run(Project(root), Ask())) if item[1] == "COL001"}
    severity = "info" if known else "error"
    assert found == {(severity, "COL001", "documents.owner"), ("error", "COL001", "documents.nothing")}


def test_where_tables_are_made_elsewhere_another_one_may_be(root: Path) -> None:
    put(root, migrations__2_b="alter table teams add column name text;")
    assert {("warning", "REL001", "invoices"), ("warning", "RPC001", "count_all")} <= set(
        said(run(Project(root), Ask()))
    )
    named = said(run(Project(root, Config(sql=("migrations",))), Ask()))
    assert ("error", "REL001", "invoices") in named


def test_a_table_that_other_sql_alters_is_there(root: Path) -> None:
    put(root, scripts__add="alter table public.invoices add column total int;")
    found = said(run(Project(root), Ask()))
    assert ("info", "REL001", "invoices") in found
    assert ("warning", "RPC001", "count_none") in found
    put(root, scripts__add="alter table if exists public.invoices add column total int;")
    assert ("error", "REL001", "invoices") in said(run(Project(root), Ask(cached=False)))


def test_classes_whose_tables_alembic_makes_are_doubted(root: Path) -> None:
    app = """
        from sqlalchemy import Column, Integer
        from sqlalchemy.orm import declarative_base

        Base = declarative_base()


        class Document(Base):
            __tablename__ = "documents"
            id = Column(Integer, primary_key=True)
            price = Column(Integer)


        def every(session):
            return session.query(Document).all()
        """
    put(root, app=textwrap.dedent(app))
    assert ("error", "COL001", "documents.price") in said(run(Project(root), Ask()))
    (root / "alembic").mkdir()
    (root / "alembic" / "env.py").write_text("from alembic import context\n")
    assert ("info", "COL001", "documents.price") in said(run(Project(root), Ask()))


def test_tables_that_a_program_makes_of_its_classes_are_doubted(root: Path) -> None:
    app = """
        import psycopg
        from sqlalchemy import Column, Integer, text
        from sqlalchemy.orm import Session, declarative_base

        Base = declarative_base()


        class Document(Base):
            __tablename__ = "documents"
            id = Column(Integer, primary_key=True)
            price = Column(Integer)


        class Invoice(Base):
            __tablename__ = "invoices"
            id = Column(Integer, primary_key=True)


        def total(session: Session):
            session.execute(text("select price from documents"))
            session.execute(text("select colour from documents"))
            session.execute(text("select id from invoices"))
            return session.get(Document, 1), session.get(Invoice, 1)
        """
    start = "from app import Base, engine\nBase.metadata.create_all(engine)\n"
    put(root, app=textwrap.dedent(app))
    (root / "test_start.py").write_text(start)
    found = said(run(Project(root), Ask()))
    assert {("error", "COL001", "documents.price"), ("error", "REL001", "invoices")} <= set(found)
    (root / "start.py").write_text(start)
    found = said(run(Project(root), Ask()))
    assert [item for item in found if item[0] == "error"] == [("error", "COL001", "documents.colour")]
    named = said(run(Project(root, Config(sql=("migrations",))), Ask()))
    assert ("error", "COL001", "documents.price") in named


def test_columns_that_a_comment_adds_were_added_by_hand(root: Path) -> None:
    """Only what the table lacks is doubted; what the comment repeats of it stands."""
    commented = """
-- for databases of last year:
--   ALTER TABLE public.documents
--     ADD COLUMN IF NOT EXISTS title text, ADD COLUMN IF NOT EXISTS owner uuid;
-- create table invoices (id uuid);
"""
    (root / "migrations" / "1_a.sql").write_text(TABLES + commented)
    found = run(Project(root), Ask())
    assert said(found)[:3] == [
        ("error", "REL001", "invoices"),
        ("info", "COL001", "documents.owner"),
        ("error", "COL001", "documents.nothing"),
    ]
    assert found.findings[1].help == "migrations/1_a.sql:4:6 adds it in a comment, and is no part of the truth"


@pytest.mark.parametrize("named", [True, False])
def test_what_the_program_makes_and_alters_itself_is_doubted(tmp_path: Path, *, named: bool) -> None:
    body = """
    import psycopg
    from psycopg.rows import dict_row
    from pydantic import BaseModel
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


    class Base(DeclarativeBase): ...


    class Log(Base):
        __tablename__ = "logs"
        id: Mapped[int] = mapped_column(primary_key=True)


    class Paper(Base):
        __tablename__ = "documents"
        id: Mapped[str] = mapped_column(primary_key=True)


    class Document(BaseModel):
        id: str
        nobody: str
        owner: str


    def f(connection: psycopg.Connection) -> Document:
        with connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute("select owner from documents")
            cursor.execute("select nobody from documents")
            row = cursor.execute("select * from documents").fetchone()
        return Document(**row)


    def g(session):
        return session.get(Log, 1), session.get(Paper, "1")
    """
    made = """
    import psycopg


    def prepare(connection: psycopg.Connection) -> None:
        connection.execute("create table if not exists logs (id serial primary key)")
        connection.execute("alter table documents add column if not exists owner text")
    """
    put(tmp_path, migrations__1_a=TABLES.replace("uuid", "text") + "-- of nobody", app=textwrap.dedent(body))
    project = Project(tmp_path, Config(truth="migrations:migrations") if named else Config())

    def errors() -> list[tuple[str, str]]:
        found = run(project, Ask(cached=False)).findings
        return sorted((item.code, item.message.split('"')[1]) for item in found if item.severity is Severity.ERROR)

    columns = [("COL001", "nobody"), ("COL001", "owner"), ("QRY027", "nobody")]
    missing = [*columns, ("REL001", "logs")]
    assert errors() == missing
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "db.py").write_text(textwrap.dedent(made))
    assert [item for item in errors() if item[1] != "logs"] == columns
    staged = "    connection.execute('create table if not exists staged (owner text, nobody text)')\n"
    staged += "    connection.execute(open('migrations/1_a.sql').read())\n"
    (tmp_path / "prepare.py").write_text(textwrap.dedent(made) + staged)
    assert errors() == [("COL001", "nobody")]


ASKING = """
import psycopg

def use(connection: psycopg.Connection):
    connection.execute("select nick from documents")
    connection.execute("select age from documents")
    connection.execute("select nothing from documents")
    connection.execute("select nick from teams")
"""
ADD = """
def add(cur, table, column, kind="text"):
    cur.execute("select 1 from pg_catalog.pg_type where typname = %s", (kind,))
    cur.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {kind}")
"""
BOTH = frozenset({"documents.nick", "documents.age"})
EVERY = frozenset({*BOTH, "documents.nothing"})
NICKS = frozenset({"documents.nick", "teams.nick"})


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ('N = {"nick": "text", "age": "int"}\nfor n, t in N.items():\n    cur.execute(f"ALTER {D} ADD {n} {t}")', BOTH),
        (f'{ADD}for n in ["nick", "age"]:\n    add(cur, "documents", n)', BOTH),
        (f'{ADD}def more(cur, n):\n    add(cur, "documents", n)\nmore(cur, "nick")\nmore(cur, "age")', BOTH),
        (f'{ADD}def go(c, t, n):\n  for one in n:\n    add(c, table=t, column=one)\ngo(1, "documents", N)', BOTH),
        (f'{ADD}for t in ["documents", "teams"]:\n    add(cur, t, "nick")', NICKS),
        (
            f'class Db:\n{textwrap.indent(ADD.replace("cur,", "self, cur,"), "    ")}Db().add(cur, "teams", "nick")',
            {"teams.nick"},
        ),
        ('cur.execute("do $$ begin alter table documents add column nick text; end $$")', {"documents.nick"}),
        ('def f(schema):\n    cur.execute(f"alter table {schema}.documents add column nick text")', {"documents.nick"}),
        ('for n in load():\n    cur.execute(f"ALTER {D} ADD COLUMN {n} text")', EVERY),
        ("for n in load():\n    cur.execute(f'ALTER {D} ADD COLUMN \"{n}\" text')", EVERY),
        ('cur.execute(f"ALTER {D} {clause()}")', EVERY),
        (
            'for n in load():\n    cur.execute(f"ALTER {D} ADD COLUMN n{n} text")',
            {"documents.nick", "documents.nothing"},
        ),
        ('cur.execute(f"ALTER {D} ADD COLUMN other int DEFAULT {value()}")', set()),
        ('for n in load():\n    cur.execute(f"ALTER {D} DROP COLUMN {n}")', set()),
        ('for t in load():\n    cur.execute(f"ALTER TABLE {t} ADD COLUMN nick text")', NICKS),
        ('for t in load():\n    cur.execute(f"ALTER TABLE old_{t} ADD COLUMN nick text")', set()),
        (f'{ADD}add(cur, "teams", "nick")\nadd(cur, "documents", load())', {*EVERY, "teams.nick"}),
        (f'{ADD}add(cur, "teams", "other")', set()),
    ],
)
def test_columns_that_a_program_adds_by_names_that_it_computes_are_doubted(
    tmp_path: Path, code: str, known: Set[str]
) -> None:
    head = 'import psycopg\nD, N = "TABLE documents", ["nick", "age"]\ncur = psycopg.connect().cursor()\n'
    put(tmp_path, migrations__1_a=f"{TABLES}create table teams (id int);", app=ASKING)
    (tmp_path / "prepare.py").write_text(head + code)
    found = [item for item in run(Project(tmp_path), Ask(cached=False)).findings if item.code == "COL001"]
    assert {item.subject for item in found if item.severity is Severity.INFO} == known
    rest = {item.subject for item in found if item.severity is Severity.ERROR}
    assert rest == {*BOTH, "documents.nothing", "teams.nick"} - known


@pytest.mark.parametrize(
    ("calls", "grave"),
    [
        ("", Severity.WARNING),
        ("add(cur, load(), load())", Severity.WARNING),
        ("run(add, cur, 'teams', 'other')", Severity.WARNING),
        ("add(cur, 'teams', 'other')", Severity.ERROR),
        ("add(cur, 'new_' + load(), load())", Severity.ERROR),
    ],
)
def test_where_neither_table_nor_column_is_known_nothing_is_sure(tmp_path: Path, calls: str, grave: Severity) -> None:
    head = "import psycopg\ncur = psycopg.connect().cursor()\n"
    put(tmp_path, migrations__1_a=f"{TABLES}create table teams (id int);", app=ASKING)
    (tmp_path / "prepare.py").write_text(f"{head}{ADD}{calls}\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_add.py").write_text("from prepare import add, cur\nadd(cur, 'documents', 'nick')\n")
    found = [item for item in run(Project(tmp_path), Ask(cached=False)).findings if item.code == "COL001"]
    assert {item.severity for item in found} == {grave}
    if grave is Severity.WARNING:
        assert "unless it is what prepare.py:6:" in found[0].consequence


@pytest.mark.parametrize(
    ("column", "grave"),
    [
        ("twice numeric(10, 2)", Severity.INFO),
        ("twice int\n generated always as (once * 2) stored", Severity.ERROR),
        ("other int", Severity.ERROR),
    ],
)
def test_a_generated_column_that_the_program_makes_as_one_like_others_may_be_written(
    tmp_path: Path, column: str, grave: Severity
) -> None:
    made = "create table doubled (once int, twice int generated always as (once * 2) stored, last int);"
    own = f"create table if not exists doubled (\n once int,\n {column},\n last int)"
    statements = ("insert into doubled (once, twice) values (1, 2)", "update doubled set twice = 3", own)
    app = "import psycopg\n\n\ndef f(db: psycopg.Connection):\n"
    app += "".join(f"    db.execute({text!r})\n" for text in statements)
    put(tmp_path, migrations__1_a=f"{TABLES}{made}", app=app)
    found = [item for item in run(Project(tmp_path), Ask(cached=False)).findings if item.code in ("COL004", "SQL003")]
    assert [item.severity for item in found] == [grave, grave]


def test_migrations_that_are_programs_alter_tables_too(tmp_path: Path) -> None:
    revision = """
    import psycopg


    def migrate(connection: psycopg.Connection) -> None:
        connection.execute("select old from documents")
        connection.execute("alter table documents add column if not exists owner text")
        connection.execute("alter table documents drop column if exists old")
    """
    body = """
    import psycopg


    def f(connection: psycopg.Connection) -> None:
        connection.execute("select owner from documents")
        connection.execute("select nobody from documents")
        connection.execute("select old from documents")
    """
    put(tmp_path, schema=TABLES, app=textwrap.dedent(body))
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "m001_owner.py").write_text(textwrap.dedent(revision))

    def missing(config: Config) -> list[Finding]:
        return [item for item in run(Project(tmp_path, config), Ask(cached=False)).findings if item.code == "COL001"]

    found = missing(Config())
    assert [(item.message.split('"')[1], item.severity) for item in found] == [
        ("owner", Severity.INFO),
        ("nobody", Severity.ERROR),
        ("old", Severity.ERROR),
    ]
    assert found[0].help.startswith("migrations/m001_owner.py:7:")
    assert {item.severity for item in missing(Config(truth="sql:schema.sql"))} == {Severity.ERROR}


FIRST = "select id, newer from documents"
WRITTEN = "insert into documents (id, newer) values (1, 2)"


@pytest.mark.parametrize(
    ("tried", "caught", "instead", "grave"),
    [
        (FIRST, "psycopg.errors.UndefinedColumn", "return []", Severity.INFO),
        (FIRST, "(ValueError, UndefinedColumn)", "pass", Severity.INFO),
        ("select id from newer", "psycopg.errors.UndefinedTable", "connection.rollback()", Severity.INFO),
        (FIRST, "Exception", "connection.execute('select id from documents')", Severity.INFO),
        (WRITTEN, "Exception", "connection.execute('insert into documents (id) values (1)')", Severity.INFO),
        (FIRST, "Exception as e", "return [] if 'does not exist' in str(e) else None", Severity.INFO),
        (FIRST, "Exception as e", "missing = '42703' in str(e)", Severity.INFO),
        (FIRST, "Exception as e", "print('42703' in str(e))", Severity.ERROR),
        (FIRST, "Exception as e", "print('that does not', 'exist')", Severity.ERROR),
        (FIRST, "Exception", "return []", Severity.ERROR),
        (FIRST, "psycopg.errors.UniqueViolation", "return []", Severity.ERROR),
        (FIRST, "psycopg.errors.UndefinedColumn", "raise", Severity.ERROR),
        (FIRST, "Exception", "connection.execute('select 1 from logs')", Severity.ERROR),
        (WRITTEN, "Exception", "connection.execute('insert into documents (title) values (1)')", Severity.ERROR),
    ],
)
def test_what_a_program_is_prepared_to_find_missing_may_be(
    tmp_path: Path, tried: str, caught: str, instead: str, grave: Severity
) -> None:
    body = f"""
    import psycopg
    from psycopg.errors import UndefinedColumn


    def f(connection: psycopg.Connection):
        connection.execute("select id from documents")
        try:
            connection.execute("{tried}")
        except {caught}:
            {instead}
    """
    put(tmp_path, schema="create table documents (id int primary key, title text);\n", app=textwrap.dedent(body))
    missing = [item for item in run(Project(tmp_path, Config()), Ask(cached=False)).findings if "newer" in item.message]
    assert [item.severity for item in missing] == [grave]


@pytest.mark.parametrize(
    ("how", "instead", "grave"),
    [
        ("connection.execute(", "insert into tokens (id, hash, token) values (1, 2, 3)", Severity.INFO),
        ("pool.execute(connection, ", "insert into tokens (id, hash, token) values (1, 2, 3)", Severity.INFO),
        ("connection.execute(", "insert into tokens (id, hash, again) values (1, 2, 3)", Severity.ERROR),
        ("connection.execute(", "insert into others (id, hash, token) values (1, 2, 3)", Severity.ERROR),
    ],
)
def test_a_column_that_a_handler_sends_may_be_left_out_before(
    tmp_path: Path, how: str, instead: str, grave: Severity
) -> None:
    """Where the table has it, that fails, and the handler does it; the same statement elsewhere fails for good."""
    body = f"""
    import psycopg


    class Pool:
        def execute(self, connection: psycopg.Connection, sql: str) -> None:
            connection.execute(sql)


    def f(connection: psycopg.Connection, pool: Pool):
        try:
            {how}"insert into tokens (id, hash) values (1, 2)")
        except Exception:
            {how}"{instead}")


    def g(connection: psycopg.Connection):
        connection.execute("insert into tokens (id, hash) values (1, 2)")
    """
    columns = "(id int, hash text, token text not null, again text)"
    put(tmp_path, schema=f"create table tokens {columns};\ncreate table others {columns};\n", app=textwrap.dedent(body))
    found = run(Project(tmp_path, Config()), Ask(cached=False)).findings
    left = [item.severity for item in found if item.code == "COL002" and " tokens.token," in item.message]
    assert (left[0], left[-1]) == (grave, Severity.ERROR)


@pytest.mark.parametrize(
    ("values", "after", "caught", "grave"),
    [
        ("(id) values ('none')", "assert False", "Exception", Severity.INFO),
        ("(id) values ('none')", "assert False", "psycopg.Error", Severity.INFO),
        ("(id) values ('none')", "assert False", "psycopg.errors.UniqueViolation", Severity.ERROR),
        ("(id) values ('none')", "return 1", "Exception", Severity.ERROR),
        ("(id, tokn) values (1, 'x')", "assert False", "Exception", Severity.ERROR),
    ],
)
def test_a_statement_that_is_to_fail_does(
    tmp_path: Path, values: str, after: str, caught: str, grave: Severity
) -> None:
    """By its values: who catches one failure alone, or names a column that is not there, means no such failure."""
    body = f"""
    import psycopg


    def f(connection: psycopg.Connection):
        try:
            connection.execute("insert into tokens {values}")
            {after}
        except {caught}:
            print("refused")
    """
    put(tmp_path, schema="create table tokens (id int, token text not null);\n", app=textwrap.dedent(body))
    found = run(Project(tmp_path, Config()), Ask(cached=False)).findings
    assert found
    assert {item.severity for item in found} == {grave}


def test_a_script_that_migrates_was_to_run_before_what_it_needs_was_dropped(tmp_path: Path) -> None:
    body = "import psycopg\n\ndef f(c: psycopg.Connection):\n    c.execute('select old, never from documents')\n"
    body += "    c.execute('select id from former')\n    c.execute('select never from documents')\n"
    put(
        tmp_path,
        migrations__1_a="create table documents (id int primary key, old text);\ncreate table former (id int);\n",
        migrations__2_b="alter table documents drop column old;\ndrop table former;\n",
        app=body,
    )
    scripts = ("backfill_old.py", "migrate.py", "data-migration.py", "immigration.py")
    for name in scripts:
        (tmp_path / name).write_text(body)
    found = run(Project(tmp_path, Config()), Ask(cached=False)).findings
    grave = {(item.at.uri, item.message.split('"')[1]) for item in found if item.severity is Severity.ERROR and item.at}
    missing = {"old", "never", "former"}
    always = {(name, "never") for name in scripts[:3]}
    assert grave == always | {(name, word) for name in ("app.py", "immigration.py") for word in missing}


def test_a_name_that_only_the_server_knows_is_doubted_too(root: Path) -> None:
    app = """
        import psycopg


        def owned(connection: psycopg.Connection) -> None:
            connection.execute("select * from documents where owner = 'me' order by owner")
            connection.execute("select worth(id) from documents")
            connection.execute("call refresh()")
        """
    put(root, app=textwrap.dedent(app))
    assert [item[0] for item in said(run(Project(root), Ask()))] == ["error"] * 3
    more = "alter table documents add column owner text; create function worth(a int) returns int return a;"
    put(root, more=f"{more} create procedure refreshed() language sql as 'select 1';")
    assert [item[0] for item in said(run(Project(root), Ask())) if item[1] != "MIG003"] == ["info", "info", "error"]
    put(root, more=f"{more} create procedure refresh() language sql as 'select 1';")
    assert {item[0] for item in said(run(Project(root), Ask())) if item[1] != "MIG003"} == {"info"}


@pytest.mark.parametrize(
    ("held", "count", "grave"), [(False, 1, "error"), (False, 2, "info"), (True, 2, "error"), (True, 3, "info")]
)
def test_a_truth_that_lacks_more_than_it_has_proves_nothing(root: Path, held: bool, count: int, grave: str) -> None:
    use = "db.table('documents').select('id').execute()\n" if held else ""
    (root / "migrations" / "2.sql").write_text("create table kinds (kind text);")
    put(root, app=HEAD + use + "".join(f"db.table('t{number}').select('id').execute()\n" for number in range(count)))
    found = said(run(Project(root), Ask(cached=False)))
    assert {item[:2] for item in found} == {(grave, "REL001")} | ({("warning", "MIG004")} if grave == "info" else set())
    named = said(run(Project(root, Config(sql=("migrations",))), Ask(cached=False)))
    assert {item[:2] for item in named} == {("error", "REL001")}


def test_sql_of_a_single_table_that_lacks_two_others_proves_nothing(root: Path) -> None:
    ask = "".join(f"db.table('{name}').select('id').execute()\n" for name in ("documents", "t1", "t2"))
    put(root, app=f"{HEAD}{ask}")
    assert {item[:2] for item in said(run(Project(root), Ask()))} == {("info", "REL001"), ("warning", "MIG004")}
    (root / "migrations" / "2.sql").write_text("create table kinds (kind text);")
    assert {item[:2] for item in said(run(Project(root), Ask()))} == {("error", "REL001")}


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("create table documents (id uuid, kind text check (kind in ('c', 'd')));", "info"),
        ("alter table documents add constraint kinds check (kind in ('a',\n'b',\n'c'));", "info"),
        ("create table documents (id uuid, kind text check (kind in ('C', 'd')));", "error"),
        ("create table documents (id uuid, sort text check (sort in ('c', 'd')));", "error"),
        ("create table invoices (id uuid, kind text check (kind in ('c', 'd')));", "error"),
        ("create table documents (id uuid, kind text);", "error"),
    ],
)
def test_a_label_that_other_sql_has_is_doubted(root: Path, other: str, level: str) -> None:
    write = "db.table('documents').update({'kind': 'c'}).eq('title', 'x').execute()\n"
    put(root, app=f"{HEAD}{write}", docs__setup=other)
    assert levels(root, "ENM002") == [level]


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("create type kinds as enum ('page', 'letter');", "info"),
        ("do $$ begin alter type public.kinds add value if not exists 'letter'; end $$;", "info"),
        ("alter type kinds rename value 'page' to 'letter';", "info"),
        ("alter type kinds rename value 'letter' to 'leaf';", "error"),
        ("create type sorts as enum ('letter');", "error"),
        ("create type kinds as enum ('page', 'Letter');", "error"),
    ],
)
def test_a_label_that_other_sql_gives_an_enum_is_doubted(tmp_path: Path, other: str, level: str) -> None:
    made = "create type kinds as enum ('page');\ncreate table notes (id int, kind kinds);"
    app = f"""{HEAD}db.table('notes').update({{'kind': 'letter'}}).eq('id', 1).execute()
import psycopg2
cur = psycopg2.connect('').cursor()
cur.execute("update notes set kind = 'letter' where id = 1")
cur.execute("update notes set kind = %s where id = 1", ('letter',))
"""
    put(tmp_path, migrations__1_a=made, app=app, docs__setup=other)
    found = run(Project(tmp_path), Ask(cached=False)).findings
    grave = {item.code: item.severity.value for item in found if item.code in ("ENM002", "SQL003", "SQL008")}
    assert grave == dict.fromkeys(("ENM002", "SQL003", "SQL008"), level)


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("create table documents (id uuid,\n  state text null);", "info"),
        ("alter table documents alter column state drop not null;", "info"),
        ("create table documents (id uuid,\n  state text not null);", "error"),
        ("create table documents (id uuid,\n  note text);", "error"),
        ("create table invoices (id uuid,\n  state text);", "error"),
    ],
)
def test_a_null_that_other_sql_lets_a_column_have_is_doubted(tmp_path: Path, other: str, level: str) -> None:
    app = f"{HEAD}db.table('documents').update({{'state': None}}).eq('id', 'x').execute()\n"
    put(tmp_path, migrations__1_a="create table documents (id text, state text not null);", app=app, docs__setup=other)
    assert levels(tmp_path, "NUL003") == [level]


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ("insert into documents (title) values ('a'), ('b');", "info"),
        ("insert into public.documents as d (title) select 'a';", "info"),
        ("insert into documents (title, owner) values ('a', (select owner from documents limit 1));", "error"),
        ("insert into documents (title, owner) values ('a', 'b');", "error"),
        ("insert into documents values ('a');", "error"),
        ("insert into kinds (kind) values ('a');", "error"),
    ],
)
def test_a_column_that_rows_of_the_migrations_do_without_may_be_null(tmp_path: Path, rows: str, level: str) -> None:
    tables = "create table documents (title text, owner text not null);\ncreate table kinds (kind text, owner text);\n"
    app = f"{HEAD}db.table('documents').insert({{'title': 'x'}}).execute()\n"
    put(tmp_path, migrations__1_a=tables, migrations__2_b=rows, app=app)
    assert levels(tmp_path, "COL002") == [level]


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("create table documents (id text,\n  share decimal(4,1) default 0);", "info"),
        ('create table documents (id text,\n  "share" real);', "info"),
        ("create table documents (id text,\n  share int not null);", "error"),
        ("create table documents (id text,\n  share serial);", "error"),
        ("create table documents (id text,\n  part real);", "error"),
        ("create table invoices (id text,\n  share real);", "error"),
    ],
)
def test_a_type_that_other_sql_gives_a_column_is_doubted(tmp_path: Path, other: str, level: str) -> None:
    write = "    db.table('documents').update({'share': round(share, 1)}).eq('id', 'x').execute()\n"
    app = f"{HEAD}def save(share: float):\n{write}"
    put(tmp_path, migrations__1_a="create table documents (id text, share integer);", app=app, docs__setup=other)
    found = [item for item in run(Project(tmp_path), Ask(cached=False)).findings if item.code.startswith("TYP")]
    assert [item.severity.value for item in found] == [level]
    put(tmp_path, app=f"{HEAD}db.table('documents').update({{'share': 0.7}}).eq('id', 'x').execute()\n")
    assert levels(tmp_path, "QRY006") == [level]


REFUSED = """
import psycopg


def f(conn: psycopg.Connection):
    conn.execute("{}")
"""


@pytest.mark.parametrize(
    ("made", "level"),
    [
        ("sa.Boolean(), nullable=False", "info"),
        ("sa.String(10)", "info"),
        ("sa.Integer()", "error"),
        ("pg.INTEGER", "error"),
        ("Kind", "error"),
    ],
)
@pytest.mark.parametrize(
    "statement",
    ["select 1 from documents d where d.done is not true", "update documents set done = (1 = 1)"],
)
def test_a_type_that_a_revision_gives_a_column_speaks_against_the_one_that_a_statement_is_refused_for(
    tmp_path: Path, made: str, level: str, statement: str
) -> None:
    place = tmp_path / "alembic" / "versions"
    place.mkdir(parents=True)
    (place.parent / "env.py").write_text("from alembic import context\n")
    (place / "1_a.py").write_text(f'op.create_table(\n    "documents",\n    sa.Column("done", {made}),\n)\n')
    put(tmp_path, migrations__1_a="create table documents (id text, done integer);", app=REFUSED.format(statement))
    assert levels(tmp_path, "SQL003") == [level]


@pytest.mark.parametrize(
    ("above", "level"), [("WARNING: This schema is for context only", "info"), ("Tables", "error")]
)
def test_a_listing_of_tables_says_nothing_of_functions_and_indexes(root: Path, above: str, level: str) -> None:
    (root / "migrations" / "1_a.sql").write_text(f"-- {above} and is not meant to be run.\n\n{TABLES}")
    ask = "db.rpc('count_all').execute()\n"
    ask += "db.table('documents').upsert({'title': 'a', 'nothing': 1}, on_conflict='title').execute()\n"
    put(root, app=HEAD + ask)
    assert {item[:2] for item in said(run(Project(root), Ask()))} == {
        (level, "RPC001"),
        (level, "KEY001"),
        ("error", "COL001"),
        ("error", "COL002"),
    }


def test_a_misspelt_table_makes_no_truth_a_strange_one(root: Path) -> None:
    put(root, app=HEAD + "".join(f"db.table('{name}').select('id').execute()\n" for name in ("document", "t1")))
    assert {item[:2] for item in said(run(Project(root), Ask(cached=False)))} == {("error", "REL001")}


def test_calls_of_a_function_that_could_not_be_made_are_not_judged(root: Path) -> None:
    body = "language sql as 'select 1'"
    (root / "migrations" / "9.sql").write_text(
        f"create function lost(a no_type) returns int {body};\n"
        f"create function kept(a int) returns int {body};\n"
        f"create or replace function kept(b int) returns int {body};\n"
        f"create function fine(a int) returns int {body};\n"
    )
    calls = "".join(f"db.rpc('{name}', {{'b': 1}}).execute()\n" for name in ("lost", "kept", "fine"))
    put(root, app=f"{HEAD}db.table('documents').select('id').execute()\n{calls}")
    report = run(Project(root), Ask(cached=False))
    assert [item for item in said(report) if item[0] == "error"] == [("error", "RPC002", "fine")]
    assert [item.subject for item in report.unjudged if item.kind == "partly known"] == ["lost", "kept"]


MINE = (
    "create function mine() returns bigint language sql as $$ select count(*) from documents d where d.owner = '' $$;"
)


@pytest.mark.parametrize(
    "needs",
    [
        "insert into kinds select kind from documents where owner = 'me';",
        "insert into kinds select d.kind from kinds k join documents d on d.kind = k.kind where d.owner = 'me';",
        "create index on documents (owner);",
        "create policy own on documents using (owner = 'me');",
        "update documents set owner = 'me';",
        MINE,
    ],
)
def test_a_column_that_migrations_take_for_granted_is_made_elsewhere_and_so_may_others_be(
    root: Path, needs: str
) -> None:
    (root / "migrations" / "2.sql").write_text(f"create table kinds (kind text);\n{needs}\n")
    ask = "db.table('documents').select('owner, nothing').execute()\ndb.table('kinds').select('nothing').execute()\n"
    put(root, app=f"{HEAD}{ask}")
    report = run(Project(root), Ask(cached=False))
    assert [item for item in said(report) if item[1] == "COL001"] == [
        ("info", "COL001", "documents.owner"),
        ("warning", "COL001", "documents.nothing"),
        ("error", "COL001", "kinds.nothing"),
    ]
    note, other = (item for item in report.findings if item.code == "COL001" and "documents" in item.subject)
    assert note.help == "migrations/2.sql:2:1 takes it for granted, and could not be applied"
    assert other.consequence.endswith(", unless it was made as owner was, which no migration creates either")


@pytest.mark.parametrize(
    ("does", "severity"),
    [
        ("format('ALTER TABLE public.%I ADD COLUMN IF NOT EXISTS tenant int', t)", "info"),
        ("format('alter table %1$I add tenant int', t)", "info"),
        ("format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t)", "error"),
    ],
)
def test_a_block_beside_the_truth_may_alter_each_table_that_it_puts_into_a_statement(
    root: Path, does: str, severity: str
) -> None:
    (root / "sql").mkdir()
    block = (
        f"DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['documents'] LOOP\n  EXECUTE {does};\nEND LOOP; END $$;"
    )
    (root / "sql" / "tenants.sql").write_text(block)
    put(root, app=f"{HEAD}db.table('documents').select('tenant').execute()\n")
    report = run(Project(root), Ask(cached=False))
    assert [item for item in said(report) if item[1] == "COL001"] == [(severity, "COL001", "documents.tenant")]


def test_of_two_plain_creates_of_a_table_nobody_knows_which_ran(root: Path) -> None:
    other = "create table documents (\n id uuid primary key,\n owner text,\n kind text check (kind in ('c'))\n);"
    (root / "migrations" / "2.sql").write_text(other)
    write = "db.table('documents').update({'kind': 'c'}).eq('title', 'x').execute()\n"
    put(root, app=f"{HEAD}db.table('documents').select('owner, nothing').execute()\n{write}")
    report = run(Project(root), Ask(cached=False))
    assert [item for item in said(report) if item[1] != "MIG001"] == [
        ("info", "COL001", "documents.owner"),
        ("error", "COL001", "documents.nothing"),
        ("info", "ENM002", "documents.kind"),
    ]
    note = next(item for item in report.findings if item.code == "COL001")
    assert note.help == "migrations/2.sql:1:1 makes the table otherwise, and could not be applied"


@pytest.mark.parametrize(
    ("fault", "rest", "level"),
    [
        (")::int stored", "name text", "info"),
        (") stored references", "name text", "info"),
        (")::int stored", "size int not null", "error"),
        (") stored", "size int not null", "error"),
    ],
)
def test_where_one_create_could_not_be_applied_and_another_made_the_table_either_may_have_been(
    root: Path, fault: str, rest: str, level: str
) -> None:
    """A column that both need is missed in both."""
    broken = f"create table runs (\n id int primary key,\n {rest},\n twice int generated always as (id * 2{fault}\n);\n"
    (root / "migrations" / "2.sql").write_text(broken)
    whole = "create table if not exists runs (\n id int primary key,\n size int not null\n);\n"
    (root / "migrations" / "3.sql").write_text(whole)
    put(root, app=f"{HEAD}db.table('runs').insert({{'id': 1}}).execute()\n")
    found = said(run(Project(root), Ask(cached=False)))
    assert [item for item in found if item[1] == "COL002"] == [(level, "COL002", "runs.size")]


def test_the_same_create_again_speaks_against_nothing(root: Path) -> None:
    (root / "migrations" / "2.sql").write_text(TABLES)
    put(root, app=f"{HEAD}db.table('documents').select('owner').eq('kind', 'c').execute()\n")
    graves = [item[:2] for item in said(run(Project(root), Ask(cached=False))) if item[1] != "MIG001"]
    assert graves == [("error", "COL001"), ("warning", "QRY025")]


def test_what_nobody_asks_for_makes_a_truth_no_larger(root: Path) -> None:
    spare = "".join(f"create table spare{number} (id int);\n" for number in range(9))
    (root / "migrations" / "9.sql").write_text(spare)
    ask = "".join(f"db.table('t{number}').select('id').execute()\n" for number in range(3))
    put(root, app=f"{HEAD}{ask}")
    assert ("warning", "MIG004") in {item[:2] for item in said(run(Project(root), Ask()))}
    use = "".join(f"db.table('spare{number}').select('id').execute()\n" for number in range(3))
    put(root, app=f"{HEAD}{ask}{use}")
    assert {item[:2] for item in said(run(Project(root), Ask()))} >= {("error", "REL001")}


def test_what_a_truth_that_lacks_more_than_it_has_does_know_may_be_old(root: Path) -> None:
    ask = "".join(f"db.table('t{number}').select('id').execute()\n" for number in range(3))
    put(root, app=f"{HEAD}{ask}db.table('documents').insert({{}}).execute()\n")
    assert {item[:2] for item in said(run(Project(root), Ask()))} >= {("warning", "COL002"), ("warning", "MIG004")}
    named = said(run(Project(root, Config(sql=("migrations",))), Ask()))
    assert {item[:2] for item in named} == {("error", "REL001"), ("error", "COL002")}


def test_what_is_sent_for_a_function_to_run_is_heard_but_makes_no_truth_whole(root: Path) -> None:
    ask = "".join(f"db.table('t{number}').select('id').execute()\n" for number in range(3))
    sent = "create table if not exists documents (id uuid); create table {} (id int)"
    run_sql = "db.rpc('exec_sql', {'sql': '" + sent + "'}).execute()\n"
    asked = "db.rpc('exec_sql', {'sql': \"select 1 from pg_class where relname = 't0'\"}).execute()\n"
    put(root, app=HEAD + ask + run_sql.replace("{}", "t1") + asked)
    (root / "migrations" / "9.sql").write_text("create function exec_sql(sql text) returns void language sql as ''")
    found = said(run(Project(root), Ask(cached=False)))
    assert set(found) == {("warning", "MIG004", ""), *(("info", "REL001", f"t{n}") for n in range(3))}
    put(root, app=HEAD + "db.table('t1').select('id').execute()\n" + run_sql.replace("{}", "t2"))
    assert said(run(Project(root), Ask(cached=False))) == [("error", "REL001", "t1")]
    put(root, app=HEAD + "db.table('t1').select('id').execute()\n" + run_sql.replace("{}", "t1"))
    assert said(run(Project(root), Ask(cached=False))) == [("info", "REL001", "t1")]


@pytest.mark.parametrize(
    ("name", "level"), [("exec_sql", "warning"), ("run_ddl", "warning"), ("exec", "warning"), ("run", "error")]
)
def test_a_function_that_migrations_may_be_run_through_was_made_before_them(root: Path, name: str, level: str) -> None:
    put(root, app=f"{HEAD}db.rpc('{name}', {{'query': open('migrations/1_a.sql').read()}}).execute()\n")
    assert said(run(Project(root), Ask(cached=False))) == [(level, "RPC001", name)]
    assert said(run(Project(root, Config(sql=("migrations",))), Ask(cached=False))) == [("error", "RPC001", name)]


def test_a_key_of_a_whole_row_is_doubted_by_its_name(root: Path) -> None:
    app = """
        import psycopg
        from psycopg.rows import dict_row


        def owner(connection: psycopg.Connection) -> str:
            with connection.cursor(row_factory=dict_row) as cursor:
                row = cursor.execute("select * from documents").fetchone()
            return row["owner"]
        """
    put(root, app=textwrap.dedent(app))
    assert said(run(Project(root), Ask()))[0][:2] == ("error", "QRY027")
    put(root, more=MORE)
    assert said(run(Project(root), Ask()))[0][:2] == ("info", "QRY027")
    put(root, app=textwrap.dedent(app).replace("owner", "nobody"))
    assert said(run(Project(root), Ask()))[0][:2] == ("error", "QRY027")


def test_what_a_request_does_not_select_is_its_own_affair(root: Path) -> None:
    read = "for row in db.table('documents').select('id').execute().data:\n    print(row['title'])\n"
    put(root, app=HEAD + read, more="alter table documents alter title set not null;")
    assert ("error", "QRY027", "documents") in said(run(Project(root), Ask()))


def test_a_truth_of_which_most_is_taken_for_granted_proves_no_absence(tmp_path: Path) -> None:
    app = f"{HEAD}db.table('nowhere').select('id').execute()\ndb.table('b').select('x').execute()\n"
    most = "create table b (id int);\nalter table c add x int;\nalter table d add x int;\n"
    put(tmp_path, migrations__1_a=most, app=app)
    found = run(Project(tmp_path), Ask(cached=False))
    assert ("info", "REL001", "nowhere") in said(found)
    assert ("error", "COL001", "b.x") in said(found)
    assert is_fragment(World(Schema(), ("public",))) is False
    named = run(Project(tmp_path, Config(sql=("migrations",))), Ask(cached=False))
    assert ("error", "REL001", "nowhere") in said(named)


@pytest.mark.parametrize(
    ("asks", "code", "other"),
    [
        ("db.table('t').select('id').in_('tags', ['a']).execute()", "QRY005", "tags text"),
        ("db.table('t').select('id').like('number', 'a%').execute()", "QRY005", "number text"),
        ("db.table('t').select('id').order('place').execute()", "QRY010", "place int"),
        ("db.table('t').select('flag::uuid').execute()", "QRY012", "flag text"),
        ("c.execute('select id from t where owner = number')", "SQL002", "owner int"),
        ("c.execute('select extract(day from current_date - day) from t')", "SQL002", "day timestamptz"),
        ("c.execute('select id from t where number = $$x$$')", "SQL003", "number text"),
        ("c.execute('select id from t where owner = %s', ('x',))", "SQL008", "owner text"),
    ],
)
def test_what_a_columns_type_refuses_is_doubted_where_other_sql_gives_it_another(
    tmp_path: Path, asks: str, code: str, other: str
) -> None:
    columns = ("id int", "tags text[]", "number int", "place point", "flag bool", "owner uuid", "day date", "label xml")
    made = "create table t (\n  {}\n);\n".format(",\n  ".join(columns))
    put(tmp_path, migrations__1_a=made, app=f"import psycopg\n{HEAD}c = psycopg.connect()\n{asks}\n")
    assert levels(tmp_path, code) == ["error"]
    put(tmp_path, docs__later=made)
    assert levels(tmp_path, code) == ["error"]
    put(tmp_path, docs__later=made.replace("label xml", "label bytea"))
    assert levels(tmp_path, code) == ["error"]
    column = other.partition(" ")[0]
    put(tmp_path, docs__later=made.replace(next(item for item in columns if item.startswith(f"{column} ")), other))
    assert levels(tmp_path, code) == ["info"]
    put(tmp_path, docs__later=f"alter table t alter column {column} set data type {other.partition(' ')[2]};\n")
    assert levels(tmp_path, code) == ["info"]


@pytest.mark.parametrize(
    ("code", "later", "level"),
    [
        ("LNK009", "alter table notes add constraint one_each unique (owner);", "info"),
        ("LNK009", "create unique index on notes (owner);", "info"),
        ("LNK009", "create table notes (id int, owner int unique references users);", "info"),
        ("LNK009", "create table notes (\n  id int,\n  owner int references users,\n  unique (owner)\n);", "info"),
        ("LNK009", "create table notes (id int, owner int references users);", "error"),
        ("LNK009", "create table users (id int primary key, name text unique);", "error"),
        ("LNK004", "alter table notes add unique (owner);", "info"),
        ("LNK004", "alter table users add unique (name);", "error"),
        ("LNK002", "alter table seats drop constraint seats_by_id_fkey;", "info"),
        ("LNK002", "alter table seats drop constraint seats_check;", "error"),
    ],
)
def test_how_many_rows_an_embed_has_is_doubted_where_other_sql_makes_or_drops_keys(
    tmp_path: Path, code: str, later: str, level: str
) -> None:
    made = "create table users (id int primary key, name text);\n"
    made += "create table notes (id int, owner int references users);\n"
    made += "create table seats (id int, by_id int references users, for_id int references users);\n"
    asks = "for row in db.table('users').select('id, notes(id)').execute().data:\n    row['notes']['id']\n"
    asks += "db.table('users').select('id, notes(id)').order('notes(id)').execute()\n"
    asks += "db.table('users').select('id, seats(id)').execute()\n"
    put(tmp_path, migrations__1_a=made, app=HEAD + asks)
    assert levels(tmp_path, code) == ["error"]
    put(tmp_path, docs__later=later)
    assert levels(tmp_path, code) == [level]


FOUND_OR_MADE = """
def card(name):
    found = db.table('{first}').select('*').eq('id', name).execute().data
    if found:
        return found[0]
    return db.table('{second}').insert({{'id': 1}}).execute().data[0]

def show(name):
    return card(name)['nick']
"""


@pytest.mark.parametrize(("first", "second", "code"), [("a", "a", "COL001"), ("a", "b", "QRY027")])
def test_a_key_that_rows_of_several_requests_lack_is_doubted_as_a_column_is(
    tmp_path: Path, first: str, second: str, code: str
) -> None:
    """Rows of one relation lack a column of it; of different ones any may have it."""
    made = "create table a (id int);\ncreate table b (id int);\n"
    put(tmp_path, migrations__1_a=made, app=HEAD + FOUND_OR_MADE.format(first=first, second=second))
    assert levels(tmp_path, code) == ["error"]
    put(tmp_path, docs__later=f"alter table {second} add column nick text;\n")
    assert levels(tmp_path, code) == ["info"]


@pytest.mark.parametrize(
    ("altered", "severity"), [("storage.objects", "error"), ("auth.users", "error"), ("lost", "warning")]
)
def test_what_a_server_brings_along_is_made_by_no_migration_and_speaks_for_nothing_else(
    tmp_path: Path, altered: str, severity: str
) -> None:
    says = f"alter table {altered} enable row level security;\n"
    app = f"{HEAD}db.table('nowhere').select('id').execute()\ndb.table('b').select('id').execute()\n"
    put(tmp_path, migrations__1_a="create table b (id int);\n", docs__policies=says, app=app)
    assert said(run(Project(tmp_path), Ask(cached=False)))[0] == (severity, "REL001", "nowhere")


def test_what_relates_to_a_relation_made_elsewhere_is_as_uncertain_as_that(tmp_path: Path) -> None:
    asked = ("nowhere(x)", "nowhere!a(x)", "b(x)", "a(x)")
    reads = "".join(f"db.table('b').select('x, {embed}').execute()\n" for embed in asked)
    put(tmp_path, migrations__1_a="create table b (id int, x int, a int);\ncreate table d (x int);\n", app=HEAD + reads)
    assert levels(tmp_path, "LNK001") == ["error"] * 4
    put(tmp_path, migrations__2_b="alter table c add x int;\n")
    found = [item for item in run(Project(tmp_path), Ask(cached=False)).findings if item.code == "LNK001"]
    assert [item.severity.value for item in found] == ["warning", "warning", "error", "error"]
    assert found[0].consequence.endswith(", unless it was made as c was, which no migration creates either")


def test_a_reference_that_other_sql_makes_a_table_with_is_not_missing(tmp_path: Path) -> None:
    asked = ("people(x)", "person:people!ties_by_id_fkey(x)", "people!ties_to_id_fkey(x)", "persons(x)")
    reads = "".join(f"db.table('ties').select('by_id, {embed}').execute()\n" for embed in asked)
    reads += (
        "db.table('persons').select('x, ties(by_id)').execute()\ndb.table('people').select('x, seats(x)').execute()\n"
    )
    tables = "create table ties (by_id int, to_id int);\ncreate table persons (id int primary key, x int);\n"
    put(
        tmp_path,
        migrations__1_a=f"{tables}create table people (x int);\ncreate table seats (x int);\n",
        app=HEAD + reads,
    )
    assert levels(tmp_path, "LNK001") == ["error"] * 6
    again = "create table ties (by_id int references people(id),\nto_id int);\n"
    put(tmp_path, reset=f"create table people (id int primary key, x int);\n{again}")
    assert levels(tmp_path, "LNK001") == ["info", "info", "error", "error", "error", "error"]
    put(tmp_path, reset2="create table seats (x int references people(id));\n")
    found = [item for item in run(Project(tmp_path), Ask(cached=False)).findings if item.code == "LNK001"]
    assert [item.severity.value for item in found][-1] == "info"


def test_a_relation_that_dbt_makes_is_not_missing(root: Path) -> None:
    put(root, dbt__models__invoices="select id from {{ source('app', 'documents') }}")
    found = run(Project(root), Ask())
    assert ("info", "REL001", "invoices") in said(found)
    note = next(item for item in found.findings if item.code == "REL001")
    assert note.help == "dbt/models/invoices.sql is a model of which dbt makes it, and is no part of the truth"
    assert "MIG003" not in {item.code for item in found.findings}
    for text, missing in (
        ("{{ config(materialized='table', alias='bills') }} select 1", True),
        ("{{ config(materialized='table', alias='invoices') }} select 1", False),
        ("{% snapshot invoices %} select 1 {% endsnapshot %}", False),
        ("select id from {{ table }}", True),
    ):
        put(root, dbt__models__invoices="" if "alias" in text or "snapshot" in text else text, dbt__models__other=text)
        assert (("error", "REL001", "invoices") in said(run(Project(root), Ask()))) == missing, text


SENDING = (
    "import psycopg\n\ndef run(db: psycopg.Connection, name: str):\n    db.execute('select title from documents')\n"
)


def of_sending(root: Path, *statements: str) -> list[tuple[str, str, str]]:
    """What is said of a program that sends these statements one after the other."""
    put(root, migrations__1_a=TABLES, app=SENDING + "".join(f"    db.execute({text!r})\n" for text in statements))
    return [item for item in said(run(Project(root), Ask(cached=False))) if item[0] != "info"]


@pytest.mark.parametrize(
    "made",
    [
        "create temporary table loaded as select 1 as a",
        "create local temp table if not exists loaded (a int)",
        "create unlogged table loaded (a int)",
        "select 1 as a into temp loaded from documents",
        "select 1 as a into unlogged table loaded from documents",
        "alter table documents_new rename to loaded",
    ],
)
def test_a_table_that_a_program_makes_for_the_moment_is_not_missing(tmp_path: Path, made: str) -> None:
    assert of_sending(tmp_path, "select a from loaded") == [("error", "REL001", "loaded")]
    assert of_sending(tmp_path, made, "select a from loaded") == []
    assert of_sending(tmp_path, "insert into documents select * from loaded") == [("error", "REL001", "loaded")]


NEITHER = [("REL001", "loaded"), ("COL001", "documents.pages"), ("COL001", "documents.other")]


def test_what_a_program_asks_the_catalogue_for_first_may_be_missing(tmp_path: Path) -> None:
    columns = "select 1 from information_schema.columns where table_name = 'documents' and column_name = 'pages'"
    used = ("select pages from documents", "select a from loaded", "select other from documents")
    missing = [
        ("error", "REL001", "loaded"),
        ("error", "COL001", "documents.pages"),
        ("error", "COL001", "documents.other"),
    ]
    assert sorted(of_sending(tmp_path, *used)) == sorted(missing)
    assert sorted(of_sending(tmp_path, columns, *used)) == sorted(item for item in missing if "pages" not in item[2])
    assert of_sending(tmp_path, columns, "select to_regclass('public.loaded')", *used) == missing[2:]
    block = f"do $$ begin if not exists ({columns}) then raise notice 'no pages'; end if; end $$"
    assert sorted(of_sending(tmp_path, block, *used)) == sorted(missing)


LOOKS = """
def column_exists(cur, table, column):
    cur.execute("select 1 from information_schema.columns where table_name = %s and column_name = %s", (table, column))
    return bool(cur.fetchone())
"""


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ("for name in ('title', 'pages'):\n  if column_exists(cur, 'documents', name):\n   {}", True),
        ("names = ['title', 'pages']\n for name in names:\n  if column_exists(cur, 'documents', name):\n   {}", True),
        ("for name in ('title', 'pages'):\n   {}", False),
        ("for name in ('title', 'pages'):\n  if column_exists(cur, 'documents', 'title'):\n   {}", False),
    ],
)
def test_the_names_that_a_loop_asks_for_one_by_one_may_be_missing(tmp_path: Path, body: str, known: bool) -> None:
    sent = body.format("cur.execute(f'select {name} from documents')")
    app = f"import psycopg\n{LOOKS}\n\ndef look(conn):\n with conn.cursor() as cur:\n  pass\n {sent}\n"
    put(tmp_path, migrations__1_a=TABLES, app=app.replace("  pass\n", "  pass\n cur = psycopg.connect('').cursor()\n"))
    assert levels(tmp_path, "COL001") == ["info" if known else "error"]


@pytest.mark.parametrize(
    ("asks", "level"),
    [
        ("if 'pages' in said and 'null value' in said:", "info"),
        ("if 'pages' in str(error):", "info"),
        ("if 'title' in said:", "error"),
        ("if 'pages' in other:", "error"),
        ("if 'pages' in said:\n   pass\n  if other:", "error"),
    ],
)
def test_what_is_written_only_where_a_refusal_names_it_may_be_there(tmp_path: Path, asks: str, level: str) -> None:
    written = "db.table('documents').insert({'title': 'a', 'pages': 0}).execute()"
    tries = " try:\n  db.table('documents').insert({'title': 'a'}).execute()\n except Exception as error:\n"
    app = f"{HEAD}\ndef add(other):\n{tries}  said = str(error).lower()\n  {asks}\n   {written}\n"
    put(tmp_path, migrations__1_a=TABLES, app=app)
    assert levels(tmp_path, "COL001") == [level]


@pytest.mark.parametrize(("asked", "level"), [("pages", "info"), ("title", "error")])
def test_what_a_server_says_is_missing_may_be_asked_for_first(tmp_path: Path, asked: str, level: str) -> None:
    asks = f"column_exists(cur, 'documents', '{asked}')"
    app = (
        f"import psycopg\n{LOOKS}\n\ndef look():\n cur = psycopg.connect('').cursor()\n"
        f" shown = \"coalesce(d.pages, '')\" if {asks} else \"''\"\n"
        " cur.execute(f'with a as (select id from documents) select {shown} from a join documents d on d.id = a.id')\n"
    )
    put(tmp_path, migrations__1_a=TABLES, app=app)
    assert levels(tmp_path, "SQL002") == [level]


def test_all_that_a_refused_statement_names_of_a_relation_is_taken_for_granted(tmp_path: Path) -> None:
    view = "create view shown as select d.owner, d.pages, t.other from documents d join (select 1 as other) t on true;"
    put(
        tmp_path,
        migrations__1_a=TABLES,
        migrations__2_b=view,
        app=f"{HEAD}db.table('documents').select('owner, pages, other').execute()\n",
    )
    found = [item for item in said(run(Project(tmp_path), Ask(cached=False))) if item[1] == "COL001"]
    assert found == [
        ("info", "COL001", "documents.owner"),
        ("info", "COL001", "documents.pages"),
        ("warning", "COL001", "documents.other"),
    ]


@pytest.mark.parametrize(
    ("names", "ask", "grave"),
    [
        ("'documents', 'newer'", "select count(*) from {name}", Severity.INFO),
        ("'documents', 'newer'", "select count(*) from {name} where id = 1", Severity.ERROR),
        ("'documents', 'newer'", "delete from {name}", Severity.ERROR),
        ("'newer',", "select count(*) from {name}", Severity.ERROR),
    ],
)
def test_looking_what_tables_there_are_may_find_one_missing(
    tmp_path: Path, names: str, ask: str, grave: Severity
) -> None:
    body = f"""
    import psycopg


    def f(connection: psycopg.Connection):
        connection.execute("select id from documents")
        for name in ({names}):
            try:
                connection.execute(f"{ask}")
            except Exception:
                print(name)


    def g(connection: psycopg.Connection):
        connection.execute("select id from newer")
    """
    put(tmp_path, schema="create table documents (id int primary key);\n", app=textwrap.dedent(body))
    missing = [item for item in run(Project(tmp_path, Config()), Ask(cached=False)).findings if "newer" in item.message]
    assert [item.severity for item in missing] == [grave, Severity.ERROR]


def test_what_a_program_makes_in_a_database_that_is_not_known_may_be_there(tmp_path: Path) -> None:
    body = """
    import psycopg


    def f(connection: psycopg.Connection):
        connection.execute("select id from documents")
        connection.execute("select id from staged")
        connection.execute("select 'glad'::mood from documents")
        connection.execute("select 'glad'::colour from documents")
    """
    made = """
    def make(connection):
        connection.execute("create table if not exists staged (id int)")
        connection.execute("create type mood as enum ('glad')")
    """
    put(tmp_path, schema="create table documents (id int primary key);\n", app=textwrap.dedent(body))
    (tmp_path / "local.py").write_text("import sqlite3\n\nconnection = sqlite3.connect('cache')\n")

    def errors() -> list[str]:
        found = run(Project(tmp_path, Config()), Ask(cached=False)).findings
        return [item.message.split('"')[1] for item in found if item.severity is Severity.ERROR]

    assert errors() == ["staged", "mood", "colour"]
    (tmp_path / "make.py").write_text(textwrap.dedent(made))
    assert errors() == ["colour"]


TYPES = """export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  public: {
    Tables: {
      documents: {
        Row: {
          id: string
          kind: Database["public"]["Enums"]["kinds"]
          owner: string | null
          title: string
        }
        Insert: {
          id?: string
          kind?: Database["public"]["Enums"]["kinds"]
          owner?: string | null
          title?: string
        }
        Update: { id?: string; owner?: string | null }
        Relationships: [
          {
            foreignKeyName: "documents_owner_fkey"
            columns: ["owner"]
            isOneToOne: false
            referencedRelation: "people"
            referencedColumns: ["id"]
          },
        ]
      }
      people: { Row: { id: string }; Insert: { id: string }; Update: { id?: string }; Relationships: [] }
    }
    Views: {
      [_ in never]: never
    }
    Functions: {
      count_all: { Args: never; Returns: number }
    }
    Enums: {
      kinds: "a" | "b" | "c"
    }
  }
}
"""


@pytest.mark.parametrize(("place", "level"), [("types/supabase.ts", "info"), ("types/charts.ts", "error")])
def test_types_that_were_read_from_a_database_are_heeded(tmp_path: Path, place: str, level: str) -> None:
    put(
        tmp_path,
        schema="create table documents (id uuid primary key, title text not null, size int not null,\n"
        "  kind text check (kind in ('a', 'b')));\ncreate table sites (id uuid primary key);",
        app=f"{HEAD}db.table('people').select('id').execute()\ndb.table('strangers').select('id').execute()\n"
        "db.table('documents').select('owner, nothing').eq('id', x).execute()\n"
        "db.table('documents').select('*, people(*)').execute()\n"
        "db.table('documents').insert({'size': 1, 'kind': 'c'}).execute()\n"
        "db.table('documents').insert({'size': 1, 'title': '', 'kind': 'd'}).execute()\n"
        "db.rpc('count_all').execute()\ndb.rpc('count_none').execute()\n",
    )
    (tmp_path / place).parent.mkdir()
    (tmp_path / place).write_text(TYPES)
    found = said(run(Project(tmp_path), Ask(cached=False)))
    known = [("REL001", "people"), ("COL001", "documents.owner"), ("COL002", "documents.title")]
    known, strange = [*known, ("RPC001", "count_all")], [("REL001", "strangers"), ("RPC001", "count_none")]
    strange.append(("COL001", "documents.nothing"))
    assert {(level, *one) for one in known} | {("error", *one) for one in strange} <= set(found)
    labels = [severity for severity, code, name in found if (code, name) == ("ENM002", "documents.kind")]
    assert sorted(labels) == sorted([level, "error"])
    assert [item[1] for item in found].count("MIG003") == (1 if level == "info" else 0)


def test_types_say_what_a_row_has_to_have(tmp_path: Path) -> None:
    (tmp_path / "db.ts").write_text(TYPES)
    documents, people, function = read_types(tmp_path, ["db.ts"])
    assert (documents.name, documents.needs("title"), documents.says("nothing")) == ("documents", False, False)
    assert documents.has_line(["people"], re.compile("references"))
    assert (people.name, people.needs("id"), people.says("owner")) == ("people", True, False)
    assert (function.kind, function.name, function.at.line) == ("function", "count_all", 36)
    assert set(documents.labels) == {"a", "b", "c"}


SERVERS = """import os
from supabase import create_client
db = create_client(os.environ["SUPABASE_URL"], 1)
sports = create_client(os.environ["SPORTS_SUPABASE_URL"], 2)
db.table("documents").select("id").execute()
"""


@pytest.mark.parametrize(
    ("asked", "errors", "elsewhere"),
    [
        ("sports.table('teams').select('id').execute()\nsports.rpc('score').execute()", [], 2),
        ("sports.table('teams').select('id').execute()\nsports.table('documents').select('no').execute()", [], 2),
        ("sports.table('documents').select('no').execute()", ["documents.no"], 0),
        ("db.table('teams').select('id').execute()", ["teams"], 0),
        ("create_client(os.environ['SUPABASE_SERVICE_URL'], 3).table('teams').select('id').execute()", ["teams"], 0),
    ],
)
def test_a_server_that_is_called_otherwise_and_has_other_tables_is_not_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, errors: list[str], elsewhere: int
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / ".cache"))
    report = run(Project(put(tmp_path, migrations__1_a=TABLES, app=SERVERS + asked)), Ask())
    assert [item.subject for item in report.findings if item.severity is Severity.ERROR] == errors
    assert [item.kind for item in report.unjudged] == ["elsewhere"] * elsewhere


def test_the_one_server_that_a_program_has_is_judged_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / ".cache"))
    asked = SERVERS.replace('"SUPABASE_URL"', '"SPORTS_SUPABASE_URL"') + "sports.table('teams').select('id').execute()"
    report = run(Project(put(tmp_path, migrations__1_a=TABLES, app=asked)), Ask())
    assert [item.subject for item in report.findings if item.severity is Severity.ERROR] == ["teams"]


@pytest.mark.parametrize(
    ("page", "levels"),
    [
        ("Run `sql/schema.sql`, then `sql/more.sql`: it adds an `owner` to `documents`.", ["warning", "error"]),
        ("Run `sql/more.sql` to get table `invoices`.", ["error", "warning"]),
        ("Run `sql/schema.sql`: it adds an `owner` to `documents`.", ["error", "error"]),
        ("`elsewhere/more.sql` adds an `owner` to `documents`.", ["error", "error"]),
        ("Run `sql/more.sql`.", ["error", "error"]),
    ],
)
def test_what_a_page_tells_of_that_names_sql_which_is_not_there_may_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, levels: list[str]
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / ".cache"))
    app = f"{HEAD}db.table('documents').select('owner').execute()\ndb.table('invoices').select('id').execute()\n"
    put(tmp_path, sql__schema=TABLES, app=app)
    (tmp_path / "README.md").write_text(f"# Setup\n\n{page}\n")
    report = run(Project(tmp_path), Ask())
    assert [level for level, code, _ in said(report) if code in ("COL001", "REL001")] == levels
    put(tmp_path, sql__more="create table notes (id int);")
    others = run(Project(tmp_path), Ask())
    assert {level for level, code, _ in said(others) if code in ("COL001", "REL001")} == {"error"}


PRINTED = """
SQL = '''
create table if not exists invoices (id int primary key);
alter table documents add column owner text;
'''


def main(schema: str) -> None:
    print("Run this in the editor:", SQL)
    print(f"create table {schema}.carts (id int)")
    subprocess.run(["psql", "-c", "create or replace function count_all() returns int language sql as 'select 1'"])
"""


ALL = ["invoices", "carts", "documents.owner", "count_all"]


@pytest.mark.parametrize(
    ("name", "text", "made"),
    [
        ("setup.py", PRINTED, ALL),
        ("setup.py", f'"""Run this.\n{PRINTED.replace(chr(39) * 3, "").partition("def")[0]}"""', [ALL[0], ALL[2]]),
        ("setup.py", PRINTED.replace("int primary key", "integer primary key autoincrement"), [ALL[1], ALL[3]]),
        ("setup.py", f"import sqlite3\n{PRINTED}", []),
        ("tests/test_setup.py", PRINTED, []),
    ],
)
def test_what_a_text_makes_that_nobody_is_seen_to_run_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, made: list[str]
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / ".cache"))
    known = [f"t{number}" for number in range(4)]
    asked = "".join(f"db.table('{one}').select('id').execute()\n" for one in ("invoices", "carts", "nothing", *known))
    asked += "db.table('documents').select('title, owner, other').execute()\ndb.rpc('count_all').execute()\n"
    put(tmp_path, schema=TABLES + "".join(f"create table {one} (id int);\n" for one in known), app=HEAD + asked)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text)
    found = said(run(Project(tmp_path), Ask()))
    assert [subject for level, _, subject in found if level == "info"] == made
    assert {subject for level, _, subject in found if level == "error"} == {*ALL, "nothing", "documents.other"} - {
        *made
    }
    named = said(run(Project(tmp_path, Config(truth="sql:schema.sql")), Ask()))
    assert {level for level, _, _ in named} == {"error"}
