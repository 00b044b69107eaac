"""Findings as the protocol's diagnostics."""

from __future__ import annotations

from lsprotocol import types
from pygls import uris

from pgconform.finding import Finding, Severity, page_of
from pgconform.lsp.values import Shown, Span

SOURCE = "pgconform"
_SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_UNUSED = "CFG001"


def diagnostic(shown: Shown) -> types.Diagnostic:
    """One finding at its place, with its rule's page and where the schema says so."""
    finding = shown.finding
    return types.Diagnostic(
        range=range_of(shown.span),
        message=said(finding),
        severity=_SEVERITY[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(href=page_of(finding.code)),
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if finding.code == _UNUSED else None,
        related_information=_related(shown),
        data={"fingerprint": finding.fingerprint},
    )


def said(finding: Finding) -> str:
    """What is wrong, what comes of it, and what helps."""
    return "\n".join(filter(None, (finding.message, finding.consequence, finding.help)))


def range_of(span: Span) -> types.Range:
    return types.Range(
        types.Position(span.line, span.character),
        types.Position(span.end_line, span.end_character),
    )


def uri_of(path: str) -> str:
    """The address of a file."""
    return uris.from_fs_path(path) or f"file://{path}"


def _related(shown: Shown) -> list[types.DiagnosticRelatedInformation] | None:
    if shown.truth is None:
        return None
    at = types.Location(uri_of(shown.truth.path), range_of(shown.truth.span))
    return [types.DiagnosticRelatedInformation(at, f"the schema has {shown.finding.subject or 'it'} here")]
