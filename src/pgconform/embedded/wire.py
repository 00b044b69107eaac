"""Speaking to a server of our own over its socket: a driver takes longer to import than such a server to start."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from pgconform.errors import Problem

Asked: TypeAlias = tuple[str, Sequence[int], bool]
"""A statement, the types that its first parameters come with, and whether it is to be described."""
Told: TypeAlias = tuple[bytes, bytes]
"""What a description says of parameters and of columns, as the server sends it; both b"" where none was asked for."""

_VERSION = b"\0\3\0\0"
_HEAD = struct.Struct(">cI")
_DESCRIBE, _SYNC, _TERMINATE = b"D\0\0\0\6S\0", b"S\0\0\0\4", b"X\0\0\0\4"
_UNTYPED = b"\0\0"
_FRAME = 8
"""Bytes of a message that asks to prepare a statement, beside that and its types."""
_PIECE = 1 << 18
_NOT_DESCRIBED: Told = (b"", b"")


class Refusal(NamedTuple):
    """What the server says where it does not take something; ``position`` counts characters from 1, or is ""."""

    code: str
    message: str
    hint: str
    position: str


class Wire:
    """A connection to a server that trusts whoever reaches its ``directory`` of sockets."""

    def __init__(self, directory: Path, user: str, database: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._out: list[bytes] = []
        self._in: list[bytes] = []
        self._rest = b""
        try:
            self._socket.connect(str(directory / ".s.PGSQL.5432"))
            said = ("user", user, "database", database, "client_encoding", "UTF8", "")
            body = _VERSION + b"".join(part.encode() + b"\0" for part in said)
            self._out.append((len(body) + 4).to_bytes(4, "big") + body)
            self._answered()
        except OSError as error:
            self._socket.close()
            raise Problem(f"the server does not answer: {error.strerror}", "try again") from error
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Says goodbye."""
        with contextlib.suppress(OSError):
            self._socket.send(_TERMINATE, socket.MSG_DONTWAIT)
        self._socket.close()

    def rows(self, sql: str) -> list[tuple[str, ...]]:
        """The rows of a query whose values are known, as texts; `Problem` where it cannot be run."""
        body = sql.encode() + b"\0"
        self._out.append(_HEAD.pack(b"Q", len(body) + 4) + body)
        return self._answered()

    def _answered(self) -> list[tuple[str, ...]]:
        self.send()
        rows = []
        refused = None
        try:
            for kind, body in self._messages():
                if kind == b"D":
                    rows.append(tuple(_values(body)))
                elif kind == b"E":
                    refused = _refusal(body)
        finally:
            if refused:
                raise Problem(refused.message)
        return rows

    def put(self, statements: Iterable[Asked]) -> None:
        """Statements of one transaction, to be prepared, among what is to be sent."""
        for sql, types, described in statements:
            text = sql.encode("utf-8", "replace")
            given = struct.pack(f">H{len(types)}I", len(types), *types) if types else _UNTYPED
            size = (len(text) + len(given) + _FRAME - 2).to_bytes(4, "big")
            self._out.append(b"P%b\0%b\0%b" % (size, text, given))
            if described:
                self._out.append(_DESCRIBE)
        self._out.append(_SYNC)

    def send(self) -> None:
        """All is on its way. Answers are taken in meanwhile: else the server would wait for us, and we for it."""
        left = memoryview(b"".join(self._out))
        self._out.clear()
        while left:
            try:
                left = left[self._socket.send(left, socket.MSG_DONTWAIT) :]
            except BlockingIOError:
                readable, _, _ = select.select([self._socket], [self._socket], [])
                if readable:
                    self._in.append(self._received())
            except OSError:
                return  # whoever reads hears its last words

    def prepared(self) -> tuple[list[Told], Refusal | None]:
        """The answers to the statements of one transaction, up to the one that was refused."""
        found: list[Told] = []
        parameters, refused = b"", None
        for kind, body in self._messages():
            if kind == b"1":
                found.append(_NOT_DESCRIBED)
            elif kind == b"t":
                parameters = body
            elif kind in (b"T", b"n"):
                found[-1] = (parameters, body)
            elif kind == b"E":
                refused = _refusal(body)
        return found, refused

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        """What the server says until it is ready for more, each with its kind."""
        data, at, kind = self._rest, 0, b""
        while kind != b"Z":
            end = at + _HEAD.size
            if end <= len(data):
                kind, size = _HEAD.unpack_from(data, at)
                end = at + 1 + size
            if end > len(data):
                data, at, kind = data[at:] + self._more(), 0, b""
                continue
            yield kind, data[at + 5 : end]
            at = end
        self._rest = data[at:]

    def _more(self) -> bytes:
        if not self._in:
            return self._received()
        found = b"".join(self._in)
        self._in.clear()
        return found

    def _received(self) -> bytes:
        try:
            found = self._socket.recv(_PIECE)
        except OSError:
            found = b""
        if not found:
            raise Problem("the server went away while it was asked about statements", "try again")
        return found


def _values(body: bytes) -> Iterator[str]:
    """The values of a row; "" of one that is null."""
    at = 2
    for _ in range(int.from_bytes(body[:2], "big")):
        size = int.from_bytes(body[at : at + 4], "big", signed=True)
        at += 4
        yield body[at : at + max(size, 0)].decode()
        at += max(size, 0)


def _refusal(body: bytes) -> Refusal:
    said = {part[:1]: part[1:].decode("utf-8", "replace") for part in body.split(b"\0") if part}
    return Refusal(*(said.get(kind, "") for kind in (b"C", b"M", b"H", b"P")))
