"""What kind of write a request is."""

from __future__ import annotations

from pgconform.request import Query
from pgconform.schema import Access

_ACCESS = {"select": Access.READ, "delete": Access.MENTION, "update": Access.UPDATE}


def access(query: Query) -> Access:
    """What a request does with its relation."""
    return Access.MENTION if idle(query) else _ACCESS.get(query.verb, Access.INSERT)


def idle(query: Query) -> bool:
    """An update of nothing; the server does not even look at its filters."""
    payload = query.payload
    return query.verb == "update" and payload is not None and payload.whole and not payload.fields


def merges(query: Query) -> bool:
    """The insert is told what to do on a conflict."""
    return query.verb == "upsert" or (query.verb == "insert" and query.options.get("upsert") == "true")
