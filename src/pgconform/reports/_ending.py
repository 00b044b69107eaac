"""The last lines of the report for people: tables, sources, totals, coverage and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.report import Report, Status
from pgconform.reports._folders import folders
from pgconform.reports._heading import labelled
from pgconform.reports._look import Look
from pgconform.reports._paint import linked, padded, paint, place, wrapped
from pgconform.reports._words import number, severities
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.support.visible import visible

UNREADABLE = frozenset({"syntax", "decode", "permission", "size"})
_NAMED = 6


def lines(report: Report, found: tuple[Finding, ...], look: Look) -> list[str]:
    """A clean check needs one line; any other says what is wrong by table, by source and in all."""
    parts = [*_unread(report, look), *_tables(report, look), *_statistics(found, look)]
    time = _time(report)
    if quiet(report, found) and not parts:
        said = [_conformance(report), *_remarks(report, look), _coverage(report, " judged"), time]
        return [*_fixed(report, look), *labelled("clean", " · ".join(said), look, "good")]
    spread = folders(found)
    return [
        *parts,
        *labelled("tables", _conformance(report), look),
        *labelled("sources", _sources(found), look),
        *(labelled("folders", spread, look) if spread else []),
        *_fixed(report, look),
        *labelled("found", " · ".join([_totals(found), *_remarks(report, look)]), look, "bad" if report.failed else ""),
        *labelled("judged", f"{_coverage(report)} · {time}", look),
    ]


def _fixed(report: Report, look: Look) -> list[str]:
    """What was mended, and what could not be."""
    if not report.fixed and not report.refused:
        return []
    files = {finding.at.uri for finding in report.fixed if finding.at}
    said = [f"{number(len(report.fixed), 'finding')} in {number(len(files), 'file')}" if files else "nothing"]
    if report.refused:
        said.append(f"{number(report.refused, 'fix')} left out, because more would be wrong afterwards")
    return labelled("fixed", " · ".join(said), look, "good" if files else "")


def _fixable(report: Report) -> list[str]:
    safe, unsafe = report.fixable(safe=True), report.fixable(safe=False)
    if not safe:
        return [f"{unsafe:,} fixable with --fix --unsafe-fixes"] if unsafe else []
    return [f"{safe:,} fixable with --fix", *([f"{unsafe:,} more with --unsafe-fixes"] if unsafe else [])]


def quiet(report: Report, found: tuple[Finding, ...]) -> bool:
    """Nothing was found that is shown, and every file could be read."""
    return not found and not any(unread.kind in UNREADABLE for unread in report.unjudged)


def _conformance(report: Report) -> str:
    """How many relations conform, and which do not."""
    by_status = {status: [name for name, given in report.relations if given is status] for status in Status}
    total = len(report.relations)
    good = len(by_status[Status.CONFORMS])
    if not total and report.truth.counts:
        return "no tables in the schemas that are searched"
    if good == total:
        return _all(total)
    failing = ((status, by_status[status]) for status in (Status.ERRORS, Status.WARNINGS))
    said = [f"{len(names):,} {_have(names)} {status}: {_listed(names)}" for status, names in failing if names]
    return " · ".join([f"{good:,} of {total:,} conform", *said])


def _all(total: int) -> str:
    if total == 1:
        return "the one table conforms"
    return f"all {number(total, 'table')} conform" if total else "no tables"


def _have(names: list[str]) -> str:
    return "has" if len(names) == 1 else "have"


def _listed(names: list[str]) -> str:
    shown = [name.removeprefix("public.") for name in names[:_NAMED]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _sources(found: tuple[Finding, ...]) -> str:
    by_source: dict[str, list[Finding]] = {}
    for finding in found:
        by_source.setdefault(finding.source or "other", []).append(finding)
    ordered = sorted(by_source.items(), key=lambda item: (-len(item[1]), item[0]))
    return " · ".join(f"{source}: {severities(findings)}" for source, findings in ordered) or "nothing found"


def _totals(found: tuple[Finding, ...]) -> str:
    files = {finding.at.uri for finding in found if finding.at}
    return f"{severities(found)} in {number(len(files), 'file')}" if found else "nothing to mend"


def _remarks(report: Report, look: Look) -> list[str]:
    """What stands behind the totals: notes that are not shown, findings the code asks to ignore."""
    notes = 0 if look.notes else report.count(Severity.INFO)
    said = [f"{number(notes, 'note')}: --verbose"] if notes else []
    said = [*_fixable(report), *said]
    return [*said, f"{report.suppressed} suppressed"] if report.suppressed else said


def _coverage(report: Report, verb: str = "") -> str:
    missed = len(report.unjudged)
    sites = report.judged + missed
    if not sites:
        return "nothing to judge"
    if not missed:
        return f"all {number(sites, 'site')}{verb}"
    share = 100 * report.judged / sites
    return f"{report.judged:,} of {number(sites, 'site')}{verb} ({share:.1f} %), {missed:,} not: --show-unjudged"


def _time(report: Report) -> str:
    took = f"{report.seconds:.1f} s" if report.seconds >= 1 else f"{report.seconds:.2f} s"
    return f"{took}, nothing changed since the last run" if report.cached else took


def _unread(report: Report, look: Look) -> list[str]:
    """Files that could not be read, always; every other site that was not judged, on request."""
    files = [unread for unread in report.unjudged if unread.kind in UNREADABLE]
    sites = [unread for unread in report.unjudged if unread.kind not in UNREADABLE] if look.unjudged else []
    suggested = list(report.suggested) if look.unjudged else []
    return [
        *_block("not read", files, look),
        *_block("not judged", sites, look),
        *_block("left alone, but map them in [tool.pgconform.models] if they are", suggested, look),
    ]


def _block(title: str, unread: list[Unread], look: Look) -> list[str]:
    """The items under their title, those that say the same once, with their number."""
    if not unread:
        return []
    counted = Counter((item.at, item.reason) for item in unread)
    lines = [line for (at, reason), times in counted.items() for line in _reason(at, reason, times, look)]
    return [paint(f"{title} ({len(unread):,})", "file", look), *lines, ""]


def _reason(at: Location | None, reason: str, times: int, look: Look) -> Iterator[str]:
    where = visible(place(at, look)) if at else ""
    said = f"{where}  {reason}" if where else reason
    first, *rest = wrapped(f"{said} ({times} times)" if times > 1 else said, look.width - 4)
    yield f"  {linked(where, at, look)}{first.removeprefix(where)}"
    yield from (f"    {line}" for line in rest)


def _tables(report: Report, look: Look) -> Iterator[str]:
    if look.tables and report.relations:
        width = max(len(name) for name, _ in report.relations)
        yield paint("tables", "file", look)
        roles = {Status.CONFORMS: "good", Status.WARNINGS: "warning", Status.ERRORS: "error"}
        for name, status in report.relations:
            yield f"  {padded(name, width)}  {paint(status, roles[status], look)}"
        yield ""


def _statistics(found: tuple[Finding, ...], look: Look) -> Iterator[str]:
    if look.statistics and found:
        counted = Counter((finding.code, finding.name) for finding in found)
        yield paint("rules", "file", look)
        for (code, name), count in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
            yield f"  {count:>6,}  {paint(code, 'code', look)} {paint(name, '', look)}"
        yield ""
