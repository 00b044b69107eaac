"""Which files of a project are documents that are read; nothing of them is read yet."""

from __future__ import annotations

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
    found = find_files(project.root, project.config.exclude, scope(options), ENTERED)
    return tuple(file.uri for file in found)
