"""Suppression: comments that ask to ignore a finding, what they hide, and what is said of them."""

from __future__ import annotations

import pytest

from pgconform.directives import Suppression, suppressions
from pgconform.finding import Finding, Severity
from pgconform.rules import all_rules
from pgconform.shape import Location
from pgconform.suppress import ignored_by_path, suppress


def found(line: int, code: str = "COL001", end: int = 0, uri: str = "a.py") -> Finding:
    name = next(rule.name for rule in all_rules() if rule.code == code)
    return Finding(Severity.ERROR, f"at {line}", code=code, name=name, at=Location(uri, line, 1, end, 9))


def told(text: str, *findings: Finding) -> tuple[list[str], int]:
    """The findings that stay as ``CODE:line``, and how many were hidden."""
    kept, hidden = suppress(findings, suppressions(text, "a.py"), all_rules())
    return [f"{item.code}:{item.at.line if item.at else 0}" for item in kept], len(hidden)


def test_a_comment_hides_the_findings_it_names_on_its_line() -> None:
    text = "x = 1\ny = 2  # pgconform: ignore[COL001]  filled by a trigger\n"
    assert told(text, found(1), found(2), found(2, "NUL001")) == (["COL001:1", "NUL001:2"], 1)


def test_a_rule_may_be_named_and_several_listed() -> None:
    text = "y = 2  # pgconform: ignore[unknown-column, NUL001] legacy\n"
    assert told(text, found(1), found(1, "NUL001")) == ([], 2)


def test_a_comment_alone_on_its_line_speaks_of_the_next_line_of_code() -> None:
    text = "\n    # pgconform: ignore[COL001] why\n    # pgconform: ignore[NUL001] too\n\n    y = 2\n"
    assert told(text, found(5), found(5, "NUL001")) == ([], 2)


def test_a_comment_on_any_line_of_a_finding_hides_it() -> None:
    assert told("(\n1,  # pgconform: ignore[COL001] why\n2)\n", found(1, end=3)) == ([], 1)


def test_without_brackets_everything_on_the_line_is_hidden() -> None:
    assert told("x  # pgconform: ignore  a view of another team\n", found(1), found(1, "NUL001")) == ([], 2)


def test_a_finding_in_another_file_is_not_hidden() -> None:
    assert told("x  # pgconform: ignore[COL001] why\n", found(1, uri="b.py"))[1] == 0


def test_an_unused_suppression_is_a_finding_and_so_is_one_without_a_reason() -> None:
    assert told("x  # pgconform: ignore[COL001] why\n") == (["CFG001:1"], 0)
    assert told("x  # pgconform: ignore[COL001]\n", found(1)) == (["CFG002:1"], 1)
    assert told("x  # pgconform: ignore  because\n") == (["CFG001:1"], 0)


def test_only_what_is_unused_of_a_list_is_named() -> None:
    items = list(suppressions("x  # pgconform: ignore[COL001, NUL001] why\n", "a.py"))
    kept, _ = suppress([found(1)], items, all_rules())
    assert [finding.message for finding in kept] == ["this comment ignores NUL001, which is not found here"]


def test_a_suppression_of_a_rule_that_did_not_run_is_not_called_unused() -> None:
    rules = [rule for rule in all_rules() if rule.code.startswith("CFG")]
    items = list(suppressions("x  # pgconform: ignore[COL001] why\n", "a.py"))
    assert suppress([], items, rules) == ([], [])


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("select 1 -- pgconform: ignore[COL001] - why", "why"),
        ("text <!-- pgconform: ignore[COL001] why -->", "why"),
        ("x  #pgconform:ignore[COL001]: why", "why"),
        ("x  # noqa  # pgconform: ignore[COL001]  why\r", "why"),
    ],
)
def test_comments_of_other_languages_and_spellings_are_read(line: str, reason: str) -> None:
    (item,) = suppressions(line, "a.py")
    assert (item.rules, item.reason, item.lines) == (("COL001",), reason, (1,))


@pytest.mark.parametrize("line", ["# pgconform ignore[COL001]", "x = 'pgconform: ignore'", "# pgconform: ignored"])
def test_what_only_resembles_a_suppression_is_none(line: str) -> None:
    assert list(suppressions(line, "a.py")) == []


def test_the_place_of_a_suppression_is_its_comment() -> None:
    (item,) = suppressions("x = 1  # pgconform: ignore[COL001]\n", "a.py")
    assert item.at == Location("a.py", 1, 8, 1, 35)
    assert isinstance(item, Suppression)


def test_settings_ignore_rules_by_path() -> None:
    ignores = {"scripts/**": ("COL",), "*_old.py": ("ALL",), "app/": ("null-arrives",)}
    assert ignored_by_path(found(1, uri="scripts/deep/x.py"), ignores)
    assert not ignored_by_path(found(1, "NUL001", uri="scripts/x.py"), ignores)
    assert ignored_by_path(found(1, "NUL001", uri="deep/er/x_old.py"), ignores)
    assert ignored_by_path(found(1, "NUL001", uri="app/x.py"), ignores)
    assert not ignored_by_path(found(1, uri="app/x.py"), ignores)
    assert not ignored_by_path(Finding(Severity.ERROR, "nowhere", code="COL001"), ignores)
