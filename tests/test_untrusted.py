"""Migrations of nobody's trust: they reach no file, no program and no network, and they end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from pgconform.embedded import Server, shadow
from pgconform.errors import Problem
from pgconform.sources.migrations import Limits, read
from pgconform.sources.migrations.session import Session

REFUSED = {
    "a program's output": "COPY t FROM PROGRAM 'id'",
    "a program's input": "COPY t TO PROGRAM 'cat > {place}/written'",
    "a file read": "COPY t FROM '/etc/passwd'",
    "a file written": "COPY t TO '{place}/written'",
    "a file imported": "SELECT lo_import('/etc/passwd')",
    "a file exported": "SELECT lo_export(lo_create(0), '{place}/written')",
    "a file shown": "SELECT pg_read_file('/etc/passwd')",
    "a file shown as bytes": "SELECT pg_read_binary_file('/etc/passwd')",
    "a directory listed": "SELECT pg_ls_dir('/')",
    "a file's properties": "SELECT pg_stat_file('/etc/passwd')",
    "an untrusted language": "CREATE EXTENSION plpython3u",
    "another untrusted language": "CREATE LANGUAGE plperlu",
    "a library's function": "CREATE FUNCTION f() RETURNS int LANGUAGE c AS '/lib/x86_64-linux-gnu/libc.so.6', 'system'",
    "the core's own functions": "CREATE FUNCTION f(text) RETURNS text LANGUAGE internal AS 'pg_read_file'",
    "a library loaded": "LOAD '/lib/x86_64-linux-gnu/libc.so.6'",
    "another server subscribed to": "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1 dbname=x' PUBLICATION p",
    "dblink": "CREATE EXTENSION dblink; SELECT dblink_connect('host=127.0.0.1')",
    "dblink's rows": "CREATE EXTENSION dblink; SELECT * FROM dblink('dbname=template1', 'SELECT 1') AS r (a int)",
    "postgres_fdw": (
        "CREATE EXTENSION postgres_fdw; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1');"
        " CREATE USER MAPPING FOR PUBLIC SERVER s; CREATE FOREIGN TABLE f (a int) SERVER s; SELECT * FROM f"
    ),
    "file_fdw": (
        "CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw;"
        " CREATE FOREIGN TABLE f (a text) SERVER s OPTIONS (filename '/etc/passwd'); SELECT * FROM f"
    ),
    "a tablespace elsewhere": "CREATE TABLESPACE s LOCATION '{place}'",
    "the server's settings": "ALTER SYSTEM SET shared_preload_libraries = 'x'",
    "settings that bind": "SET temp_file_limit = -1",
    "the superuser": "SET ROLE pgconform",
    "the superuser's session": "SET SESSION AUTHORIZATION pgconform",
    "membership in the superuser": "GRANT pgconform TO postgres",
    "becoming a superuser": "ALTER ROLE postgres SUPERUSER",
    "making a superuser": "CREATE ROLE s SUPERUSER",
    "programs by membership": "GRANT pg_execute_server_program TO postgres",
    "files by membership": "GRANT pg_read_server_files TO postgres",
    "an event trigger": (
        "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';"
        " CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION e()"
    ),
    "a backup": "SELECT pg_backup_start('x')",
    "a replication slot": "SELECT pg_create_logical_replication_slot('s', 'test_decoding')",
    "the log": "SELECT pg_rotate_logfile()",
    "other sessions": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'pgconform'",
}


@pytest.fixture(autouse=True)
def _embedded_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    monkeypatch.delenv("PGCONFORM_SHADOW_URL", raising=False)


@pytest.fixture(scope="module")
def supabase() -> Iterator[Server]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
        with shadow("supabase") as server:
            yield server


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A directory that every user may write to."""
    path = Path(f"/tmp/pgconform-untrusted-{os.getpid()}")
    path.mkdir()
    path.chmod(0o777)
    yield path
    for one in path.iterdir():
        one.unlink()
    path.rmdir()


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_the_server_refuses(supabase: Server, place: Path, what: str) -> None:
    name = f"try_{sorted(REFUSED).index(what)}"
    supabase.create_database(name)
    admin = psycopg.connect(supabase.dsn(name), autocommit=True)
    with admin, psycopg.connect(supabase.dsn(name, supabase.owner), autocommit=True) as connection:
        connection.execute("CREATE TABLE t (a text)")
        with pytest.raises(psycopg.Error) as refusal:
            for statement in REFUSED[what].format(place=place).split("; "):
                connection.execute(statement.encode())
        assert refusal.value.sqlstate != "42601"
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (0,)
        assert admin.execute("SELECT 1").fetchone() == (1,)
    assert list(place.iterdir()) == []


def written(root: Path, sql: str) -> list[Path]:
    (root / "schema.sql").write_text(sql)
    return [Path("schema.sql")]


def test_refusals_are_said_at_their_line_and_the_rest_applies(tmp_path: Path) -> None:
    sources = written(
        tmp_path,
        "CREATE TABLE a (x text);\nCOPY a FROM PROGRAM 'id';\nCOPY a FROM '/etc/passwd';\n"
        "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p;\nCREATE EXTENSION plpython3u;\n"
        "CREATE TABLE b (x text);",
    )
    schema = read(sources, tmp_path, cached=False)
    assert [one.name for one in schema.relations] == ["a", "b"]
    assert [one.at and one.at.line for one in schema.unread] == [2, 3, 4, 5]


def test_functions_that_lie_in_wait_are_not_run_by_the_superuser(tmp_path: Path) -> None:
    """The superuser's connection and the stand-ins' scripts look names up in pg_catalog only."""
    trap = (
        "CREATE TABLE trap (who text);\n"
        "CREATE FUNCTION sprung() RETURNS text LANGUAGE plpgsql AS $$ BEGIN\n"
        "  INSERT INTO public.trap VALUES (current_user); RETURN ''; END $$;\n"
        "CREATE FUNCTION public.format(text, text) RETURNS text LANGUAGE sql AS 'SELECT public.sprung()';\n"
        "CREATE FUNCTION public.format(text, text, text) RETURNS text LANGUAGE sql AS 'SELECT public.sprung()';\n"
        "CREATE FUNCTION public.joined(text[], text[]) RETURNS text[] LANGUAGE sql"
        " AS 'SELECT ARRAY[public.sprung()]';\n"
        "CREATE OPERATOR public.|| (LEFTARG = text[], RIGHTARG = text[], FUNCTION = public.joined);\n"
        "CREATE FUNCTION public.regexp_replace(text, unknown, unknown) RETURNS text LANGUAGE sql"
        " AS 'SELECT public.sprung()';\n"
        "CREATE VIEW public.pg_available_extensions AS SELECT public.sprung() AS name, '' AS comment;\n"
    )
    extensions = "".join(f"CREATE EXTENSION {name};\n" for name in ("postgis", "dblink", "pg_cron", "moddatetime"))
    check = "DO $$ BEGIN IF EXISTS (SELECT FROM trap) THEN RAISE EXCEPTION 'sprung'; END IF; END $$;\n"
    schema = read(written(tmp_path, trap + extensions + check), tmp_path, cached=False)
    assert [one.reason for one in schema.unread if "unknown" not in one.reason] == []
    assert {"postgis", "dblink", "pg_cron", "moddatetime"} <= set(schema.extensions)


def test_an_endless_statement_is_stopped_and_the_rest_applies(tmp_path: Path) -> None:
    sources = written(
        tmp_path,
        "SET statement_timeout = 0;\nSELECT pg_sleep(3600);\nSELECT * FROM generate_series(1, 1e12);\n"
        "DO $$ BEGIN LOOP RAISE NOTICE 'on and on'; END LOOP; END $$;\nCREATE TABLE a (x int);",
    )
    schema = read(sources, tmp_path, limits=Limits(statement=0.6), cached=False)
    assert [one.name for one in schema.relations] == ["a"]
    assert {one.reason for one in schema.unread} == {"it was stopped after 0.6 seconds"}
    assert [one.at and one.at.line for one in schema.unread] == [2, 3, 4]


def test_a_statement_that_will_not_be_stopped_ends_the_run(tmp_path: Path) -> None:
    sources = written(
        tmp_path,
        "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(3600);"
        " EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;",
    )
    with pytest.raises(Problem, match=r"does not end, at schema\.sql:1:1"):
        read(sources, tmp_path, limits=Limits(statement=0.3), cached=False)


def test_all_of_it_together_has_its_time(tmp_path: Path) -> None:
    sources = written(tmp_path, "SELECT pg_sleep(0.3);\n" * 100)
    began = time.monotonic()
    with pytest.raises(Problem, match="take longer than 1 seconds"):
        read(sources, tmp_path, limits=Limits(total=1), cached=False)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "filling",
    [
        "CREATE TABLE big AS SELECT repeat(n::text, 1000) FROM generate_series(1, 1e9) AS n;",
        "CREATE TABLE big (a text);\n"
        + "INSERT INTO big SELECT repeat(n::text, 99) FROM generate_series(1, 99999) n;\n" * 99,
    ],
)
def test_a_disk_is_not_filled(tmp_path: Path, filling: str) -> None:
    with pytest.raises(Problem, match="fill more than 32 MiB"):
        read(written(tmp_path, filling), tmp_path, limits=Limits(growth=32 << 20), cached=False)


def test_looking_at_what_was_written_takes_a_small_part_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[float] = []

    def size(_: Session) -> int:
        looks.append(time.monotonic())
        time.sleep(0.2)
        return 0

    monkeypatch.setattr(Session, "_data_size", size)
    read(written(tmp_path, "SELECT pg_sleep(0.3);\n" * 5), tmp_path, cached=False)
    assert len(looks) == 1 or looks[1] - looks[0] > 2


def test_files_for_sorting_are_limited(tmp_path: Path) -> None:
    sql = (
        "SET work_mem = '64kB';\n"
        "SELECT count(*) FROM (SELECT repeat(n::text, 90) AS r FROM generate_series(1, 9e5) n ORDER BY r) AS sorted;"
    )
    schema = read(written(tmp_path, sql), tmp_path, cached=False)
    assert "temporary file size exceeds" in schema.unread[0].reason


FULL = """
import ctypes, os, sys
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
user, group, small = os.geteuid(), os.getegid(), Path(sys.argv[1])
assert libc.unshare(0x20000 | (0x10000000 if user else 0)) == 0
if user:
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1")
assert libc.mount(None, b"/", None, 0x44000, None) == 0
assert libc.mount(b"none", str(small).encode(), b"tmpfs", 0, f"size={sys.argv[2]},mode=1777".encode()) == 0
import pgconform.embedded.rundir as rundir
from pgconform.errors import Problem
from pgconform.sources.migrations import read
rundir.MEMORY, rundir.COMMON = small, ()
rundir.ROOMY = 0
try:
    read([Path("schema.sql")], Path.cwd(), cached=False)
except Problem as problem:
    print(problem.message)
print(sorted(path.name for path in small.iterdir()))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="makes a small disk the Linux way")
@pytest.mark.parametrize(
    ("size", "said"),
    [("1m", ""), ("6m", ""), ("13m", ""), ("40m", "the disk is full")],
)
def test_a_full_disk_is_said_and_nothing_is_left(size: str, said: str) -> None:
    place = Path(f"/tmp/pgconform-full-{os.getpid()}")
    (place / "small").mkdir(parents=True)
    written(place, "CREATE TABLE big AS SELECT repeat(n::text, 1000) FROM generate_series(1, 1e9) AS n;")
    try:
        done = subprocess.run(
            [sys.executable, "-c", FULL, str(place / "small"), size],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        shutil.rmtree(place)
    if "assert libc.unshare" in done.stderr or "assert libc.mount" in done.stderr:
        pytest.skip("this user may not mount anything")
    message, left = done.stdout.splitlines()
    assert said in message
    assert "no space left on device" in message.lower()
    assert left == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_an_interrupt_ends_an_endless_migration_and_its_server(tmp_path: Path) -> None:
    written(tmp_path, "SELECT pg_sleep(3600);")
    program = (
        "from pathlib import Path; import pgconform.embedded.process as process\n"
        "started = process._begun\n"
        "def begun(*a):\n    found = started(*a); print(found.pid, flush=True); return found\n"
        "process._begun = begun\n"
        "from pgconform.embedded import shadow\n"
        "from pgconform.sources.migrations import read\n"
        "read([Path('schema.sql')], Path.cwd(), cached=False)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        pid = int(process.stdout.readline())
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        assert process.wait(20) != 0
    assert "KeyboardInterrupt" in said
    assert not Path(f"/proc/{pid}").exists()


def test_secrets_in_the_sql_reach_neither_messages_nor_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    secret = "correct-horse-battery"
    sources = written(
        tmp_path,
        f"CREATE ROLE r PASSWORD '{secret}';\nCREATE FOREIGN DATA WRAPPER w;\n"
        f"CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (password '{secret}');\n"
        f"DO $$ BEGIN RAISE EXCEPTION 'postgresql://me:{secret}@host/db'; END $$;",
    )
    schema = read(sources, tmp_path)
    assert secret not in str(schema.unread)
    (kept,) = (tmp_path / "cache" / "migrations").iterdir()
    assert secret.encode() not in kept.read_bytes()
