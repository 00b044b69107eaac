"""The labels that documents list, in whatever form they surely list them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pgconform.schema import NamedType, Schema
from pgconform.shape import Bounds, Labels
from pgconform.sources.docs.cells import listed
from tests.documents import TRUTH, told
from tests.schemas import column, table

MOOD = Labels(("calm", "cross", "glad"), raw="mood")
PEOPLE = table(
    "people",
    "id uuid!",
    column("status text!", bounds=Bounds(labels=("active", "blocked", "gone"))),
    replace(column("mood text"), type=MOOD),
    "note text",
)
GROUND = Schema(
    relations=(*TRUTH.relations, PEOPLE), types=(NamedType("mood", "public", "enum", MOOD),), schemas=("public", "auth")
)
LEFT_OUT = 'ENM001 people.status may be "gone", which the document\'s status does not know'
STRANGE = 'ENM002 "shut" is no label of people.status'
MOODS = ['ENM001 people.mood may be "glad", which the document\'s mood does not know']


def said(text: str) -> list[str]:
    return [line.partition("warning ")[2] for line in told(text, GROUND) if " ENM" in line]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("'a', 'b', 'c'", "a b c"),
        ("`a` | `b`", "a b"),
        ("`'a'` \\| `'b'`", "a b"),
        ("one of `a`, `b`, or `c`.", "a b c"),
        ("- Media type: 'image', 'audio', or 'pdf'", "image audio pdf"),
        ("-- Queue status: 'sent', 'failed'", "sent failed"),
        ('"human" or "ai"', "human ai"),
        ("in ('a','b')", "a b"),
        ("allowed values: `a`/`b`", "a b"),
    ],
)
def test_a_description_that_lists_values_and_nothing_else_is_a_list(text: str, values: str) -> None:
    assert listed(text) == tuple(values.split())


@pytest.mark.parametrize(
    "text",
    [
        "'a', 'b', etc.",
        "e.g. 'a', 'b'",
        "`a`, `b`, ...",
        "`a`",
        "'a' (the first), 'b'",
        "unique with `a`, `b`",
        "default 'pending'",
        "type of `a` and `b`",
        "`a` → `b`",
        "`a`, `a`",
        "`f(x)`, `g(x)`",
    ],
)
def test_what_is_open_or_says_more_is_none(text: str) -> None:
    assert listed(text) is None


@pytest.mark.parametrize("cell", ["'active', 'blocked'", "one of `active`, `blocked`", "State: `active` or `blocked`"])
def test_a_description_of_a_column_lists_its_labels(cell: str) -> None:
    grid = "## people\n\n| Column | Type | Description |\n|-|-|-|\n| id | uuid | |\n| status | text | {} |\n"
    assert said(grid.format(cell)) == [LEFT_OUT]
    assert said(grid.format(cell.replace("blocked", "shut"))) == [
        'ENM001 people.status may be "blocked", "gone", which the document\'s status does not know',
        STRANGE,
    ]
    assert said(grid.format(f"{cell}, 'gone'")) == []


@pytest.mark.parametrize(
    "line",
    [
        "- status (text): 'active', 'blocked'",
        "- `status` (text, NOT NULL) - one of `active`, `blocked`",
        "- **status** (text) -- State: 'active' | 'blocked'",
        "- `status`: 'active' | 'blocked'",
        "- `status` (Enum: 'active', 'blocked', Null)",
        "- `status` (text): one of\n  - `active`: may enter\n  - `blocked`: may not",
        "- `status` (text)\n  - `active`\n  - `blocked` - may not",
    ],
)
def test_an_item_of_a_list_of_columns_lists_its_labels(line: str) -> None:
    listing = f"## people\n\n- id (uuid)\n- note (text)\n{line}\n"
    assert said(listing) == [LEFT_OUT]


@pytest.mark.parametrize(
    "line",
    [
        "- status (text): 'active', 'blocked', etc.",
        "- status (text): 'open', 'shut'",
        "- note (text): 'active', 'blocked'",
        "- status (text)\n  - `active`: may enter\n  - see the handbook",
        "- status (text): was 'active', 'blocked'",
    ],
)
def test_what_is_no_complete_list_of_its_labels_is_left_alone(line: str) -> None:
    assert said(f"## people\n\n- id (uuid)\n- mood (mood)\n{line}\n") == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`people.status` is one of `active`, `blocked`. It says who may enter.", [LEFT_OUT]),
        ("- `people.status`: `active` | `blocked`", [LEFT_OUT]),
        ("`people.status` can be `active`, `blocked` or `gone`.", []),
        ("`people.status` is one of `active`, `blocked` for those who came by mail.", []),
        ("`people.status` was one of `active`, `blocked`.", []),
        ("`people.note` is one of `active`, `blocked`.", []),
    ],
)
def test_a_sentence_about_a_column_lists_its_labels(text: str, found: list[str]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "```sql\nCREATE TYPE public.mood AS ENUM ('calm', 'cross');\n```",
        "## Enums\n\n- **mood**: calm, cross\n- **other**: a, b",
        "## Enums\n\n- `mood` (enum): 'calm' | 'cross'",
        "## Enums\n\n- `mood`\n  - `calm`\n  - `cross`: not glad",
        "### Enum: `mood`\n\n- `calm`\n- `cross` - not glad",
        "### mood (enum)\n\n- `calm`\n- `cross`",
    ],
)
def test_an_enum_lists_its_labels(text: str) -> None:
    assert said(text) == MOODS


@pytest.mark.parametrize(
    "text",
    [
        "```sql\nCREATE TYPE mood AS ENUM ('calm', 'cross', 'glad');\n```",
        "```sql\nCREATE TYPE mood AS ENUM ('open', 'shut');\n```",
        "## Example\n\n```sql\nCREATE TYPE mood AS ENUM ('calm', 'cross');\n```",
        "```sql\nALTER TABLE people ADD COLUMN a mood;\nCREATE TYPE mood AS ENUM ('calm', 'cross');\n```",
        "## Enums\n\n- **mood**: how people are, calm",
        "## Enums\n\n- **mood** was: calm, cross",
        "### mood\n\n- `calm`\n- and others",
    ],
)
def test_what_is_another_enum_or_another_time_is_left_alone(text: str) -> None:
    assert said(text) == []
