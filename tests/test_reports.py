"""Reports, held to golden files in tests/golden; `PGCONFORM_GOLDEN=write` writes them anew, for a person to read."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import msgspec
import pytest

from pgconform.finding import Finding, Severity
from pgconform.report import Report, Summary
from pgconform.reports import formats, renderer
from pgconform.reports._look import Look
from pgconform.reports._words import number
from pgconform.shape import Location
from pgconform.support.visible import cells, visible
from tests.commands import WRONG, Run, project, run
from tests.reporting import CLEAN, FULL, PAGES, TEXTS

__all__ = ["run"]

GOLDEN = Path(__file__).parent / "golden"
EVERYTHING = Look(width=110, notes=True, unjudged=True, statistics=True, tables=True, version="0.1.0")
CASES = {
    "text": ("text", FULL, Look(width=110)),
    "text-narrow": ("text", FULL, Look(width=64)),
    "text-colour": ("text", FULL, Look(width=110, colour=True, links="/home/me/shop", up="../")),
    "text-everything": ("text", FULL, EVERYTHING),
    "text-clean": ("text", CLEAN, Look(width=110)),
    "concise": ("concise", FULL, Look(up="../")),
    "json": ("json", FULL, EVERYTHING),
    "github": ("github", FULL, Look()),
    "gitlab": ("gitlab", FULL, Look(within="services/")),
    "html": ("html", FULL, Look(within="services/", texts=TEXTS, pages=PAGES)),
    "junit": ("junit", FULL, Look(notes=True)),
    "sarif": ("sarif", FULL, Look(version="0.1.0")),
}


@pytest.mark.parametrize("case", CASES)
def test_a_report_is_its_golden_file(case: str) -> None:
    form, report, look = CASES[case]
    text = renderer(form)(report, look)
    file = GOLDEN / f"{case}.txt"
    if os.environ.get("PGCONFORM_GOLDEN") == "write":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_a_truth_whose_tables_stand_in_other_schemas_is_not_said_to_have_none() -> None:
    elsewhere = msgspec.structs.replace(CLEAN, relations=())
    assert "no tables in the schemas that are searched" in renderer("text")(elsewhere, Look(width=110))
    nothing = msgspec.structs.replace(elsewhere, truth=msgspec.structs.replace(CLEAN.truth, counts=()))
    assert "no tables ·" in renderer("text")(nothing, Look(width=110))


def test_every_format_has_a_golden_file() -> None:
    assert {form for form, _, _ in CASES.values()} == set(formats())


@pytest.mark.parametrize("form", formats())
def test_no_control_character_of_a_name_reaches_the_output(form: str) -> None:
    text = renderer(form)(FULL, Look(notes=True, unjudged=True))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e]", text)


@pytest.mark.parametrize("width", [50, 72, 100, 140])
def test_lines_fit_the_terminal_unless_one_word_is_longer(width: int) -> None:
    for line in renderer("text")(FULL, Look(width=width)).splitlines():
        assert cells(line) <= width or max(map(cells, line.split())) > width - 50, line


def test_colours_change_nothing_but_the_colours() -> None:
    painted = renderer("text")(FULL, Look(width=110, colour=True))
    assert re.sub("\x1b\\[[0-9;]*m", "", painted) == renderer("text")(FULL, Look(width=110))
    assert painted != renderer("text")(FULL, Look(width=110))


def test_the_json_report_says_everything_and_nothing_volatile() -> None:
    report = json.loads(renderer("json")(FULL, Look(version="0.1.0")))
    assert report["version"] == 1
    counted = {"errors": 2, "warnings": 1, "infos": 1, "suppressed": 3}
    assert report["summary"] == {**counted, "fixable": 1, "fixable_unsafely": 0, "fixed": 0, "refused": 0}
    assert [finding["fingerprint"] for finding in report["findings"]] == [item.fingerprint for item in FULL.findings]
    assert report["coverage"]["sites"] == 1895
    assert "seconds" not in report


def test_github_commands_are_escaped_and_the_gravest_come_first() -> None:
    lines = renderer("github")(FULL, Look()).splitlines()
    assert lines[0].startswith(
        "::error title=COL001 unknown-column,file=backend/billing/reconciliation.py,line=79,col=17"
    )
    assert "file=backend/models/konto%2C100%25%3Akäse.py" in lines[2]
    assert lines[-1] == "pgconform: 2 errors, 1 warning"


def test_a_message_cannot_start_a_workflow_command_of_its_own() -> None:
    evil = Finding(Severity.ERROR, "x\n::error::owned", code="COL001", name="n", at=Location("a.py", 1))
    report = Report(Summary("t"), findings=(evil,))
    assert [line for line in renderer("github")(report, Look()).splitlines() if line.startswith("::error::")] == []


def test_a_place_without_a_file_or_line_is_shown_as_far_as_it_goes() -> None:
    report = Report(Summary("t"), findings=(Finding(Severity.ERROR, "m", code="DRF001", name="drifted"),))
    assert "(no file)" in renderer("text")(report, Look())
    assert renderer("concise")(report, Look()) == "error DRF001 m\n"


def test_numbers_take_the_plural_of_their_noun() -> None:
    assert number(1, "query") == "1 query chain"
    assert number(1200, "query") == "1,200 query chains"
    assert [number(2, word) for word in ("box", "policy", "key")] == ["2 boxes", "2 policies", "2 keys"]


def test_visible_text_keeps_what_can_be_read() -> None:
    assert visible("naïve 表 a\tb\nc\x1b[0m\u202e") == "naïve 表 a\\tb\\nc\\x1b[0m\\u202e"
    assert cells("表a\u0301") == 3


def findings_in(*files: str) -> Report:
    """A report with an error in each of these files, in their order."""
    at = (Location(file, number + 1, 1) for number, file in enumerate(files))
    found = tuple([Finding(Severity.ERROR, "wrong", code="COL001", source="query", at=one) for one in at])
    return Report(Summary("t"), findings=found)


def ending(report: Report) -> str:
    return " ".join(renderer("text")(report, Look(width=400)).split())


def test_many_findings_are_told_by_folder_and_how_those_of_examples_are_left_out() -> None:
    files = [*["app/src/api/a.py"] * 7, *["app/example/deep/b.py"] * 5, "tools/c.py", "d.py", "app/x/y/e.py"]
    said = ending(findings_in(*files))
    assert (
        "folders app/src: 7 errors · app/example: 5 errors · the root: 1 error · app/x: 1 error · 1 more · "
        'without app/example: exclude = ["app/example/"]'
    ) in said
    assert "without" not in ending(findings_in(*["app/src/a.py"] * 7, *["app/examples_api/b.py"] * 7))


@pytest.mark.parametrize("files", [["app/src/a.py"] * 20, ["app/src/a.py", "app/example/b.py"] * 5])
def test_few_findings_and_those_of_one_folder_are_not_told_by_folder(files: list[str]) -> None:
    assert "folders" not in ending(findings_in(*files))


def test_what_the_report_says_leaves_a_folder_out_does(tmp_path: Path, run: Run) -> None:
    wrong = WRONG + "".join(
        f'supabase.table("documents").select("id, wrong{number}").execute()\n' for number in range(9)
    )
    for folder in ("app", "old/deep"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "code.py").write_text(wrong)
    project(tmp_path)
    said = re.search(r"without old:\s+(exclude = \S+)", run("check").out)
    assert said
    (tmp_path / "pgconform.toml").write_text(said[1])
    assert {line.split(":")[0] for line in run("check", "--format", "concise").out.splitlines()} == {"app/code.py"}


def test_sarif_names_every_rule_once_and_every_place(tmp_path: Path) -> None:
    run = json.loads(renderer("sarif")(FULL, Look(notes=True, within="services/")))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted({item.code for item in FULL.findings})
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [item.code for item in FULL.findings]
    assert {result["level"] for result in run["results"]} == {"error", "warning", "note"}
    paths = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert all(path.startswith("services/") and "\x1b" not in path for path in paths)
    assert [unquote(path) for path in paths] == [f"services/{item.at.uri}" for item in FULL.findings if item.at]


def test_gitlab_tells_findings_of_one_fingerprint_apart_and_gives_each_a_place() -> None:
    drift = Finding(Severity.WARNING, "column a is new", code="DRF002", name="drifted-column")
    far = msgspec.structs.replace(drift, at=Location("postgresql://app:***@db/prod"))
    issues = json.loads(renderer("gitlab")(FULL.of([drift, drift, far]), Look()))
    assert len({issue["fingerprint"] for issue in issues}) == 3
    assert [issue["location"] for issue in issues] == [{"path": ".", "lines": {"begin": 1}}] * 3
    assert [issue["fingerprint"] for issue in issues[:1]] == [drift.fingerprint]


def test_junit_passes_what_conforms_and_counts_what_does_not() -> None:
    unread = Finding(
        Severity.INFO, "could not be read: <&'\">", code="SRC001", name="unreadable-source", at=Location("a.py")
    )
    suite = ElementTree.fromstring(renderer("junit")(FULL.of([*FULL.findings, unread]), Look(notes=True)))[0]
    held = [child.tag for case in suite for child in case]
    counted = {name: int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")}
    assert counted == {"tests": len(suite), "failures": 3, "errors": 1, "skipped": 1}
    assert (held.count("failure"), held.count("error"), held.count("skipped")) == (3, 1, 1)
    assert [case.attrib["name"] for case in suite if not len(case)] == ["public.documents"]
    assert "could not be read: <&'\">" in (suite[-1][0].text or "")
    clean = ElementTree.fromstring(renderer("junit")(CLEAN, Look()))[0]
    assert (len(clean) > 0, clean.attrib["failures"]) == (True, "0")


@pytest.mark.parametrize("form", ["github", "gitlab", "html", "junit", "sarif"])
def test_a_forge_is_told_paths_from_the_top_of_the_repository(run: Run, tmp_path: Path, form: str) -> None:
    (tmp_path / "services" / "shop").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "services" / "shop" / "pgconform.toml").write_text("")
    project(tmp_path / "services" / "shop", app=WRONG)
    assert "services/shop/app.py" in run("check", "services/shop", "--format", form).out
