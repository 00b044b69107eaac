"""The data dictionary: a page for each relation, and one that leads to them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from pgconform.generate.documents.diagram import around, mermaid
from pgconform.generate.documents.marks import code, digest, prose, slug
from pgconform.generate.documents.tables import column_table, grid, reference, relation_table, spelled_key
from pgconform.pairs.pair import display_name
from pgconform.pairs.world import World
from pgconform.schema import Relation
from pgconform.support.patterns import deferred

Users: TypeAlias = Mapping[str, Mapping[str, Sequence[str]]]
"""Of each column, "" for the relation itself: the files that use it, by how they do."""
INDEX = "README"
_MANY = 40
_FEW = 5
_MARK = deferred(r"<!-- pgconform:page facts=(?P<facts>[0-9a-f]{12}) sum=(?P<sum>[0-9a-f]{12}) -->\r?\n")
_WHEN = "<!-- Written by `pgconform generate docs` from the database's schema; do not edit it by hand. -->"


class Marked(NamedTuple):
    """What a generated page says of itself: the digest of the facts it was written from; a hand ``edited`` it."""

    facts: str
    edited: bool


def pages(world: World, relations: Sequence[Relation], users: Mapping[str, Users]) -> dict[str, str]:
    """The pages by their names without an ending; each tells a relation and who uses it."""
    names = {item.qualified: slug(display_name(world, item)) for item in relations}
    found = {names[item.qualified]: _page(world, item, names, users.get(item.qualified, {})) for item in relations}
    return {**found, INDEX: _index(world, relations, names)}


def marked(text: str) -> Marked | None:
    """What a page says of itself; None for one that pgconform did not write."""
    found = _MARK.match(text)
    return Marked(found["facts"], digest(text[found.end() :]) != found["sum"]) if found else None


def _marking(facts: str, more: str = "") -> str:
    body = f"{_WHEN}\n\n{facts}{more}"
    return f"<!-- pgconform:page facts={digest(facts)} sum={digest(body)} -->\n{body}"


def _index(world: World, relations: Sequence[Relation], names: Mapping[str, str]) -> str:
    table = relation_table(world, relations, lambda item: _leads(names, item))
    drawn = _drawn(world, [item for item in relations if item.links or _referred(world, item)])
    picture = f"\n## Diagram\n\n{drawn}" if drawn else ""
    return _marking(f"# Database schema\n\n{table}{picture}")


def _drawn(world: World, relations: Sequence[Relation], about: Relation | None = None) -> str:
    """A diagram of these relations, if there are neither too few nor too many to see anything."""
    if not 1 < len(relations) <= _MANY:
        return ""
    return f"```mermaid\n{mermaid(world, relations, columns=False, about=about)}```\n"


def _page(world: World, relation: Relation, names: Mapping[str, str], users: Users) -> str:
    parts = [
        f"# {code(display_name(world, relation))}\n",
        f"{prose(relation.comment)}\n" if relation.comment else "",
        f"{_kind(relation)}\n",
        f"## Columns\n\n{column_table(world, relation, leads=lambda item: _leads(names, item))}",
        *_sections(world, relation, names),
    ]
    facts = "\n".join(part for part in parts if part)
    used = _used(users)
    return _marking(facts, f"\n## Used by\n\n{used}" if used else "")


def _sections(world: World, relation: Relation, names: Mapping[str, str]) -> Iterable[str]:
    sections = (
        ("Keys", _keys(relation)),
        ("References", _references(world, relation, names)),
        ("Checks", "".join(f"- {code(check.expression)}\n" for check in relation.checks)),
        ("Policies", _policies(relation)),
        ("Triggers", "".join(f"- {code(item.name)}\n" for item in relation.triggers)),
        ("Diagram", _drawn(world, around(world, relation), relation)),
        ("Definition", _defined(relation)),
    )
    return [f"## {title}\n\n{text}" for title, text in sections if text]


def _kind(relation: Relation) -> str:
    said = relation.kind[:1].upper() + relation.kind[1:]
    secured = {True: "; row-level security is on", False: "; row-level security is off"}
    rls = secured[relation.row_security] if relation.row_security is not None and "table" in relation.kind else ""
    return f"{said} of schema {code(relation.schema)}{rls}."


def _keys(relation: Relation) -> str:
    lines = []
    for key in relation.keys:
        word, said = spelled_key(key)
        lines.append(f"- {word} ({code(said)}){f' where {code(key.partial)}' if key.partial else ''}\n")
    return "".join(lines)


def _references(world: World, relation: Relation, names: Mapping[str, str]) -> str:
    lines = []
    for link in relation.links:
        action = f", on delete {link.on_delete}" if link.on_delete != "no action" else ""
        told = reference(world, link, lambda item: _leads(names, item))
        lines.append(f"- ({', '.join(map(code, link.columns))}) {told}{action}\n")
    for other, columns in _referred(world, relation):
        page = names.get(other.qualified, "")
        name = f"[{code(display_name(world, other))}]({page}.md)" if page else code(display_name(world, other))
        lines.append(f"- referred to by {name} ({', '.join(map(code, columns))})\n")
    return "".join(lines)


def _referred(world: World, relation: Relation) -> list[tuple[Relation, tuple[str, ...]]]:
    """The relations that refer to this one, and by which columns."""
    me = (relation.schema, relation.name)
    found = [
        (other, link.columns)
        for other in world.truth.relations
        if other.partition_of is None
        for link in other.links
        if (link.target_schema, link.target) == me
    ]
    return sorted(found, key=lambda item: (item[0].qualified, item[1]))


def _policies(relation: Relation) -> str:
    rows = [
        [prose(item.name), item.command, ", ".join(map(code, item.roles)), code(item.using), code(item.check)]
        for item in sorted(relation.policies, key=lambda item: (item.command, item.name))
    ]
    return grid(("Policy", "For", "Roles", "Using", "With check"), rows) if rows else ""


def _defined(relation: Relation) -> str:
    """A view's query."""
    told = "view" in relation.kind and relation.definition
    return f"```sql\n{relation.definition.strip()}\n```\n" if told else ""


def _used(users: Users) -> str:
    """Who reads and writes the relation and each of its columns, by file."""
    words = ("read", "written", "modelled")
    rows = []
    for column, how in sorted(users.items()):
        rows.append([code(column) if column else "the table", *(_files(how.get(word, ())) for word in words)])
    return grid(("Used", "Read in", "Written in", "Modelled in"), rows) if rows else ""


def _files(uris: Sequence[str]) -> str:
    more = f" and {len(uris) - _FEW} more" if len(uris) > _FEW else ""
    return ", ".join(map(code, uris[:_FEW])) + more


def _leads(names: Mapping[str, str], relation: Relation) -> str:
    page = names.get(relation.qualified, "")
    return f"{page}.md" if page else ""
