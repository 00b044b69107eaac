"""What statements beside the truth say of that which a finding says there is not."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.pairs.world import World
from pgconform.project.doubts.absent import perhaps_there
from pgconform.project.doubts.otherwise import ABSENT, lacks
from pgconform.project.doubts.retyped import of_those_types, retypes
from pgconform.project.inputs import sql_files
from pgconform.request import HOLE
from pgconform.rules.unknown_relation import SYSTEM
from pgconform.schema import Dropped
from pgconform.shape import Labels, Location
from pgconform.sources.migrations.beside import Spoken, is_like
from pgconform.sources.migrations.detect import BOOTSTRAPPED
from pgconform.sources.migrations.layout import version
from pgconform.sql.history import runs_sql
from pgconform.support.patterns import deferred

_QUOTED = deferred(r'"([^"]+)"')
_WORDS = deferred(r"\w+")
_FILLED = deferred(r'DEFAULT value into column "([^"]+)"|column "([^"]+)" can only be updated to DEFAULT')
_UNIQUE = deferred(r"\bunique\b|\bprimary\s+key\b")
_NO_LABEL = deferred(r" is no (?:label|value) of ")
_OF_ENUM = deferred(
    r'input value for enum (?:"?\w+"?\.)?"?(\w+)"?: "(.*)"$|^"(.*)" is sent for a parameter of type (?:\w+\.)?(\w+)$'
)
_HELD = deferred(r"^\S+\.(\S+) is ")
_OF_TYPES = frozenset({"QRY005", "QRY010", "QRY012"})
_OF_VALUES = _OF_TYPES | {"QRY006", "SQL003"}
_REFERS = deferred(r"\breferences\b")
_PERHAPS = deferred(r"alter\s+table\s+if\s+exists\b")
_BY_HAND = "unless it was made by hand, as what migrations are run through must be"
_OF_FUNCTIONS = frozenset({"RPC001", "RPC002", "RPC003"})
_OF_LABELS = frozenset({"ENM002", "ENM009", "QRY006"})
_OF_KEYS = {"KEY001": ("unique", "primary"), "LNK001": ("references",), "LNK002": ("references",)}
_OF_MANY = frozenset({"LNK004", "LNK009"})
_BY = deferred(r" cannot be ordered by (\w+)\(")
_OF_ONE = deferred(r"\bunique\s*\(|\breferences\b.*\bunique\b|\b(?:unique|primary\s+key)\b.*\breferences\b")
_DROPS_KEY = deferred(r"\bdrop\s+constraint\b")


class Index:
    """Statements beside the truth, by what they are about; ``of``: only relations of that truth are in question."""

    def __init__(self, statements: Iterable[Spoken], of: World | None = None) -> None:
        self.of = of
        self.found: dict[tuple[str, ...], Spoken | None] = {}
        self.known = defaultdict[tuple[str, str], list[Spoken]](list)
        self.computed: list[Spoken] = []
        for statement in statements:
            (self.computed if HOLE in statement.name else self.known[statement.kind, statement.name]).append(statement)

    def against(self, finding: Finding, truth: World) -> Spoken | None:
        """The first statement that would make, or may have altered, what this finding says there is not."""
        said = (finding.code, finding.relation, finding.subject, finding.message)
        if said not in self.found:
            no_label = _OF_ENUM.search(finding.message) if finding.code in ("SQL003", "SQL008") else None
            labelled = self._labelled(no_label[1] or no_label[4], [no_label[2] or no_label[3]]) if no_label else None
            self.found[said] = labelled or self._against(finding, truth)
        return self.found[said]

    def _against(self, finding: Finding, truth: World) -> Spoken | None:
        if finding.code in _OF_FUNCTIONS:
            return next(iter((*self.known["function", finding.subject], *self.known["listing", ""])), None)
        if finding.code == "QRY027":
            lacking = [] if finding.relation else _QUOTED.findall(finding.message.partition(", but ")[0])
            return next((said for key in lacking if (said := self._saying(key))), None)
        if finding.code in ("SQL002", "SQL008"):
            having = self._having(finding.message)
            return having or of_those_types(self.known, finding.message, truth, finding.relation)
        schema, name = truth.split(finding.relation or finding.subject)
        name = name if schema == "public" else f"{schema}.{name}"
        column = _typed(finding) or column_of(finding)
        if finding.code in ("COL004", "SQL003"):
            return self._writable(finding, truth) or self._taking(finding, name, column, truth)
        if finding.code in ("REL001", "COL001") and (gone := truth.dropped(name, schema, column)):
            return self._again(gone, name)
        if rival := self._rival(finding.code, name, column) or self._otherwise(finding, name, column, truth):
            return rival
        made, altered = self.known["made", name], self.known["altered", name]
        if finding.code == "REL001":
            dbt, computed = self.known["dbt", name.rpartition(".")[2]], self.known["computed", name]
            used = () if _is_elsewhere(name, truth) else self.known["used", name]
            return next(iter((*made, *_certain(altered), *dbt, *computed, *used)), None)
        if finding.code in ("COL002", "NUL003"):
            free = (item for item in made if not item.needs(column) and (finding.code == "COL002" or item.says(column)))
            without = (item for item in self.known["unfilled", name] if item.text == column)
            if other := next(chain(free, without), None):
                return other
        words = _OF_KEYS.get(finding.code, (column,))
        more = [one for kind in ("granted", "by hand", "computed", "used") for one in self.known[kind, name]]
        about = [*made, *altered, *more] if finding.code == "COL001" else altered
        found = next((item for item in about if any(word and item.says(word) for word in words)), None)
        return found or self._void(finding, name) or (self._adding(name, column) if finding.code == "COL001" else None)

    def _taking(self, finding: Finding, name: str, column: str, truth: World) -> Spoken | None:
        """A statement by which the column, or one of the type that refuses a value, may take it."""
        if column:
            return self._otherwise(finding, name, column, truth)
        return of_those_types(self.known, finding.message, truth) if finding.code == "SQL003" else None

    def _again(self, gone: Dropped, name: str) -> Spoken | None:
        """A statement of a later migration beside the truth that makes again what one of the truth dropped."""
        after = _version(gone.at)
        made = self.known["altered" if gone.column else "made", name]
        found = (item for item in made if not gone.column or item.says(gone.column))
        return next((item for item in found if after and (_version(item.at) or after) > after), None)

    def _adding(self, name: str, column: str) -> Spoken | None:
        """A statement that adds columns to the table of which it computes the names, or that one to tables so."""
        others = [item for item in self.computed if item.kind == "altered" and is_like(item.name, name)]
        found = (item for item in self.known["altered", name] if item.adds(column))
        return next(found, None) or next((item for item in others if item.says(column)), None)

    def unsure(self, finding: Finding, truth: World) -> Finding:
        """The finding; of a missing column a warning where the program adds some, and computes to which tables."""
        if finding.severity is not Severity.ERROR or finding.code != "COL001":
            return finding
        name, column = truth.split(finding.relation)[1], column_of(finding)
        other = next((item for item in self.computed if is_like(item.name, name) and item.adds(column)), None)
        if other is None:
            return finding
        unless = f"unless it is what {other.at} adds, which computes the names of tables and columns"
        return replace(finding, severity=Severity.WARNING, consequence=f"{finding.consequence}, {unless}")

    def _void(self, finding: Finding, name: str) -> Spoken | None:
        """A CREATE of the table, void or beside the truth, that has the key or the reference that is missing."""
        if finding.code == "LNK001":
            return self._referring(finding, name)
        if finding.code in _OF_MANY:
            return self._counting(finding, name)
        if finding.code == "LNK002":
            return self._dropping(_QUOTED.findall(finding.help))
        if finding.code != "KEY001":
            return None
        words = _WORDS.findall(finding.message.partition(" on (")[2])
        return self._made_with(name, words, _UNIQUE) or next(iter(self.known["listing", ""]), None)

    def _counting(self, finding: Finding, name: str) -> Spoken | None:
        """A statement by which a table has one row, or no longer one, for each that it refers to."""
        by = _BY.search(finding.message)
        name = by[1] if by else name
        dropped = (item for item in self.known["altered", name] if _DROPS_KEY.search(item.text))
        made = (item for item in self.known["altered", name] if item.says("unique"))
        return next(chain(made, dropped), None) or self._made_with(name, (), _OF_ONE)

    def _dropping(self, keys: Iterable[str]) -> Spoken | None:
        """A statement that drops one of these references, each told after the table that it leads to."""
        names = [key.rpartition("!")[2] for key in keys]
        altered = (item for (kind, _), items in self.known.items() if kind == "altered" for item in items)
        dropped = (item for item in altered if _DROPS_KEY.search(item.text))
        return next((item for item in dropped if any(name in item.text for name in names)), None)

    def _referring(self, finding: Finding, name: str) -> Spoken | None:
        """The same of a reference, which one of two tables has to the other, by the name that a server gives it."""
        target, *hints = _QUOTED.findall(finding.message.partition("; ")[0])
        for holder, other in ((name, target), (target, name)):
            named = [hint.removeprefix(f"{holder}_").removesuffix("_fkey") for hint in hints]
            if found := self._made_with(holder, [other, *named], _REFERS):
                return found
        return None

    def _made_with(self, name: str, words: Sequence[str], mark: re.Pattern[str]) -> Spoken | None:
        """A CREATE of the table, void or beside the truth, of which a line says these words and what is marked."""
        others = (*self.known["void", name], *self.known["made", name])
        return next((item for item in others if item.has_line(words, mark)), None)

    def _rival(self, code: str, name: str, column: str) -> Spoken | None:
        """Another CREATE of the table by which the finding would not be, or may not."""
        first = {item.line_of(column) for item in self.known["first", name]}
        for item in (*self.known["rival", name], *self.known["void", name]) if column else ():
            if code == "COL002" and not item.needs(column):
                return item
            if code != "COL002" and item.says(column) and item.line_of(column) not in first:
                return item
        return None

    def _otherwise(self, finding: Finding, name: str, column: str, truth: World) -> Spoken | None:
        """Another statement about the table that gives the column another type, or the labels which it has not."""
        if not finding.code.startswith("TYP") and (finding.code not in _OF_VALUES or not column):
            return self._allowing(finding, name, column, truth)
        relation = truth.relation(*reversed(truth.split(finding.relation)))
        field = truth.fields(relation).get(column) if relation else None
        for item in self.known["made", name] if field else ():
            if field and retypes(item, column, field.type):
                return item
        return self._allowing(finding, name, column, truth)

    def _allowing(self, finding: Finding, name: str, column: str, truth: World) -> Spoken | None:
        """Another statement that has the labels which the column has not; or, where no migrations go on, any text."""
        if finding.code not in _OF_LABELS or not column:
            return None
        labels = _QUOTED.findall(_NO_LABEL.split(finding.message, 1)[0])
        made, any_text = self.known["made", name], not is_versioned(truth)
        found = (item for item in (*made, *self.known["altered", name]) if labels and item.allows(column, labels))
        if used := self._used(finding, column, labels, truth):
            return used
        return next(chain(found, (item for item in made if any_text and item.leaves_open(column))), None)

    def _used(self, finding: Finding, column: str, labels: list[str], truth: World) -> Spoken | None:
        """The same of the column's enum."""
        relation = truth.relation(*reversed(truth.split(finding.relation)))
        held = truth.fields(relation).get(column) if relation else None
        enum = held.type.raw.rpartition(".")[2].strip('"') if held and isinstance(held.type, Labels) else ""
        return self._labelled(enum, labels)

    def _labelled(self, enum: str, labels: list[str]) -> Spoken | None:
        """A statement that gives these labels to an enum, or failed as it has not what that takes for such."""
        said = (*self.known["type", enum], *self.known["labelled", enum])
        return next((item for item in said if labels and set(labels) <= set(item.labels)), None)

    def open(self, finding: Finding, truth: World) -> Finding:
        """The finding; of what the SQL speaks of and does not make, another one may be made elsewhere too."""
        if finding.severity is not Severity.ERROR:
            return finding
        if finding.code == "RPC001" and runs_sql(finding.subject):
            return replace(finding, severity=Severity.WARNING, consequence=f"{finding.consequence}, {_BY_HAND}")
        other = self._made_elsewhere(finding, truth)
        if not other:
            words = (truth.split(finding.relation or finding.subject)[1], column_of(finding))
            return perhaps_there(finding, self.known["absent", ""], words)
        severity = Severity.INFO if finding.code != "COL001" and is_fragment(truth) else Severity.WARNING
        unless = f"unless it was made as {other} was, which no migration creates either"
        return replace(finding, severity=severity, consequence=f"{finding.consequence}, {unless}")

    def _made_elsewhere(self, finding: Finding, truth: World) -> str:
        """A relation, or another column of one, that the SQL takes for granted and does not make, or ""."""
        if finding.code in ("REL001", "RPC001") or _leads_nowhere(finding, truth):
            return self._taken_for_granted(truth) if finding.truth_at is None else ""
        schema, name = truth.split(finding.relation)
        if finding.code != "COL001" or truth.dropped(name, schema, column_of(finding)):
            return ""
        name = name if schema == "public" else f"{schema}.{name}"
        made = (*self.known["made", name], *self.known["altered", name], *self.known["rival", name])
        others = (item.text for item in self.known["granted", name])
        return next((column for column in others if not any(item.says(column) for item in made)), "")

    def _taken_for_granted(self, truth: World) -> str:
        """A relation that the truth or other SQL alters and neither makes, or ""."""
        if truth.partial:
            return truth.partial[0].name
        altered = (name for (kind, name), items in self.known.items() if kind == "altered" and _certain(items))
        own = (name for name in altered if truth.split(name)[0] not in BOOTSTRAPPED)
        strange = (name for name in own if not self.known.get(("made", name)) and not truth.dropped(name))
        return next((name for name in strange if truth.relation(*reversed(truth.split(name))) is None), "")

    def _writable(self, finding: Finding, truth: World) -> Spoken | None:
        """Another CREATE of the table that makes a column which the truth fills by itself one like others."""
        told = _FILLED.search(finding.message) if finding.code == "SQL003" else None
        column = told[1] or told[2] if told else column_of(finding)
        for (kind, name), items in self.known.items() if column else ():
            relation = truth.relation(*reversed(truth.split(name))) if kind in ("made", "rival", "void") else None
            field = truth.fields(relation).get(column) if relation else None
            if (
                field
                and (field.generated or field.identity)
                and (found := [one for one in items if one.leaves(column)])
            ):
                return found[0]
        return None

    def _having(self, refusal: str) -> Spoken | None:
        """A statement that names what a server said there is not."""
        absent = ABSENT.search(refusal)
        if absent and absent["what"] != "column":
            return next(iter(self.known["function", absent["name"]]), None)
        return self._saying(absent["name"]) if absent else None

    def _saying(self, column: str) -> Spoken | None:
        """A statement about whatever table that names a column."""
        kinds = ("made", "altered", "by hand", "computed", "used")
        about = (item for (kind, _), items in self.known.items() if kind in kinds for item in items)
        told = (item for item in about if item.says(column) or item.adds(column))
        return next((item for item in told if self.of is None or lacks(self.of, item.name, column)), None)


def _certain(altered: Iterable[Spoken]) -> list[Spoken]:
    """The statements that fail unless what they alter is there."""
    return [item for item in altered if not _PERHAPS.match(item.text)]


def column_of(finding: Finding) -> str:
    """The column that a finding is about, "" when it is about a whole relation."""
    table = finding.relation.rpartition(".")[2]
    before, _, column = finding.subject.rpartition(".")
    return column if table and before.rpartition(".")[2] == table else ""


def _typed(finding: Finding) -> str:
    """The column whose type a finding is about, where it tells that."""
    told = _HELD.match(finding.message) if finding.code in _OF_TYPES else None
    return told[1] if told else ""


def is_fragment(truth: World) -> bool:
    """The SQL takes more tables for granted than it makes whole: that it lacks one more proves nothing."""
    known = sum(item.whole and item.schema in truth.schemas for item in truth.truth.relations)
    return len(truth.partial) > known


def is_versioned(truth: World) -> bool:
    return any(version(Path(uri).name) for uri in sql_files(truth.truth))


def _version(place: Location | None) -> tuple[int, ...] | None:
    """The number of a migration, by its file or, where each has one of its own, its folder."""
    names = place.uri.split("/")[-2:] if place else []
    return next((found for name in reversed(names) if (found := version(name))), None)


def _leads_nowhere(finding: Finding, truth: World) -> bool:
    """An embed is of a relation that is not there at all, and not only of one that no foreign key reaches."""
    if finding.code != "LNK001":
        return False
    parent, target = truth.relation(*reversed(truth.split(finding.relation))), _QUOTED.search(finding.message)
    return bool(parent and target and target[1] not in truth.fields(parent) and not truth.relation(target[1]))


def _is_elsewhere(name: str, truth: World) -> bool:
    """The name is one of another schema's: that SQL has it is no sign that the API does."""
    schema, relation = truth.split(name)
    return schema in SYSTEM or truth.relation(relation, schema) is not None
