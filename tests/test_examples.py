"""The example project: what is wrong in it on purpose is found at its line, and nothing else is called an error."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands import Run, run
from tests.conftest import ROOT

__all__ = ["run"]
SHOP = ROOT / "examples" / "shop"
ERRORS = (
    ("scripts/monthly_report.py", "placed_at", "COL001"),
    ("scripts/monthly_report.py", 'row["currency"]', "COL001"),
    ("shop/catalog.py", "prize", "COL001"),
    ("shop/catalog.py", '"retired"', "ENM002"),
    ("shop/orders.py", '"line_total"', "COL004"),
    ("shop/orders.py", '"payment_reference"', "COL001"),
    ("shop/orders.py", "addresses(line1, city)", "LNK002"),
    ("shop/orders.py", '"p_note"', "RPC002"),
    ("shop/orders.py", '"audit_log"', "REL001"),
    ("shop/orders.py", 'row = {"customer_id"', "COL002"),
    ("shop/orders.py", 'on_conflict="customer_id"', "KEY001"),
)
MODELS = (
    ("shop/models.py", "description: str", "NUL001"),
    ("shop/models.py", "max_length=32", "CON002"),
    ("shop/models.py", "full_name", "COL001"),
    ("shop/models.py", "class Order(BaseModel):\n    id: UUID", "TYP001"),
    ("shop/models.py", "status: OrderStatus", "ENM001"),
)


@pytest.fixture
def found(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, str, str]]:
    """The findings of the example as (path, line, code, severity)."""
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    monkeypatch.delenv("PGCONFORM_CACHE_DIR")
    shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    ran = run("check", "--format", "json")
    assert ran.code == 1
    return [
        (item["at"]["path"], item["at"]["line"], item["code"], item["severity"])
        for item in json.loads(ran.out)["findings"]
    ]


def line(path: str, snippet: str) -> int:
    """The line on which a snippet ends."""
    text = (SHOP / path).read_text(encoding="utf-8")
    return text[: text.index(snippet) + len(snippet)].count("\n") + 1


def test_what_is_wrong_on_purpose_is_found_and_nothing_else_is_an_error(
    found: list[tuple[str, int, str, str]],
) -> None:
    errors = {(path, number, code) for path, number, code, severity in found if severity == "error"}
    wanted = {(path, line(path, snippet), code) for path, snippet, code in ERRORS}
    models = {(path, line(path, snippet), code) for path, snippet, code in MODELS}
    assert wanted <= errors
    assert errors - wanted <= models
    assert models <= {(path, number, code) for path, number, code, _ in found}


def test_the_documents_show_what_uses_says_of_the_example(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    shown = page.split("    $ pgconform uses orders.status\n", 1)[1].split("\n\n", 1)[0]
    assert run("uses", "orders.status").out.splitlines() == [text[4:] for text in shown.splitlines()]


def test_the_documents_show_what_the_json_report_says_of_the_example(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    shown = json.loads(page.split("```json\n", 1)[1].split("```", 1)[0])
    said = json.loads(run("check", "--format", "json").out)
    assert shown["truth"].pop("server") and said["truth"].pop("server")
    for part in ("findings", "relations"):
        assert all(item in said.pop(part) for item in shown.pop(part))
    assert shown == said
