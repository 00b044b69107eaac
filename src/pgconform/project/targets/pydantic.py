"""Pydantic models, SQLModel classes or TypedDicts of every relation, as ``[tool.pgconform.generate]`` wants them."""

from __future__ import annotations

from keyword import iskeyword
from pathlib import Path, PurePath

from msgspec.structs import replace

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.generate import header
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.project.api import searched
from pgconform.project.written import Asked, Written, content
from pgconform.schema import Schema


def written(project: Project, truth: Schema, asked: Asked) -> tuple[Written, ...]:
    """The modules, by path."""
    files = render(truth, _options(project, asked.output))
    return tuple(_written(project, path, text) for path, text in sorted(files.items()))


def configured(project: Project) -> bool:
    """The settings want models, so that `sync` keeps them current."""
    return project.config.generate is not None


def _options(project: Project, output: Path | None) -> Options:
    """The settings', with the schemas that the project uses; a path of the settings stays inside the project."""
    options = project.config.generate or Options()
    schemas = options.schemas or searched(project)
    for of, annotation in options.types.items():
        if not all(part.isidentifier() and not iskeyword(part) for part in _annotated(annotation)):
            said = f'the type of {of}: "{annotation}" names nothing that can be imported'
            raise project.problem(f"generate.types.{of}", said, "it reads  module:Name, such as  app.types:Metadata")
    if output is not None:
        return replace(options, schemas=schemas, out=_module(_shown(project, output.absolute())))
    if not (project.root / options.out).resolve().is_relative_to(project.root.resolve()):
        raise project.problem("generate.out", f"{options.out} leads out of the project", "name a path inside of it")
    try:
        return replace(options, schemas=schemas, out=_module(options.out))
    except Problem as problem:
        raise project.problem("generate.out", problem.message, problem.help) from None


def _annotated(annotation: str) -> tuple[str, ...]:
    """The names that ``module:Name`` is made of."""
    module, _, name = annotation.partition(":")
    return (*module.split("."), name)


def _module(name: str) -> str:
    """The name of a Python file, or of a directory. Raises `Problem` for another file's."""
    if PurePath(name).suffix not in ("", ".py"):
        raise Problem(f"{name} is no name of a Python file", "end it with  .py, or name a directory for a package")
    return name


def _shown(project: Project, file: Path) -> str:
    """The path as it is named: below the root without that."""
    root = project.root.absolute()
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else str(file)


def _written(project: Project, name: str, after: str) -> Written:
    file = project.root / name
    found = content(file)
    before = None if found is None else found.decode("utf-8", "replace").replace("\r\n", "\n")
    current = before is not None and not header.edited(before) and header.same(before, after)
    return Written(file, name, found, after.encode(), current, *_kept(name, before))


def _kept(name: str, before: str | None) -> tuple[str, str]:
    """Why a file is left as it is, and what to do about it; empty where it may be written."""
    if before is None or not before.strip():
        return "", ""
    if not header.generated(before):
        return f"{name} was not written by pgconform", "name another file with --output, or use --force"
    if header.edited(before):
        return (
            f"{name} was edited by hand since it was generated",
            "move what you added into a subclass in a file of its own, then use --force",
        )
    return "", ""
