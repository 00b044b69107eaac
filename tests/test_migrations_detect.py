"""Finding migrations in a repository, and their order, without being told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pgconform.errors import Problem
from pgconform.sources.migrations import detect
from pgconform.sources.migrations.gather import gather
from pgconform.sources.migrations.layout import migrations

TABLE = "CREATE TABLE {} (id int);"


def put(root: Path, name: str, text: str = TABLE.format("t")) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def order(root: Path, *sources: str) -> list[str]:
    return [document.uri for document in gather([Path(source) for source in sources], root).documents]


def every(root: Path) -> list[tuple[str, list[str]]]:
    return [(one.kind, [source.relative_to(root).as_posix() for source in one.sources]) for one in detect(root)]


def first(root: Path) -> tuple[str, list[str]]:
    return every(root)[0]


def test_nothing_is_found_where_there_is_nothing(tmp_path: Path) -> None:
    put(tmp_path, "queries/select.sql", "SELECT 1;")
    assert detect(tmp_path) == ()


def test_supabase_comes_before_the_rest(tmp_path: Path) -> None:
    put(tmp_path, "supabase/migrations/20240101000000_a.sql")
    put(tmp_path, "db/migrations/1_a.sql", TABLE.format("a") + TABLE.format("b"))
    put(tmp_path, "schema.sql")
    assert first(tmp_path) == ("supabase", ["supabase/migrations"])


def test_numbered_files_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for name in ("10_c.sql", "2_b.sql", "1_a.up.sql", "1_a.down.sql", "notes.sql"):
        put(tmp_path, f"migrations/{name}")
    assert first(tmp_path) == ("numbered", ["migrations"])
    assert order(tmp_path, "migrations") == ["migrations/1_a.up.sql", "migrations/2_b.sql", "migrations/10_c.sql"]


def test_numbered_steps_of_another_kind_come_after_migrations(tmp_path: Path) -> None:
    put(tmp_path, "algorithms/1-split.sql", "".join(map(TABLE.format, ("a", "b", "c"))))
    put(tmp_path, "src/migrations/init/0-main.sql")
    assert first(tmp_path) == ("numbered", ["src/migrations/init"])


@pytest.mark.parametrize("place", ["archive/docs/migrations", "_old/supabase/migrations", "db/migrations_backup"])
def test_what_was_put_aside_comes_last(tmp_path: Path, place: str) -> None:
    put(tmp_path, f"{place}/1_a.sql", "".join(map(TABLE.format, ("a", "b", "c"))))
    assert first(tmp_path)[1] == [place]
    put(tmp_path, "new_schema.sql")
    assert first(tmp_path) == ("script", ["new_schema.sql"])
    put(tmp_path, "threshold/gold/migrations/1_a.sql")
    assert first(tmp_path) == ("numbered", ["threshold/gold/migrations"])


def test_flyways_versions_and_repeatable_files(tmp_path: Path) -> None:
    for name in ("V10__c.sql", "V2_1__b.sql", "V2__a.sql", "R__views.sql", "U10__c.sql"):
        put(tmp_path, name)
    names = [path.name for path in migrations(tmp_path)]
    assert names == ["V2__a.sql", "V2_1__b.sql", "V10__c.sql", "R__views.sql"]


@pytest.mark.parametrize(
    ("name", "text", "forward"),
    [
        ("3_import_rollback.sql", "ALTER TABLE a ADD COLUMN undone_at timestamptz;", True),
        ("3_add_drill_down.sql", TABLE.format("b"), True),
        ("3_rollback.sql", "DROP TABLE a;", False),
        ("2_b_rollback.sql", "ALTER TABLE a ADD COLUMN gone int;", False),
        ("3_c.down.sql", "ALTER TABLE a ADD COLUMN gone int;", False),
        ("rollback.sql", "ALTER TABLE a ADD COLUMN gone int;", False),
    ],
)
def test_a_way_back_has_the_number_of_another_or_drops_something(
    tmp_path: Path, name: str, text: str, *, forward: bool
) -> None:
    """Else it is only called after what it is for."""
    put(tmp_path, "migrations/1_a.sql", TABLE.format("a"))
    put(tmp_path, "migrations/2_b.sql", "ALTER TABLE a DROP COLUMN gone;")
    path = put(tmp_path, f"migrations/{name}", text)
    assert (path in migrations(tmp_path / "migrations")) is forward


def test_a_directory_for_each_migration(tmp_path: Path) -> None:
    put(tmp_path, "prisma/migrations/20240102_b/migration.sql")
    put(tmp_path, "prisma/migrations/20240101_a/migration.sql")
    put(tmp_path, "prisma/migrations/migration_lock.toml", "")
    assert first(tmp_path) == ("directories", ["prisma/migrations"])
    assert [path.parent.name for path in migrations(tmp_path / "prisma/migrations")] == ["20240101_a", "20240102_b"]


def test_a_directory_for_each_migration_of_each_database(tmp_path: Path) -> None:
    """Hasura keeps those of a database in a folder of its own."""
    put(tmp_path, "hasura/migrations/default/1700000000001_init/up.sql", TABLE.format("a"))
    put(tmp_path, "hasura/migrations/default/1700000000001_init/down.sql", "DROP TABLE a;")
    put(tmp_path, "hasura/migrations/default/1700000000002_more/up.sql", "ALTER TABLE a ADD COLUMN more text;")
    assert first(tmp_path) == ("directories", ["hasura/migrations/default"])


def test_files_of_an_older_hasura_are_among_its_directories(tmp_path: Path) -> None:
    made = put(tmp_path, "migrations/default/1560000000000_init.up.sql", TABLE.format("a"))
    put(tmp_path, "migrations/default/1560000000000_init.down.sql", "DROP TABLE a;")
    put(tmp_path, "migrations/default/1500000000000_note.sql", TABLE.format("no_migration"))
    changed = put(tmp_path, "migrations/default/1650000000000_more/up.sql", "ALTER TABLE a ADD COLUMN more text;")
    put(tmp_path, "backup/1560000000000_init.up.sql", TABLE.format("a") + TABLE.format("b"))
    assert first(tmp_path) == ("directories", ["migrations/default"])
    assert migrations(tmp_path / "migrations/default") == [made, changed]


def test_what_leads_from_one_version_to_another_comes_after_the_schema(tmp_path: Path) -> None:
    put(tmp_path, "db/initdb.sql", TABLE.format("a"))
    put(tmp_path, "db/scripts/v2_to_v3/01_replica.sql", TABLE.format("a") + TABLE.format("b"))
    assert first(tmp_path) == ("script", ["db/initdb.sql"])


def test_upgrades_are_a_way_to_what_the_numbered_scripts_above_them_make(tmp_path: Path) -> None:
    put(tmp_path, "sql/20-enums.sql", "CREATE TYPE kind AS ENUM ('a');")
    put(tmp_path, "sql/30-schema.sql", TABLE.format("a"))
    put(tmp_path, "sql/upgrades/002.sql", TABLE.format("a") + TABLE.format("b"))
    put(tmp_path, "sql/upgrades/003.sql", "DROP TABLE b; ALTER TABLE old ADD COLUMN more text;")
    assert first(tmp_path) == ("numbered", ["sql"])


def test_upgrades_below_nothing_else_are_the_schema(tmp_path: Path) -> None:
    put(tmp_path, "sql/upgrades/001.sql", TABLE.format("a"))
    put(tmp_path, "sql/10-more.sql", "ALTER TABLE a ADD COLUMN more text;")
    assert first(tmp_path) == ("numbered", ["sql/upgrades"])


def test_sqitch_goes_by_its_plan(tmp_path: Path) -> None:
    put(
        tmp_path,
        "sqitch.plan",
        "%syntax-version=1.0.0\n%project=shop\n\nusers 2024-01-01T00:00:00Z A <a@b.c> # note\n"
        "orders [users] 2024-01-02T00:00:00Z A <a@b.c>\n@v1 2024-01-03T00:00:00Z A <a@b.c>\n"
        "users [users@v1] 2024-01-04T00:00:00Z A <a@b.c>\n",
    )
    for name in ("users", "users@v1", "orders"):
        put(tmp_path, f"deploy/{name}.sql")
    put(tmp_path, "revert/users.sql", "DROP TABLE t;")
    assert first(tmp_path) == ("sqitch", ["."])
    assert [path.name for path in migrations(tmp_path)] == ["users@v1.sql", "orders.sql", "users.sql"]


def test_a_schema_file_and_alembics_output(tmp_path: Path) -> None:
    put(tmp_path, "db/structure.sql")
    put(tmp_path, "upgrade.sql", "CREATE TABLE alembic_version (version_num text);" + TABLE.format("t"))
    assert [candidate.kind for candidate in detect(tmp_path)] == ["alembic", "schema"]


def test_the_sql_of_an_example_is_of_the_example(tmp_path: Path) -> None:
    put(tmp_path, "examples/shop/migrations/1_a.sql", "CREATE TABLE a ();")
    put(tmp_path, "docs/schema.sql", "CREATE TABLE b ();")
    put(tmp_path, "docs/database/schema.sql", "CREATE TABLE c (); CREATE TABLE d ();")
    assert len(detect(tmp_path)) == 3
    put(tmp_path, "examples/shop/app/main.py", "")
    assert [candidate.kind for candidate in detect(tmp_path)] == ["schema", "schema"]
    put(tmp_path, "docs/conf.py", "")
    assert [candidate.tables for candidate in detect(tmp_path)] == [2, 1]
    assert detect(tmp_path / "examples" / "shop")


def test_other_servers_sql_is_passed_by(tmp_path: Path) -> None:
    put(tmp_path, "clickhouse/migrations/1_a.sql")
    put(tmp_path, "db/1_a.sql", "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);")
    put(tmp_path, "my/1_a.sql", "CREATE TABLE `t` (id int) ENGINE=InnoDB;")
    put(tmp_path, "node_modules/x/migrations/1_a.sql")
    assert detect(tmp_path) == ()


@pytest.mark.parametrize("own", ["", "bag jsonb,"])
def test_a_type_that_postgres_does_not_have_is_a_mistake_among_its_own_words(tmp_path: Path, own: str) -> None:
    put(tmp_path, "schema.sql", f"CREATE TABLE t (\n  id TEXT,\n  {own}\n  at DATETIME NOT NULL\n);")
    assert len(detect(tmp_path)) == (1 if own else 0)


def test_a_folder_of_tables_each_in_a_file_is_one_schema(tmp_path: Path) -> None:
    put(tmp_path, "db/tables/orders.sql", "CREATE TABLE orders (id int, buyer int REFERENCES users);")
    put(tmp_path, "db/tables/users.sql", TABLE.format("users"))
    put(tmp_path, "db/tables/seed.sql", "INSERT INTO users VALUES (1);")
    assert first(tmp_path) == ("script", ["db/tables/orders.sql", "db/tables/users.sql"])
    put(tmp_path, "db/tables/orders_old.sql", "CREATE TABLE orders (id int);")
    assert len(detect(tmp_path)[0].sources) == 1
    put(tmp_path, "db/tables/orders_old.sql", "SELECT 1;")
    put(tmp_path, "schema.sql", TABLE.format("all_of_it"))
    assert first(tmp_path) == ("schema", ["schema.sql"])


@pytest.mark.parametrize("main", ["schema.sql", "supabase_schema.sql"])
def test_what_belongs_to_a_schema_stands_beside_it(tmp_path: Path, main: str) -> None:
    put(tmp_path, f"db/{main}", TABLE.format("users"))
    put(tmp_path, "db/views.sql", "CREATE VIEW named AS SELECT * FROM users;")
    put(tmp_path, "db/functions.sql", "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';")
    put(tmp_path, "db/queries.sql", "SELECT 1;")
    assert first(tmp_path)[1] == [f"db/{main}", "db/functions.sql", "db/views.sql"]
    put(tmp_path, f"db/{main}", TABLE.format("users") + "\n\\i views.sql\n")
    assert first(tmp_path)[1] == [f"db/{main}"]


def test_what_makes_tables_of_its_own_is_no_part_of_another_schema(tmp_path: Path) -> None:
    put(tmp_path, "db/schema.sql", TABLE.format("users"))
    put(tmp_path, "db/types.sql", TABLE.format("kinds"))
    assert first(tmp_path)[1] == ["db/schema.sql"]


@pytest.mark.parametrize(
    "told",
    [
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT);",
        "CREATE TABLE t (at TEXT DEFAULT (datetime('now')));",
        "CREATE TABLE t (id TEXT);\nCREATE VIRTUAL TABLE f USING fts5(a);",
        "PRAGMA foreign_keys = ON;\nCREATE TABLE t (id TEXT);",
        "CREATE TABLE t (id TEXT, made_at TIMESTAMP_NTZ DEFAULT CURRENT_TIMESTAMP());",
        "CREATE TABLE t (id TEXT);\nINSERT OR IGNORE INTO t VALUES ('a');",
        "CREATE TABLE t (id TEXT) WITHOUT ROWID;",
        "CREATE TABLE t (at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);",
        "CREATE TABLE t (id BIGINT UNSIGNED NOT NULL);",
        "CREATE TABLE t (id TEXT, done TINYINT(1));",
        "CREATE TABLE t (id TEXT);\nINSERT IGNORE INTO t VALUES ('a');",
        "CREATE TABLE t (\n  id TEXT,\n  at DATETIME DEFAULT CURRENT_TIMESTAMP\n);",
        "CREATE TABLE t (id TEXT, at TEXT DEFAULT (strftime('%Y', 'now')));",
    ],
)
def test_migrations_of_which_most_could_be_anybodys_are_whose_the_rest_are(tmp_path: Path, told: str) -> None:
    put(tmp_path, "db/1_a.sql", told)
    put(tmp_path, "db/2_b.sql", "CREATE TABLE u (id TEXT);")
    put(tmp_path, "db/3_c.sql", "ALTER TABLE u ADD COLUMN a TEXT;")
    assert detect(tmp_path) == ()
    put(tmp_path, "db/4_d.sql", "CREATE TABLE v (id bigserial, at timestamptz);")
    assert first(tmp_path) == ("numbered", ["db"])


@pytest.mark.parametrize(
    ("told", "apart"),
    [
        ("-- 2_base.sql: REPLAY SCAFFOLD ONLY. NOT A MIGRATION.", True),
        ("-- ======\n-- DO NOT RUN\n-- ======", True),
        ("/*\n * Deprecated: kept for reference, it should not be\n * executed\n */", True),
        ("-- Never apply this file.", True),
        ("-- Not a data migration: the rows are made by hand.", True),
        ("-- Do not run this by hand: the deployment does.", False),
        ("-- DO NOT RUN WITHOUT READING", False),
        ("-- Do not run this until the release is out", False),
        ("-- It is in-sample only. Not a migration that can be taken back.", False),
        ("-- make it\nSELECT 1;\n-- not a migration.", False),
        ("SELECT 'do not run.';", False),
    ],
)
def test_a_file_among_migrations_that_says_it_is_none_is_none(tmp_path: Path, told: str, *, apart: bool) -> None:
    put(tmp_path, "db/1_a.sql")
    put(tmp_path, "db/2_base.sql", f"{told}\nCREATE TABLE base (id int);")
    assert [found.tables for found in detect(tmp_path)] == [1 if apart else 2]
    assert order(tmp_path, "db") == ["db/1_a.sql", *([] if apart else ["db/2_base.sql"])]
    assert order(tmp_path, "db/2_base.sql") == ["db/2_base.sql"]


def test_a_script_that_says_it_is_not_to_be_run_is_no_base_of_migrations(tmp_path: Path) -> None:
    put(tmp_path, "db/migrations/1_a.sql", "CREATE TABLE a (id int);\nALTER TABLE b ADD COLUMN x int;")
    put(tmp_path, "db/base.sql", "-- a sketch: do not apply twice\nCREATE TABLE b (id int);")
    assert first(tmp_path) == ("numbered", ["db/base.sql", "db/migrations"])
    put(tmp_path, "db/base.sql", "-- Do not apply!\nCREATE TABLE b (id int);")
    assert first(tmp_path) == ("numbered", ["db/migrations"])


def test_a_table_of_which_a_template_leaves_the_name_open_is_not_counted(tmp_path: Path) -> None:
    put(
        tmp_path,
        "setup.sql",
        "CREATE TABLE IF NOT EXISTS {schema}.jobs (id int);\nCREATE TABLE IF NOT EXISTS t (id int);",
    )
    assert [candidate.tables for candidate in detect(tmp_path)] == [1]


def test_a_script_beside_the_migrations_that_they_build_on(tmp_path: Path) -> None:
    put(tmp_path, "migration/complete_setup.sql", TABLE.format("sources"))
    put(tmp_path, "migration/RESET_DB.sql", "DROP TABLE sources;" + TABLE.format("sources"))
    put(tmp_path, "migration/0.1.0/001_a.sql", "ALTER TABLE sources ADD COLUMN x int;")
    assert first(tmp_path) == ("numbered", ["migration/complete_setup.sql", "migration/0.1.0"])


@pytest.mark.parametrize(
    ("others", "base"),
    [
        ({"knowledge": ("lore.facts",)}, ["knowledge"]),
        ({"knowledge": ("lore.facts",), "facts": ("core.agents", "other")}, ["knowledge"]),
        ({"knowledge": ("lore.facts", "more")}, []),
        ({"reports": ("lore.other",)}, []),
        ({"users": ("auth.users",)}, []),
    ],
)
def test_several_scripts_that_migrations_build_on(
    tmp_path: Path, others: dict[str, tuple[str, ...]], base: list[str]
) -> None:
    """As far as none of them makes a table again; a table of a platform's own schema is taken for granted anyway."""
    put(tmp_path, "db/schema.sql", TABLE.format("core.agents") + TABLE.format("core.runs"))
    for name, made in others.items():
        put(tmp_path, f"db/{name}.sql", "".join(map(TABLE.format, made)))
    altered = ("core.agents", "core.runs", "lore.facts", "auth.users")
    put(tmp_path, "db/migrations/001_a.sql", "".join(f"ALTER TABLE {name} ADD x int;" for name in altered))
    put(tmp_path, "db/migrations/002_b.sql", TABLE.format("more"))
    assert first(tmp_path) == ("numbered", ["db/schema.sql", *(f"db/{name}.sql" for name in base), "db/migrations"])


def test_migrations_build_on_what_was_there_before_them_not_on_what_they_come_to(tmp_path: Path) -> None:
    for name, made in {"all_tables.sql": ("core.agents", "more"), "schemas.sql": ("core.agents", "other")}.items():
        put(tmp_path, f"db/{name}", "".join(map(TABLE.format, made)))
    put(tmp_path, "db/migrations/001_a.sql", "ALTER TABLE core.agents ADD x int;" + TABLE.format("more"))
    assert first(tmp_path) == ("numbered", ["db/schemas.sql", "db/migrations"])


@pytest.mark.parametrize(
    ("whole", "later", "base"),
    [
        (("a", "b", "c"), ("a", "b", "c"), []),
        (("a", "b"), ("a", "b", "c"), []),
        (("a", "b", "d"), ("a", "b", "c"), ["db/schema.sql"]),
        (("a", "b"), ("a", "c", "e"), ["db/schema.sql"]),
    ],
)
def test_a_dump_of_what_migrations_come_to_is_no_base_where_they_make_what_they_lack_themselves(
    tmp_path: Path, whole: tuple[str, ...], later: tuple[str, ...], base: list[str]
) -> None:
    put(tmp_path, "db/schema.sql", "".join(map(TABLE.format, whole)))
    altered = "ALTER TABLE d ADD x int;" if "d" in whole else ""
    put(tmp_path, "db/migrations/2024_policy.sql", f"ALTER TABLE a ADD x int;{altered}")
    put(tmp_path, "db/migrations/2025_remote_schema.sql", "".join(map(TABLE.format, later)))
    assert every(tmp_path)[0][1] == [*base, "db/migrations"]


@pytest.mark.parametrize(
    ("second", "third", "alone"),
    [
        ("CREATE TABLE b (id int);", "ALTER TABLE b ADD COLUMN y int;", True),
        ("CREATE TABLE b (id int);", "ALTER TABLE b ADD y int, ADD CONSTRAINT z CHECK (y > 0);", True),
        ("CREATE TABLE b (id int); CREATE TABLE c (id int);", "DROP TABLE c;", True),
        ("CREATE TABLE b (id int); CREATE TABLE c (id int);", "ALTER TABLE b ADD COLUMN y int;", False),
        ("CREATE TABLE b (id int);", "ALTER TABLE b ADD COLUMN z int;", False),
        ("CREATE TABLE IF NOT EXISTS b (id int);", "ALTER TABLE b ADD COLUMN IF NOT EXISTS y int;", False),
        ("DROP TABLE b;", "CREATE TABLE b (id int, y int);", False),
    ],
)
def test_migrations_that_make_tables_anew_which_their_base_has_come_to_it(
    tmp_path: Path, second: str, third: str, *, alone: bool
) -> None:
    put(tmp_path, "db/schema.sql", "CREATE TABLE a (id int, x int);\nCREATE TABLE b (id int, y int);")
    for name, text in (("001_a", "ALTER TABLE a ADD COLUMN x int;"), ("002_b", second), ("003_c", third)):
        put(tmp_path, f"db/upgrades/{name}.sql", text)
    assert first(tmp_path) == ("numbered", ["db/schema.sql", *([] if alone else ["db/upgrades"])])


@pytest.mark.parametrize(
    ("scripts", "base"),
    [
        ({"db/app_schema.sql": ("a", "b")}, ["db/app_schema.sql"]),
        ({"db/app_schema.sql": ("a",)}, []),
        ({"db/app_schema.sql": ("a", "b", "more")}, []),
        ({"db/one_schema.sql": ("a", "b"), "db/other_schema.sql": ("c", "d")}, []),
        ({"db/reports.sql": ("a", "b")}, []),
        ({"elsewhere/schema.sql": ("a", "b")}, []),
    ],
)
def test_a_schema_beside_migrations_that_make_only_some_more_tables(
    tmp_path: Path, scripts: dict[str, tuple[str, ...]], base: list[str]
) -> None:
    put(tmp_path, "db/migrations/001_more.sql", TABLE.format("more"))
    for name, made in scripts.items():
        put(tmp_path, name, "".join(map(TABLE.format, made)))
    assert first(tmp_path) == ("numbered", [*base, "db/migrations"])


BASE = {
    "create_tables": TABLE.format("a") + TABLE.format("b"),
    "create_types": "CREATE TYPE t AS ENUM ('x');",
    "create_indexes": "CREATE INDEX ON a (id);",
    "drop_tables": "DROP TABLE a;",
}


@pytest.mark.parametrize(
    ("altered", "place", "more", "found"),
    [
        (("a", "b", "elsewhere"), "sql", {}, ["create_types", "create_tables", "create_indexes"]),
        (("a", "more", "elsewhere"), "sql", {}, []),
        (("new",), "sql", {}, []),
        (("a", "b"), "test", {}, []),
        (("a", "b"), "sql", {"1_more": TABLE.format("more")}, []),
        (("a", "b"), "sql", {"create_logs": TABLE.format("logs")}, []),
    ],
)
def test_the_folder_next_to_the_migrations_that_they_build_on(
    tmp_path: Path, altered: tuple[str, ...], place: str, more: dict[str, str], found: list[str]
) -> None:
    for name, text in {**BASE, **more}.items():
        put(tmp_path, f"db/{place}/{name}.sql", text)
    changes = "".join(f"ALTER TABLE {name} ADD x int;" for name in altered)
    put(tmp_path, "db/updates/1.sql", TABLE.format("new") + changes)
    sources = [sources for kind, sources in every(tmp_path) if sources[-1] == "db/updates"]
    assert sources == [[*(f"db/{place}/{name}.sql" for name in found), "db/updates"]]


def test_no_base_is_looked_for_beside_the_repository(tmp_path: Path) -> None:
    put(tmp_path, "sql/create_tables.sql", BASE["create_tables"])
    put(tmp_path, "repository/1.sql", TABLE.format("new") + "ALTER TABLE a ADD x int;")
    assert every(tmp_path / "repository") == [("numbered", ["."])]


def test_upgrades_of_an_extension_and_data_of_tests_are_no_schema(tmp_path: Path) -> None:
    put(tmp_path, "sql/queues.sql")
    put(tmp_path, "sql/queues--1.3.0--1.4.0.sql", TABLE.format("a") + TABLE.format("b"))
    put(tmp_path, "sql/queues--1.4.0.sql")
    put(tmp_path, "app/tests/test_data/shop.sql", "".join(map(TABLE.format, "abcdef")))
    assert [sources for _, sources in every(tmp_path)] == [["sql/queues--1.4.0.sql"], ["sql/queues.sql"]]


def test_seeds_resets_and_fixtures_are_no_schema(tmp_path: Path) -> None:
    for name in ("seed.sql", "reset_db.sql", "fix_users.sql", "tests/setup_test.sql"):
        put(tmp_path, name)
    put(tmp_path, "database_setup.sql")
    assert [candidate.sources[0].name for candidate in detect(tmp_path)] == ["database_setup.sql"]


def test_sources_that_are_not_there_or_not_ours(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    outside = put(tmp_path, "outside/1_a.sql")
    with pytest.raises(Problem, match="there is no nowhere"):
        gather([Path("nowhere")], root)
    with pytest.raises(Problem, match="lies outside"):
        gather([outside.parent], root)
    with pytest.raises(Problem, match="lies outside"):
        gather([Path("../outside")], root)


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    put(tmp_path, "secret/1_secret.sql", "CREATE TABLE secret (id int);")
    put(root, "migrations/1_a.sql")
    (root / "migrations/2_b.sql").symlink_to(tmp_path / "secret/1_secret.sql")
    (root / "linked").symlink_to(tmp_path / "secret")
    gathered = gather([Path("migrations")], root)
    assert [document.uri for document in gathered.documents] == ["migrations/1_a.sql"]
    assert [(one.kind, one.at and one.at.uri) for one in gathered.unread] == [("permission", "migrations/2_b.sql")]
    assert [candidate.tables for candidate in detect(root)] == [1]
    with pytest.raises(Problem, match="lies outside"):
        gather([Path("linked")], root)


def test_links_that_stay_inside_are_followed(tmp_path: Path) -> None:
    put(tmp_path, "sql/a.sql")
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/1_a.sql").symlink_to("../sql/a.sql")
    assert order(tmp_path, "migrations") == ["migrations/1_a.sql"]


def test_pipes_and_huge_files_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "migrations/1_a.sql")
    os.mkfifo(tmp_path / "migrations/2_b.sql")
    monkeypatch.setattr("pgconform.sources.migrations.files.LARGEST", 100)
    put(tmp_path, "migrations/3_c.sql", "SELECT 1;" * 50)
    gathered = gather([Path("migrations")], tmp_path)
    assert [one.reason for one in gathered.unread] == [
        "the file is not read: it is no ordinary file",
        "the file is not read: it is larger than 0 MiB (pg_dump --schema-only leaves the rows out)",
    ]
    assert len(detect(tmp_path)) == 1


def test_includes_stand_in_their_place_and_stay_inside(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    put(tmp_path, "secret.sql", "CREATE TABLE secret (id int);")
    put(root, "schema.sql", "\\i tables/a.sql\nSELECT 1;\n\\i ../secret.sql\n\\i /etc/passwd\n\\i schema.sql\n")
    put(root, "tables/a.sql", "CREATE TABLE a (id int);\n\\ir b.sql\n")
    put(root, "tables/b.sql", "CREATE TABLE b (id int);")
    gathered = gather([Path("schema.sql")], root)
    (said,) = gathered.said()
    assert [item.at.uri for item in said] == ["tables/a.sql", "tables/b.sql", "schema.sql"]
    assert [(one.kind, one.at and one.at.line) for one in gathered.unread] == [
        ("permission", 3),
        ("permission", 4),
        ("decode", 5),
    ]


def test_dates_and_moments_are_one_order(tmp_path: Path) -> None:
    names = ("20240318_a.sql", "20240320000000_b.sql", "20240320_c.sql", "202403201230_d.sql", "20240322_e.sql")
    for name in reversed(names):
        put(tmp_path, f"supabase/migrations/{name}")
    assert [path.name for path in migrations(tmp_path / "supabase" / "migrations")] == list(names)


def test_what_a_comment_says_of_another_server_is_no_sql_of_its(tmp_path: Path) -> None:
    put(tmp_path, "init.sql", "-- AUTOINCREMENT (SQLite) → SERIAL\n/* ENGINE=InnoDB */\nCREATE TABLE t (id SERIAL);")
    assert first(tmp_path) == ("script", ["init.sql"])
