"""What servers before 16 write otherwise: the columns of a view over one relation, with that relation's name."""

from __future__ import annotations

import re

from pgconform.sources.postgres.names import quoted
from pgconform.sources.postgres.nodetree import Node
from pgconform.support.patterns import deferred

_TOKEN = deferred(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\w+|\(\s*(?:SELECT|WITH)\b|.""", re.DOTALL)


def as_since_16(definition: str, rule: Node) -> str:
    """The definition as newer servers write it; ``rule`` is the view's."""
    name = _only_name(rule)
    return _unprefixed(definition, quoted(name)) if name else definition


def _only_name(rule: Node) -> str:
    """The name the one relation of the query goes by; before 16 two stand-ins for the view itself come first."""
    tables = [table for table in rule.under("rtable") if _name(table) not in ("old", "new")]
    return _name(tables[0]) if len(tables) == 1 else ""


def _name(table: Node) -> str:
    return next((alias.name("aliasname") for alias in table.under("eref")), "")


def _unprefixed(definition: str, name: str) -> str:
    """Without ``name.`` before columns, except in subqueries, where every version writes it."""
    words = _TOKEN.findall(definition)
    kept: list[str] = []
    depth, subquery = 0, 0
    for word in words:
        depth += word.startswith("(") - (word == ")")
        if word.startswith("(") and len(word) > 1:
            subquery = subquery or depth
        elif depth < subquery:
            subquery = 0
        kept.append(word)
        if not subquery and kept[-2:] == [name, "."] and kept[-3:-2] != ["."]:
            del kept[-2:]
    return "".join(kept)
