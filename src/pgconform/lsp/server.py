"""The language server: what the editor says is noted, and what was found is told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, default_converter, lsp_method

from pgconform.lsp.actions import FIX_ALL, Editing, fix_all, quick_fixes
from pgconform.lsp.desk import Desk, path_of
from pgconform.lsp.folder import Document
from pgconform.lsp.hover import hover
from pgconform.remedies.source import Source, written
from pgconform.support.version import version

WAITED = 3.0
"""Seconds that an action waits for the text to be judged as it is."""
_SETTINGS = frozenset({"pyproject.toml", "pgconform.toml"})
_WATCHED = (
    "**/*.{py,sql,md,mdx,mdc,markdown,dbml,puml,plantuml,mmd,mermaid}",
    "**/*.{plan,toml,json}",
    "**/{.env,.gitignore,requirements*.txt}",
)


class _Protocol(LanguageServerProtocol):
    """Positions are always units of UTF-16, which every client knows."""

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Any:
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None
        return (yield from super().lsp_initialize(params))


class Server(LanguageServer):
    """The server with what the editor has open. ``ended``: the editor asked it to shut down."""

    def __init__(self) -> None:
        super().__init__(
            "pgconform",
            version(),
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=_Protocol,
            converter_factory=default_converter,
        )
        self.desk = Desk(self)
        self.ended = False


def made() -> Server:
    """A server that knows what to do."""
    server = Server()
    for name, (handler, options) in _HANDLERS.items():
        server.feature(name, options)(handler)
    return server


def serve() -> int:
    """Serves an editor on standard input and output until it ends; gives the exit code the protocol asks for."""
    server = made()
    try:
        server.start_io()
    finally:
        sys.stdout = sys.stderr
    return 0 if server.ended else 1


async def _initialized(ls: Server, _: types.InitializedParams) -> None:
    folders = [path_of(uri) for uri in ls.workspace.folders]
    root = ls.workspace.root_path
    starts = [Path(path) for path in folders if path] or ([Path(root)] if root else [])
    await ls.desk.arrange(starts)
    watched = ls.client_capabilities.workspace and ls.client_capabilities.workspace.did_change_watched_files
    if watched and watched.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(one) for one in _WATCHED])
        asked = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        await ls.client_register_capability_async(types.RegistrationParams([asked]))


async def _folders_changed(ls: Server, _: types.DidChangeWorkspaceFoldersParams) -> None:
    folders = [path_of(uri) for uri in ls.workspace.folders]
    await ls.desk.arrange([Path(path) for path in folders if path])


async def _opened(ls: Server, params: types.DidOpenTextDocumentParams) -> None:
    one = params.text_document
    await ls.desk.open(Document(one.uri, one.version, one.text))


async def _changed(ls: Server, params: types.DidChangeTextDocumentParams) -> None:
    one = params.text_document
    ls.desk.change(Document(one.uri, one.version, params.content_changes[-1].text))


async def _saved(ls: Server, params: types.DidSaveTextDocumentParams) -> None:
    await _written(ls, [params.text_document.uri])


async def _closed(ls: Server, params: types.DidCloseTextDocumentParams) -> None:
    await ls.desk.close(params.text_document.uri)


async def _watched(ls: Server, params: types.DidChangeWatchedFilesParams) -> None:
    await _written(ls, [one.uri for one in params.changes])


async def _written(ls: Server, uris: list[str]) -> None:
    """Files on the disk are others than they were."""
    paths = [path for uri in uris if (path := path_of(uri)) is not None]
    if any(Path(path).name in _SETTINGS for path in paths):
        await ls.desk.arrange()
        ls.desk.touch_all()
    for path in paths:
        ls.desk.touched(path, anew=True)


async def _actions(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
    path = path_of(params.text_document.uri)
    folder = ls.desk.folder(path) if path is not None else None
    if path is None or folder is None or not await folder.settled(WAITED):
        return []
    if (document := ls.desk.judged(path)) is None:
        return []
    source = _source(path, document.text)
    editing = Editing(ls.desk.addresses(), folder.versions)
    only = params.context.only
    actions: list[types.CodeAction] = []
    if source is not None and _wanted(only, types.CodeActionKind.QuickFix):
        actions += quick_fixes(folder.shown(path), params.range, source, editing, path)
    if _wanted(only, FIX_ALL) and only:
        actions += fix_all(folder.mended(), editing, path)
    return actions


def _wanted(only: Any, kind: str) -> bool:
    """Who names a kind means all below it."""
    return not only or any(kind == one or kind.startswith(f"{one}.") for one in map(str.__str__, only))


def _source(path: str, text: str) -> Source | None:
    try:
        return Source(path, written(path, text))
    except (UnicodeError, SyntaxError, LookupError):
        return None


async def _hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
    path = path_of(params.text_document.uri)
    folder = ls.desk.folder(path) if path is not None else None
    if path is None or folder is None or folder.judged is None or ls.desk.judged(path) is None:
        return None
    capable = ls.client_capabilities.text_document and ls.client_capabilities.text_document.hover
    formats = (capable.content_format if capable else None) or []
    markdown = types.MarkupKind.Markdown in formats
    return hover(folder.shown(path), folder.judged.rules, params.position, markdown=markdown)


async def _shut_down(ls: Server, _: None) -> None:
    ls.ended = True
    await ls.desk.close_all()


_HANDLERS: dict[str, tuple[Any, Any]] = {
    types.INITIALIZED: (_initialized, None),
    types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: (_folders_changed, None),
    types.WORKSPACE_DID_CHANGE_WATCHED_FILES: (_watched, None),
    types.TEXT_DOCUMENT_DID_OPEN: (_opened, None),
    types.TEXT_DOCUMENT_DID_CHANGE: (_changed, None),
    types.TEXT_DOCUMENT_DID_SAVE: (_saved, types.SaveOptions(include_text=False)),
    types.TEXT_DOCUMENT_DID_CLOSE: (_closed, None),
    types.TEXT_DOCUMENT_CODE_ACTION: (
        _actions,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL]),
    ),
    types.TEXT_DOCUMENT_HOVER: (_hover, None),
    types.SHUTDOWN: (_shut_down, None),
}
