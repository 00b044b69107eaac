"""Commands that run after a schema has changed; what they said is kept, and a failure is told."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import select, update

from pgconform.config import Project
from pgconform.errors import masked, reason
from pgconform.monitor.store.events import Event, told
from pgconform.monitor.store.tables import hooks, snapshots
from pgconform.monitor.values import now

if TYPE_CHECKING:
    from sqlalchemy import Engine, RowMapping

_KEPT = 4000


class Ran(msgspec.Struct, frozen=True):
    """One command that ran: ``code`` is None when it could not be started or took too long."""

    command: str
    code: int | None
    seconds: float
    output: str


def run_hooks(
    engine: Engine, project: Project, target: str, named: Mapping[str, str], tell: Callable[[Ran], None]
) -> None:
    """Runs what waits for the newest snapshot of a target, one after another; what waits for older ones is left out.

    A command that a killed process left running is run again. ``named`` stands for ``{…}`` in the commands.
    """
    waiting = _waiting(engine, target)
    newest = max((row["snapshot"] for row in waiting), default=0)
    timeout = project.config.monitor.hook_timeout if project.config.monitor else 600.0
    for row in waiting:
        if row["snapshot"] != newest:
            _mark(engine, row["id"], state="left out")
            continue
        _mark(engine, row["id"], state="running", started_at=now())
        ran = run(row["command"], project.root, {**named, "target": target}, timeout)
        _done(engine, target, row, ran)
        tell(ran)


def run(command: str, root: Path, named: Mapping[str, str], timeout: float) -> Ran:
    """Runs one command in the project's root, without a shell. ``pgconform`` in it is this installation's."""
    started = time.monotonic()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        words = [_filled(word, named) for word in shlex.split(command)]
        done = subprocess.run(
            words,
            cwd=root,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ran(command, None, time.monotonic() - started, f"took longer than {timeout:g} s")
    except (OSError, ValueError) as failure:
        said = f"{words[0]}: {reason(failure)}" if isinstance(failure, OSError) else str(failure).lower()
        return Ran(command, None, time.monotonic() - started, f"could not be started: {said}")
    output = masked(done.stdout.decode(errors="replace"))[-_KEPT:]
    return Ran(command, done.returncode, time.monotonic() - started, output)


def _filled(word: str, named: Mapping[str, str]) -> str:
    for name, value in named.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _waiting(engine: Engine, target: str) -> list[RowMapping]:
    wanted = select(hooks).join(snapshots).where(snapshots.c.target == target)
    wanted = wanted.where(hooks.c.state.in_(("waiting", "running"))).order_by(hooks.c.snapshot, hooks.c.place)
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(wanted).mappings())


def _mark(engine: Engine, number: int, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(update(hooks).where(hooks.c.id == number).values(values))


def _done(engine: Engine, target: str, row: RowMapping, ran: Ran) -> None:
    """Keeps what came of it, and that it failed, in one transaction."""
    state = "done" if ran.code == 0 else "failed"
    values = {"state": state, "code": ran.code, "seconds": ran.seconds, "output": ran.output}
    with engine.begin() as connection:
        connection.execute(update(hooks).where(hooks.c.id == row["id"]).values(values))
        if ran.code != 0:
            last = ran.output.strip().rpartition("\n")[2][:200]
            how = f"left with {ran.code}" if ran.code is not None else last
            said = f"{ran.command}: {how}{f': {last}' if ran.code is not None and last else ''}"
            told(connection, Event(target, "hook", now(), row["snapshot"], said))
