"""The report as one HTML file: nothing of a repository becomes markup, all is there without a script, and it can be
searched with one."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.report import Report
from pgconform.reports import renderer
from pgconform.reports._look import Look
from pgconform.reports._snippets import snippet
from pgconform.shape import Location
from tests.commands import WRONG, Run, project, run
from tests.reporting import CLEAN, FULL, PAGES, TEXTS
from tests.test_dashboard import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser", "run"]
LOOK = Look(notes=True, texts=TEXTS, pages=PAGES)
VOID = frozenset({"meta", "input", "br", "hr", "img"})
EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;'`{{7*7}}"


class Read(HTMLParser):
    """The elements of a page as they are nested, and its text by element."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.said: list[tuple[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, tag: str) -> list[str]:
        return [data for name, data in self.said if name == tag]


def page(report: Report = FULL, look: Look = LOOK) -> str:
    return renderer("html")(report, look)


def evil() -> tuple[Report, Look]:
    """A report in which every name and text wants to be markup."""
    one = Finding(
        Severity.ERROR, EVIL, consequence=EVIL, help=EVIL, witness=EVIL, code="COL001", name=EVIL, subject=EVIL,
        source=EVIL, holder=EVIL, at=Location(EVIL, 1, 1, 1, 9), truth_at=Location(EVIL, 2),
    )  # fmt: skip
    other = replace(one, code=EVIL, at=None)
    unjudged = tuple(replace(item, reason=EVIL, at=Location(EVIL, 1)) for item in FULL.unjudged)
    report = replace(FULL, findings=(one, other), unjudged=unjudged, suggested=unjudged[:1])
    report = replace(report, truth=replace(report.truth, origin=EVIL, server=EVIL))
    return report, Look(
        texts={EVIL: f"{EVIL}\n{EVIL}"}, pages={"COL001": f"# {EVIL}\n\n{EVIL}\n\n[x](javascript:alert(1))\n"}
    )


@pytest.mark.parametrize("case", ["full", "clean", "evil", "bare"])
def test_the_page_is_well_formed_and_needs_nothing_else(case: str) -> None:
    cases = {"full": (FULL, LOOK), "clean": (CLEAN, LOOK), "evil": evil(), "bare": (FULL, Look())}
    read = Read(page(*cases[case]))
    assert {name for name, _ in read.elements}.isdisjoint({"img", "link", "iframe", "object", "base"})
    assert len(read.all("script")) == 1
    assert not [name for _, attributes in read.elements for name in attributes if name.startswith("on")]
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attributes in read.all("a"):
        assert attributes["href"].startswith("https://") or attributes["href"].removeprefix("#") in ids
    assert not [attributes for attributes in read.all("script") if attributes]


def test_only_our_own_script_may_run() -> None:
    read = Read(page(*evil()))
    (script,) = read.text("script")
    told = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [one["content"] for one in read.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{told}'"


def test_every_finding_is_there_with_its_code_and_its_rule() -> None:
    read = Read(page())
    assert len(read.all("article")) == len(FULL.findings)
    assert [one["data-rule"] for one in read.all("article")] == [item.code for item in FULL.findings]
    assert '"note"' in read.text("mark")
    assert read.text("h3")[-1] == "TYP003 numeric-scale"
    assert any("What it says" in said for said in read.text("h4"))
    assert {"href": "#NUL001"} in read.all("a")
    assert any(one["href"].endswith("/docs/rules/COL003.md") for one in read.all("a"))
    assert any("invalid syntax" in said for said in read.text("p"))


def test_notes_are_left_out_unless_asked_for() -> None:
    assert "evil" not in page(look=Look(texts=TEXTS))
    assert "1 note" in page(look=Look(texts=TEXTS))


@pytest.mark.parametrize(
    ("text", "at", "marked"),
    [
        ("one\ntwo three\nfour\n", Location("a", 2, 5, 2, 10), ["three"]),
        ("one\ntwo three\nfour\n", Location("a", 2, 5), ["three"]),
        ("one\ntwo\nthree\n", Location("a", 1, 3, 3, 3), ["e", "two", "th"]),
        ("a\tb = '<x>'\n", Location("a", 1, 7, 1, 12), ["'<x>'"]),
        ("x\r\ny\r\n", Location("a", 2, 1, 2, 2), ["y"]),
        ("x", Location("a", 9, 1), []),
        ("x", Location("a", 1, 7, 1, 9), []),
        ("", Location("a", 1, 1), []),
    ],
)
def test_a_place_is_marked(text: str, at: Location, marked: list[str]) -> None:
    assert Read(snippet(text, at)).text("mark") == marked


def test_of_a_long_line_a_part_is_shown_and_of_a_long_place_some_lines() -> None:
    line = "x" * 100_000 + "here" + "y" * 100_000
    said = snippet(line, Location("a", 1, 100_001, 1, 100_005))
    assert Read(said).text("mark") == ["here"]
    assert len(said) < 1000
    assert snippet("a\n" * 5000, Location("a", 10, 1, 4000, 1)).count("<span") < 20


def test_secrets_in_the_code_are_masked() -> None:
    text = 'db = connect("postgresql://me:hunter2@host/db")\nrun("select nothing")\n'
    for line in (1, 2):
        said = snippet(text, Location("a", line, 6, line, 12))
        assert "hunter2" not in said
        assert "***" in said


def test_the_command_writes_it(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    ran = run("check", "--format", "html", "--output", "report.html")
    assert (ran.code, ran.out) == (1, "")
    written = (tmp_path / "report.html").read_text()
    read = Read(written)
    assert read.text("mark") == ["titel"]
    assert any("unknown-column" in said for said in read.text("h3"))
    assert str(tmp_path) not in written


def test_a_file_that_is_gone_or_cannot_be_read_has_no_code(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    (tmp_path / "other.py").write_bytes(b"# \xff\xfe\n" + WRONG.encode())
    run("check", "--format", "html", "--output", "report.html")
    assert Read((tmp_path / "report.html").read_text()).text("mark") == ["titel"]


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Path]:
    one = next(one for one in FULL.findings if one.severity is Severity.ERROR)
    kinds = [(f"COL00{number % 3 + 1}", f"number {number}", ("query", "model")[number % 2]) for number in range(30)]
    many = tuple(replace(one, code=code, message=said, source=source) for code, said, source in kinds)
    file = tmp_path / "report.html"
    file.write_text(page(replace(FULL, findings=(*many, *FULL.findings))))
    yield file


def test_findings_can_be_chosen_from(browser: Browser, shown: Path) -> None:
    said: list[str] = []
    opened = browser.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(shown.as_uri())
    articles = opened.locator("article:visible")
    total = articles.count()
    assert total == 30 + len(FULL.findings)
    opened.get_by_label("rule").select_option("COL002")
    assert articles.count() == 10
    assert "10 of" in opened.locator("#count").inner_text()
    opened.get_by_label("source").select_option("model")
    assert articles.count() == 5
    opened.get_by_label("rule").select_option("")
    opened.get_by_label("source").select_option("")
    opened.get_by_label("contains").fill("NUMBER col001 28")
    assert articles.count() == 0
    opened.get_by_label("contains").fill("NUMBER col001 27")
    assert articles.count() == 1
    opened.get_by_label("contains").fill("")
    opened.get_by_label(re.compile("error")).uncheck()
    assert articles.count() == sum(one.severity is not Severity.ERROR for one in FULL.findings)
    assert opened.locator(".file:visible").count() == 2
    assert said == []


def test_without_a_script_all_is_there(browser: Browser, shown: Path) -> None:
    opened = browser.new_context(java_script_enabled=False).new_page()
    opened.goto(shown.as_uri())
    assert opened.locator("article:visible").count() == 30 + len(FULL.findings)
    assert not opened.locator("#filters").is_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_wider_than_the_window(browser: Browser, shown: Path, width: int) -> None:
    opened = browser.new_page(viewport={"width": width, "height": 900})
    opened.goto(shown.as_uri())
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_nothing_of_a_hostile_report_runs(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(page(*evil()))
    opened = browser.new_page()
    told: list[str] = []
    opened.on("dialog", lambda dialog: told.append(dialog.message))
    opened.goto((tmp_path / "report.html").as_uri())
    assert told == []
    assert EVIL in opened.locator("article .said").first.inner_text()
