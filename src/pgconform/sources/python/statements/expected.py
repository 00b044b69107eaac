"""Statements that a program itself expects to fail where something is not there: it goes on without, or another way."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pgconform.sources.python.flows.heads import Attempt
from pgconform.sql.leading import LEADING
from pgconform.support.patterns import deferred

_NAME = r'(?P<name>"[^"]+"|\w+)(?:\s*\.\s*(?P<own>"[^"]+"|\w+))?'
_ABOUT = deferred(
    rf"{LEADING}(?P<verb>select|insert|update|delete)\b(?:.*?\bfrom\b|\s+(?:into|from|only)\b)?\s*{_NAME}",
    re.IGNORECASE | re.DOTALL,
)
_WORDS = deferred(r"\w+")


def expected(attempts: Iterable[Attempt], number: int, sql: str, others: Iterable[tuple[int, str]]) -> bool:
    """Where the statement of operation ``number`` finds something missing, a handler is for that, or says it otherwise.

    ``others`` are the statements of the same function.
    """
    attempts = list(attempts)
    mine = [attempt for attempt in attempts if attempt.holds(number)]
    if any(attempt.absence for attempt in mine):
        return True
    alike = [(other, text) for other, text in others if text != sql and _alike(sql, text)] if mine else []
    return any(_stands_in(attempts, attempt, sql, other, text) for attempt in mine for other, text in alike)


def instead(attempts: Iterable[Attempt], number: int, sql: str, others: Iterable[tuple[int, str]]) -> str:
    """What a handler sends to the same relation where the statement fails, if that says more; else ""."""
    attempts = list(attempts)
    mine = [attempt for attempt in attempts if attempt.holds(number) and not attempt.rescue]
    alike = [(other, text) for other, text in others if _alike(sql, text)] if mine else []
    answers = [one for one in attempts if any(one.answers(attempt) for attempt in mine)]
    told = (text for other, text in alike if any(one.holds(other) for one in answers) and _words(sql) < _words(text))
    return next(told, "")


def looks(attempts: Iterable[Attempt], number: int, sql: str, others: Iterable[tuple[int, str]]) -> bool:
    """It looks, in a ``try``, which of several relations there are: whatever rows they have."""
    verb, name = _about(sql)
    if verb != "select" or "where" in _words(sql):
        return False
    if not any(attempt.holds(number) and not attempt.rescue for attempt in attempts):
        return False
    return any(other == number and _about(text)[1] != name for other, text in others)


def _stands_in(attempts: list[Attempt], attempt: Attempt, sql: str, other: int, text: str) -> bool:
    """One is in a ``try``, the other in its handler: it asks in other words, or sends less."""
    if not any(one.answers(attempt) and one.holds(other) for one in attempts):
        return False
    first, last = (text, sql) if attempt.rescue else (sql, text)
    return _about(sql)[0] == "select" or _words(last) < _words(first)


def _alike(one: str, other: str) -> bool:
    """The same is done to the same relation."""
    return _about(one) == _about(other) != ("", "")


def _about(sql: str) -> tuple[str, str]:
    found = _ABOUT.match(sql)
    return (found["verb"].lower(), (found["own"] or found["name"]).lower()) if found else ("", "")


def _words(sql: str) -> set[str]:
    return {word for word in _WORDS.findall(sql.lower()) if not word.isdigit()}
