"""The seam to libpg_query, Postgres' own grammar: SQL text in, statements with their trees and places out.

Only the library that postgast ships is used, with its JSON output: the package's protobuf classes take a fifth of a
second to import. Trees are libpg_query's, as plain dicts; offsets count bytes.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import msgspec

from pgconform.errors import Problem

Tree: TypeAlias = dict[str, Any]


OF_DATA = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "SelectStmt"})


class Parsed(NamedTuple):
    """One statement: ``kind`` is its node's name (``CreateStmt``), ``start`` and ``end`` its bytes in the text.

    The trees of statements about data, which may be large and tell nothing of the schema, are left out.
    """

    kind: str
    tree: Tree
    start: int
    end: int


class SqlSyntaxError(Exception):
    """The text is no SQL: the server's message, and the byte it points at."""

    def __init__(self, message: str, position: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


class _Statement(msgspec.Struct):
    stmt: dict[str, msgspec.Raw]
    stmt_location: int = 0
    stmt_len: int = 0


class _Statements(msgspec.Struct):
    stmts: list[_Statement] = []


class _Error(ctypes.Structure):
    _fields_ = (
        ("message", ctypes.c_char_p),
        ("funcname", ctypes.c_char_p),
        ("filename", ctypes.c_char_p),
        ("lineno", ctypes.c_int),
        ("cursorpos", ctypes.c_int),
        ("context", ctypes.c_char_p),
    )


class _Result(ctypes.Structure):
    _fields_ = (
        ("parse_tree", ctypes.c_char_p),
        ("stderr_buffer", ctypes.c_char_p),
        ("error", ctypes.POINTER(_Error)),
    )


@cache
def _library() -> ctypes.CDLL:
    spec = importlib.util.find_spec("postgast")
    name = "libpg_query.dylib" if sys.platform == "darwin" else "libpg_query.so"
    for place in (spec and spec.submodule_search_locations) or ():
        if (path := Path(place) / name).is_file():
            library = ctypes.CDLL(str(path))
            library.pg_query_parse.argtypes = [ctypes.c_char_p]
            library.pg_query_parse.restype = _Result
            library.pg_query_free_parse_result.argtypes = [_Result]
            return library
    raise Problem("the SQL parser (the postgast package) is not installed", "install pgconform again")


def parse(text: bytes, *, data: bool = False) -> list[Parsed]:
    """All statements of a UTF-8 text, in order; `SqlSyntaxError` when any of it does not parse.

    With ``data`` the trees of statements about data are there too.
    """
    library = _library()
    result = library.pg_query_parse(text)
    try:
        if result.error:
            error = result.error.contents
            raise SqlSyntaxError(error.message.decode("utf-8", "replace"), max(error.cursorpos - 1, 0))
        found = msgspec.json.decode(result.parse_tree, type=_Statements)
    except (RecursionError, msgspec.DecodeError) as error:
        raise SqlSyntaxError("too deeply nested") from error
    finally:
        library.pg_query_free_parse_result(result)
    return [_parsed(raw, len(text), data) for raw in found.stmts]


def _parsed(raw: _Statement, length: int, data: bool) -> Parsed:
    ((kind, tree),) = raw.stmt.items()
    end = raw.stmt_location + raw.stmt_len if raw.stmt_len else length
    return Parsed(kind, {} if kind in OF_DATA and not data else msgspec.json.decode(tree), raw.stmt_location, end)
