"""What a program's own SQL makes, moves or alters: of that the truth says nothing, or no longer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pgconform.request import HOLE, Proof, Statement
from pgconform.schema import Relation
from pgconform.sql.doubts import words
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

_MADE = deferred(
    r"\bcreate\s+(?:(?:global|local)\s+)?(?:temp|temporary|unlogged)?\s*(?:table|view|materialized\s+view)\s+"
    r'(?:if\s+not\s+exists\s+)?(?:\w+\.)?"?(\w+)',
    re.IGNORECASE,
)
_ALTERS = r'\balter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?(?:"?\w+"?\.)?"?(\w+)"?\s+'
_TAKEN = deferred(
    r'\b(?:rename\s+to\s+"?(\w+)'
    rf'|into\s+(?:(?:temp|temporary|unlogged)\s+)?(?:table\s+)?"?(\w+)"?\s+from\b)|{_ALTERS}set\s+schema\b',
    re.IGNORECASE,
)
"""Names that tables get otherwise than by a CREATE: ``ALTER TABLE … RENAME TO name``, ``SELECT … INTO name FROM …``."""
_UNNAMED = deferred(
    rf"\b(?:create\s+(?:\w+\s+)?table\s+(?:if\s+not\s+exists\s+)?|rename\s+to\s+)[\w.\"]*[{HOLE}{{%]", re.IGNORECASE
)
_OTHERWISE = deferred(
    r"\b(?:create\s+(?:or\s+replace\s+)?(?:(?:global|local)\s+)?"
    r"(?:temp(?:orary)?\s+(?:recursive\s+)?(?:table|view)|(?:materialized\s+)?view)\s+"
    r"(?:if\s+not\s+exists\s+)?|into\s+temp(?:orary)?\s+(?:table\s+)?)(?:\w+\.)?\"?(\w+)"
    r'|\bcreate\s+(?:unlogged\s+)?table\s+(?:\w+\.)?"?(\w+)"?\s*(?:as\b|\(\s*(?:like\b|\)))'
    rf'|{_ALTERS}rename\s+to\s+"?(\w+)',
    re.IGNORECASE,
)
"""Temporary tables, which stand before others of their names, views, and tables made like others or renamed."""
_RETYPED = deferred(rf"{_ALTERS}(?:[^;]*\s)?alter\s+(?:column\s+)?\S+\s+(?:set\s+data\s+)?type\s", re.IGNORECASE)
_WHATEVER_TYPES = deferred(r"^(?:column|relation) \S+ does not exist$")
"""Refusals that hang on no column's type."""
_STAND_BEFORE = 2
"""The groups of those that are there instead of the truth's, whatever a statement asks."""
_LABELLED = deferred(
    r"\b(?:create\s+type\s+\S+\s+as\s+enum\s*\([^)]*\)|alter\s+type\s+\S+\s+add\s+value\s[^;]*)", re.IGNORECASE
)
_LABEL = deferred(r"'([^']*)'")
_NO_LABEL = deferred(r'^invalid input value for enum [^:]+: "(.*)"$', re.DOTALL)
_SEARCHED = deferred(
    r"(?:^|;)\s*set\s+(?:session\s+|local\s+)?search_path\s*(?:=|\bto\b)\s*([^;]+)"
    r"|\bset_config\s*\(\s*'search_path'\s*,\s*([^)]*?)\s*,[^,)]*\)",
    re.IGNORECASE,
)
_LOOKED_IN = deferred(r"[^,\s'\"]+")
_ALWAYS = frozenset(
    {"pg_catalog", "pg_temp", "default", "$user", "extensions", "ag_catalog", "topology", "tiger", "tiger_data"}
)
"""Those that hold nothing of a project's own."""


class Makings:
    """What a program's statements make, by (file, text), beside the ``relations`` that the truth has in all schemas.

    What tests make stands before nothing in the program. ``schemas`` are those in which names are looked for: those
    given, and others of the truth's in which the program looks. ``made`` are relations by name. Of those ``otherwise``
    the program makes, renames or finds another one of that name, of those ``instead`` whatever the truth has; those
    ``retyped`` get other types, and of enums it makes the ``labels``. ``unnamed``: names of others are not known.
    ``elsewhere``: it looks for names in schemas of which nothing is known.
    """

    def __init__(self, texts: Iterable[tuple[str, str]], schemas: Sequence[str], relations: Iterable[Relation]) -> None:
        making = [(uri, text) for uri, text in texts if _may_make(text)]
        self.made = {name.lower() for _, text in making for name in _made(text)}
        self.unnamed = any(_UNNAMED.search(text) for _, text in making)
        own = [text for uri, text in making if not in_tests(uri)]
        told = [names for text in own for names in _OTHERWISE.findall(text)]
        self.instead = {name.lower() for names in told for name in names[:_STAND_BEFORE] if name}
        self.otherwise = {name.lower() for names in told for name in names if name}
        self.retyped = {name.lower() for text in own for name in _RETYPED.findall(text)}
        self.labels = {label for text in own for said in _LABELLED.findall(text) for label in _LABEL.findall(said)}
        paths = {name for text in own for name in _path(text)} - _ALWAYS.union(schemas)
        there = [item for item in relations if item.schema in paths or item.schema in schemas] if paths else []
        found = sorted(paths.intersection(item.schema for item in there))
        self.schemas = (*schemas, *found)
        self.elsewhere = len(found) < len(paths)
        names = Counter(item.name for item in there)
        self.instead |= {item.name for item in there if item.schema in paths and names[item.name] > 1}
        self.otherwise |= self.instead

    def against(self, sql: str, proof: Proof) -> str:
        """Why what a server says of a statement proves nothing of what that runs on; "" where it may."""
        if self.elsewhere:
            return "the program looks for names in other schemas"
        hidden = self.otherwise if proof.code else self.instead
        types = self.retyped if proof.code and not _WHATEVER_TYPES.match(proof.message) else set()
        named = set(words(sql)) if hidden or types else set()
        if name := min(hidden & named, default=""):
            return f"the program makes {name} itself"
        if name := min(types & named, default=""):
            return f"the program gives columns of {name} other types itself"
        label = _NO_LABEL.match(proof.message) if self.labels else None
        return f"the program makes the label {label[1]} itself" if label and label[1] in self.labels else ""


def texts_of(statements: Iterable[Statement]) -> Iterator[tuple[str, str]]:
    """All texts that statements may have, each with its file."""
    for one in statements:
        for text in {one.text.value, *one.texts}:
            yield one.at.uri if one.at else "", text


def _may_make(text: str) -> bool:
    said = text.lower()
    return "create" in said or "alter" in said or "search_path" in said or ("into" in said and "insert" not in said)


def _made(text: str) -> Iterator[str]:
    yield from _MADE.findall(text)
    for names in _TAKEN.findall(text):
        yield from filter(None, names)


def _path(text: str) -> Iterator[str]:
    """The schemas in which names are to be looked for; what stands for one that is not known is no schema's name."""
    for said, told in _SEARCHED.findall(text):
        yield from _LOOKED_IN.findall((said or told).lower())
