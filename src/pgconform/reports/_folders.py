"""In which folders of a project its findings are, where they are too many to be seen at a glance."""

from __future__ import annotations

from collections.abc import Iterable

from pgconform.finding import Finding, Severity
from pgconform.reports._words import severities
from pgconform.support.patterns import deferred
from pgconform.support.visible import visible

_FEW = 12
_SHOWN = 4
_DEPTH = 2
_ASIDE = deferred(r"(?i)^_?(?:examples?|samples?|demos?|archived?|legacy|deprecated|old|backups?|playground|sandbox)$")
"""Names of folders of which code is hardly run any more, or never was."""


def folders(found: Iterable[Finding]) -> str:
    """``src/api: 46 errors · src/example: 25 errors``, and how one that seems to be no part of the program is left out.

    "" of few findings, and where all are in one folder.
    """
    by_folder: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.at:
            by_folder.setdefault(_folder(finding.at.uri), []).append(finding)
    if sum(map(len, by_folder.values())) < _FEW or len(by_folder) < 2:
        return ""
    ordered = sorted(by_folder, key=lambda folder: (-_errors(by_folder[folder]), -len(by_folder[folder]), folder))
    said = [f"{visible(folder) or 'the root'}: {severities(by_folder[folder])}" for folder in ordered[:_SHOWN]]
    more = len(ordered) - _SHOWN
    aside = next((folder for folder in ordered if _is_aside(folder)), "")
    return " · ".join(
        [
            *said,
            *([f"{more} more"] if more > 0 else []),
            *([f'without {visible(aside)}:  exclude = ["{visible(aside)}/"]'] if aside else []),
        ]
    )


def _folder(uri: str) -> str:
    """The folders that a file is in, from the root on; no further than one that is set aside."""
    parts = uri.split("/")[:-1]
    aside = next((number for number, part in enumerate(parts) if _ASIDE.fullmatch(part)), -1)
    return "/".join(parts[: aside + 1 or _DEPTH])


def _is_aside(folder: str) -> bool:
    return bool(_ASIDE.fullmatch(folder.rpartition("/")[2]))


def _errors(findings: list[Finding]) -> int:
    return sum(finding.severity is Severity.ERROR for finding in findings)
