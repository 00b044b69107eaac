"""Data directories made once and copied for every run: initdb's work, slimmed, with roles and a platform's schemas."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from functools import cache
from importlib.resources import files
from pathlib import Path

from pgconform.caches import cache_home
from pgconform.embedded.locate import Binaries
from pgconform.embedded.process import run_once, running
from pgconform.embedded.rundir import RunDirectory, run_directory

SUPERUSER = "pgconform"
HERE = Path(str(files("pgconform.embedded")))
CONFIGURATION = HERE / "sql" / "postgresql.conf"
VARIANTS = {"plain": ("roles.sql",), "supabase": ("roles.sql", "supabase.sql")}


@cache
def recipe(variant: str) -> str:
    """A digest of everything of ours that a template is made of."""
    digest = hashlib.sha256(variant.encode())
    for path in sorted((*(HERE / "sql").iterdir(), *(HERE / "extension").iterdir())):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def copy_template(binaries: Binaries, variant: str, run: RunDirectory) -> None:
    """Fill ``run.data`` with a fresh cluster, making its template first where there is none."""
    kept = cache_home() / "postgres" / f"{binaries.version}-{variant}-{binaries.key}-{recipe(variant)}"
    if not (kept / "PG_VERSION").is_file() or not _copied(kept, run.data):
        make_template(binaries, variant, kept, run)
    run.give(run.data)


def _copied(kept: Path, data: Path) -> bool:
    try:
        shutil.copytree(kept, data, symlinks=True)
        data.chmod(0o700)
    except (OSError, shutil.Error):
        shutil.rmtree(data, ignore_errors=True)
        return False
    return True


def make_template(binaries: Binaries, variant: str, kept: Path, run: RunDirectory) -> None:
    """Make a cluster, copy it to ``run.data``, and keep it if it can be kept."""
    with run_directory() as maker:
        _initialise(binaries, variant, maker)
        shutil.copytree(maker.data, run.data, symlinks=True)
        _keep(maker.data, kept)


def _keep(data: Path, kept: Path) -> None:
    beside = None
    with contextlib.suppress(OSError, shutil.Error):
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".making-", dir=kept.parent))
        shutil.copytree(data, beside / "data", symlinks=True)
        (beside / "data").rename(kept)
    if beside:
        shutil.rmtree(beside, ignore_errors=True)


def _initialise(binaries: Binaries, variant: str, maker: RunDirectory) -> None:
    maker.data.mkdir(mode=0o700)
    maker.give(maker.data)
    options = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--wal-segsize=1", "--no-instructions")
    run_once(maker, [binaries.bin / "initdb", "-D", maker.data, "-U", SUPERUSER, *options])
    shutil.copy(CONFIGURATION, maker.data / "postgresql.conf")
    shutil.copytree(HERE / "extension", maker.data / "stubs" / "extension")
    maker.give(maker.data)
    with running(binaries, maker, ()) as server:
        _fill(maker, variant)
        server.send_signal(2)
        server.wait(30)
    for name in ("postmaster.opts", "pg_hba.conf.sample"):
        (maker.data / name).unlink(missing_ok=True)


def _fill(maker: RunDirectory, variant: str) -> None:
    import psycopg

    where = {"host": str(maker.socket), "user": SUPERUSER}
    with psycopg.connect(dbname="template1", autocommit=True, **where) as connection:  # type: ignore[arg-type]
        connection.execute("DROP DATABASE postgres")
        connection.execute("ALTER DATABASE template0 IS_TEMPLATE false")
        connection.execute("DROP DATABASE template0")
        for name in VARIANTS[variant]:
            connection.execute((HERE / "sql" / name).read_bytes())
        connection.execute("VACUUM (ANALYZE, FREEZE)" if os.environ.get("PGCONFORM_VACUUM") else "CHECKPOINT")
