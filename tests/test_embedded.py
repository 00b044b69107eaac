"""The embedded server: private, unprivileged, and gone when we are."""

from __future__ import annotations

import concurrent.futures
import fcntl
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest

from pgconform.embedded import Server, locate, rundir, shadow
from pgconform.embedded.extensions import available, install, stand_ins
from pgconform.embedded.keeping import copied
from pgconform.embedded.locate import STUBS_SINCE
from pgconform.embedded.process import CHILD
from pgconform.embedded.rundir import run_directory, sweep
from pgconform.errors import Problem
from tests.processes import alive, all_gone

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
HOLD = """
import os, sys, time
from pathlib import Path
from pgconform.embedded import rundir, shadow
rundir.MEMORY = Path(os.environ.get("HELD_IN", rundir.MEMORY))
with shadow() as server:
    print((server.data / "postmaster.pid").read_text().split()[0], server.data.parent, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _embedded_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    monkeypatch.delenv("PGCONFORM_PG_BIN", raising=False)


def held(extra: dict[str, str] | None = None) -> tuple[subprocess.Popen[str], int, Path]:
    """Another process that holds a server, the server's process, and its directory."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True, env=os.environ | (extra or {})
    )
    assert process.stdout
    pid, directory = process.stdout.readline().split(maxsplit=1)
    return process, int(pid), Path(directory.strip())


def test_a_fresh_database_answers(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


def test_the_role_migrations_run_as_is_no_superuser(postgres: Server, pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, user=postgres.owner) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False, True, True, True)


def test_no_tcp_port_is_open(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


@LINUX
def test_nothing_is_left_after_the_block() -> None:
    with shadow() as server:
        pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
        assert alive(pid)
    assert not alive(pid)
    assert not server.data.parent.exists()


@LINUX
def test_the_server_is_not_root_and_sees_no_network(postgres: Server) -> None:
    pid = int((postgres.data / "postmaster.pid").read_text().splitlines()[0])
    effective = Path(f"/proc/{pid}/status").read_text().split("Uid:\t")[1].split()[1]
    assert effective != "0"
    if Path(f"/proc/{pid}/ns/net").readlink() != Path("/proc/self/ns/net").readlink():
        devices = Path(f"/proc/{pid}/net/dev").read_text().splitlines()[2:]
        assert [device.split(":")[0].strip() for device in devices] == ["lo"]


@LINUX
@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_with_its_parent(ending: signal.Signals) -> None:
    process, pid, directory = held()
    process.send_signal(ending)
    process.wait(20)
    assert all_gone([pid])
    if ending is signal.SIGINT:
        assert not directory.exists()


@LINUX
def test_a_thread_that_ends_does_not_end_the_server() -> None:
    entered: list[Server] = []
    context = shadow()
    starter = threading.Thread(target=lambda: entered.append(context.__enter__()))
    starter.start()
    starter.join()
    try:
        time.sleep(0.3)
        with psycopg.connect(entered[0].dsn()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        context.__exit__(None, None, None)


@LINUX
def test_the_watchdog_ends_the_server_where_the_kernel_does_not() -> None:
    process, pid, _ = held({"PGCONFORM_WATCH": "1"})
    process.kill()
    process.wait(20)
    assert all_gone([pid])


def test_the_watchdog_is_stopped_with_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_WATCH", "1")
    with shadow() as server, psycopg.connect(server.dsn()) as connection:
        pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert all_gone([pid], 5)


def test_the_watchdog_lets_a_template_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_WATCH", "1")
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    with shadow() as server, psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    (template,) = (tmp_path / "cache" / "postgres").iterdir()
    assert not (template / "postmaster.pid").exists(), "its server was still running when it was copied"


@pytest.mark.parametrize(
    ("told", "hears"),
    [("QUIT", signal.SIGQUIT), ("TERM", signal.SIGQUIT), ("INT", signal.SIGINT)],
)
def test_the_watchdog_hands_signals_on_at_once(told: str, hears: signal.Signals) -> None:
    def ignore() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT):
            signal.signal(number, signal.SIG_IGN)

    command = ["/bin/sh", "-c", f"kill -{told} $PPID; exec sleep 60"]
    line = [sys.executable, "-I", "-S", str(CHILD), "as-is", str(os.getpid()), "0", "watch", *command]
    with subprocess.Popen(line, stdin=subprocess.PIPE, preexec_fn=ignore) as watchdog:  # noqa: PLW1509
        assert watchdog.wait(20) == 256 - hears


@LINUX
def test_what_a_killed_run_left_is_swept() -> None:
    with tempfile.TemporaryDirectory() as place:  # where no other run sweeps meanwhile, and the server may enter
        Path(place).chmod(0o711)
        process, pid, directory = held({"HELD_IN": place})
        process.kill()
        process.wait(20)
        assert all_gone([pid])
        assert list(Path(place).iterdir()) == [directory]
        sweep(directory.parent)
        assert not directory.exists()


def test_a_running_ones_directory_is_not_swept() -> None:
    with run_directory() as run:
        sweep(run.path.parent)
        assert run.path.is_dir()


def test_several_start_at_once_from_no_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))

    def use(number: int) -> str:
        with shadow() as server, psycopg.connect(server.create_database(f"d{number}")) as connection:
            connection.execute("CREATE TABLE t (a int)")
            return str(server.socket)

    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(use, range(3)))) == 3
    assert [path.name.startswith("18-plain-") for path in (tmp_path / "cache" / "postgres").iterdir()] == [True]


def test_a_broken_template_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    with shadow():
        pass
    (template,) = (tmp_path / "cache" / "postgres").iterdir()
    (template / "global" / "pg_control").unlink()
    with shadow() as server, psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("in the way")
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    with shadow() as server, psycopg.connect(server.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("name", ["with space", 'comma, and "quotes"', "l" * 120, "ünï"])
def test_odd_temporary_directories(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Path("/tmp") / f"pgconform-test-{os.getpid()}" / name
    place.mkdir(parents=True)
    place.parent.chmod(0o755)
    monkeypatch.setattr("pgconform.embedded.rundir.MEMORY", tmp_path / "absent")
    monkeypatch.setattr("tempfile.tempdir", str(place))
    try:
        with shadow() as server, psycopg.connect(server.dsn()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
            assert len(os.fsencode(server.socket / ".s.PGSQL.5432")) < 104
            assert (place in server.socket.parents) is (len(name) < 60 and "," not in name)
    finally:
        subprocess.run(["rm", "-rf", str(place.parent)], check=True)


def test_little_shared_memory_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconform.embedded.rundir.ROOMY", 1 << 60)
    with run_directory() as run:
        assert not run.path.is_relative_to("/dev/shm")


def test_no_postgres_at_all_is_one_clear_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Problem, match="no Postgres here") as raised:
        locate()
    assert "PGCONFORM_SHADOW_URL" in raised.value.help


def test_a_named_directory_without_programs_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_PG_BIN", str(tmp_path))
    with pytest.raises(Problem, match="PGCONFORM_PG_BIN"):
        locate()


def test_the_wheel_comes_before_an_old_system_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES")
    found = locate()
    assert found.source == "wheel" or found.version >= 18


def test_a_server_that_does_not_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgconform.embedded.server.stand_in_settings", lambda *_: ("no_such_setting=1",))
    with pytest.raises(Problem, match="no_such_setting"), shadow():
        pass


def test_a_program_is_asked_for_its_version_once_and_again_when_it_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PGCONFORM_PG_BIN", str(tmp_path))
    (tmp_path / "initdb").touch()

    def version(said: int, *, name: str) -> int:
        new = tmp_path / name
        new.write_text(f"#!/bin/sh\necho >> {tmp_path}/asked; echo 'postgres (PostgreSQL) {said}.1'\n")
        new.chmod(0o755)
        new.rename(tmp_path / "postgres")
        return locate().version

    assert [version(16, name="first"), locate().version, version(18, name="second"), locate().version] == [
        16,
        16,
        18,
        18,
    ]
    assert (tmp_path / "asked").read_text() == "\n\n"


def test_a_copy_of_a_cluster_is_whole_and_nobody_elses(tmp_path: Path) -> None:
    large = os.urandom((2 << 20) + 1)
    made = tmp_path / "made"
    (made / "base" / "1").mkdir(parents=True)
    (made / "base" / "1" / "large").write_bytes(large)
    (made / "empty").touch(0o644)
    (made / "link").symlink_to("empty")
    copied(made, tmp_path / "copy")
    copy = tmp_path / "copy"
    assert (copy / "base" / "1" / "large").read_bytes() == large
    assert (copy / "empty").stat().st_size == 0
    assert (copy / "link").readlink() == Path("empty")
    assert {path.stat().st_mode & 0o777 for path in (copy, copy / "base", copy / "base" / "1")} == {0o700}
    assert (copy / "empty").stat().st_mode & 0o777 == 0o600


def test_no_sweep_takes_a_directory_away_that_a_run_is_about_to_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    real = fcntl.flock
    swept: list[int] = []

    def flock(lock: int, how: int) -> None:
        if how == fcntl.LOCK_EX:
            swept.append(lock)
            sweep(rundir._base(for_programs=False))
        real(lock, how)

    monkeypatch.setattr(fcntl, "flock", flock)
    with run_directory() as run:
        assert swept
        assert run.socket.is_dir()


@pytest.mark.every_version
def test_every_stand_in_installs(postgres: Server, pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        offered = available(connection)
        assert [name for name in stand_ins() if not install(connection, name, "public", offered)] == []
        made = connection.execute("SELECT extname FROM pg_extension").fetchall()
    of_ours = {"postgis", "pg_cron", "pgmq", "dblink"} if postgres.version >= STUBS_SINCE else set()
    assert {"pgcrypto", "uuid-ossp"} | of_ours <= {name for (name,) in made}


@pytest.mark.every_version
def test_stand_ins_work_where_that_is_cheap(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        offered = available(connection)
        for name in ("pgcrypto", "uuid-ossp", "pg_cron", "pgmq"):
            install(connection, name, "public", offered)
        row = connection.execute("""
            SELECT encode(digest('abc', 'sha256'), 'hex'),
              encode(hmac('what do ya want for nothing?', 'Jefe', 'sha256'), 'hex'),
              uuid_generate_v3(uuid_ns_dns(), 'www.widgets.com')::text, length(gen_random_bytes(33)),
              (SELECT crypt('x', hash) = hash FROM (SELECT crypt('x', gen_salt('bf')) AS hash) AS made),
              pgp_sym_decrypt(pgp_sym_encrypt('secret', 'key'), 'key')
        """).fetchone()
        connection.execute("SELECT cron.schedule('nightly', '0 3 * * *', 'SELECT 1'), pgmq.create('jobs')")
        assert connection.execute("SELECT jobname FROM cron.job").fetchone() == ("nightly",)
        assert connection.execute("SELECT count(*) FROM pgmq.q_jobs").fetchone() == (0,)
    assert row == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "3d813cbb-47fb-32ba-91df-831e1593ac29",
        33,
        True,
        "secret",
    )


def test_spatial_types_keep_kind_and_srid(pg_dsn: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        install(connection, "postgis", "public", available(connection))
        connection.execute(
            "CREATE TABLE places (at geography(Point, 4326), area geometry(MultiPolygon, 3857), any_ geometry)"
        )
        connection.execute("INSERT INTO places SELECT 'POINT(1 2)', 'x', n::text FROM generate_series(1, 500) AS n")
        connection.execute("CREATE INDEX ON places USING gist (at)")
        rows = connection.execute(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = 'places'::regclass AND attnum > 0 ORDER BY attnum"
        ).fetchall()
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            connection.execute("CREATE TABLE wrong (at geography(Nonsense, 4326))")
    assert rows == [("geography(2004326)",), ("geometry(7003857)",), ("geometry",)]


@pytest.mark.parametrize("names", [("postgis", "btree_gist"), ("btree_gist", "postgis")])
def test_spatial_types_stand_beside_the_extension_that_their_indexes_use(pg_dsn: str, names: tuple[str, str]) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        offered = available(connection)
        assert all(install(connection, name, "public", offered) for name in names)
        connection.execute("CREATE TABLE places (at geography(Point, 4326), code int)")
        connection.execute("CREATE INDEX ON places USING gist (at, code)")


@pytest.mark.every_version
@pytest.mark.parametrize(
    "query",
    [
        "SELECT DISTINCT at, area FROM places UNION SELECT at, area FROM places ORDER BY area",
        "SELECT area, st_union(array_agg(at::geometry)) FROM places GROUP BY area",
        "SELECT st_exteriorring((st_dump(area)).geom), st_buffer(at, 10, 'quad_segs=8')::geometry FROM places",
        "SELECT st_xmin(st_extent(area)), st_asmvt(places.*, 'layer', 4096, 'area') FROM places",
        "SELECT st_asmvtgeom(area, st_tileenvelope(1, 2, 3), 4096, 64, true) FROM places",
        "SELECT part.geom, st_clusterdbscan(area, 10, 2) OVER () FROM places, LATERAL st_dump(area) AS part",
    ],
)
def test_spatial_functions_and_groups_are_known(pg_dsn: str, query: str) -> None:
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        install(connection, "postgis", "public", available(connection))
        connection.execute("CREATE TABLE places (at geography(Point, 4326), area geometry(MultiPolygon, 3857))")
        assert connection.execute(f"EXPLAIN {query}").fetchall()


def test_the_supabase_template_has_what_projects_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with shadow("supabase") as server:
        dsn = server.create_database("project")
        with psycopg.connect(dsn, user=server.owner, autocommit=True) as connection:
            connection.execute("CREATE TABLE t (id uuid DEFAULT uuid_generate_v4(), owner uuid REFERENCES auth.users)")
            connection.execute("ALTER TABLE t ENABLE ROW LEVEL SECURITY")
            connection.execute("CREATE POLICY own ON t TO authenticated USING (auth.uid() = owner)")
            connection.execute("CREATE POLICY read ON storage.objects FOR SELECT TO anon USING (bucket_id = 'a')")
            connection.execute("ALTER TABLE t OWNER TO supabase_admin")
            connection.execute("ALTER PUBLICATION supabase_realtime ADD TABLE auth.users")
            connection.execute("SELECT vault.create_secret('a', 'b')")
            assert connection.execute("SHOW search_path").fetchone() == ('"$user", public, extensions',)
