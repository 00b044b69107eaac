"""How a difference between two truths is shown."""

from __future__ import annotations

import json
from pathlib import Path

from msgspec.structs import replace

from pgconform.drift.differences import differences
from pgconform.project.owned import owned
from pgconform.reports._differences import document, lines
from pgconform.reports._look import Look
from pgconform.schema import Function, Schema
from pgconform.shape import Location
from tests.schemas import schema, table

GOLDEN = Path(__file__).parent / "golden"
BEFORE = schema(
    table("documents", "id uuid!", "title text!", "note text"),
    table("legacy", "id int8!"),
    origin="snapshot:pgconform.lock.json",
)
AFTER = schema(
    replace(table("documents", "id uuid!", "title text", "status text!"), at=Location("db/2.sql", 3)),
    table("billing.invoices", "id int8!", "evil\x1b[2J text"),
    origin="postgresql://app:***@db/prod",
)
FOUND = tuple(sorted(differences(AFTER, BEFORE), key=lambda item: (item.relation or item.subject, item.subject)))
NAMES = (BEFORE.origin, AFTER.origin)


def test_differences_are_shown_by_relation() -> None:
    text = lines(NAMES, FOUND, Look(width=100))
    assert text == (
        "from     snapshot:pgconform.lock.json\n"
        "to       postgresql://app:***@db/prod\n"
        "\n"
        "+ billing.invoices  1.sql:1\n"
        "\n"
        "public.documents\n"
        "  - column note  1.sql:2\n"
        "  + column status  1.sql:2\n"
        "  ~ column title  nullable: no → yes  1.sql:2\n"
        "\n"
        "- public.legacy  1.sql:1\n"
        "\n"
        "found    5 differences: 2 added, 2 removed, 1 changed\n"
    )


def test_truths_that_do_not_differ_are_said_to_be_the_same() -> None:
    assert lines(NAMES, (), Look()).splitlines()[-1] == "same     the two do not differ"


def test_the_json_document_says_both_sides() -> None:
    said = json.loads(document(NAMES, FOUND))
    assert (said["version"], said["from"], said["to"]) == (1, *NAMES)
    (changed,) = [item for item in said["differences"] if item["what"] == "changed"]
    assert (changed["attribute"], changed["from"], changed["to"]) == ("nullable", "no", "yes")
    assert changed["at"] == {"path": "1.sql", "line": 2, "column": 0, "end_line": 0, "end_column": 0}


def test_only_what_is_the_teams_own_is_compared() -> None:
    truth = Schema(
        relations=(
            table("documents", "id uuid!"),
            table("auth.users", "id uuid!"),
            table("spatial", extension="postgis"),
        ),
        functions=(Function("f", "public"), Function("uuid", "public", extension="uuid-ossp")),
    )
    kept = owned(truth, ("public",))
    assert [item.name for item in kept.relations] == ["documents"]
    assert [item.name for item in kept.functions] == ["f"]
