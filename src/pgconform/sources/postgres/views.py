"""Where a view's columns come from, and which of them can never be NULL, from the rule that defines the view."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from pgconform.sources.postgres.nodetree import Node

Nullability: TypeAlias = Callable[[int, int], bool | None]

# Oids of built-in functions, the same in every version.
_COUNTS = frozenset({2147, 2803})
_NEVER_NULL_WINDOWS = _COUNTS | {3100, 3101, 3102, 3103, 3104}
_NEVER_NULL_CALLS = frozenset({1299, 3432, 3271, 3272, 3273, 3274, 3198, 3199, 3200, 3201, 3058})
_NULL_ONLY_OF_NULL = frozenset(
    {1258, 177, 181, 141, 463, 464, 465, 1724, 1725, 1726, 1727, 870, 871, 1317, 1381, 1369, 885, 1217, 2020}
)
_NEVER_NULL = frozenset({"NULLTEST", "BOOLEANTEST", "DISTINCTEXPR", "ARRAYEXPR", "ARRAY", "SQLVALUEFUNCTION"})


class Traced(NamedTuple):
    """A view's column: the (relation, column number) it repeats, and whether it may be NULL; None is not proven."""

    origin: tuple[int, int] | None
    nullable: bool | None


def trace(rule: Node, nullable: Nullability) -> list[Traced]:
    """The columns of the view this rule defines; ``nullable`` answers for (relation, column number)."""
    query = _Query(rule, nullable)
    return [Traced(_origin(target), query.column(number)) for number, target in enumerate(query.targets, 1)]


def _origin(target: Node) -> tuple[int, int] | None:
    relation, column = target.number("resorigtbl"), target.number("resorigcol")
    return (relation, column) if relation and column > 0 else None


class _Query:
    def __init__(self, node: Node, nullable: Nullability) -> None:
        self.node = node
        self.nullable = nullable
        self.tables = node.under("rtable")
        self.targets = [target for target in node.under("targetList") if target.scalar("resjunk") != "true"]
        self.optional: set[int] = set()
        self.proven: set[tuple[int, int]] = set()
        self.filtered: set[tuple[int, int]] = set()
        self.sets = "<>" not in node.text.partition(":groupingSets ")[2][:4]
        for tree in node.under("jointree"):
            self._join(tree)

    def column(self, number: int) -> bool | None:
        """Whether the output column of that number may be NULL."""
        if self.node.under("setOperations"):
            return self._combined(number)
        if number > len(self.targets):
            return None
        return self.expression(self.targets[number - 1].under("expr")[0])

    def _combined(self, number: int) -> bool | None:
        parts = [table for table in self.tables if table.number("rtekind") == 1]
        known = [_Query(table.under("subquery")[0], self.nullable).column(number) for table in parts]
        return False if known and all(value is False for value in known) else None

    def _join(self, node: Node) -> list[int]:
        """The range table entries under a join tree; notes those an outer join can leave empty."""
        if node.kind == "RANGETBLREF":
            return [node.number("rtindex")]
        inner = node.kind == "FROMEXPR" or node.number("jointype") == 0
        for condition in node.under("quals") if inner else ():
            self._condition(condition, outermost=True)
        if node.kind == "FROMEXPR":
            return [entry for part in node.under("fromlist") for entry in self._join(part)]
        left, right = (self._join(node.under(side)[0]) for side in ("larg", "rarg"))
        match node.number("jointype"):
            case 1:
                self.optional.update(right)
            case 2:
                self.optional.update(left, right)
            case 3:
                self.optional.update(left)
        return [*left, *right, node.number("rtindex")]

    def _condition(self, node: Node, *, outermost: bool) -> None:
        if node.kind == "VAR":
            self.filtered.add(_variable(node))
        conjunction = node.kind in ("BOOLEXPR", "BOOL") and node.scalar("boolop") == "and"
        if outermost and node.kind == "NULLTEST" and node.number("nulltesttype") == 1:
            self.proven.update(_variable(value) for value in node.under("arg") if value.kind == "VAR")
        for _, child in node.children:
            self._condition(child, outermost=outermost and conjunction)

    def expression(self, node: Node) -> bool | None:
        """False: never NULL. True: NULL wherever the stored value is, or an outer join finds no row. None: unknown."""
        if self.sets:
            return None
        match node.kind:
            case kind if kind in _NEVER_NULL:
                return False
            case "VAR":
                return self._variable(node)
            case "CONST":
                return node.scalar("constisnull") == "true"
            case "COALESCEEXPR" | "COALESCE" | "MINMAXEXPR" | "MINMAX":
                return False if False in self._each(node, "args") else None
            case "RELABELTYPE" | "COERCEVIAIO":
                return self.expression(node.under("arg")[0])
            case "BOOLEXPR":
                return _proof(self._each(node, "args"))
            case "CASEEXPR" | "CASE":
                results = [self.expression(when.under("result")[0]) for when in node.under("args")]
                return _proof([*results, *(self._each(node, "defresult") or [None])])
            case _:
                return False if self._never_null(node) else None

    def _never_null(self, node: Node) -> bool:
        match node.kind:
            case "AGGREF":
                return node.number("aggfnoid") in _COUNTS
            case "WINDOWFUNC":
                return node.number("winfnoid") in _NEVER_NULL_WINDOWS
            case "SUBLINK":
                return node.scalar("subLinkType") in ("0", "6")
            case "FUNCEXPR" if node.number("funcid") in _NEVER_NULL_CALLS:
                return node.scalar("funcvariadic") == "false"
            case "FUNCEXPR" | "OPEXPR":
                strict = node.number("funcid") or node.number("opfuncid")
                return strict in _NULL_ONLY_OF_NULL and _proof(self._each(node, "args")) is False
        return False

    def _each(self, node: Node, key: str) -> list[bool | None]:
        return [self.expression(child) for child in node.under(key)]

    def _variable(self, node: Node) -> bool | None:
        entry, column = _variable(node)
        if node.number("varlevelsup") or not 0 < entry <= len(self.tables) or column <= 0:
            return None
        if (entry, column) in self.proven:
            return False
        stored = self._stored(self.tables[entry - 1], column)
        if stored is False and entry not in self.optional:
            return False
        return True if stored is not None and not self._may_be_filtered(entry, column) else None

    def _may_be_filtered(self, entry: int, column: int) -> bool:
        """A condition could keep the NULLs of this variable out of the view."""
        if entry in self.optional and any(other in self.optional for other, _ in self.filtered):
            return True
        return (entry, column) in self.filtered or (entry, 0) in self.filtered

    def _stored(self, table: Node, column: int) -> bool | None:
        match table.number("rtekind"):
            case 0:
                return self.nullable(table.number("relid"), column)
            case 1:
                return _Query(table.under("subquery")[0], self.nullable).column(column)
            case 9:
                return self._nth(table.under("groupexprs"), column)
        return None

    def _nth(self, nodes: list[Node], number: int) -> bool | None:
        return self.expression(nodes[number - 1]) if number <= len(nodes) else None


def _variable(node: Node) -> tuple[int, int]:
    return node.number("varno"), node.number("varattno")


def _proof(known: list[bool | None]) -> bool | None:
    return False if known and all(value is False for value in known) else None
