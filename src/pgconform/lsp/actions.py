"""What an editor can do about findings: the remedies that ``--fix`` knows, and a comment that ignores one here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol import types

from pgconform.finding import Unignore
from pgconform.lsp.diagnostics import diagnostic, range_of, uri_of
from pgconform.lsp.ignoring import ignoring
from pgconform.lsp.values import Change as TextChange
from pgconform.lsp.values import Changed, Shown, Span
from pgconform.remedies.source import Source
from pgconform.reports._words import suggestion

FIX_ALL = "source.fixAll.pgconform"
_LOOK = " (may alter what the program means)"


class Editing:
    """Edits of open files as they are; ``versions`` are those of what the editor shows, by address."""

    def __init__(self, addresses: dict[str, str], versions: dict[str, int]) -> None:
        """``addresses`` are the editor's names of open files by their paths."""
        self._addresses = addresses
        self._versions = versions

    def edit(self, path: str, changes: Iterable[TextChange]) -> types.WorkspaceEdit:
        """The changes of one file, for the text that they were made of and no other."""
        uri = self._addresses.get(path) or uri_of(path)
        named = types.OptionalVersionedTextDocumentIdentifier(uri, self._versions.get(path))
        edits = [types.TextEdit(range_of(one.span), one.text) for one in changes]
        return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(named, [*edits])])


def quick_fixes(
    shown: Iterable[Shown], asked: types.Range, source: Source, editing: Editing, path: str
) -> Iterator[types.CodeAction]:
    """A remedy of each finding that the asked lines touch, as far as there is one, and the comment that ignores it."""
    for one in shown:
        if not touches(one.span, asked):
            continue
        said = [diagnostic(one)]
        if one.mended is not None and one.finding.change is not None:
            yield types.CodeAction(
                title=_title(one),
                kind=types.CodeActionKind.QuickFix,
                diagnostics=said,
                is_preferred=one.finding.safe or None,
                edit=editing.edit(one.mended.path, one.mended.changes),
            )
        if found := ignoring(source, one.finding):
            yield types.CodeAction(
                title=f"Ignore {one.finding.code} here",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=said,
                edit=editing.edit(path, found),
            )


def fix_all(mended: Iterable[Changed], editing: Editing, path: str) -> Iterator[types.CodeAction]:
    """All of a file that can be mended without altering what the program means."""
    for one in mended:
        if one.path == path:
            yield types.CodeAction(
                title="Mend all that pgconform can mend safely",
                kind=FIX_ALL,
                edit=editing.edit(path, one.changes),
            )


def touches(span: Span, asked: types.Range) -> bool:
    """They have a line in common."""
    return span.line <= asked.end.line and asked.start.line <= span.end_line


def _title(one: Shown) -> str:
    """The remedy in the words of every report, as an editor's menu has them."""
    change = one.finding.change
    if isinstance(change, Unignore):
        said = f"ignore {', '.join(change.rules)} no more" if change.rules else "take the comment away"
    else:
        said = suggestion(change) or "give it the schema's type"
    return f"{said[:1].upper()}{said[1:]}{'' if one.finding.safe else _LOOK}"
