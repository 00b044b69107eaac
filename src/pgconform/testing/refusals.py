"""What `check`'s rules say of a request, as the error the server answers with."""

from __future__ import annotations

import re
from typing import Final

from pgconform.finding import Finding
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.received import Request
from pgconform.support.patterns import deferred
from pgconform.testing.errors import Refused, Unsupported

_CODE: Final = deferred(r"\b(PGRST\d{3}|(?=[0-9A-Z]*\d)[0-9A-Z]{5})\b")
_NAMED: Final = deferred(r'no column "((?:[^"]|"")+)"')
_VALUE: Final = deferred(r'"(?P<text>.*)" is no value of \S+ \((?P<type>.+)\)\Z')
_FIRST: Final = (
    *("PGRST100", "PGRST106", "PGRST205", "42P01", "PGRST202", "PGRST203", "PGRST200", "PGRST201", "PGRST108"),
    *("PGRST204", "PGRST123", "PGRST118", "42703", "428C9", "42P10", "42883", "42704", "42846", "42804"),
)
"""In the order in which the server notices."""
OF_ROWS: Final = frozenset({"22P02", "22003", "22001", "22007", "23502", "23514"})
"""Of values in a payload: the server notices when it comes to a row, and an update may come to none."""
_OF_PAYLOADS: Final = frozenset({"unknown-label", "null-written", "missing-column", "uneven-rows"})


def refusal(findings: tuple[Finding, ...], request: Request, config: PostgrestConfig) -> Refused | None:
    """The first error the server gives; None where only rows will tell."""
    found = [(_code(finding, config), finding) for finding in findings]
    certain = [(code, finding) for code, finding in found if not (code in OF_ROWS and _in_payload(finding, request))]
    if not certain:
        return None
    code, finding = min(certain, key=lambda item: (_place(item[0]), item[1].order()))
    return Refused(code, _message(code, finding, request))


def _place(code: str) -> int:
    return _FIRST.index(code) if code in _FIRST else len(_FIRST)


def _in_payload(finding: Finding, request: Request) -> bool:
    """The value stands in the body, and not in a filter."""
    if not request.body:
        return False
    filtered = {key.split("->")[0] for key, _ in request.params}
    return finding.name in _OF_PAYLOADS or not any(
        name and re.search(rf"\b{re.escape(name)}\b", finding.message) for name in filtered
    )


def _code(finding: Finding, config: PostgrestConfig) -> str:
    found = _CODE.search(finding.consequence)
    if found is None:
        raise Unsupported(f"the server refuses it, and the double does not know with what: {finding.message}")
    return "42P01" if found[1] == "PGRST205" and not config.since(13) else found[1]


def _message(code: str, finding: Finding, request: Request) -> str:
    schema = request.schema or "public"
    column = _NAMED.search(finding.message)
    match code:
        case "PGRST205":
            return f"Could not find the table '{schema}.{request.relation}' in the schema cache"
        case "42P01":
            return f'relation "{schema}.{request.relation}" does not exist'
        case "42703" if column:
            return f"column {finding.subject.partition('.')[0]}.{column[1]} does not exist"
        case "PGRST204" if column:
            return f"Could not find the '{column[1]}' column of '{request.relation}' in the schema cache"
        case "PGRST200" if found := re.search(r'relationship to "([^"]+)"', finding.message):
            return f"Could not find a relationship between '{finding.subject}' and '{found[1]}' in the schema cache"
        case "22P02" | "22003" | "22007" if found := _VALUE.match(finding.message):
            return _of_value(code, found["text"], found["type"])
    return finding.message


def _of_value(code: str, text: str, type_: str) -> str:
    """What Postgres says of a text that it cannot read as this type."""
    if code == "22003":
        return f'value "{text}" is out of range for type {type_}'
    plain = type_.rpartition(".")[2]
    return f'invalid input syntax for type {plain}: "{text}"'
