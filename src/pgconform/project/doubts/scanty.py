"""Doubt in a truth as a whole: it lacks more of what a program asks for than it has, or could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.pairs.leftout import ScantyPair
from pgconform.request import RPC
from pgconform.schema import Schema
from pgconform.shape import Location
from pgconform.support.names import nearest
from pgconform.support.patterns import deferred

_WORDS = deferred(r"\w+")
FEW = 3
"""Relations that a truth must lack before it is doubted as a whole."""
STRANGE = 2
"""The same where it makes no more than one, or none that a program asks for, nor any of a name like those."""

_UNREAD = frozenset({"decode", "permission"})
_MISSING = frozenset({"REL001", "RPC001", "COL001", "KEY001", "LNK001", "LNK002", "QRY027"})


def lacking(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The relations that claims ask for and the truth does not have."""
    missing = (item for item in findings if item.code == "REL001" and item.severity is not Severity.INFO)
    return tuple(sorted({item.subject for item in missing}))


def scanty(lacks: tuple[str, ...], truth: Schema, claims: Iterable[Schema]) -> ScantyPair | None:
    """The truth beside the relations it lacks, where these are more than those it has of what the code asks for."""
    held = len(asked(claims, truth))
    names = {item.name for item in truth.relations}
    few = not held or len(names) < STRANGE
    strange = few and not any(nearest(name.rpartition(".")[2], names) for name in lacks)
    if len(lacks) < (STRANGE if strange else FEW) or len(lacks) <= held:
        return None
    return ScantyPair(
        min((item.at for item in truth.relations if item.at), default=Location(truth.origin)), lacks, held
    )


def half_read(truth: Schema) -> bool:
    """A whole file of the truth could not be read: it may make what is missing, and alter what is there."""
    return any(item.kind in _UNREAD and item.at and not item.subject for item in truth.unread)


def milder(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of a scanty truth: what it lacks is noted, and what it has may be of an earlier day."""
    for item in findings:
        if item.code in _MISSING:
            yield replace(item, severity=Severity.INFO, change=None)
        else:
            yield replace(item, severity=Severity.WARNING) if item.severity is Severity.ERROR else item


def asked(claims: Iterable[Schema], truth: Schema) -> set[str]:
    """The relations of the truth that a program asks for, or has models of, by name; not those it only makes by rpc."""
    names = {item.name for item in truth.relations}
    found: set[str] = set()
    for claim in claims:
        found.update(item.name for item in claim.relations)
        found.update(item.relation.value.rpartition(".")[2] for item in claim.queries if item.relation)
        for statement in claim.statements:
            if statement.api != RPC:
                found.update(_WORDS.findall(statement.text.value))
    return found & names
