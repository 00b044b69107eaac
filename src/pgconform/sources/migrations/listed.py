"""A listing of a database's tables as Supabase's dashboard writes it: names stand without the quotes that they need."""

from __future__ import annotations

import re

from pgconform.sources.migrations.document import Document
from pgconform.support.patterns import deferred

LISTING = deferred(rb"\A(?:[ \t]*(?:--[^\n]*|\r?)\n)*?[ \t]*--[^\n]*\bschema is for context only\b")
"""Its words above the tables."""
_NAMES = deferred(rb"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*|\b(?=\w*[a-z])(?=\w*[A-Z])[A-Za-z_]\w*")


def quoted(document: Document) -> Document:
    """The document; of a listing with its names of small and capital letters in quotes. Its keywords are capitals."""
    return Document(document.uri, _NAMES.sub(_quoted, document.sql)) if LISTING.search(document.sql) else document


def _quoted(found: re.Match[bytes]) -> bytes:
    return found[0] if found[0][:1] in b"'\"-" else b'"%b"' % found[0]
