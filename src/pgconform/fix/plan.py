"""Which remedies are taken together, and the files as they then are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from pgconform.finding import Finding
from pgconform.remedies.edits import Edit, Remedy, apart, applied
from pgconform.remedies.importing import imported
from pgconform.remedies.remedy import remedy
from pgconform.remedies.source import Source, Sources


class Fix(msgspec.Struct, frozen=True):
    """A finding and the edits that mend it."""

    finding: Finding
    remedy: Remedy


class Wish(msgspec.Struct, frozen=True):
    """``unsafe``: also what may alter what the program means. ``refused``: fingerprints of what is left alone."""

    unsafe: bool = False
    refused: frozenset[str] = frozenset()


def chosen(findings: Iterable[Finding], sources: Sources, wish: Wish) -> tuple[Fix, ...]:
    """A fix for each finding that has one, of those that touch each other the first."""
    taken: defaultdict[str, set[Edit]] = defaultdict(set)
    found: list[Fix] = []
    for finding in findings:
        if not finding.fixable or finding.fingerprint in wish.refused or not (finding.safe or wish.unsafe):
            continue
        one = remedy(finding, sources)
        if one is None or not (wish.unsafe or one.local):
            continue
        if apart(set(one.edits) - taken[one.uri], taken[one.uri]):
            taken[one.uri] |= set(one.edits)
            found.append(Fix(finding, one))
    return tuple(found)


def edited(fixes: Iterable[Fix], sources: Sources) -> Mapping[str, bytes] | None:
    """The files with all these edits; None where one of them cannot be so, or is no program any more."""
    by_file: defaultdict[str, list[Remedy]] = defaultdict(list)
    for fix in fixes:
        by_file[fix.remedy.uri].append(fix.remedy)
    files = dict(sources.overlay)
    for uri, remedies in sorted(by_file.items()):
        source = sources.read(uri)
        data = _edited(source, remedies) if source is not None else None
        if data is None:
            return None
        files[uri] = data
    return files


def edits_of(source: Source, remedies: Iterable[Remedy]) -> frozenset[Edit] | None:
    """All edits that these remedies of one file need, imports with them; None where they cannot be made together."""
    every = tuple(remedies)
    edits = frozenset(edit for one in every for edit in one.edits)
    needs = {need for one in every for need in one.needs}
    imports = imported(source, needs) if needs else ()
    return None if imports is None or not apart(imports, edits) else edits.union(imports)


def _edited(source: Source, remedies: list[Remedy]) -> bytes | None:
    edits = edits_of(source, remedies)
    if edits is None:
        return None
    try:
        data = source.encoded(applied(source.text, edits))
        after = Source(source.uri, data)
    except (UnicodeError, SyntaxError, LookupError):
        return None
    return data if after.tree is not None or not source.uri.endswith(".py") else None
