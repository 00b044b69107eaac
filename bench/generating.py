"""Generating models: ours beside other tools', on the same databases, those in an environment of the benchmark's own.

``python -m bench generating [TABLES]``: default 1000; the import is of half as many. The tools are installed by pip,
each run is a process of its own, and its peak memory is the system's own figure for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from tests.wire.forty_nine import COLUMNS, SETUP, VALUES

from bench.introspection import _fill
from bench.openapi import document
from bench.proxy import over_tcp
from pgconform.embedded import Server, shadow

_NEEDED = ("psycopg2-binary", "sqlmodel", "pgvector", "pydantic[email]")
PACKAGES = ("sqlacodegen", "supabase-pydantic", "datamodel-code-generator", *_NEEDED)
SLOWEST = 600
HERE = Path(__file__).parent
_IMPORT = """
import contextlib, io, json, resource, sys, time
import pydantic
started, worked = time.perf_counter(), time.process_time()
sys.path.insert(0, sys.argv[1])
with contextlib.redirect_stdout(io.StringIO()):
    module = __import__(sys.argv[2])
took = [time.perf_counter() - started, time.process_time() - worked]
print(json.dumps([*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


class Tool(NamedTuple):
    """``write`` gives the command that writes a database's models into a file, ``python`` runs what was written."""

    name: str
    python: str
    write: Callable[[str, Path], list[str]]


class Run(NamedTuple):
    """Seconds, of processor time too, peak megabytes, and what was said where it failed ("" where it did not)."""

    seconds: float
    processor: float
    megabytes: float
    failure: str


def main(arguments: list[str]) -> None:
    tables = int(arguments[0]) if arguments else 1000
    with tempfile.TemporaryDirectory() as place, shadow() as server, ExitStack() as stack:
        root = Path(place)
        whole, half = (_synthetic(server, count) for count in (tables, tables // 2))
        wire = _wire(server)
        tools = _tools(_installed(root), root, stack.enter_context(over_tcp(wire)))
        print(f"{tables} tables generated, {tables // 2} imported, {len(VALUES)} values over PostgREST's JSON")
        print(f"{'tool':28} {'generate':>8} {'CPU':>6} {'peak':>8} {'import':>9} {'CPU':>7} {'peak':>8}", end="   ")
        print("held changed refused untyped")
        for tool in tools:
            _measure(tool, root, {"whole": whole, "half": half, "wire": wire})


def _installed(root: Path) -> Path:
    """The directory of the programs of a fresh environment that has the other tools."""
    subprocess.run([sys.executable, "-m", "venv", root / "venv"], check=True)
    pip = [str(root / "venv/bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *PACKAGES], check=True)
    return root / "venv" / "bin"


def _tools(others: Path, root: Path, address: str) -> list[Tool]:
    theirs = str(others / "python")
    ours = str(Path(sys.executable).parent / "pgconform")

    def sqlacodegen(dsn: str, file: Path) -> list[str]:
        url = dsn.replace("postgresql://", "postgresql+psycopg2://")
        return [str(others / "sqlacodegen"), "--generator", "sqlmodels", "--outfile", str(file), url]

    def supabase(dsn: str, file: Path) -> list[str]:
        dsn = f"{address}/{psycopg.conninfo.conninfo_to_dict(dsn)['dbname']}"
        return [str(others / "sb-pydantic"), "gen", "--db-url", dsn, "--dir", str(file.parent / "entities"), "--quiet"]

    def datamodel(dsn: str, file: Path) -> list[str]:
        said = file.with_suffix(".json")
        said.write_text(json.dumps(document(dsn)), encoding="utf-8")
        model = ["--output-model-type", "pydantic_v2.BaseModel", "--input-file-type", "openapi"]
        return [str(others / "datamodel-codegen"), "--input", str(said), "--output", str(file), *model]

    def pgconform(style: str) -> Callable[[str, Path], list[str]]:
        settings = root / f"{style}.toml"
        settings.write_text(f'[generate]\nstyle = "{style}"\n', encoding="utf-8")
        return lambda dsn, file: [
            ours, "generate", "--truth", dsn, "--output", str(file), "--force", "--config", str(settings)
        ]  # fmt: skip

    return [
        Tool("pgconform", sys.executable, pgconform("pydantic")),
        Tool("pgconform, style sqlmodel", sys.executable, pgconform("sqlmodel")),
        Tool("sqlacodegen (sqlmodels)", theirs, sqlacodegen),
        Tool("supabase-pydantic", theirs, supabase),
        Tool("datamodel-code-generator", theirs, datamodel),
    ]


def _synthetic(server: Server, tables: int) -> str:
    dsn = server.create_database(f"generating_{tables}")
    _fill(dsn, tables)
    return dsn


def _wire(server: Server) -> str:
    dsn = server.create_database("generating_wire")
    placed = ", ".join(f"%s::text::{value.type}" for value in VALUES)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SETUP)
        connection.execute(f"insert into wire values (1, {placed})", [value.text for value in VALUES])
    return dsn


def _measure(tool: Tool, root: Path, databases: dict[str, str]) -> None:
    files = {name: _file(root, tool, name) for name in databases}
    runs = {name: _run(tool.write(dsn, files[name])) for name, dsn in databases.items()}
    written = {name: _written(file) for name, file in files.items()}
    generated = runs["whole"]
    imported = _imported(tool, written["half"])
    score = _score(tool, written["wire"], databases["wire"])
    print(
        f"{tool.name:28} {_figures(generated)}  {_figures(imported)}  "
        + "".join(f"{score[name]:7}" for name in ("held", "changed", "refused", "untyped"))
    )
    for said in {run.failure for run in (*runs.values(), imported)} - {""}:
        print(f"    {said}")


def _file(root: Path, tool: Tool, name: str) -> Path:
    folder = root / "".join(filter(str.isalnum, tool.name)) / name
    folder.mkdir(parents=True)
    return folder / f"models_{name}.py"


def _written(file: Path) -> Path:
    """The module itself: supabase-pydantic chooses where in its directory it writes."""
    if file.exists():
        return file
    found = sorted(file.parent.glob("entities/**/*.py"), key=lambda path: path.stat().st_size)
    return found[-1] if found else file


def _run(command: list[str]) -> Run:
    """Runs a command to its end; memory is that of the process and those it waited for."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, text=True)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        took = time.perf_counter() - started
        said.seek(0)
        lines = said.read().strip().splitlines() or [""]
    worked = usage.ru_utime + usage.ru_stime
    return Run(took, worked, usage.ru_maxrss / 1024, f"failed: {lines[-1][:110]}" if process.returncode else "")


def _imported(tool: Tool, file: Path) -> Run:
    command = [tool.python, "-c", _IMPORT, str(file.parent), file.stem]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SLOWEST)
    if done.returncode:
        return Run(0, 0, 0, f"does not import: {done.stderr.strip().splitlines()[-1][:110]}")
    seconds, processor, megabytes = json.loads(done.stdout)
    return Run(seconds, processor, megabytes, "")


def _figures(run: Run) -> str:
    if run.failure:
        return f"{'–':>7} {'–':>7} {'–':>8}"
    return f"{run.seconds:5.2f} s {run.processor:5.2f} s {run.megabytes:5.0f} MB"


def _score(tool: Tool, file: Path, dsn: str) -> Counter[str]:
    """How many of the values are held, changed, refused, or of no type."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute("select row_to_json(wire)::text from wire").fetchone() or ("{}",)
        arrived = {column: value for column, value in json.loads(row[0]).items() if column in COLUMNS}
        command = [tool.python, str(HERE / "scored.py"), str(file), json.dumps(arrived)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=SLOWEST)
        if done.returncode:
            return Counter(refused=len(VALUES))
        found: dict[str, dict[str, Any]] = json.loads(done.stdout)
        return Counter(_word(connection, column, found[column]) for column in COLUMNS)


def _word(connection: psycopg.Connection[Any], column: str, outcome: dict[str, Any]) -> str:
    if "dumped" not in outcome:
        return "untyped" if "untyped" in outcome else "refused"
    value = VALUES[COLUMNS.index(column)]
    if value.type == "bytea" and outcome["bytes"] is not None:
        return "held" if outcome["bytes"] == value.text[2:] else "changed"
    if value.text == "null":
        return "held" if outcome["dumped"] is None else "changed"
    same = (
        f"select (json_populate_record(null::wire, %s::json)).{column}::text is not distinct from {column}::text"
        " from wire"
    )
    try:
        (back,) = connection.execute(same, [json.dumps({column: outcome["dumped"]})]).fetchone() or (False,)
    except psycopg.Error:
        return "changed"
    return "held" if back else "changed"
