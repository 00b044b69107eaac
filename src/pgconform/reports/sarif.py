"""SARIF 2.1.0, which GitHub's code scanning, Azure DevOps and editors read."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from pgconform.finding import HOME, Finding, page_of
from pgconform.report import Report
from pgconform.reports._look import Look
from pgconform.reports._words import WORDS, filed, listed
from pgconform.reports.json import encoded
from pgconform.shape import Location
from pgconform.support.visible import visible

_REGION = ("startLine", "startColumn", "endLine", "endColumn")


def render(report: Report, look: Look) -> str:
    """One run; paths are relative to the repository, whose place on a machine is nobody's business."""
    found = listed(report, look)
    rules = dict(sorted({item.code: item.name for item in found}.items()))
    places = {code: number for number, code in enumerate(rules)}
    driver = {
        "name": "pgconform",
        **({"version": look.version} if look.version else {}),
        "informationUri": HOME,
        "rules": [_rule(code, name) for code, name in rules.items()],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(item, places[item.code], look) for item in found],
        "properties": {"judged": report.judged, "notJudged": len(report.unjudged)},
    }
    return encoded({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]})


def _rule(code: str, name: str) -> dict[str, Any]:
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in name.split("-")),
        "shortDescription": {"text": name.replace("-", " ")},
        "helpUri": page_of(code),
    }


def _result(item: Finding, rule: int, look: Look) -> dict[str, Any]:
    said = "\n".join(filter(None, (item.message, item.consequence, item.help)))
    truth = item.truth_at if item.truth_at != item.at and filed(item.truth_at, look) != "." else None
    return {
        "ruleId": item.code,
        "ruleIndex": rule,
        "level": WORDS[item.severity],
        "message": {"text": "\n".join(map(visible, said.split("\n")))},
        "locations": [_place(item.at, look)],
        **({"relatedLocations": [_place(truth, look)]} if truth else {}),
        "partialFingerprints": {"pgconform/v1": item.fingerprint},
    }


def _place(at: Location | None, look: Look) -> dict[str, Any]:
    region = {} if at is None else dict(zip(_REGION, (at.line, at.column, at.end_line, at.end_column), strict=True))
    told = {key: value for key, value in region.items() if value}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(filed(at, look), safe="/.-_~")},
            **({"region": told} if "startLine" in told else {}),
        }
    }
