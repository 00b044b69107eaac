"""The comment that asks to ignore a finding where it is, put where it is a comment and speaks of that line."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.directives import suppressions
from pgconform.finding import Finding
from pgconform.lsp.spans import changes
from pgconform.lsp.values import Change
from pgconform.remedies.edits import Edit, applied
from pgconform.remedies.source import Source
from pgconform.shape import Location
from pgconform.support.patterns import deferred

_OURS = deferred(r"pgconform:[ \t]*ignore\[[^\]\n]*(?=\])")
_MARKDOWN = (".md", ".mdc", ".markdown")
_FENCE = deferred(r"[ \t>]*(?:```|~~~)")


def ignoring(source: Source, finding: Finding) -> tuple[Change, ...]:
    """The change after which the comments of the file ask to ignore the finding; none where no comment can."""
    at = finding.at
    if at is None or not at.line or at.line > len(source.starts):
        return ()
    for edit in _candidates(source, finding, at):
        if _covers(source, edit, finding, at) and _harmless(source, edit):
            return changes(source, frozenset({edit}))
    return ()


def _candidates(source: Source, finding: Finding, at: Location) -> Iterator[Edit]:
    """At the end of one of its lines, or above it, where a line cannot end in a comment."""
    if source.uri.endswith(_MARKDOWN):
        yield from _before_block(source, finding, at)
        return
    mark = {"py": "#", "sql": "--"}.get(source.uri.rpartition(".")[2])
    for line in range(at.line, max(at.line, at.end_line) + 1) if mark else ():
        start, end = _line(source, line)
        text = source.text[start:end]
        if (ours := _OURS.search(text)) is not None:
            yield Edit(start + ours.end(), start + ours.end(), f", {finding.code}")
        else:
            yield Edit(end, end, f"  {mark} pgconform: ignore[{finding.code}]")
    if mark:
        start, _ = _line(source, at.line)
        yield Edit(start, start, f"{source.indent(start)}{mark} pgconform: ignore[{finding.code}]{source.newline}")


def _before_block(source: Source, finding: Finding, at: Location) -> Iterator[Edit]:
    """A line of its own above each line that the block may begin with, the nearest empty line first."""
    for line in range(at.line, 0, -1):
        start, _ = _line(source, line)
        above = source.text[slice(*_line(source, line - 1))] if line > 1 else ""
        if not above.strip() or _FENCE.match(source.text[start:]):
            comment = f"<!-- pgconform: ignore[{finding.code}] -->{source.newline}"
            yield Edit(start, start, source.indent(start) + comment)


def _covers(source: Source, edit: Edit, finding: Finding, at: Location) -> bool:
    """The comments of the text after the edit speak of the finding where it then is."""
    after = applied(source.text, [edit])
    down = edit.text.count("\n") if source.starts[at.line - 1] >= edit.start else 0
    moved = replace(at, line=at.line + down, end_line=at.end_line + down if at.end_line else 0)
    there = replace(finding, at=moved)
    return any(one.covers(there) for one in suppressions(after, at.uri))


def _harmless(source: Source, edit: Edit) -> bool:
    """A program means what it meant: what was added is a comment, and no part of a string."""
    if not source.uri.endswith(".py"):
        return True
    return source.tree is not None and _shape(applied(source.text, [edit])) == ast.dump(source.tree)


def _shape(text: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):
        return ""


def _line(source: Source, number: int) -> tuple[int, int]:
    """The offsets of a line without its end."""
    start = source.starts[number - 1]
    stop = source.starts[number] if number < len(source.starts) else len(source.text)
    return start, start + len(source.text[start:stop].rstrip("\r\n"))
