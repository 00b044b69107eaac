"""Models as Pydantic itself has them: imported by the user's interpreter, in a process of its own; never by default."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pgconform.errors import Problem
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.python.models.model import CHECKED, Model, ModelField

_SECONDS = 120


class _Model(msgspec.Struct, frozen=True):
    fields: tuple[ModelField, ...]
    extra: str = ""


class _Answer(msgspec.Struct, frozen=True):
    models: dict[str, _Model]
    failed: dict[str, str]


def confirmed(
    models: Iterable[Model], root: Path, python: str = sys.executable
) -> tuple[tuple[Model, ...], tuple[Unread, ...]]:
    """The models with the fields that Pydantic gives them, and what could not be imported, which stays as it was read.

    ``python`` is an interpreter that has what the project needs. The project's code runs, with the user's rights.
    Raises `Problem` when the interpreter cannot be run.
    """
    listed = tuple(models)
    modules = sorted({model.uri for model in listed if _importable(model)})
    answer = _ask(root, modules, python)
    unread = tuple(
        Unread(f"it cannot be imported: {_clause(reason)}", "import", at=Location(place.partition(":")[0]))
        for place, reason in sorted(answer.failed.items())
    )
    return tuple(_confirmed(model, answer.models.get(f"{model.uri}:{model.path}")) for model in listed), unread


def _importable(model: Model) -> bool:
    return model.family in CHECKED and model.enforced


def _confirmed(model: Model, said: _Model | None) -> Model:
    """The model as it was imported; places and spellings remain those of the text."""
    if said is None or not _importable(model):
        return model
    written = {field.attribute: field for field in model.fields}
    fields = tuple(_placed(field, written.get(field.attribute), model) for field in said.fields)
    return replace(model, fields=fields, extra=said.extra, closed=True)


def _placed(field: ModelField, written: ModelField | None, model: Model) -> ModelField:
    if written is None:
        return replace(field, at=model.at)
    return replace(field, type=replace(field.type, raw=written.type.raw), default=written.default, at=written.at)


def _ask(root: Path, modules: list[str], python: str) -> _Answer:
    roots, names = _roads(root, modules)
    order = {"roots": roots, "modules": [[uri, names[uri]] for uri in modules]}
    command = [python, "-m", "pgconform_inspection"]
    path = os.pathsep.join(filter(None, (str(Path(__file__).parent / "inspection"), os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(
            command,
            input=msgspec.json.encode(order),
            capture_output=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": path},
            timeout=_SECONDS,
            check=False,
        )
        return msgspec.json.decode(done.stdout, type=_Answer)
    except OSError as error:
        raise Problem(f"cannot run {python}: {error.strerror}", "name an interpreter that is there") from error
    except subprocess.TimeoutExpired as error:
        raise Problem(f"importing the models took longer than {_SECONDS} s", "read them without --import") from error
    except msgspec.MsgspecError as error:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Problem(f"{python} could not read the models: {''.join(last)}", "has it pydantic 2?") from error


def _roads(root: Path, modules: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The folders to import from, and the dotted names a module has as seen from each of those above it."""
    bases: dict[str, None] = {"": None}
    names: dict[str, list[str]] = {}
    for uri in modules:
        parts = uri.removesuffix(".py").removesuffix("/__init__").split("/")
        start = len(parts) - 1
        while start and (root.joinpath(*parts[:start]) / "__init__.py").exists():
            start -= 1
        starts = range(start, -1, -1)
        names[uri] = [".".join(parts[at:]) for at in starts]
        bases |= {"/".join(parts[:at]): None for at in starts}
    return [str(root / base) for base in bases], names


def _clause(reason: str) -> str:
    return reason.splitlines()[0][:200] if reason else "no reason was given"
