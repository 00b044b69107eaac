"""Fixes proven: the edited files are judged again; what was to be mended is gone, and nothing new is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from pgconform.finding import Finding, Rename, Severity
from pgconform.fix.plan import Fix, Wish, chosen, edited
from pgconform.remedies.source import Sources
from pgconform.report import Report

Judge: TypeAlias = Callable[[Mapping[str, bytes]], Report]
_ROUNDS = 6
_MOST = 60
_UNREAD = frozenset({"syntax", "decode", "unsupported"})


class State(msgspec.Struct, frozen=True):
    """Files that differ from the disk's, by path, and what is found in the project when they count instead."""

    files: Mapping[str, bytes]
    report: Report


class Proven(msgspec.Struct, frozen=True):
    """What can be written: the state in the end, what it mends, and what was tried and did not hold."""

    state: State
    fixed: tuple[Finding, ...] = ()
    refused: tuple[Finding, ...] = ()


class Trying(msgspec.Struct, frozen=True):
    """The project below ``root``, with the paths of its Python files, and what judges it."""

    root: Path
    uris: tuple[str, ...]
    judge: Judge

    def sources(self, files: Mapping[str, bytes]) -> Sources:
        return Sources(self.root, files, self.uris)


class Trial(msgspec.Struct, frozen=True):
    """The state after some fixes, whether it is better in every way, and which of them are to blame if it is not."""

    state: State
    holds: bool
    blamed: frozenset[str] = frozenset()


class Prover:
    """Tries fixes; nothing is written."""

    def __init__(self, project: Trying, wish: Wish) -> None:
        self.project = project
        self.wish = wish
        self.refused: list[Finding] = []
        self.left = _MOST

    def prove(self, start: State) -> Proven:
        """Everything that can be mended, and what then can be, until there is nothing more."""
        state = start
        fixed: list[Finding] = []
        while fixes := self._chosen(state, state.report.findings):
            kept, state = self._largest(state, fixes)
            fixed += [fix.finding for fix in kept]
        return Proven(state, tuple(fixed), tuple(self.refused))

    def _chosen(self, state: State, findings: Iterable[Finding]) -> tuple[Fix, ...]:
        refused = frozenset(finding.fingerprint for finding in self.refused)
        wish = msgspec.structs.replace(self.wish, refused=refused)
        return chosen(findings, self.project.sources(state.files), wish)

    def _largest(self, state: State, fixes: tuple[Fix, ...]) -> tuple[tuple[Fix, ...], State]:
        """As many of the fixes as hold together; the others are refused."""
        trial = self._tried(state, fixes)
        if trial.holds:
            return fixes, trial.state
        if len(fixes) == 1 or self.left <= 0:
            self.refused += [fix.finding for fix in fixes]
            return (), state
        kept: tuple[Fix, ...] = ()
        for part in _parts(fixes, trial.blamed):
            again = _again(self._chosen(state, state.report.findings), part)
            if again:
                more, state = self._largest(state, again)
                kept += more
        return kept, state

    def _tried(self, state: State, fixes: tuple[Fix, ...]) -> Trial:
        """The fixes, and those that they call for, put in and judged."""
        aims = Counter(fix.finding.fingerprint for fix in fixes)
        known = Counter(finding.fingerprint for finding in state.report.findings)
        files = edited(fixes, self.project.sources(state.files))
        blamed = frozenset[str]()
        for _ in range(_ROUNDS):
            if files is None or self.left <= 0:
                break
            self.left -= 1
            after = State(files, self.project.judge(files))
            if _holds(state.report, after.report, aims, _found_again(fixes)):
                return Trial(after, holds=True)
            open_ = [one for one in grave(after.report) if one.fingerprint in aims or one.fingerprint not in known]
            blamed = _blamed(fixes, open_)
            more = self._chosen(after, open_)
            files = edited(more, self.project.sources(after.files)) if more else None
        return Trial(state, holds=False, blamed=blamed)


def _blamed(fixes: Iterable[Fix], left: Iterable[Finding]) -> frozenset[str]:
    """The fixes whose finding is still there, and those beside a new one in its file, of its relation or claimant."""
    found = list(left)
    marks = {finding.fingerprint for finding in found}
    near = {place for finding in found for place in _beside(finding)}
    return frozenset(
        fix.finding.fingerprint
        for fix in fixes
        if fix.finding.fingerprint in marks or not near.isdisjoint(_beside(fix.finding))
    )


def _beside(finding: Finding) -> set[tuple[str, str]]:
    uri = finding.at.uri if finding.at else ""
    return {(uri, finding.relation), (uri, finding.holder)}


def _parts(fixes: tuple[Fix, ...], blamed: frozenset[str]) -> Iterator[tuple[Fix, ...]]:
    """Those that nothing is said against, then the others by halves; halves of all where that tells nothing apart."""
    good = tuple(fix for fix in fixes if fix.finding.fingerprint not in blamed)
    bad = tuple(fix for fix in fixes if fix.finding.fingerprint in blamed)
    if good and bad:
        yield good
        yield bad
    else:
        yield fixes[: len(fixes) // 2]
        yield fixes[len(fixes) // 2 :]


def _again(fixes: Iterable[Fix], wanted: Iterable[Fix]) -> tuple[Fix, ...]:
    """Of the fixes of a text as it is now those that were wanted in it before."""
    left = Counter(fix.finding.fingerprint for fix in wanted)
    found = []
    for fix in fixes:
        if left[fix.finding.fingerprint] > 0:
            left[fix.finding.fingerprint] -= 1
            found.append(fix)
    return tuple(found)


def _found_again(fixes: Iterable[Fix]) -> frozenset[str]:
    """The tables that a migration renamed: what is said of them now was only out of sight, as nobody knew the name."""
    return frozenset(
        fix.finding.change.new
        for fix in fixes
        if fix.finding.code == "REL001" and fix.finding.truth_at and isinstance(fix.finding.change, Rename)
    )


def _holds(before: Report, after: Report, aims: Counter[str], again: frozenset[str]) -> bool:
    was, now = counted(before.findings), counted(after.findings)
    gone = all(now[mark] <= was[mark] - count for mark, count in aims.items())
    come = [finding for finding in grave(after) if finding.relation.rpartition(".")[2] not in again]
    return gone and not counted(come) - was and _unreadable(after) <= _unreadable(before)


def grave(report: Report) -> list[Finding]:
    """The errors and warnings; a note that comes to light is no reason to leave something wrong."""
    return [finding for finding in report.findings if finding.severity is not Severity.INFO]


def counted(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(finding.fingerprint for finding in findings)


def _unreadable(report: Report) -> set[str]:
    return {item.at.uri for item in report.unjudged if item.at and item.kind in _UNREAD}
