"""Policies as documents tell of them: in tables, in lists under the table they are of, and in SQL."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from typing import Any, NamedTuple

from pgconform.schema import Policy, Relation, Secured, Unread
from pgconform.shape import Location
from pgconform.sources.docs import sqlfences
from pgconform.sources.docs import vocabulary as words
from pgconform.sources.docs.facts import Block, Fence, Grid, Item, Part
from pgconform.sources.docs.ground import Ground, spoken_past
from pgconform.sources.docs.plain import cell_name, is_word, past, plain
from pgconform.sources.docs.secured import keys
from pgconform.support.patterns import deferred

_MOST = 0.6
_LONGEST = 63
"""Bytes of a name that Postgres keeps."""
_COMMANDS = frozenset({"select", "insert", "update", "delete", "all"})
_ITEM = deferred(r"^(?:\*\*|__)?(?P<mark>[`\"“])(?P<name>[^`\"”]+)[`\"”](?:\*\*|__)?\s*(?:[(:–—-]\s*(?P<rest>.*))?$")
_TITLE = deferred(r"polic(?:y|ies)|política|richtlinie|策略|ポリシー|정책", re.IGNORECASE)
_USING = deferred(r"^using\s*(\(.*\))$", re.IGNORECASE | re.DOTALL)
_CHECK = deferred(r"^with\s+check\s*(\(.*\))$", re.IGNORECASE | re.DOTALL)

_ESCAPED = deferred(r"\\([\W_])")
_BOLD = deferred(r"(?P<mark>\*\*|__)(?P<inside>.+)(?P=mark)")
_DROPS = deferred(r"\b(?:drop|alter)\s+policy\b", re.IGNORECASE)


class Told(NamedTuple):
    """A policy of a relation as it is told, and where its name stands."""

    relation: Relation
    policy: Policy
    at: Location


def claims(told: Iterable[Told]) -> Iterator[Secured]:
    """The policies of those relations of which most are there by name: others may be no more than proposals."""
    for relation, group in _grouped(told):
        if _is_sure(relation, group):
            yield from (Secured(keys([relation]), policies=(one.policy,), at=one.at) for one in group)


def unread(told: Iterable[Told]) -> Iterator[Unread]:
    """Why the policies of other relations are not judged."""
    for relation, group in _grouped(told):
        if not _is_sure(relation, group):
            yield Unread(f"too few of these policies are those of {relation.name}", "document", at=group[0].at)


def _grouped(told: Iterable[Told]) -> list[tuple[Relation, list[Told]]]:
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for one in told:
        found[one.relation.qualified].append(one)
    return [(group[0].relation, group) for group in found.values()]


def _is_sure(relation: Relation, group: Sequence[Told]) -> bool:
    names = {policy.name for policy in relation.policies}
    known = sum(one.policy.name in names for one in group)
    return known > 0 and known >= _MOST * len(group)


def of_grid(ground: Ground, grid: Grid) -> list[Told]:
    """A table of policies: of the table that its heading names, or that a column of its own does."""
    roles = [_role(part.text) for part in grid.header]
    if roles.count("policy") != 1 or len(set(roles) - {""}) < 2 or spoken_past(grid.block):
        return []
    meant = None if "table" in roles else ground.meant(grid.block)
    found = []
    for row in grid.rows:
        cells = dict(zip(roles, row, strict=False))
        relation = ground.find(cell_name(cells["table"])) if "table" in cells else meant and meant.truth
        if relation is not None and not any(past(part.text) for part in row):
            name = _name(cells["policy"])
            policy = Policy(kept(name.text), _command(cells), _roles(cells), True, *_expression(cells))
            found += [Told(relation, policy, ground.place(name))] if name.text else []
    return found


def _role(text: str) -> str:
    return next((role for role, known in _ROLES if is_word(text, known)), "")


_ROLES = (
    ("policy", words.POLICY), ("table", words.TABLE), ("command", words.COMMAND), ("roles", words.ROLES),
    ("expression", words.EXPRESSION), ("using", words.USING), ("check", words.WITH_CHECK),
)  # fmt: skip


def _name(part: Part) -> Part:
    """A policy's name, without the marks around it and in it."""
    bold = _BOLD.fullmatch(part.text)
    text = bold["inside"] if bold else part.text
    bare = text[1:-1] if len(text) > 2 and text[0] in '`"“' and text[-1] in '`"”' else text
    return Part(bare if text.startswith("`") else _plain(bare), part.line, part.column + part.text.find(bare))


def _plain(text: str) -> str:
    """A text without what keeps its characters from being marks."""
    return unescape(_ESCAPED.sub(r"\1", text))


def _command(cells: dict[str, Part]) -> str:
    said = plain(cells["command"].text).lower() if "command" in cells else ""
    return said if said in _COMMANDS else ""


def _roles(cells: dict[str, Part]) -> tuple[str, ...]:
    said = re.findall(r"\w+", plain(cells["roles"].text).lower()) if "roles" in cells else []
    return tuple(sorted(said)) if said and set(said) <= {"anon", "authenticated", "service_role", "public"} else ()


def _expression(cells: dict[str, Part]) -> tuple[str, str]:
    """USING and WITH CHECK: of columns of their own, or where one cell spells one of them out."""
    using, check = _condition(cells, "using"), _condition(cells, "check")
    text = _condition(cells, "expression")
    spelled, checked = _USING.match(text), _CHECK.match(text)
    return (using or (spelled[1] if spelled else ""), check or (checked[1] if checked else ""))


def _condition(cells: dict[str, Part], role: str) -> str:
    """A cell in code marks, or without any; what is told in words is no SQL, and compared with nothing."""
    return cells[role].text.strip("` ").replace("\\|", "|") if role in cells else ""


def of_items(ground: Ground, items: Sequence[Item]) -> list[Told]:
    """A list of policies, each beginning with its name, under a heading or a line that says so."""
    block = items[0].block
    speaks = _TITLE.search(block.lead.rsplit("\n", 1)[-1]) or (block.titles and _TITLE.search(block.titles[-1]))
    meant = ground.meant(Block(block.titles)) if speaks and not spoken_past(block) else None
    if meant is None or meant.truth is None:
        return []
    found = []
    for item in items:
        match = _ITEM.match(item.text.text) if item.depth == items[0].depth and not past(item.text.text) else None
        if match:
            name = match["name"] if match["mark"] == "`" else _plain(match["name"])
            part = Part(name, item.text.line, item.text.column + match.start("name"))
            said = re.match(r"(\w+)\)?(?:\s*[:–—-]|$)", match["rest"] or "")
            command = said[1].lower() if said and said[1].lower() in _COMMANDS else ""
            found.append(Told(meant.truth, Policy(kept(name), command), ground.place(part)))
    return found


def of_fences(ground: Ground, fences: Iterable[Fence]) -> list[Told]:
    """``CREATE POLICY`` in SQL; what it does not say is what Postgres then takes."""
    found = []
    for fence in fences:
        if fence.language not in sqlfences.LANGUAGES or "policy" not in fence.text.lower():
            continue
        if not (sqlfences.altered(fence) or _DROPS.search(fence.text) or spoken_past(fence.block)):
            made = sqlfences.Made(fence, 0, fence.text.encode())
            for start, statement in sqlfences.parsed(made.text):
                if statement.kind == "CreatePolicyStmt":
                    end = start + statement.end
                    found += _created(ground, made._replace(start=start), statement.tree, made.text[start:end].decode())
    return found


def _created(ground: Ground, made: sqlfences.Made, tree: dict[str, Any], sql: str) -> list[Told]:
    table = tree.get("table", {})
    relation = ground.world.relation(table.get("relname", ""), table.get("schemaname", ""))
    if relation is None:
        return []
    roles = (item.get("RoleSpec", {}) for item in tree.get("roles", ()))
    named = tuple(sorted(role.get("rolename", "public") for role in roles)) or ("public",)
    policy = Policy(
        kept(tree["policy_name"]), tree.get("cmd_name", "all"), named, tree.get("permissive", False),
        _clause(sql, r"\busing\s*\("), _clause(sql, r"\bwith\s+check\s*\("),
    )  # fmt: skip
    offset = len(sql[: sql.find(tree["policy_name"])].encode())
    return [Told(relation, policy, ground.place(sqlfences.part(made, offset, tree["policy_name"])))]


def _clause(sql: str, opens: str) -> str:
    """What stands between the brackets after these words."""
    bare = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*", lambda quoted: "_" * len(quoted[0]), sql)
    found = re.search(opens, bare, re.IGNORECASE)
    if found is None:
        return ""
    depth, end = 1, found.end()
    while end < len(bare) and depth:
        depth += {"(": 1, ")": -1}.get(bare[end], 0)
        end += 1
    return f"({sql[found.end() : end - 1]})"


def kept(name: str) -> str:
    """A name as Postgres keeps it."""
    return name.encode()[:_LONGEST].decode("utf-8", "ignore")
