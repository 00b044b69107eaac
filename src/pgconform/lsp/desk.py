"""All that the editor has open: which documents, of which projects, and what is shown of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from uuid import uuid4

from lsprotocol import types
from pygls import uris
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from pgconform.config import Project, find_project
from pgconform.errors import Problem
from pgconform.lsp.diagnostics import diagnostic, uri_of
from pgconform.lsp.folder import Document, Folder
from pgconform.lsp.values import Fault, Shown

_PATIENCE = 1.0
"""Seconds in which an editor says whether it shows that something goes on."""


class Desk:
    """The editor's folders and documents. A project is judged for each folder, and for each within it that has settings
    of its own, save where those of the folder name it among their ``projects``.
    """

    def __init__(self, server: LanguageServer) -> None:
        self._server = server
        self._starts: list[Path] = []
        self._folders: dict[Path, Folder] = {}
        self._documents: dict[str, Document] = {}

    async def arrange(self, starts: list[Path] | None = None) -> None:
        """Finds the projects of what is open; judges those that are new, and lets go those that are no more.

        ``starts`` are the editor's folders; None: as before.
        """
        self._starts = self._starts if starts is None else starts
        wanted = self._wanted()
        for root in [root for root in self._folders if root not in wanted]:
            await self._folders.pop(root).close()
        for root, start in wanted.items():
            if root not in self._folders:
                self._folders[root] = Folder(start, root, self)
                self._folders[root].touch(anew=True)

    def _wanted(self) -> dict[Path, Path]:
        """The directories of which the projects are, by their roots."""
        found = {project.root: project for start in self._starts if (project := _project(start))}
        wanted = {project.root: project.root for project in found.values()}
        wanted |= {start: start for start in self._starts if not _project(start)}
        for path in map(Path, self._documents):
            project = _project(path.parent)
            own = project is not None and (project.file is not None or not _within(path, wanted))
            if project is None or not own or any(_names(above, project.root) for above in found.values()):
                continue
            if project.file is not None or (project.root / ".git").exists():
                wanted.setdefault(project.root, project.root)
        return wanted

    async def open(self, document: Document) -> None:
        if (path := path_of(document.uri)) is None:
            return
        self._documents[path] = document
        await self.arrange()
        self.touched(path, anew=True)

    def change(self, document: Document) -> None:
        if (path := path_of(document.uri)) is not None:
            self._documents[path] = document
            self.touched(path, anew=False)

    async def close(self, uri: str) -> None:
        if (path := path_of(uri)) is not None and self._documents.pop(path, None) is not None:
            self.touched(path, anew=True)
            await self.arrange()

    def touched(self, path: str, *, anew: bool) -> None:
        if (folder := self.folder(path)) is not None:
            folder.touch(anew=anew)

    def touch_all(self) -> None:
        for folder in self._folders.values():
            folder.touch(anew=True)

    async def close_all(self) -> None:
        folders, self._folders = list(self._folders.values()), {}
        for folder in folders:
            await folder.close()

    def folder(self, path: str) -> Folder | None:
        """The innermost project that a file is of."""
        inside = [root for root in self._folders if Path(path).is_relative_to(root)]
        return self._folders[max(inside, key=lambda root: len(root.parts))] if inside else None

    def judged(self, path: str) -> Document | None:
        """An open document, where it was this text of it that was judged last."""
        found, folder = self._documents.get(path), self.folder(path)
        return found if found and folder and folder.versions.get(path) == found.version else None

    def addresses(self) -> dict[str, str]:
        """The editor's names of open documents by their paths."""
        return {path: document.uri for path, document in self._documents.items()}

    def documents(self, folder: Folder) -> Mapping[str, Document]:
        return {path: one for path, one in self._documents.items() if Path(path).is_relative_to(folder.root)}

    def owns(self, folder: Folder, path: str) -> bool:
        return self.folder(path) is folder

    def publish(self, path: str, shown: tuple[Shown, ...], version: int | None) -> None:
        uri = self._documents[path].uri if path in self._documents else uri_of(path)
        said = [diagnostic(one) for one in shown]
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, said, version))

    def tell(self, fault: Fault) -> None:
        if fault.quiet:
            self.log(str(fault))
        else:
            self._server.window_show_message(types.ShowMessageParams(types.MessageType.Error, str(fault)))

    @contextlib.asynccontextmanager
    async def busy(self, what: str) -> AsyncIterator[None]:
        window = self._server.client_capabilities.window
        progress, token = self._server.work_done_progress, str(uuid4())
        shows = False
        if window is not None and window.work_done_progress:
            with contextlib.suppress(asyncio.TimeoutError, TimeoutError, JsonRpcException):
                await asyncio.wait_for(progress.create_async(token), _PATIENCE)
                shows = True
        if shows:
            progress.begin(token, types.WorkDoneProgressBegin(title="pgconform", message=what))
        try:
            yield
        finally:
            if shows:
                progress.end(token, types.WorkDoneProgressEnd())

    def log(self, line: str) -> None:
        self._server.window_log_message(types.LogMessageParams(types.MessageType.Info, line))


def path_of(uri: str) -> str | None:
    """The path of a file; None of what lies nowhere."""
    return uris.to_fs_path(uri) if uri.startswith("file:") else None


def _project(directory: Path) -> Project | None:
    """The project of a directory; None where its settings cannot be read, which judging it will say."""
    try:
        return find_project(directory)
    except (Problem, OSError):
        return None


def _within(path: Path, roots: Mapping[Path, Path]) -> bool:
    return any(path.is_relative_to(root) for root in roots)


def _names(project: Project, root: Path) -> bool:
    """The settings of a project name the other as one of its own."""
    return any(project.root / name.strip("/") == root for name in project.config.projects)
