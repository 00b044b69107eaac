"""Which files of a project are documents that are read; nothing of them is read yet."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pgconform.config import Project
from pgconform.generate.documents.options import DocsOptions
from pgconform.schema import Unread
from pgconform.sources.docs.scope import ENTERED, scope
from pgconform.sources.python.files.files import PythonFile, find_files
from pgconform.sources.python.files.sqlfiles import is_code
from pgconform.support.patterns import deferred
from pgconform.support.tree import Tree

_HIDDEN = deferred(r"(^|/)\.[^/]*/")


class Listing(msgspec.Struct, frozen=True):
    """The files of a project that are read: those that a statement can stand in, and the paths of the documents.

    ``every`` is each of both as it was found; ``unread`` is what is not read of the project.
    """

    code: tuple[PythonFile, ...] = ()
    documents: tuple[str, ...] = ()
    every: tuple[PythonFile, ...] = ()
    unread: tuple[Unread, ...] = ()


def options_of(project: Project) -> DocsOptions:
    """``[tool.pgconform.docs]``, or its defaults."""
    return project.config.docs or DocsOptions()


def document_files(project: Project) -> tuple[str, ...]:
    """The paths of the documents that are read, sorted."""
    return listing(project).documents if options_of(project).check else ()


def listing(project: Project, tree: Tree | None = None) -> Listing:
    """The files of a project that are read, found in one walk; ``tree`` knows folders that were looked into already."""
    options = options_of(project)
    tells = scope(options) if options.check else _none
    documents: set[str] = set()

    def wanted(uri: str) -> bool:
        if tells(uri):
            documents.add(uri)
        return uri in documents or is_code(uri)

    unread: list[Unread] = []
    found = find_files(project.root, project.config.exclude, wanted, ENTERED, tree, unread)
    code = tuple(file for file in found if is_code(file.uri) and not _HIDDEN.search(file.uri))
    told = _each_once(project.root, documents.intersection(file.uri for file in found))
    return Listing(code, told, tuple(found), tuple(unread))


def _none(_: str) -> bool:
    return False


def _each_once(root: Path, found: set[str]) -> tuple[str, ...]:
    return tuple(sorted(uri for uri in found if not _again(root, uri, found)))


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
