"""Every rule has a page, and every page is true: its example gives exactly that finding, what to write instead none."""

from __future__ import annotations

import re
import shlex
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from pgconform.check import check
from pgconform.config import Project, find_project
from pgconform.drift.differences import differences
from pgconform.embedded import Server
from pgconform.finding import Finding
from pgconform.pairs.leftout import LeftOutPair, ScantyPair
from pgconform.pairs.rows import CountedPair, LookupPair
from pgconform.pairs.staleness import ApiPair, GeneratedPair, SnapshotPair
from pgconform.project.asking import Ask
from pgconform.project.caches.check import LiveAsk, ground_of, looked
from pgconform.project.claiming import claimed
from pgconform.project.inputs import read_inputs
from pgconform.project.judging import judged as run_judged
from pgconform.project.run import run as run_project
from pgconform.rules import Rule, all_rules
from pgconform.schema import Schema
from pgconform.sources import migrations
from pgconform.sources.postgres import read
from tests.conftest import ROOT
from tests.redis_server import running, valkey

PAGES = ROOT / "docs" / "rules"
SECTIONS = ("What it says", "Why it matters", "Example", "Instead", "When to ignore it", "Related")
FILES = {"python": "app.py", "toml": "pgconform.toml", "markdown": "AGENTS.md"}
OF_ROWS = (CountedPair, LookupPair)
OF_MIGRATIONS = frozenset({"MIG001", "MIG002", "REL003"})
Read = Callable[[str], Schema]


class Block(NamedTuple):
    """A fenced block of code: its language, its text."""

    language: str
    text: str


def sections(text: str) -> dict[str, str]:
    """The page's second-level sections by their headings, in order."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(section: str) -> list[Block]:
    found = re.findall(r"^(`{3,4})(\w+)\n(.*?)^\1$", section, re.MULTILINE | re.DOTALL)
    return [Block(language, text) for _, language, text in found]


def page(rule: Rule) -> str:
    file = PAGES / f"{rule.code}.md"
    assert file.is_file(), f"{rule.code} has no page"
    return file.read_text(encoding="utf-8")


by_code = pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)


@by_code
def test_a_page_has_its_rules_name_and_all_sections(rule: Rule) -> None:
    text = page(rule)
    assert text.startswith(f"# {rule.code} {rule.name}\n")
    assert tuple(sections(text)) == SECTIONS
    assert all(part.strip() for part in sections(text).values())
    assert max(map(len, text.splitlines())) <= 170


@by_code
def test_a_page_leads_only_to_pages_that_exist(rule: Rule) -> None:
    targets = re.findall(r"\]\(([^)#]+)", page(rule))
    assert all((PAGES / target).is_file() for target in targets), targets


def test_every_page_has_a_rule_and_every_code_and_name_is_there_once() -> None:
    rules = all_rules()
    assert {file.stem for file in PAGES.glob("*.md")} - {"index"} == {rule.code for rule in rules}
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)


def test_the_table_of_codes_is_the_registry() -> None:
    rows = re.findall(
        r"^\| \[`(\w+)`\]\((\w+)\.md\) \| ([\w-]+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", _index(), re.MULTILINE
    )
    assert [(code, link, name, what) for code, link, name, *_, what in rows] == [
        (rule.code, rule.code, rule.name, rule.summary) for rule in all_rules()
    ]


def test_no_rule_is_graver_than_the_table_says() -> None:
    for rule in all_rules():
        row = next(line for line in _index().splitlines() if f"[`{rule.code}`]" in line)
        words = row.rpartition(" | ")[0]
        assert rule.severity.value in words or "as the verdict" in words, row


def _index() -> str:
    return (PAGES / "index.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reader(postgres: Server) -> Iterator[Read]:
    """The truth of a piece of SQL, each in a database of its own, and read once however often it is asked for."""
    known: dict[str, Schema] = {}

    def truth(sql: str) -> Schema:
        if sql not in known:
            name = f"page_{uuid.uuid4().hex[:12]}"
            dsn = postgres.create_database(name)
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute(sql.encode())
            known[sql] = read(dsn)
            postgres.drop_database(name)
        return known[sql]

    yield truth


@by_code
def test_the_example_gives_this_finding_and_no_other(
    rule: Rule, tmp_path: Path, reader: Read, postgres: Server
) -> None:
    parts = sections(page(rule))
    found = judged(rule, blocks(parts["Example"]), tmp_path, (reader, postgres))
    assert {finding.code or rule.code for finding in found} == {rule.code}, [finding.message for finding in found]
    assert all(finding.at is None or finding.at.line for finding in found)


@by_code
def test_what_to_write_instead_gives_no_finding(rule: Rule, tmp_path: Path, reader: Read, postgres: Server) -> None:
    parts = sections(page(rule))
    example, instead = blocks(parts["Example"]), blocks(parts["Instead"])
    given = {block.language for block in instead}
    kept = [block for block in example if block.language in ("sql", "toml") and instead and block.language not in given]
    found = judged(rule, [*kept, *instead], tmp_path, (reader, postgres))
    assert found == [], [f"{finding.code} {finding.message}" for finding in found]


def judged(rule: Rule, said: list[Block], root: Path, ground: tuple[Read, Server]) -> list[Finding]:
    """The findings of a page's section: its SQL is the truth, a second piece of SQL or anything else the claim."""
    reader, postgres = ground
    sql = [block.text for block in said if block.language == "sql"]
    if rule.on is ApiPair:
        then, now = map(reader, sql or ["select 1", "select 1"])
        return list(rule.judge(ApiPair(now, then)))
    if rule.on is SnapshotPair:
        then, now = map(reader, sql or ["select 1", "select 1"])
        return list(rule.judge(SnapshotPair("pgconform.lock.json", tuple(differences(now, then)))))
    for block in said:
        if block.language in FILES:
            (root / FILES[block.language]).write_text(block.text, encoding="utf-8")
    if rule.on in (LeftOutPair, ScantyPair):
        return _found_by_itself(rule, sql, root)
    project = find_project(root)
    if rule.on in OF_ROWS:
        return _of_rows(rule, project, sql[0], postgres)
    if entries := [block.text for block in said if block.language == "redis"]:
        return cached(rule, project, (sql, entries), postgres)
    if len(sql) > 1:
        return check(*map(reader, sql))
    truth = _migrated(sql[0], root) if rule.code in OF_MIGRATIONS else reader(sql[0])
    inputs = read_inputs(root, sorted(set(FILES.values())))
    ask = Ask(select=(rule.code,)) if rule.preview else Ask()
    found = run_judged(project, ask, truth, inputs, claimed(project, ask, truth, inputs)).findings
    return [item for item in found if rule.on is not GeneratedPair or item.code == rule.code]


def _of_rows(rule: Rule, project: Project, sql: str, postgres: Server) -> list[Finding]:
    """The rule's findings of a check that looks at the rows of a database."""
    dsn = postgres.create_database(name := f"page_{uuid.uuid4().hex[:12]}")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.encode())
    report = run_project(project, Ask(truth=dsn, rows=True))
    postgres.drop_database(name)
    return [item for item in report.findings if item.code == rule.code]


def _found_by_itself(rule: Rule, sql: list[str], root: Path) -> list[Finding]:
    """The findings of a whole run: the first SQL is a migration, a second one a script beside it."""
    for file, text in zip(("migrations/1_first.sql", "scripts/more.sql"), sql, strict=False):
        (root / file).parent.mkdir(exist_ok=True)
        (root / file).write_text(text, encoding="utf-8")
    return [item for item in run_project(find_project(root), Ask(cached=False)).findings if item.code == rule.code]


def cached(rule: Rule, project: Project, said: tuple[list[str], list[str]], postgres: Server) -> list[Finding]:
    """The findings of a page's commands, once they were given to a server, beside a database that stays meanwhile."""
    sql, entries = ("\n".join(part) for part in said)
    name = f"page_{uuid.uuid4().hex[:12]}"
    dsn = postgres.create_database(name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.encode())
    with running(valkey()) as server:
        link = server.link()
        for line in entries.splitlines():
            link.ask(*shlex.split(line))
        ask = LiveAsk(server.url, compare=9 if rule.code == "RDS011" else 0)
        found = looked(project, ask, ground_of(project, ask, read(dsn), dsn)).report.findings
    postgres.drop_database(name)
    return list(found)


def _migrated(sql: str, root: Path) -> Schema:
    (root / "schema.sql").write_text(sql, encoding="utf-8")
    return migrations.read([root / "schema.sql"], root, supabase=False, cached=False)
