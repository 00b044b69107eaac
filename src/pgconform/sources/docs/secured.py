"""Row-level security as documents tell of it: in tables, and in lines that say it is on or off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pgconform.schema import Relation, Secured
from pgconform.sources.docs import vocabulary as words
from pgconform.sources.docs.facts import Block, Grid, Line
from pgconform.sources.docs.ground import Ground, spoken_past
from pgconform.sources.docs.plain import cell_name, codes, is_word, past, plain
from pgconform.support.patterns import deferred

_MOST = 0.6
_LEAST = 2
_NAME = r"row[- ]level[- ]security"
_SUBJECT = rf"(?:rls|{_NAME})(?:\s*\((?:rls|{_NAME})\))?(?:\s+polic(?:y|ies))?"
_STATES = "enabled|enforced|active|on|disabled|off|inactive|habilitado|activé|启用|已启用"
_STATE = rf"(?P<state>{_STATES})"
_LABEL = rf"(?:(?:rls|rls policies|{_NAME}|security|database|database security|access control)\s*[:：]\s*)?"
_LIST = r"(?P<names>`[^`]+`(?:\s*(?:,|and|&|,\s*and)\s*`[^`]+`)*)(?:\s+tables?)?"
_TABLES = (
    r"all\s+(?:of\s+the\s+|the\s+|our\s+)?(?:\d+\s+)?(?:database\s+|public\s+|postgres\s+)?tables"
    r"(?:\s+in\s+(?:the\s+)?`?public`?(?:\s+schema)?)?"
)
_END = r"\s*(?:[.;,)]|—|–|$)"
_HERE = deferred(
    rf"^{_SUBJECT}\s*(?:[:：–—-]|\bis\b|\bare\b)?\s*(?P<state>{_STATES}|yes|no)(?=\s*(?:$|[.,;(（—–]|with\b|-\s))",
    re.IGNORECASE,
)
_NAMED = deferred(
    rf"^{_LABEL}{_SUBJECT}\s+(?:is\s+|are\s+)?{_STATE}\s+(?:on|for)\s+(?:the\s+)?{_LIST}{_END}", re.IGNORECASE
)
_HAVE = deferred(rf"^(?:the\s+)?{_LIST}\s+(?:have|has)\s+{_SUBJECT}\s+{_STATE}{_END}", re.IGNORECASE)
_EVERY = deferred(
    rf"^{_LABEL}(?:{_SUBJECT}\s*[:：]?\s*(?:is\s+|are\s+)?(?:enabled\s+|enforced\s+|active\s+)?(?:on|for)\s+{_TABLES}"
    rf"|{_TABLES}\s+(?:now\s+)?(?:have|use|enforce)\s+{_SUBJECT}(?:\s+(?:enabled|enforced|active))?){_END}",
    re.IGNORECASE,
)
_EXCEPT = deferred(r"\b(?:except|excluding|apart from|other than|but not|unless|besides)\b|[?？]", re.IGNORECASE)
_MARKS = deferred(r"^(?:[-*+>]\s+|\d+[.)]\s+|[\s✅🔒🔐🛡️✓✔•·]+)+")
_YES, _NO = "✅✓✔🟢", "❌✗✘🔴"


def of_lines(ground: Ground, lines: Iterable[Line]) -> Iterator[Secured]:
    """What lines say that tell how it is, and neither ask for it nor speak of another time."""
    for line in lines:
        said = " ".join(_MARKS.sub("", line.text.text).replace("**", "").replace("__", "").split())
        ticked = line.text.text.lstrip("-*+ ").startswith("[")
        if not (ticked or past(said) or spoken_past(line.block) or _EXCEPT.search(said)):
            yield from _line(ground, line, said)


def _line(ground: Ground, line: Line, said: str) -> Iterator[Secured]:
    """``RLS: enabled`` under a table's heading, ``RLS is enabled on `a` ``, ``RLS is enabled on all tables``."""
    at = ground.place(line.text)
    if _EVERY.match(said):
        if not any(map(words.OF_RULES.search, line.block.titles)):
            yield Secured(tuple(_tables(ground)), enabled=True, every=True, at=at)
    elif found := _NAMED.match(said) or _HAVE.match(said):
        relations = [ground.find(name) for name in codes(found["names"])]
        if all(relations):
            yield Secured(keys(filter(None, relations)), enabled=_is_on(found["state"]), at=at)
    elif found := _HERE.match(said):
        meant = ground.meant(Block(line.block.titles))
        if meant is not None and meant.truth is not None:
            yield Secured(keys([meant.truth]), enabled=_is_on(found["state"]), at=at)


def _is_on(state: str) -> bool:
    return state.lower() not in ("disabled", "off", "inactive", "no")


def keys(relations: Iterable[Relation]) -> tuple[tuple[str, str], ...]:
    """The relations by their names."""
    return tuple((one.schema, one.name) for one in relations)


def _tables(ground: Ground) -> Iterator[tuple[str, str]]:
    """The tables of the searched schemas that are the project's own."""
    for one in ground.world.truth.relations:
        own = one.schema in ground.world.schemas and one.partition_of is None and not one.extension
        if own and one.row_security is not None:
            yield one.schema, one.name


def of_grid(ground: Ground, grid: Grid) -> Iterator[Secured]:
    """A table of tables with a column that says whether it is on."""
    tables = [number for number, part in enumerate(grid.header) if is_word(part.text, words.TABLE)]
    states = [number for number, part in enumerate(grid.header) if is_word(part.text, words.SECURITY)]
    if len(tables) != 1 or len(states) != 1 or spoken_past(grid.block):
        return
    rows = [row for row in grid.rows if len(row) > max(tables[0], states[0]) and not past(row[tables[0]].text)]
    known = [(row[states[0]], relation) for row in rows if (relation := ground.find(cell_name(row[tables[0]])))]
    if len(known) < max(_LEAST, _MOST * len(rows)):
        return
    for part, relation in known:
        enabled = _state(part.text)
        if enabled is not None:
            yield Secured(keys([relation]), enabled=enabled, at=ground.place(part))


def _state(text: str) -> bool | None:
    """A cell that says yes or no and nothing else."""
    said = plain(text).lower()
    bare = said.strip(f"{_YES}{_NO}🔒️ ")
    if bare and bare not in words.ON | words.OFF:
        return None
    yes = bare in words.ON or not set(_YES).isdisjoint(said)
    no = bare in words.OFF or not set(_NO).isdisjoint(said)
    return None if yes == no else yes
