"""Comments that ask to ignore what is not there: the rules that are unused, or the comment, taken away."""

from __future__ import annotations

from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.source import Source
from pgconform.shape import Location
from pgconform.support.patterns import deferred

_BRACKETS = deferred(r"\[([^\]\n]*)\]")


def unignored(source: Source, at: Location, rules: tuple[str, ...]) -> Remedy | None:
    """Without these rules, or without the comment when it names no other."""
    span = source.span(at)
    if span is None:
        return None
    start, end = span[0], min(span[1], len(source.text))
    while end > start and source.text[end - 1] in "\r\n":
        end -= 1
    other = source.text.find("#", start + 1, end)
    end = other if other > start and source.uri.endswith(".py") else end
    listed = _BRACKETS.search(source.text, start, end)
    named = [rule.strip() for rule in listed[1].split(",") if rule.strip()] if listed else []
    kept = [rule for rule in named if rule not in rules] if rules else []
    if kept and listed:
        return Remedy(source.uri, (Edit(listed.start(1), listed.end(1), ", ".join(kept)),))
    return Remedy(source.uri, (_without(source, start, end),))


def _without(source: Source, start: int, end: int) -> Edit:
    """The comment with the space before it, or its whole line when nothing else stands there."""
    text = source.text
    first = max(line for line in source.starts if line <= start)
    if not text[first:start].strip():
        following = next((line for line in source.starts if line > start), len(text))
        return Edit(first, following, "")
    while start > first and text[start - 1] in " \t":
        start -= 1
    return Edit(start, end, "")
