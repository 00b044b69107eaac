"""The dashboard: who may look, what every page holds, and what a person sees in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import httpx
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from pgconform.config import Config, Project
from pgconform.dashboard.access import Access, access, names_us
from pgconform.dashboard.app import build
from pgconform.errors import Problem
from pgconform.finding import Finding, Severity
from pgconform.monitor.alerts.composing import Manners, compose
from pgconform.monitor.audit.gathering import audit
from pgconform.monitor.audit.html import render as report
from pgconform.monitor.store.opening import open_file, open_history
from pgconform.monitor.store.recording import failed, record
from pgconform.monitor.store.retention import forget, forget_target
from pgconform.monitor.store.tables import targets
from pgconform.monitor.values import Verdict, now, seconds
from pgconform.project.usage import Usage, encoded
from pgconform.schema import Link, Schema
from pgconform.sources.postgres.changes import Change
from pgconform.targets import MonitorConfig
from tests.commands import Run, run, started
from tests.monitoring import until
from tests.schemas import table
from tests.test_monitor_store import grown, looked

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["run"]
CONFIG = MonitorConfig(unreachable_after=1)
OPEN = Access()
TOKEN = "correct horse battery staple"
EVIL = "<script>alert(1)</script>\"'\u202e"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OVERLAPPING = """() => [...document.querySelectorAll("tr")].flatMap(row => {
  const boxes = [...row.children].filter(cell => cell.textContent.trim()).map(cell => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return range.getBoundingClientRect();
  });
  return boxes.slice(1).flatMap((box, place) => {
    const before = boxes[place];
    const apart = box.left >= before.right - 1 || box.top >= before.bottom - 1 || box.bottom <= before.top + 1;
    return apart ? [] : [row.textContent];
  });
})"""
PAGES = (
    "/",
    "/targets/production",
    "/matrix",
    "/findings",
    "/findings?state=all&text=status",
    "/findings/1",
    "/timeline",
    "/snapshots/2",
    "/relations/production/public.documents",
    "/diagram",
    "/diagram?columns=all&around=public.documents",
)


def said(message: str, severity: Severity = Severity.ERROR, column: str = "status") -> Finding:
    subject = f"documents.{column}"
    return Finding(
        severity,
        message,
        code="COL001",
        name="unknown-column",
        subject=subject,
        relation="public.documents",
        source="query",
    )


def truth() -> Schema:
    documents = table("documents", "id uuid!", "owner uuid!", "title text!")
    tied = replace(documents, links=(Link(("owner",), "public", "users", ("id",)),))
    return Schema((tied, table("users", "id uuid!", "email text!")), schemas=("public",))


def filled(engine: Engine) -> None:
    """A history with a change by somebody, findings open and closed, a target that is down, and hostile text."""
    uses = (Usage("public.documents", "title", "app.py:4:20", "read", "select", "query", EVIL),)
    before = Verdict((said("documents has no column status"), said(EVIL, column="x")), 3, 0, encoded(uses))
    record(engine, replace(looked(truth()), verdict=before), CONFIG)
    after = Verdict((said(EVIL, column="x"), said("a note", Severity.WARNING)), 3, 0, encoded(uses))
    second = replace(looked(grown(truth(), "status text")), verdict=after)
    told = replace(second.seen, news=(Change("pgconform", "ALTER TABLE", ("public.documents",), "alice", EVIL),))
    record(engine, replace(second, seen=told, commands=("pgconform generate",)), CONFIG)
    failed(engine, "staging", "cannot reach postgresql://app:***@db/shop (connection refused)", "is it up?", CONFIG)


class Site(NamedTuple):
    url: str
    engine: Engine


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Engine]:
    engine = open_file(tmp_path / "history.db")
    filled(engine)
    yield engine
    engine.dispose()


def client(engine: Engine, may: Access = OPEN) -> httpx.Client:
    """A browser without a window, in this process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient
    return TestClient(build(engine, may, ("public",)), base_url="http://localhost", follow_redirects=False)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole_escaped_and_locked_down(history: Engine, path: str) -> None:
    answer = client(history).get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<script>alert" not in answer.text
    assert "\u202e" not in answer.text
    assert " style=" not in answer.text and " onclick=" not in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    for link in re.findall(r'href="(/[^"]*)"', answer.text):
        assert client(history).get(link.replace("&amp;", "&")).status_code == 200, link


def test_pages_say_what_is_known(history: Engine) -> None:
    site = client(history)
    assert "cannot reach postgresql://app:***@db/shop" in site.get("/").text
    assert "documents has no column status" in site.get("/findings?state=closed").text
    assert "documents has no column status" not in site.get("/findings").text
    relation = site.get("/relations/production/public.documents").text
    assert "app.py:4:20" in relation and "+ column public.documents.status" in relation and "<svg" in relation
    snapshot = site.get("/snapshots/2").text
    assert "alice" in snapshot and "pgconform generate" in snapshot
    assert 'class="bad"' in site.get("/matrix?target=production").text


@pytest.mark.parametrize(
    "path", ["/nope", "/findings/999", "/snapshots/999", "/targets/x", "/relations/production/x.y"]
)
def test_what_is_not_there_is_said_not_to_be(history: Engine, path: str) -> None:
    answer = client(history).get(path)
    assert answer.status_code == 404
    assert "<h1>Not found</h1>" in answer.text


def test_a_target_that_nobody_looks_at_any_more_is_said_to_be_watched_no_more(history: Engine) -> None:
    assert "not watched" not in client(history).get("/").text
    with history.begin() as connection:
        connection.execute(targets.update().values(seen_at=now() - seconds(1000)))
    assert '<span class="warning">not watched</span>' in client(history).get("/").text


def test_it_only_shows(history: Engine) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert client(history).request(method, "/findings").status_code == 405


def test_other_sites_cannot_reach_it_by_a_name_of_theirs(history: Engine) -> None:
    site = client(history)
    assert site.get("/", headers={"Host": "rebound.example.org"}).status_code == 421
    assert site.get("/", headers={"Host": "127.0.0.1:8642"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        *((name, True) for name in ("localhost", "localhost:1", "127.0.0.1:80", "[::1]:80", "[::1]")),
        *((name, False) for name in ("example.org", "127.0.0.1.example.org", "", "10.0.0.1", "localhost.evil.org:80")),
    ],
)
def test_names_of_this_machine(host: str, ours: bool) -> None:
    assert names_us(host) is ours


def test_with_a_token_nobody_else_sees_anything(history: Engine) -> None:
    site = client(history, Access(TOKEN))
    for path in (*PAGES, "/metrics", "/nope"):
        assert site.get(path).status_code == 401
        assert site.get(path, headers={"Accept": "text/html"}).headers["location"] == "/login"
        assert site.get(path, headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 401
    assert site.get("/findings", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert site.get("/healthz").json() == {"status": "ok"}
    assert site.get("/static/../login").status_code == 200


def test_signing_in(history: Engine) -> None:
    site = client(history, Access(TOKEN))
    wrong = site.post("/login", data={"token": "wrong"})
    assert (wrong.status_code, "set-cookie" in wrong.headers) == (403, False)
    right = site.post("/login", data={"token": TOKEN})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower() and TOKEN not in cookie
    assert site.get("/").status_code == 200
    forged = f"{int(now() / 1e6) + 10_000}.{'0' * 64}"
    site.cookies.set("pgconform", forged)
    assert client(history, Access(TOKEN)).get("/", headers={"Cookie": f"pgconform={forged}"}).status_code == 401
    assert (
        "Secure"
        in client(history, Access(TOKEN, proxied=True)).post("/login", data={"token": TOKEN}).headers["set-cookie"]
    )


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    may = Access(TOKEN)
    session = may.session()
    assert may.admits(session)
    assert not Access("another token of ours").admits(session)
    monkeypatch.setattr("time.time", lambda: now() / 1e6 + 13 * 3600)
    assert not may.admits(session)


def test_it_is_not_opened_to_everybody_by_mistake(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("serve", "--host", "0.0.0.0")
    assert ran.code == 2
    assert "0.0.0.0 can be reached from elsewhere, and there is no token" in ran.err
    monkeypatch.setenv("PGCONFORM_DASHBOARD_TOKEN", "short")
    assert "the token has 5 characters; it needs 16" in run("serve").err
    assert access("0.0.0.0", "", proxied=True).local is False
    with pytest.raises(Problem):
        access("::", "", proxied=False)


def test_metrics_are_those_of_the_history(history: Engine) -> None:
    text = client(history).get("/metrics").text
    assert 'pgconform_target_up{target="production"} 1.0' in text
    assert 'pgconform_target_up{target="staging"} 0.0' in text
    assert 'pgconform_findings_open{severity="error",target="production"} 1.0' in text
    assert 'pgconform_schema_changes_total{target="production"} 1.0' in text


def many(engine: Engine) -> None:
    """10,000 findings and 1,000 relations."""
    relations = tuple(table(f"t_{number}", *(f"c_{place} text" for place in range(12))) for number in range(1000))
    findings = tuple(
        Finding(
            Severity.ERROR,
            f"t_{n % 1000} has no column x_{n}",
            code="COL001",
            relation=f"public.t_{n % 1000}",
            source="query",
        )
        for n in range(10_000)
    )
    base = looked(Schema(relations, schemas=("public",)), target="large")
    record(engine, replace(base, verdict=Verdict(findings, 10_000)), CONFIG)


def test_ten_thousand_findings_and_a_thousand_relations_come_in_pages(history: Engine) -> None:
    many(history)
    site = client(history)
    for path in (
        "/findings?target=large",
        "/findings?target=large&page=100",
        "/matrix?target=large",
        "/diagram?target=large",
    ):
        answer = site.get(path)
        assert answer.status_code == 200
        assert len(answer.content) < 120_000, path
    assert "10,000 findings" in site.get("/findings?target=large").text
    assert site.get("/findings?target=large&page=9999").text.count("<tr>") == 101
    assert site.get("/findings?target=large&text=x_77&page=1").text.count("<tr>") == 101
    assert "page 10 of 10" in site.get("/matrix?target=large&page=10").text


def chromium() -> str:
    """The browser of this machine; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("there is no Chromium here (apt-get install chromium)")
    return found


@pytest.fixture
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu"] if os.geteuid() == 0 else ["--disable-gpu"]
        launched = playwright.chromium.launch(executable_path=chromium(), args=quiet)
        yield launched
        launched.close()


@pytest.fixture
def site(history: Engine) -> Iterator[str]:
    """The dashboard on a port of this machine."""
    import socket

    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(build(history, Access(), ("public",)), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def opened(browser: Browser, width: int) -> tuple[Page, list[str]]:
    """A page of that width, and what its console says."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page, errors


def test_in_a_browser_at_any_width(browser: Browser, site: str, history: Engine) -> None:
    for width in (1280, 390):
        page, errors = opened(browser, width)
        for path in PAGES:
            page.goto(site + path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, path)
            assert page.evaluate(OVERLAPPING) == [], (width, path)
        assert errors == []
        page.close()


def test_the_matrix_fits_a_telephone_and_shows_only_what_there_is(browser: Browser, site: str, history: Engine) -> None:
    page, _ = opened(browser, 360)
    page.goto(f"{site}/matrix")
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)")
    shown = page.locator("td.number:visible").all_inner_texts()
    assert shown
    assert all(text.strip() for text in shown)
    assert page.evaluate("document.querySelector('nav').clientHeight") < 60


def test_the_report_of_a_week_fits_a_telephone(browser: Browser, history: Engine) -> None:
    page, _ = opened(browser, 390)
    page.set_content(report(audit(history, 0)))
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every(one => one.scrollWidth <= one.clientWidth)")
    assert page.locator("td:visible", has_text="documents has no column status").count() == 2


def test_in_a_browser_filters_act_at_once_and_pages_keep_up(browser: Browser, site: str, history: Engine) -> None:
    page, errors = opened(browser, 1280)
    page.goto(f"{site}/findings")
    assert page.locator("tbody tr").count() == 2
    page.get_by_label("Text").fill("a note")
    until(lambda: page.locator("tbody tr").count() == 1)
    assert page.url.endswith("/findings?state=open&text=a+note")
    page.get_by_label("State").select_option("closed")
    page.get_by_label("Text").fill("")
    page.wait_for_selector("text=documents has no column status")
    page.goto(site)
    record(history, looked(grown(truth(), "status text", "more text"), target="production"), CONFIG)
    page.evaluate("show(location.href, 'live', false)")
    page.wait_for_selector("text=+ column public.documents.more")
    page.get_by_role("link", name="staging").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "staging"
    assert errors == []


def test_served_by_the_command(tmp_path: Path, history: Engine) -> None:
    process = started(tmp_path, "serve", "--port", "0", PGCONFORM_DASHBOARD_TOKEN=TOKEN)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}findings").status_code == 401
        assert httpx.get(f"{url}findings", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
        process.terminate()
        process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode in (0, -15)


def test_the_history_may_be_a_postgres(pg_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_HISTORY", pg_dsn)
    engine = open_history(Project(tmp_path, Config(monitor=MonitorConfig(history="$PGCONFORM_HISTORY"))))
    filled(engine)
    assert compose(engine, Manners(("a",)), now()) is not None
    for path in (*PAGES, "/metrics", "/findings?text=A%20NOTE"):
        assert client(engine).get(path).status_code == 200, path
    assert "1 finding<" in client(engine).get("/findings?text=A%20NOTE").text
    assert len(audit(engine, now() - seconds(60)).targets) == 2
    assert forget(engine, 1) == 0
    assert forget_target(engine, "production")
    engine.dispose()
