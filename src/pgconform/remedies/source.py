"""The text of one file as its bytes say it, with every place in it, and bytes again that differ only where it does."""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
import warnings
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path, PurePosixPath

import msgspec

from pgconform.shape import Location
from pgconform.support.digests import digest_of
from pgconform.support.patterns import deferred

_END = deferred(r"\r\n|\n|\r")


class Source:
    """A file's text. Its ends of lines, its mark of the byte order and its encoding are kept."""

    def __init__(self, uri: str, data: bytes) -> None:
        """Raises `UnicodeError`, `SyntaxError` or `LookupError` when the bytes cannot be read and written back."""
        self.uri = uri
        self.mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        self.encoding = "utf-8" if self.mark or not uri.endswith(".py") else _encoding(data)
        self.text = data[len(self.mark) :].decode(self.encoding)
        if self.encoded(self.text) != data:
            raise UnicodeError("the file does not come back as it was")

    def encoded(self, text: str) -> bytes:
        """The bytes of a text in this file's manner."""
        return self.mark + text.encode(self.encoding)

    @cached_property
    def newline(self) -> str:
        """The end of the first line."""
        found = _END.search(self.text)
        return found[0] if found else "\n"

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(found.end() for found in _END.finditer(self.text))]

    def offset(self, line: int, column: int) -> int:
        """The offset of a place whose line and column count from 1."""
        return self.starts[line - 1] + max(column, 1) - 1

    def span(self, at: Location) -> tuple[int, int] | None:
        """The offsets of a place; one without an end is empty. None where the file has no such place."""
        last = at.end_line or at.line
        if not at.line or max(at.line, last) > len(self.starts):
            return None
        start = self.offset(at.line, at.column)
        end = self.offset(last, at.end_column) if at.end_column else start
        return (start, end) if start <= end <= len(self.text) else None

    @cached_property
    def tree(self) -> ast.Module | None:
        """The syntax tree of a Python file; None of any other, or of one that does not parse."""
        if not self.uri.endswith(".py"):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    @cached_property
    def _lines(self) -> list[str]:
        return _END.split(self.text)

    def place(self, line: int, bytes_before: int) -> int:
        """The offset of a place of the tree, whose columns count bytes of UTF-8."""
        text = self._lines[line - 1]
        before = bytes_before if text.isascii() else len(text.encode()[:bytes_before].decode(errors="replace"))
        return self.starts[line - 1] + before

    def node(self, node: ast.expr | ast.stmt | ast.alias | ast.keyword) -> tuple[int, int]:
        """The offsets of a node of the tree."""
        last = node.end_lineno or node.lineno
        return self.place(node.lineno, node.col_offset), self.place(last, node.end_col_offset or 0)

    def code(self, node: ast.expr | ast.stmt | ast.alias | ast.keyword) -> str:
        """The text of a node of the tree."""
        start, end = self.node(node)
        return self.text[start:end]

    def indent(self, offset: int) -> str:
        """The white space before the first word of the line of that offset."""
        start = max(start for start in self.starts if start <= offset)
        return re.match(r"[ \t]*", self.text[start:])[0]  # type: ignore[index]


def written(uri: str, text: str) -> bytes:
    """The bytes that an editor would write: a Python file may say in which encoding."""
    data = text.encode("utf-8", "replace")
    try:
        return text.encode(_encoding(data)) if uri.endswith(".py") else data
    except (SyntaxError, UnicodeError, LookupError):
        return data


def _encoding(data: bytes) -> str:
    return tokenize.detect_encoding(io.BytesIO(data).readline)[0]


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """What was asked of files: those that were read, by their digests, and words that stand, or not, in others."""

    files: dict[str, bytes] = {}
    words: dict[str, dict[str, bool]] = {}


class Sources:
    """The files of a project by their paths, as they are on the disk or, of ``overlay``, as they are to be."""

    def __init__(self, root: Path, overlay: Mapping[str, bytes] | None = None, uris: Iterable[str] = ()) -> None:
        """``uris`` are all files of the project; only when it must be known who else says a name are they read."""
        self.root = root
        self.overlay = dict(overlay or {})
        self.uris = tuple(uris)
        self._known: dict[str, Source | None] = {}
        self._texts: dict[str, bytes | None] = {}
        self._heard = Heard()

    def hearing(self) -> Heard:
        """What is asked from now on, until this is called again."""
        self._heard = Heard()
        return self._heard

    def holds(self, heard: Heard) -> bool:
        """Whoever asks now hears the same."""
        return all(self._state(uri) == state for uri, state in heard.files.items()) and all(
            self._elsewhere(name, uri) == said for name, files in heard.words.items() for uri, said in files.items()
        )

    def _state(self, uri: str) -> bytes:
        content = self._bytes(uri)
        return b"" if content is None else digest_of(content)

    def elsewhere(self, name: str, uri: str) -> bool:
        """A word of this name stands in another Python file than this; so it may, where the files are not known."""
        found = self._elsewhere(name, uri)
        self._heard.words.setdefault(name, {})[uri] = found
        return found

    def _elsewhere(self, name: str, uri: str) -> bool:
        sought = name.encode()
        word = re.compile(rb"\b" + re.escape(sought) + rb"\b")
        others = (self._bytes(one) or b"" for one in self.uris if one != uri and one.endswith(".py"))
        return not self.uris or any(sought in text and word.search(text) is not None for text in others)

    def _bytes(self, uri: str) -> bytes | None:
        if uri in self.overlay:
            return self.overlay[uri]
        if uri not in self._texts:
            try:
                with open(f"{self.root}/{uri}", "rb") as file:  # noqa: PTH123  often all files, and Path takes its time
                    self._texts[uri] = file.read()
            except OSError:
                self._texts[uri] = None
        return self._texts[uri]

    def read(self, uri: str) -> Source | None:
        """The file of that path; None where it cannot be read or written back."""
        if uri not in self._heard.files:
            self._heard.files[uri] = self._state(uri)
        if uri not in self._known:
            self._known[uri] = self._source(uri)
        return self._known[uri]

    def _source(self, uri: str) -> Source | None:
        content = self._bytes(uri)
        try:
            return None if content is None else Source(uri, content)
        except (UnicodeError, SyntaxError, LookupError):
            return None

    def module(self, near: str, statement: ast.ImportFrom) -> Source | None:
        """The file that a statement of the file at ``near`` imports from, where the project has it."""
        parts = tuple((statement.module or "").split(".")) if statement.module else ()
        folders = PurePosixPath(near).parents
        bases = folders[statement.level - 1 : statement.level] if statement.level else folders
        for base in bases:
            files = [base.joinpath(*parts).with_suffix(".py")] if parts else []
            for uri in map(str, (*files, base.joinpath(*parts, "__init__.py"))):
                found = self.read(uri)
                if self._bytes(uri) is not None:
                    return found
        return None
