"""Projects in a few lines, read for their queries."""

from __future__ import annotations

from pgconform.request import Query
from pgconform.sources.python.flows.heads import FlowFacts
from pgconform.sources.python.flows.scopes import collect
from pgconform.sources.python.queries.reader import Reader
from pgconform.sources.python.syntax.tree import parse

HEAD = "from supabase import Client, create_client\ndb = create_client(url, key)\n"


def facts_of(**files: str) -> dict[str, FlowFacts]:
    """The flows of modules by name; ``__`` in a name is a folder."""
    return {f"{name.replace('__', '/')}.py": collect(parse(text.encode())) for name, text in files.items()}


def queries(body: str = "", **files: str) -> list[Query]:
    """The queries of a module that has a client ``db``, and of others."""
    return Reader(facts_of(main=HEAD + body, **files)).read()


def query(body: str = "", **files: str) -> Query:
    (found,) = queries(body, **files)
    return found


def table(item: Query) -> str | None:
    return item.relation.value if item.relation else None


def tables(body: str = "", **files: str) -> list[str | None]:
    return [table(item) for item in queries(body, **files)]


def keys(item: Query) -> dict[str, bool | None]:
    """The keys of a payload, and whether each is always sent."""
    assert item.payload is not None
    return {field.name: field.required for field in item.payload.fields}


def reads(body: str = "", **files: str) -> list[tuple[str, ...]]:
    """The keys read from rows, with the path before them."""
    return [(*read.path, read.key.value) for item in queries(body, **files) for read in item.reads]


def column_names(item: Query) -> list[str | None]:
    return [one.column.value if one.column else None for one in item.filters]
