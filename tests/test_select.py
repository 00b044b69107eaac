"""Which rules run, and how grave their findings are."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.errors import Problem
from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules import Rule, all_rules
from pgconform.select import chosen, regraded
from tests.commands import TRUTH, Run, project, run

__all__ = ["run"]


def rule(code: str, name: str, *, preview: bool = False) -> Rule:
    return Rule(code, name, "", FieldPair, lambda _: (), preview=preview)


RULES = (
    rule("COL001", "unknown-column"),
    rule("COL010", "missing-column"),
    rule("COLX01", "coloured"),
    rule("NUL001", "null-arrives"),
    rule("TYP009", "new-one", preview=True),
)


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        ((), (), "COL001 COL010 COLX01 NUL001"),
        (("COL",), (), "COL001 COL010"),
        (("COL",), ("COL001",), "COL010"),
        (("null-arrives", "TYP"), (), "NUL001 TYP009"),
        (("ALL",), ("unknown-column",), "COL010 COLX01 NUL001 TYP009"),
        (("COL001",), ("COL001",), ""),
    ],
)
def test_selectors_are_codes_beginnings_of_codes_and_names(
    select: tuple[str, ...], ignore: tuple[str, ...], codes: str
) -> None:
    assert " ".join(item.code for item in chosen(RULES, select, ignore)) == codes


@pytest.mark.parametrize(
    ("selector", "proposal"),
    [("COL01", "COL001"), ("unknown-colum", "unknown-column"), ("nul001", "NUL001")],
)
def test_an_unknown_selector_is_answered_with_the_nearest_rule(selector: str, proposal: str) -> None:
    with pytest.raises(Problem) as caught:
        chosen(RULES, (selector,))
    assert caught.value.message == f"there is no rule {selector}"
    assert proposal in caught.value.help


def test_a_selector_like_no_rule_is_answered_with_where_they_are_listed() -> None:
    with pytest.raises(Problem, match="there is no rule QQQ777") as caught:
        chosen(RULES, (), ("QQQ777",))
    assert "pgconform rule" in caught.value.help


def test_a_code_outweighs_a_name_and_a_name_a_prefix() -> None:
    finding = Finding(Severity.ERROR, "m", code="COL001", name="unknown-column")
    settings = {"COL": Severity.INFO, "ALL": Severity.ERROR}
    assert regraded(finding, settings).severity is Severity.INFO
    assert regraded(finding, settings | {"unknown-column": Severity.WARNING}).severity is Severity.WARNING
    assert regraded(finding, settings | {"COL001": Severity.ERROR}).severity is Severity.ERROR
    assert regraded(finding, {}) is finding


def test_every_rule_has_a_code_of_letters_and_digits_and_no_two_share_a_code_or_name() -> None:
    rules = all_rules()
    assert all(rule.code[:3].isalpha() and rule.code[:3].isupper() and rule.code[3:].isdigit() for rule in rules)
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)


def test_rules_of_the_settings_that_are_none_are_refused_and_so_is_a_check_without_rules(
    run: Run, tmp_path: Path
) -> None:
    project(tmp_path, TRUTH)
    settings = tmp_path / "pgconform.toml"
    for text in ("[severity]\nQQQ777 = 'error'\n", "[per_path_ignores]\n'x/**' = ['QQQ777']\n"):
        settings.write_text(text, encoding="utf-8")
        ran = run("check")
        assert (ran.code, "pgconform.toml:" in ran.err, "there is no rule QQQ777" in ran.err) == (2, True, True)
    settings.write_text("ignore = ['ALL']\n", encoding="utf-8")
    assert "no rule is left to run" in run("check").err
    settings.unlink()
    assert run("check", "--select", "COL", "--ignore", "COL").code == 2


def test_a_schema_of_the_settings_that_the_truth_does_not_have_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text("create schema app; create table app.documents (id int);", encoding="utf-8")
    (tmp_path / "pgconform.toml").write_text("schemas = ['app', 'gone']\n", encoding="utf-8")
    ran = run("check")
    assert (ran.code, "pgconform.toml:1: the truth has no schema gone" in ran.err) == (2, True)
    assert "its tables are in app" in ran.err
    (tmp_path / "pgconform.toml").write_text("schemas = ['app']\n", encoding="utf-8")
    assert run("check").code == 0


def test_previews_are_added_to_the_rules_that_always_run() -> None:
    preview = next(rule for rule in all_rules() if rule.preview)
    usual = chosen(all_rules())
    assert preview not in usual
    assert set(chosen(all_rules(), more=(preview.code,))) == {*usual, preview}
    assert preview not in chosen(all_rules(), ignore=(preview.code,), more=(preview.code,))
    assert preview not in chosen(all_rules(), select=("COL001",), more=(preview.code,))
    with pytest.raises(Problem, match="there is no rule QQQ777"):
        chosen(all_rules(), more=("QQQ777",))
