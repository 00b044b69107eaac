"""Whatever goes wrong: one sentence, what to do, exit code 2, no secret, no half-written file, nothing left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

import psycopg
import pytest

from pgconform.embedded import Server
from pgconform.errors import Problem
from tests.commands import CLEAN, WRONG, Ran, Run, project, run, started
from tests.processes import all_gone

__all__ = ["run"]
SECRET = "s3cret-word"


def refused(ran: Ran, sentence: str, remedy: str = "") -> None:
    """One sentence on standard error, its remedy if there is one, exit code 2, and nothing else."""
    first, *rest = ran.err.splitlines()
    assert (ran.code, ran.out) == (2, "")
    assert first.startswith("error: ")
    assert sentence in first
    assert remedy in "\n".join(rest)
    assert all(line.startswith("help:  ") for line in rest[:1])
    assert "Traceback" not in ran.err
    assert SECRET not in ran.err


def test_a_database_that_cannot_be_reached(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    ran = run("check", "--truth", f"postgresql://app:{SECRET}@127.0.0.1:1/prod")
    refused(ran, "cannot reach postgresql://app:***@127.0.0.1:1/prod (connection refused)", "snapshot:")


def test_a_database_that_refuses(run: Run, tmp_path: Path, postgres: Server, pg_dsn: str) -> None:
    project(tmp_path, app=CLEAN)
    missing = postgres.dsn("no_such_database")
    refused(run("check", "--truth", missing), 'database "no_such_database" does not exist', "check the URL")
    refused(run("snapshot", "--truth", missing), "does not exist")
    refused(run("diff", missing, pg_dsn), "does not exist")


def test_a_wrong_password(run: Run, tmp_path: Path, postgres: Server, pg_dsn: str) -> None:
    project(tmp_path, app=CLEAN)
    role, rules = f"locked_{os.getpid()}_{id(tmp_path)}", postgres.data / "pg_hba.conf"
    before = rules.read_text()
    rules.write_text(f"local all {role} scram-sha-256\n{before}")
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(f"create role {role} login password 'right'".encode())
        connection.execute(b"select pg_reload_conf()")
        url = postgres.dsn(connection.info.dbname, role).replace(f"{role}@", f"{role}:{SECRET}@")
        try:
            refused(run("check", "--truth", url), "password authentication failed", "check the user and the password")
        finally:
            rules.write_text(before)
            connection.execute(f"drop role {role}".encode())
            connection.execute(b"select pg_reload_conf()")


def test_a_password_reaches_no_output_and_no_file(
    run: Run, tmp_path: Path, pg_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app.py").write_text(WRONG)
    monkeypatch.setenv("DATABASE_URL", pg_dsn.replace("@", f":{SECRET}@", 1))
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(b"create table documents (id int, title text)")
    said = [run("snapshot", "--live"), run("diff", "$DATABASE_URL", "snapshot:pgconform.lock.json")]
    said += [run("check", "--live", "--format", form, "-v") for form in ("text", "concise", "json", "github")]
    assert [ran.code for ran in said] == [0, 0, 1, 1, 1, 1]
    assert not any(SECRET in ran.out + ran.err for ran in said)
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(written) > 2
    assert not any(SECRET.encode() in file.read_bytes() for file in written)


def test_no_truth_at_all(run: Run, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CLEAN)
    refused(run("check"), "no truth was found", "--truth")
    refused(run("generate"), "no truth was found", "--truth")
    refused(run("snapshot"), "no truth was found", "--truth")
    refused(run("check", "--live"), "no database is named", "DATABASE_URL")


@pytest.mark.parametrize("reference", ["nonsense", "oracle://x", "snapshot:", "migrations:", "http://x"])
def test_a_reference_that_names_nothing(run: Run, reference: str) -> None:
    refused(run("check", "--truth", reference), "names no truth", "migrations:DIR")


def test_a_migration_directory_that_is_not_there(run: Run) -> None:
    ran = run("check", "--truth", "migrations:nowhere")
    assert ran.code == 2
    assert "nowhere" in ran.err


def test_a_setting_that_does_not_exist(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.pgconform]\nexlude = []\n')
    refused(run("check"), "pyproject.toml:5: there is no setting exlude", "did you mean exclude?")


def test_a_lock_file_of_a_newer_format_or_damaged(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    file = tmp_path / "pgconform.lock.json"
    text = file.read_text()
    file.write_text(text.replace('"format": 1', '"format": 99', 1))
    refused(run("check"), "has format 99", "upgrade pgconform")
    file.write_text(text[: len(text) // 2])
    refused(run("check"), "damaged", "pgconform snapshot")
    file.write_text(text.replace('"format"', '<<<<<<< ours\n"format"', 1))
    refused(run("check"), "in the middle of a merge", "pgconform snapshot")


def test_a_python_file_that_does_not_parse_or_decode(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    (tmp_path / "broken.py").write_text("def f(db:\n    db.table('documents').select('*')\n")
    (tmp_path / "latin.py").write_bytes(b"def f(db):\n    db.table('docum\xff\xfe').select('*')\n")
    ran = run("check")
    assert ran.code == 2
    assert "not read (2)" in ran.out
    assert "  broken.py:1" in ran.out
    assert "  latin.py" in ran.out
    (tmp_path / "wrong.py").write_text(WRONG)
    assert run("check").code == 1


def test_a_role_that_sees_only_a_part_of_the_catalogue(run: Run, tmp_path: Path, postgres: Server, pg_dsn: str) -> None:
    (tmp_path / "app.py").write_text(CLEAN)
    role = f"half_{os.getpid()}_{id(tmp_path)}"
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(b"create table documents (id int, title text)")
        connection.execute(b"revoke select on pg_policy from public")
        connection.execute(f"create role {role} login".encode())
        half = postgres.dsn(connection.info.dbname, role)
        ran = run("check", "--truth", half)
        assert (ran.code, "1 note on it: --verbose" in ran.out) == (0, True)
        assert "permission denied for table pg_policy" in run("check", "--truth", half, "--verbose").out
        connection.execute(b"revoke select on pg_attribute from public")
        refused(run("check", "--truth", half), "permission denied for table pg_attribute")
        connection.execute(f"drop role {role}".encode())


def test_a_migration_that_does_not_parse(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    (tmp_path / "app.py").write_text(CLEAN)
    (tmp_path / "schema.sql").write_text("create table documents (id int, title text);\ncreate tabel oops (id int);\n")
    ran = run("check")
    assert ran.code == 2
    assert "2:1 warning MIG001 this statement does not parse: syntax error at or near" in " ".join(ran.out.split())
    assert ran.err.startswith("error: schema.sql could not be read, and nothing else was found\nhelp:")
    (tmp_path / "schema.sql").write_text(
        "create table documents (id int, title text,);\nalter table documents add x;\n"
    )
    ran = run("check", "--verbose")
    assert (ran.code, ran.out.count("does not parse")) == (2, 2)
    assert "documents is only partly known" in ran.out
    assert 'no table "documents"' not in ran.out


def test_a_migration_that_is_a_template_or_needs_what_is_not_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CLEAN)
    sql = "create table documents (id int, title text);\ncreate table ${prefix}_x (id int);\nalter table y add z int;\n"
    (tmp_path / "schema.sql").write_text(sql)
    assert (run("check").code, run("check").out.count("MIG001")) == (0, 0)
    assert run("check", "--verbose").out.count("MIG001  this statement could not be applied") == 1


def test_a_migration_that_is_no_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CLEAN)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "1_a.sql").write_text("create table documents (id int, title text);")
    (tmp_path / "migrations" / "2_b.sql").write_bytes(b"create table x (\0);")
    ran = run("check")
    assert ran.code == 2
    assert "2_b.sql warning SRC001 this could not be read: the file is no text" in " ".join(ran.out.split())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["chek"], "there is no command chek; did you mean check"),
        (["fix"], "there is no command fix; did you mean check --fix"),
        (["check", "--fromat", "json"], "there is no option --fromat; did you mean --format?"),
        (["check", "--selct", "COL"], "there is no option --selct; did you mean --select?"),
        (["check", "-z"], "there is no option -z"),
        (["check", "--format", "yaml"], "there is no format yaml"),
        (["check", "--select", "COL01"], "there is no rule COL01"),
        (["check", "nowhere.py"], "nowhere.py"),
        (["check", "--config", "nowhere.toml"], "there is no settings file nowhere.toml"),
        (["rule", "COL99"], "there is no rule COL99"),
        (["diff", "snapshot:pgconform.lock.json"], "TO"),
    ],
)
def test_a_command_line_that_is_not_understood(run: Run, tmp_path: Path, arguments: list[str], sentence: str) -> None:
    project(tmp_path, app=CLEAN)
    refused(run(*arguments), sentence)


def test_help_is_that_of_the_command(run: Run) -> None:
    refused(run("check", "--live=yes"), "'--live' does not take a value", "pgconform check --help")
    refused(run("--nothing"), "there is no option --nothing", "pgconform --help")


def test_a_style_taken_for_a_target(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    refused(
        run("generate", "sqlmodel"), "there is no target sqlmodel", 'style = "sqlmodel" in [tool.pgconform.generate]'
    )


def test_a_disk_that_is_full(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    refused(run("check", "--output", "/dev/full"), "cannot write /dev/full: no space left on device", "free some space")
    refused(run("check", "--output", "no/such/report"), "cannot write no/such/report", "create it")
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", "from pgconform.__main__ import main; main()", "check"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stderr.startswith("error: cannot write to standard output: no space left on device\n")
    assert "Traceback" not in ended.stderr


def test_a_report_that_cannot_be_written_leaves_the_old_one(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "last").mkdir()
    assert run("check", "--output", "reports/last").code == 2
    assert [path.name for path in (tmp_path / "reports").iterdir()] == ["last"]


def test_a_cache_that_cannot_be_written_is_no_fault(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, app=WRONG)
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", "/proc/nowhere")
    assert (run("check").code, run("check").err) == (1, "")


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    process = started(tmp_path, "check", "--verbose")
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(30) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")
@pytest.mark.parametrize("form", ["text", "concise", "github", "json"])
def test_what_cannot_be_read_is_said_in_every_format(run: Run, tmp_path: Path, form: str) -> None:
    project(tmp_path, broken=f"{CLEAN}def (", wrong=CLEAN)
    (tmp_path / os.fsdecode(b"caf\xe9")).mkdir()
    (tmp_path / os.fsdecode(b"caf\xe9/app.py")).write_text(WRONG)
    for _ in range(2):
        code, out, err = run("check", "--format", form)
        assert (code, err.splitlines()[1]) == (2, "help:  mend them, or leave them out")
        assert err.startswith("error: broken.py and 1 more could not be read, and nothing else was found\n")
        assert "broken.py" in out
        assert "caf\\xe9/app.py" in out.replace("\\\\", "\\")
        assert "not UTF-8" in out
    (tmp_path / "wrong.py").write_text(WRONG)
    assert run("check", "--format", form).code == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only there a name may be any bytes")
def test_sql_and_projects_of_any_name_are_read_or_said_not_to_be(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / os.fsdecode(b"caf\xe9")
    made = root / "supabase" / "migrations" / os.fsdecode(b"20250101000000_caf\xe9.sql")
    beside = root / "more" / os.fsdecode(b"caf\xe9.sql")
    within = root / os.fsdecode(b"caf\xe9") / "more.sql"
    for file in (made, beside, within):
        file.parent.mkdir(parents=True)
        file.write_text("create table documents (id int, title text);\n")
        os.utime(file, (1_000_000_000, 1_000_000_000))
    (root / "app.py").write_text(WRONG)
    monkeypatch.chdir(root)
    for _ in range(2):
        code, out, err = run("check", "--format", "concise")
        assert (code, err) == (1, "")
        said = [line.partition(": ")[0] for line in out.splitlines()]
        assert said == ["app.py:4:41", r"caf\xe9/more.sql", r"more/caf\xe9.sql"]
    code, _, err = run("check", "--truth", f"sql:{beside.relative_to(root)}")
    assert (code, err.splitlines()[0]) == (2, r"error: the name of the truth is not UTF-8: sql:more/caf\xe9.sql")


def test_an_interruption_is_one_line_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CLEAN)
    (tmp_path / "schema.sql").write_text("create table documents (id int);\nselect pg_sleep(60);\n")
    process = started(
        tmp_path, "check", "--truth", "sql:schema.sql", "--output", "report.txt", PGCONFORM_IGNORE_SYSTEM_POSTGRES="1"
    )
    children = _wait_for_a_server(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert err.strip().splitlines() == ["error: interrupted; nothing was left half done", "help:  run it again"]
    assert "Traceback" not in err
    assert all_gone(children)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".cache") == ["app.py", "schema.sql"]


def test_a_fault_of_our_own_is_a_sentence_and_its_details_are_for_who_asks(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"postgresql://app:{SECRET}@db/prod is a\nfault")

    monkeypatch.setattr("pgconform.project.run.choose", broken)
    project(tmp_path, app=CLEAN)
    refused(run("check"), "a fault in pgconform: RuntimeError: postgresql://app:***@db/prod is a", "--verbose")
    ran = run("check", "--verbose")
    assert ran.code == 2
    assert "Traceback" in ran.err
    assert SECRET not in ran.err


def test_a_file_of_the_program_that_is_cut_short_is_no_interruption(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, app=CLEAN)

    def cut(*_: object, **__: object) -> str:
        raise EOFError("marshal data too short")

    monkeypatch.setattr("pgconform.project.run.choose", cut)
    ran = run("check")
    said = "error: a file that pgconform is made of is cut short: marshal data too short"
    assert (ran.code, ran.err.split("\n")) == (2, ["", said, "help:  install pgconform again", ""])


def _wait_for_a_server(process: subprocess.Popen[str]) -> list[int]:
    """The process ids of the servers below this process, once there are any that sleep in SQL."""
    for _ in range(600):
        below = _below(process.pid)
        if any("pg_sleep" in title or "SELECT" in title for title in below.values()):
            return list(below)
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        time.sleep(0.05)
    raise AssertionError(f"no server was started: {below}")


def _below(parent: int) -> dict[int, str]:
    """Every process below this one with its title."""
    parents: dict[int, int] = {}
    titles: dict[int, str] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                parents[int(place.name)] = int((place / "stat").read_text().rpartition(")")[2].split()[1])
                titles[int(place.name)] = (place / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
    found: set[int] = set()
    while more := {child for child, above in parents.items() if above in found | {parent}} - found:
        found |= more
    return {child: titles[child] for child in found}


def test_paths_that_are_not_there_or_lead_nowhere(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    (tmp_path / "nowhere.py").symlink_to(tmp_path / "gone.py")
    for command in ("check", "validate-script", "adopt"):
        refused(run(command, "nope.py"), "there is no nope.py", "name files or directories")
        refused(run(command, "nowhere.py"), "nowhere.py cannot be read", "where it leads")


@pytest.mark.parametrize("group", [(), ("redis",)])
def test_a_group_alone_says_how_it_is_used(run: Run, group: tuple[str, ...]) -> None:
    ran = run(*group)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"Usage: {' '.join(('pgconform', *group))} [OPTIONS] COMMAND")
    refused(run(*group, "chekc"), "there is no command chekc; did you mean check?")


def test_an_interruption_while_the_program_is_still_imported(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    told = subprocess.run(
        [sys.executable, "-m", "pgconform", "check"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.strip().startswith("error: interrupted")
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("held", ['{"a":', '{"format": 99}', "<<<<<<< ours\n{}\n"])
def test_a_snapshot_that_nobody_can_read_is_written_anew(run: Run, tmp_path: Path, held: str) -> None:
    (tmp_path / "schema.sql").write_text("create table documents (id int primary key);\n")
    (tmp_path / "pgconform.lock.json").write_text(held)
    refused(run("check"), "pgconform.lock.json", "")
    refused(run("snapshot", "--check", "--truth", "sql:schema.sql"), "pgconform.lock.json")
    ran = run("snapshot", "--truth", "sql:schema.sql")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.rstrip().endswith("written")
    assert run("snapshot", "--check", "--truth", "sql:schema.sql").code == 0


def test_a_migration_that_cannot_be_read_makes_no_error(run: Run, tmp_path: Path) -> None:
    """What it makes is not known, so that nothing is certain to be missing."""
    folder = tmp_path / "repository" / "migrations"
    folder.mkdir(parents=True)
    (folder / "001_documents.sql").write_text("create table documents (id int primary key, title text not null);\n")
    (folder / "002_users.sql").write_text("create table users (id int primary key);\n")
    other = 'supabase.table("users").select("id, nmae").execute()\nsupabase.table("teams").select("id").execute()\n'
    (tmp_path / "repository" / "app.py").write_text(WRONG + other)
    asked = ("check", "--config", "repository/pgconform.toml", "--format", "concise")
    (tmp_path / "repository" / "pgconform.toml").write_text('truth = "migrations:migrations"\n')
    assert run(*asked).out.count(" error ") == 3
    (tmp_path / "elsewhere.sql").write_text((folder / "002_users.sql").read_text())
    (folder / "002_users.sql").unlink()
    (folder / "002_users.sql").symlink_to(tmp_path / "elsewhere.sql")
    ran = run(*asked)
    assert ran.code == 2
    assert " error " not in ran.out
    assert "002_users.sql: warning SRC001" in ran.out


def test_a_program_that_meets_a_problem_sees_below_its_traceback_what_to_do() -> None:
    problem = Problem("there is no snapshot x", "write it with  password=secret")
    shown = "".join(traceback.format_exception(problem)).splitlines()
    assert shown == ["pgconform.errors.Problem: there is no snapshot x", "write it with  password=***"]
    assert "".join(traceback.format_exception(Problem("said"))).count("\n") == 1
