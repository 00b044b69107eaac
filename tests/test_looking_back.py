"""What became of a schema, told afterwards: history, blame, report, metrics, traces."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import psycopg
import pytest
from msgspec.structs import replace

from pgconform.errors import Problem
from pgconform.monitor import ledger
from pgconform.monitor.audit.gathering import span
from pgconform.monitor.serving import place, serving
from pgconform.monitor.store.opening import open_file
from pgconform.monitor.store.recording import failed, record
from pgconform.monitor.values import now, seconds
from pgconform.sources.postgres.changes import Change
from pgconform.targets import MonitorConfig
from tests.commands import PROGRAM, Run, run
from tests.test_monitor_store import ONE, finding, grown, looked

__all__ = ["run"]
CONFIG = MonitorConfig(unreachable_after=1)
DAY = 86_400
ODD = "a `tick`, a <b> and a | in\x1b[31m it"


@pytest.fixture
def remembered(tmp_path: Path) -> Path:
    """A project whose history has a change by alice, an outage and odd words."""
    engine = open_file(tmp_path / ".pgconform" / "history.db")
    start = now() - seconds(30 * DAY)
    record(engine, looked(ONE, finding("gone by now"), finding("still there"), at=start), CONFIG)
    change = Change("pgconform", "ALTER TABLE", ("public.documents",), "alice", "psql")
    told = looked(grown(ONE, "status text"), finding("still there"), finding(ODD), at=now() - seconds(DAY))
    record(engine, replace(told, seen=replace(told.seen, news=(change,), migration="20261124_status")), CONFIG)
    failed(engine, "staging", "connection refused", "is it up?", CONFIG)
    engine.dispose()
    return tmp_path


def test_history_shows_targets_and_changes(remembered: Path, run: Run) -> None:
    out = run("history").out
    assert re.search(r"production  up since \S+ \S+  2 relations, 2 errors and 0 warnings open", out)
    assert re.search(r"staging  down since .*\n  connection refused", out)
    assert (
        "production  #2  1 change  by alice (psql), migration 20261124_status\n  + column public.documents.status"
        in out
    )
    assert out.index("#2") < out.index("#1")
    assert run("history", "--limit", "1").out.count("#") == 1
    shown = json.loads(run("history", "production", "--format", "json").out)
    assert [row["name"] for row in shown["targets"]] == ["production"]
    assert shown["snapshots"][0]["changes"][0]["subject"] == "public.documents.status"
    assert run("history", "nobody").code == 2


def test_what_the_history_cannot_tell_is_refused_and_what_it_knows_is_named(remembered: Path, run: Run) -> None:
    assert "its targets are production, staging" in run("history", "nobody").err
    assert "its targets are production, staging" in run("blame", "documents", "--target", "nobody").err
    assert "no target is named" in run("history", "--forget").err
    assert "2199-01-01 is yet to come" in run("report", "--since", "2199-01-01").err
    assert run("report", "--since", "99999999999w").out.startswith("# Schema report, 0001-01-01 to ")


def test_an_empty_history_says_so(tmp_path: Path, run: Run) -> None:
    open_file(tmp_path / ".pgconform" / "history.db").dispose()
    ran = run("history")
    assert (ran.code, "nothing was watched yet" in ran.err) == (2, True)


def test_without_a_history_nothing_is_made(tmp_path: Path, run: Run) -> None:
    for command in (("history",), ("report",), ("blame", "documents")):
        ran = run(*command)
        assert (ran.code, "there is no history .pgconform/history.db yet" in ran.err) == (2, True)
    assert not (tmp_path / ".pgconform").exists()


def test_blame_says_when_who_and_in_which_migration(remembered: Path, run: Run) -> None:
    out = run("blame", "documents.status").out
    assert "production #2  + column public.documents.status\n" in out
    assert "by alice (psql), migration 20261124_status, ALTER TABLE" in out
    assert "there at the first look" not in out
    assert "production #1  there at the first look" in run("blame", "documents.title").out
    assert "+ column public.documents.status" in run("blame", "documents").out
    assert "documents" not in run("blame", "documents.status", "--target", "staging").out
    document = json.loads(run("blame", "documents.status", "--format", "json").out)
    assert document["changes"][0]["role"] == "alice"
    assert run("blame", "nothing.at_all").code == 2


def test_blame_names_the_place_in_the_projects_own_sql(remembered: Path, run: Run) -> None:
    (remembered / "schema.sql").write_text("create table documents (\n  id uuid primary key,\n  status text\n);\n")
    (remembered / "pgconform.toml").write_text('truth = "sql:schema.sql"\n')
    assert run("blame", "documents.status").out.startswith("documents.status  written at schema.sql:3:3\n")


def test_the_report_of_a_week(remembered: Path, run: Run) -> None:
    text = run("report").out
    assert "| production | up | 2 | 1 | 1 | 1 | 2 | 0 |" in text
    assert "- error COL001 `gone by now`" in text.partition("### Closed")[2].partition("###")[0]
    assert "- error COL001 `still there`" in text.partition("### Open since before")[2]
    assert "by `alice (psql)`, newest migration `20261124_status`\n  - `+ column public.documents.status`" in text
    assert r"`` a `tick`, a <b> and a | in\x1b[31m it ``" in text
    assert "down: connection refused" in text
    assert "## production" in run("report", "--since", "2w").out
    longer = json.loads(run("report", "--since", "60d", "--format", "json").out)
    assert [len(longer["targets"][0][key]) for key in ("opened", "closed", "still_open")] == [3, 1, 0]


def test_the_report_as_one_file_of_html(remembered: Path, run: Run) -> None:
    assert run("report", "--format", "html", "--output", "week.html").code == 0
    text = (remembered / "week.html").read_text(encoding="utf-8")
    assert r"a `tick`, a &lt;b&gt; and a | in\x1b[31m it" in text
    assert "http" not in re.sub(r"<title>.*?</title>", "", text)
    assert text.count("<h2>") == 2


@pytest.mark.parametrize("text", ["7 days", "-1d", "yesterday", "", "2026-13-01"])
def test_a_span_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Problem, match="is no span of time"):
        span(text)


def test_metrics_and_health_of_a_running_monitor(remembered: Path) -> None:
    engine = open_file(remembered / ".pgconform" / "history.db")
    alive = True
    with serving(engine, place("0"), lambda: alive) as port:
        url = f"http://127.0.0.1:{port}"
        text = httpx.get(f"{url}/metrics").text
        assert 'pgconform_findings_open{severity="error",target="production"} 2.0' in text
        assert 'pgconform_target_failures{target="staging"} 1.0' in text
        assert httpx.get(f"{url}/healthz").status_code == 200
        alive = False
        assert (httpx.get(f"{url}/healthz").status_code, httpx.get(f"{url}/x").status_code) == (503, 404)
        with pytest.raises(Problem, match="cannot listen"), serving(engine, ("127.0.0.1", port), lambda: True):
            pass
    engine.dispose()
    for text in ("x", "70000", "host:"):
        with pytest.raises(Problem, match="is no port"):
            place(text)


def test_looks_are_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from pgconform.monitor import tracing

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(tracing, "_tracer", lambda: provider.get_tracer("pgconform"))
    with tracing.span("pgconform.look", target="production"):
        pass
    (one,) = kept.get_finished_spans()
    assert (one.name, dict(one.attributes or {})) == ("pgconform.look", {"target": "production"})
    monkeypatch.setattr(tracing, "_tracer", lambda: None)
    with tracing.span("pgconform.look") as nothing:
        assert nothing is None


def test_a_target_that_is_watched_no_more_is_forgotten_when_asked(remembered: Path, run: Run) -> None:
    assert run("history", "production", "--forget").out == "production is forgotten\n"
    assert "production" not in run("history").out
    assert "staging" in run("history").out
    assert run("history", "production", "--forget").code == 2


@pytest.mark.parametrize(
    ("command", "module", "extra"),
    [
        ("watch", "sqlalchemy", "monitor"),
        ("history", "alembic", "monitor"),
        ("report", "sqlalchemy", "monitor"),
        ("serve", "jinja2", "dashboard,monitor"),
    ],
)
def test_what_is_not_installed_is_named(tmp_path: Path, command: str, module: str, extra: str) -> None:
    program = f"import sys; sys.modules['{module}'] = None; {PROGRAM}"
    line = [sys.executable, "-c", program, command]
    ran = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    said = f"error: this needs {module}, which is not installed\nhelp:  install it:  pip install 'pgconform[{extra}]'\n"
    assert (ran.returncode, ran.stderr) == (2, said)


LEDGERS = {
    "supabase_migrations.schema_migrations": (
        "create schema supabase_migrations;"
        " create table supabase_migrations.schema_migrations (version text, name text);"
        " insert into supabase_migrations.schema_migrations values ('20250101', 'first'), ('20250202', 'second')",
        "20250202_second",
    ),
    "public.alembic_version": (
        "create table alembic_version (version_num text); insert into alembic_version values ('ae1027a6acf')",
        "ae1027a6acf",
    ),
    "public.django_migrations": (
        "create table django_migrations (id int, app text, name text, applied timestamptz);"
        " insert into django_migrations values (1, 'shop', '0001_initial'), (2, 'shop', '0002_status')",
        "shop.0002_status",
    ),
    "public._prisma_migrations": (
        "create table _prisma_migrations (migration_name text, finished_at timestamptz);"
        " insert into _prisma_migrations values ('1_a', now() - interval '1 day'), ('2_b', now()), ('3_failed', null)",
        "2_b",
    ),
    "public.schema_migrations": (
        "create table schema_migrations (version bigint, dirty boolean);"
        " insert into schema_migrations values (7, false)",
        "7",
    ),
    "public.flyway_schema_history": (
        "create table flyway_schema_history (installed_rank int, version text, description text, success boolean);"
        " insert into flyway_schema_history values (1, '1', 'init', true), (2, '1.1', 'status', true),"
        " (3, '2', 'failed', false)",
        "1.1 status",
    ),
    "public._sqlx_migrations": (
        "create table _sqlx_migrations (version bigint, description text, success boolean);"
        " insert into _sqlx_migrations values (1, 'init', true), (2, 'status', true)",
        "2 status",
    ),
    "atlas_schema_revisions.atlas_schema_revisions": (
        "create schema atlas_schema_revisions;"
        " create table atlas_schema_revisions.atlas_schema_revisions (version text, description text);"
        " insert into atlas_schema_revisions.atlas_schema_revisions values ('20250101', 'init')",
        "20250101 init",
    ),
}


def test_the_newest_migration_of_every_tools_ledger(pg_dsn: str) -> None:
    assert set(LEDGERS) == set(ledger.queries())
    for sql, newest in LEDGERS.values():
        with psycopg.connect(pg_dsn) as connection:
            connection.execute(sql.encode())
            assert ledger.newest(connection) == newest
            connection.rollback()


def test_a_ledger_of_another_shape_or_of_somebody_else_is_left_alone(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn) as connection:
        connection.execute("create table alembic_version (other text); create table schema_migrations (version text)")
        connection.execute("insert into schema_migrations values ('3')")
        assert ledger.newest(connection) == "3"
        connection.execute("set role pg_monitor")
        assert ledger.newest(connection) == ""
