"""Where a statement names relations and columns: libpg_query finds the places, the truth says whose they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from pgconform.pairs.world import World
from pgconform.schema import Access, Relation
from pgconform.sql.parser import SqlSyntaxError, parse

Tree: TypeAlias = dict[str, Any]
_WRITES = {
    "InsertStmt": Access.INSERT,
    "UpdateStmt": Access.UPDATE,
    "DeleteStmt": Access.MENTION,
    "MergeStmt": Access.BOTH,
}
_STATEMENTS = frozenset({"SelectStmt", *_WRITES})


class Mention(NamedTuple):
    """A place (a character of the text) that names a relation or, with ``column``, a column of it; "*" is all."""

    relation: Relation
    column: str
    access: Access
    offset: int


class _Scope:
    """The relations whose columns can be named within a statement, by what they are called there."""

    def __init__(self, around: _Scope | None = None) -> None:
        self.around = around
        self.named: dict[str, Relation | None] = {}
        self.derived: set[str] = set() if around is None else set(around.derived)

    def find(self, name: str) -> Relation | None:
        if name in self.named:
            return self.named[name]
        return self.around.find(name) if self.around else None


def mentions(world: World, sql: str) -> Iterator[Mention]:
    """Every mention in a statement, in no order; none of one that does not parse."""
    try:
        parsed = parse(sql.encode(), data=True)
    except SqlSyntaxError:
        return
    text = sql.encode()
    for one in parsed:
        for found in _Reader(world).statement(one.kind, one.tree, _Scope()):
            yield found._replace(offset=len(text[: max(found.offset, 0)].decode("utf-8", "ignore")))


class _Reader:
    def __init__(self, world: World) -> None:
        self.world = world

    def statement(self, kind: str, tree: Tree, around: _Scope) -> Iterator[Mention]:
        scope = _Scope(around)
        for item in tree.get("withClause", {}).get("ctes", ()):
            scope.derived.add(item["CommonTableExpr"]["ctename"])
        if kind in _WRITES and (target := tree.get("relation")):
            yield from self.written(kind, tree, target, scope)
        for source in (*tree.get("fromClause", ()), *tree.get("usingClause", ()), tree.get("sourceRelation")):
            yield from self.source(source, scope)
        yield from self.within(tree, scope, frozenset({"relation", "cols"}))

    def written(self, kind: str, tree: Tree, target: Tree, scope: _Scope) -> Iterator[Mention]:
        """The relation that is written and the columns that are set."""
        access = _WRITES[kind]
        relation = self.relation(target, scope)
        if relation is None:
            return
        yield Mention(relation, "", access, target.get("location", -1))
        conflict = tree.get("onConflictClause", {})
        listed = [*tree.get("cols", ()), *(tree.get("targetList", ()) if kind == "UpdateStmt" else ())]
        for item in listed:
            named = item.get("ResTarget", {})
            yield from self.column(relation, named.get("name", ""), access, named.get("location", -1))
        for item in conflict.get("targetList", ()):
            named = item.get("ResTarget", {})
            yield from self.column(relation, named.get("name", ""), Access.UPDATE, named.get("location", -1))
        scope.named.setdefault("excluded", relation)

    def source(self, source: Tree | None, scope: _Scope) -> Iterator[Mention]:
        for kind, tree in (source or {}).items():
            match kind:
                case "RangeVar":
                    relation = self.relation(tree, scope)
                    if relation is not None:
                        yield Mention(relation, "", Access.READ, tree.get("location", -1))
                case "JoinExpr":
                    for side in ("larg", "rarg"):
                        yield from self.source(tree.get(side), scope)
                case _ if alias := tree.get("alias", {}).get("aliasname"):
                    scope.named[alias] = None

    def relation(self, tree: Tree, scope: _Scope) -> Relation | None:
        name, schema = tree.get("relname", ""), tree.get("schemaname", "")
        found = None if not schema and name in scope.derived else self.world.relation(name, schema)
        scope.named[tree.get("alias", {}).get("aliasname", name)] = found
        return found

    def within(self, node: Any, scope: _Scope, skipped: frozenset[str] = frozenset()) -> Iterator[Mention]:
        """All columns named below a node."""
        if isinstance(node, list):
            for item in node:
                yield from self.within(item, scope)
        elif isinstance(node, dict):
            for key, value in node.items():
                if key in skipped:
                    continue
                if key in _STATEMENTS:
                    yield from self.statement(key, value, scope)
                elif key == "ColumnRef":
                    yield from self.named(value, scope)
                elif key in ("larg", "rarg") and "op" in node and "fromClause" not in node and "jointype" not in node:
                    yield from self.statement("SelectStmt", value, scope)
                else:
                    yield from self.within(value, scope)

    def named(self, tree: Tree, scope: _Scope) -> Iterator[Mention]:
        """The columns that a reference may be."""
        parts = [part.get("String", {}).get("sval", "*") for part in tree.get("fields", ())]
        at = tree.get("location", -1)
        if len(parts) > 1:
            relation = self.world.relation(parts[-2], parts[-3]) if len(parts) > 2 else scope.find(parts[-2])
            if relation is not None:
                yield from self.column(relation, parts[-1], Access.READ, at)
            return
        level: _Scope | None = scope
        while level is not None:
            here = [relation for relation in level.named.values() if relation is not None]
            found = [mention for relation in here for mention in self.column(relation, parts[0], Access.READ, at)]
            if found:
                yield from found
                return
            level = level.around

    def column(self, relation: Relation, name: str, access: Access, at: int) -> Iterator[Mention]:
        if name == "*" or name in self.world.fields(relation):
            yield Mention(relation, name, access, at)
