"""Names of relations in tables of tables, lists of tables and running text, as claims that they exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pgconform.schema import Relation
from pgconform.shape import Bounds, Field
from pgconform.sources.docs import vocabulary as words
from pgconform.sources.docs.cells import listed
from pgconform.sources.docs.facts import Grid, Item, Part, Span
from pgconform.sources.docs.ground import ALIKE, Ground, document, of_others, spoken_past
from pgconform.sources.docs.plain import NAME, inner, is_word, past, plain
from pgconform.support.names import likeness, nearest
from pgconform.support.patterns import deferred

_MOST = 0.6
_LEAST = 2
_DOTTED = deferred(rf"^(?:(?P<schema>{NAME})\.)?(?P<table>{NAME})\.(?P<column>{NAME})$")
_ENDINGS = frozenset(
    {"py", "ts", "tsx", "js", "jsx", "mjs", "cjs", "yaml", "yml", "json", "toml", "ini", "cfg", "env", "sql"}
    | {"sh", "md", "mdx", "txt", "csv", "tsv", "html", "css", "scss", "go", "rs", "rb", "java", "kt", "swift"}
    | {"php", "ex", "exs", "lock", "log", "conf", "xml", "svg", "png", "jpg", "pdf", "zip", "com", "org", "io"}
    | {"net", "dev", "app", "ai", "so", "dll", "exe", "ipynb", "parquet", "proto", "vue", "svelte", "tf"}
    | {"service", "index", "init", "main"}
)
_TABLE = r"(?:tables?|views?|tablas?|tabelas?|tabellen?|表|テーブル|таблиц\w*)"
_IN_PROSE = deferred(
    rf"`(?P<one>{NAME})`\s*(?:base\s+|satellite\s+|database\s+|postgres\s+)?{_TABLE}(?!\w)|(?<!\w){_TABLE}\s+`(?P<two>{NAME})`",
    re.IGNORECASE,
)


def of_grid(ground: Ground, grid: Grid) -> Iterator[Relation]:
    """A table of tables: a header says that one of its columns holds their names."""
    places = [number for number, part in enumerate(grid.header) if is_word(part.text, words.TABLE)]
    if len(places) != 1 or spoken_past(grid.block) or of_others(grid.block):
        return
    rows = [row for row in grid.rows if len(row) > places[0] and not any(past(part.text) for part in row)]
    yield from _listed(ground, [_alone(row[places[0]]) for row in rows])


def of_items(ground: Ground, items: Sequence[Item]) -> Iterator[Relation]:
    """A list of tables: what introduces it says so, and each item begins with a name."""
    block = items[0].block
    lead = block.lead.rsplit("\n", 1)[-1]
    speaks = words.OF_TABLES.search(lead) or (block.titles and words.OF_TABLES.search(block.titles[-1]))
    if not speaks or spoken_past(block) or of_others(block):
        return
    outer = [item for item in items if item.depth == items[0].depth and not past(item.text.text)]
    yield from _listed(ground, [_leading(item.text) for item in outer])


def _listed(ground: Ground, names: Sequence[Part]) -> Iterator[Relation]:
    """The claims of a list, if most of its names are, were or nearly are relations of this truth."""
    named = [name for name in names if name.text]
    certain = [name for name in named if ground.find(name.text)]
    near = [name for name in named if not ground.find(name.text) and (ground.once(name.text) or ground.kin(name.text))]
    if len(named) < _LEAST or len(certain) + len(near) < max(_LEAST, _MOST * len(named)):
        return
    for name in named:
        schema, _, short = name.text.rpartition(".")
        if ground.find(name.text) or ground.once(name.text) or not ground.strange(name.text):
            yield document(short, schema, (), ground.place(name))


def _alone(part: Part) -> Part:
    """The name that a cell holds and nothing else."""
    found = inner(part)
    return found if found.text == plain(part.text) else Part("", part.line, part.column)


def _leading(part: Part) -> Part:
    """The name in code or bold that an item begins with."""
    return inner(part) if part.text[:1] in "`*" else Part("", part.line, part.column)


def of_spans(ground: Ground, spans: Sequence[Span]) -> Iterator[Relation]:
    """Columns named as ``table.column``, and tables of old that running text still names as tables."""
    good = {span.text.rpartition(".")[0] for span in spans if "." in span.text and _column(ground, span)}
    said: set[str] = set()
    for span in spans:
        if found := _DOTTED.match(span.text):
            yield from _dotted(ground, span, found, good)
        elif span.text not in said and _gone(ground, span):
            said.add(span.text)
            yield document(span.text, "", (), ground.place(Part(span.text, span.line, span.column)))


def _gone(ground: Ground, span: Span) -> bool:
    """A relation of old that the line still calls a table as if it were there."""
    if not ground.once(span.text) or ground.find(span.text) or ground.elsewhere(span.text):
        return False
    return _as_table(span) and not past(span.around) and not words.MAKING.search(span.around)


def _as_table(span: Span) -> bool:
    """The line calls this name a table, and is no row that says so in its header."""
    if span.around.startswith(("|", "#", "-", "*", "+")) and span.around.count("|") > 1:
        return False
    return any(span.text in (found["one"], found["two"]) for found in _IN_PROSE.finditer(span.around))


def _column(ground: Ground, span: Span) -> bool:
    """The span names a column that is there."""
    found = _DOTTED.match(span.text)
    relation = ground.world.relation(found["table"], found["schema"] or "") if found else None
    return relation is not None and found is not None and found["column"] in ground.world.fields(relation)


def _dotted(ground: Ground, span: Span, found: re.Match[str], good: set[str]) -> Iterator[Relation]:
    world = ground.world
    table, column, schema = found["table"], found["column"], found["schema"] or ""
    relation = world.relation(table, schema)
    if relation is None or column in _ENDINGS:
        return
    columns = world.fields(relation)
    if column not in columns and (past(span.around) or not _meant(ground, relation, column, f"{table}" in good)):
        return
    name = Part(column, span.line, span.column + found.start("column"))
    said = _values(span) if column in columns and not past(span.around) else None
    bounds = Bounds(labels=said) if said and ground.agrees(columns[column], said) else None
    field = Field(column, bounds=bounds, at=ground.place(name))
    yield document(relation.name, relation.schema, (field,), ground.place(name))


def _values(span: Span) -> tuple[str, ...] | None:
    """The values that the rest of the sentence lists: ``is one of `a`, `b`.``"""
    rest = span.around.partition(f"`{span.text}`")[2]
    said = re.sub(r"^\s*(?:is|are|may be|can be|must be|takes?|has)\b", "", rest)
    return listed(re.split(r"\.(?:\s|$)", said, maxsplit=1)[0])


def _meant(ground: Ground, relation: Relation, column: str, company: bool) -> bool:
    """The name is a column that once was there, or in the company of others of its table nearly one that is."""
    if ground.world.dropped(relation.name, relation.schema, column):
        return True
    near = nearest(column, ground.world.fields(relation))
    return company and len(near) == 1 and likeness(column, near[0]) >= ALIKE
