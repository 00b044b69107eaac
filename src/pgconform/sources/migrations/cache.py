"""Schemas kept between runs by the content of the SQL and of this program."""

from __future__ import annotations

import contextlib
import os
from functools import cache
from pathlib import Path

import msgspec

import pgconform
from pgconform.schema import Schema
from pgconform.sources.migrations.gather import Gathered
from pgconform.support.caches import cache_home, read_cached, write_cached
from pgconform.support.digests import digest, digest_of

MOST = 64
_FILES = ("schema.py", "shape.py", "errors.py")
_FOLDERS = ("constraints", "embedded", "sources/postgres", "sources/migrations")


def key(gathered: Gathered, supabase: bool) -> str:
    """A digest of the documents, their names and order, how they are applied, and the program that does it."""
    parts = [f"{_program()}\0{supabase}\0{server()}\0{len(gathered.unread)}".encode()]
    parts += (f"{unread.at}\0{unread.reason}".encode() for unread in gathered.unread)
    for document in gathered.everything:
        parts += (document.uri.encode(), document.sql)
    return digest(parts).hex()


def server() -> str:
    """The server that is named for applying them; "" for one of our own."""
    return os.environ.get("PGCONFORM_SHADOW_URL", "")


@cache
def _program() -> str:
    """The age and size of our own files, so that a changed program trusts no older result."""
    home = Path(pgconform.__file__).parent
    files = [home / name for name in _FILES]
    files += [path for name in _FOLDERS for kind in ("*.py", "*.sql") for path in sorted((home / name).rglob(kind))]
    seen = [(path.name, found.st_mtime_ns, found.st_size) for path in files if (found := path.stat())]
    return digest_of(repr(seen).encode()).hex()


def _path(digest: str) -> Path:
    return cache_home() / "migrations" / f"{digest}.msgpack"


def load(digest: str) -> Schema | None:
    """The schema kept under this digest, or None; what cannot be understood is as good as absent."""
    content = read_cached(_path(digest))
    if content is None:
        return None
    try:
        return msgspec.msgpack.decode(content, type=Schema)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def store(digest: str, schema: Schema) -> None:
    """Keep a schema, and no more than the newest few."""
    path = _path(digest)
    if write_cached(path, msgspec.msgpack.encode(schema)):
        with contextlib.suppress(OSError):
            kept = sorted(path.parent.glob("*.msgpack"), key=lambda one: one.stat().st_mtime, reverse=True)
            for old in kept[MOST:]:
                old.unlink(missing_ok=True)
