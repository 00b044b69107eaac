"""The site of the dictionary: whole in itself, safe, the same every time, and usable in a browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from pgconform.generate.documents.blocks import own
from pgconform.generate.documents.site import edited, site
from pgconform.pairs.world import World
from pgconform.schema import Key, Link, Schema
from tests.commands import Run, project, run
from tests.documents import TRUTH
from tests.schemas import column, table

__all__ = ["run"]
VOID = frozenset({"meta", "link", "input", "br", "wbr"})
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page(HTMLParser):
    """The addresses, places and scripts of a page; whatever is opened must be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.leads: list[str] = []
        self.places: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.open += [] if tag in VOID else [tag]
        self.leads += [given[name] for name in ("href", "src") if name in given]
        self.places |= {given["id"]} if "id" in given else set()
        self.inline += [name for name in given if name.startswith("on") or name == "style"]
        self.inline += [tag] if tag == "style" or (tag == "script" and "src" not in given) else []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open = self.open if tag in VOID else self.open[:-1]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, tag
        self.open.pop()


def written(truth: Schema = TRUTH) -> dict[str, str]:
    world = World(truth)
    return site(world, own(world), {"public.users": {"": {"read": ("app/a.py",)}, "email": {"written": ("app/b.py",)}}})


def test_every_page_is_whole_and_leads_only_to_what_is_there() -> None:
    files = written()
    pages = {name: Page(text) for name, text in files.items() if name.endswith(".html")}
    assert sorted(pages) == ["index.html", "t/gyms.html", "t/orders.html", "t/users.html"]
    for name, page in pages.items():
        assert page.inline == []
        for lead in (lead for lead in page.leads if lead != "data:,"):
            target, _, place = lead.partition("#")
            found = (Path(name).parent / unquote(target)).as_posix() if target else name
            found = re.sub(r"[^/]+/\.\./", "", found)
            assert found in files, (name, lead)
            assert not place or place in pages[found].places


def test_nothing_comes_from_elsewhere_and_the_policy_says_so() -> None:
    for name, text in written().items():
        assert not re.search(r"(?:src|href|url\()\s*=?\s*[\"']?(?:https?:)?//", text), name
        if name.endswith(".html"):
            assert "default-src 'none'; style-src 'self'; script-src 'self'" in text


def test_foreign_texts_stay_texts() -> None:
    odd = "</script><script>alert(1)</script>\"'&"
    name = 'x"><img src=x onerror=alert(1)>'
    truth = Schema(
        (table("t", column(f"c text = {odd}", comment=odd), comment=odd), table(name, "id uuid")), schemas=("public",)
    )
    files = written(truth)
    for file, text in files.items():
        assert "<script>alert" not in text, file
        assert "<img" not in text, file
        if file.endswith(".html"):
            Page(text)


def test_the_same_truth_gives_the_same_bytes_and_a_hands_change_is_seen() -> None:
    assert written() == written()
    for name, text in written().items():
        assert edited(name, text) is False
        assert edited(name, text.replace("e", "E", 1)) is True
        assert edited(name, "ours") is None


def test_tables_that_refer_to_each_other_and_to_themselves_are_drawn() -> None:
    def links(*names: str) -> tuple[Link, ...]:
        return tuple(Link((f"{name}_id",), "public", name, ("id",)) for name in names)

    rows = {"a": ("b",), "b": ("c", "b"), "c": ("a",), "d": ("a", "c"), "e": ()}
    made = tuple(
        table(name, "id uuid!", *(f"{one}_id uuid" for one in to), keys=(Key(("id",), "primary"),), links=links(*to))
        for name, to in rows.items()
    )
    files = written(Schema(made, schemas=("public",)))
    assert files["index.html"].count('class="edge"') == 5
    assert files["t/a.html"].count('class="edge"') == 3
    assert 'class="edge"' not in files["t/e.html"]


def test_the_site_is_written_and_pages_of_what_is_gone_are_removed(run: Run, tmp_path: Path) -> None:
    project(tmp_path, Schema(TRUTH.relations, schemas=("public", "auth")))
    assert run("generate", "site").code == 0
    assert run("generate", "site", "--check").code == 0
    assert (tmp_path / "site" / "schema" / "t" / "orders.html").is_file()
    project(tmp_path, Schema(TRUTH.relations[:2], schemas=("public", "auth")))
    assert "site/schema/t/orders.html  removed" in run("generate", "site").out
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.html").write_text("<p>Ours</p>")
    ran = run("generate", "site", "--output", "other")
    assert (ran.code, "other/index.html was not written by pgconform" in ran.err) == (2, True)


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Path]:
    for name, text in written().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    yield tmp_path


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")
def test_search_and_diagram_work_in_a_browser_without_a_complaint(shown: Path) -> None:
    from playwright.sync_api import sync_playwright

    said: list[str] = []
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = browser.new_page(viewport={"width": 390, "height": 800})
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"file://{shown}/index.html")
        page.keyboard.press("/")
        page.keyboard.type("users.gym")
        page.keyboard.press("Enter")
        page.wait_for_url("**/t/users.html#gym_id")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.locator("svg a").first.click()
        page.wait_for_url("**/t/*.html")
        assert page.locator("h1").inner_text() in ("gyms", "orders")
        browser.close()
    assert said == []
