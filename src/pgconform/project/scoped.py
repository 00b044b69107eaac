"""Which files of a project are documents that are read; nothing of them is read yet."""

from __future__ import annotations

from pathlib import Path

from pgconform.config import Project
from pgconform.generate.documents.options import DocsOptions
from pgconform.sources.docs.scope import ENTERED, scope
from pgconform.sources.python.files import find_files


def options_of(project: Project) -> DocsOptions:
    """``[tool.pgconform.docs]``, or its defaults."""
    return project.config.docs or DocsOptions()


def document_files(project: Project) -> tuple[str, ...]:
    """The paths of the documents that are read, sorted."""
    options = options_of(project)
    if not options.check:
        return ()
    found = {file.uri for file in find_files(project.root, project.config.exclude, scope(options), ENTERED)}
    return tuple(sorted(uri for uri in found if not _again(project.root, uri, found)))


def _again(root: Path, uri: str, found: set[str]) -> bool:
    """The file is a link to another one that is read by itself: ``CLAUDE.md`` is often one to ``AGENTS.md``."""
    path = root / uri
    if not path.is_symlink():
        return False
    target = path.resolve()
    return target.is_relative_to(root.resolve()) and target.relative_to(root.resolve()).as_posix() in found - {uri}


def dictionary_files(project: Project) -> tuple[str, ...]:
    """The paths of the dictionaries that the settings name. Raises `Problem` when one is not there."""
    options = options_of(project)
    for name in options.dictionaries:
        if not (project.root / name).is_file():
            raise project.problem("docs.dictionaries", f"there is no dictionary {name}", "name a file of the project")
    return options.dictionaries if options.check else ()
