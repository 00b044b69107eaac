"""What is said of findings that the pointer rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lsprotocol import types

from pgconform.finding import page_of
from pgconform.lsp.diagnostics import range_of, said
from pgconform.lsp.values import Shown, Span
from pgconform.support.patterns import deferred

_MARKUP = deferred(r"([\\`*_{}\[\]<>#|~&!()])")


def hover(
    shown: Iterable[Shown], rules: Mapping[str, str], at: types.Position, *, markdown: bool
) -> types.Hover | None:
    """The rules of the findings at a place, and what they are about; None where there are none."""
    found = [one for one in shown if _within(one.span, at)]
    if not found:
        return None
    told = _marked if markdown else _plain
    text = "\n\n".join(told(one, rules.get(one.finding.code, "")) for one in found)
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), range_of(found[0].span))


def _marked(one: Shown, rule: str) -> str:
    """In Markdown, in which no name of a schema or of a file is more than text."""
    finding = one.finding
    head = f"**[{finding.code}]({page_of(finding.code)})** {_escaped(rule)}"
    body = "  \n".join(map(_escaped, said(finding).split("\n")))
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", one.definition)), default=0))
    shown = f"\n\n{fence}sql\n{one.definition}\n{fence}" if one.definition else ""
    return f"{head}\n\n{body}{shown}"


def _plain(one: Shown, rule: str) -> str:
    return "\n".join(filter(None, (f"{one.finding.code} {rule}", said(one.finding), one.definition)))


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _within(span: Span, at: types.Position) -> bool:
    place = (at.line, at.character)
    return (span.line, span.character) <= place <= (span.end_line, span.end_character)
