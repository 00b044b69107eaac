"""Diagrams in DBML and PlantUML, in fences and in files of their own; those drawn with characters are counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import Run, project, run
from tests.documents import TRUTH, told, unjudged
from tests.timing import within

__all__ = ["run"]

DBML = """// what we keep: Table ghosts { id int }
Project gym {
  database_type: 'PostgreSQL'
  Note: '''
    Table of contents {
  '''
}

Enum state {
  active
  blocked [note: 'may not enter']
}

Table users as U {
  id uuid [pk, default: `gen_random_uuid()`]
  email integer [not null, unique, note: 'where, and [how] to write // them']
  "nick" text
  status state [not null, default: 'active']
  created_at "timestamp with time zone"
  age int [not null]
  gym_id uuid [ref: > gyms.id]
  tags text[]

  indexes {
    (email, age) [unique]
    nothing
  }
  Note: 'people'
}

Table public.orders {
  id uuid [primary key]
  user_id uuid
  total "numeric(10, 2)"
}

Table gyms {
  id uuid
  title text
}

Table accounts {
  id uuid
}

Ref: orders.user_id > U.id
Ref other { gyms.id < orders.id }
Ref: users.id - gyms.id
"""
IN_DBML = [
    "16:3 warning TYP001 users.email is varchar(255), the document's email is integer",
    '17:4 warning COL001 users has no column "nick"; a migration drops it',
    "20:3 warning NUL001 users.age is nullable; the document's age is said to be NOT NULL",
    '42:7 warning REL001 there is no table "accounts" in schema public; a migration drops it',
    "47:1 info LNK101 orders has no foreign key on (id)",
]
PLANTUML = """@startuml
' entity old { }
!define primary_key(x) <b>x</b>
hide circle

entity "users" as u {
  * id : uuid <<PK>>
  --
  * email : VARCHAR(255)  ' where
  nick : text
  age : timestamptz
}

entity "all that was ordered" as orders <<(T, #FFAAAA)>> {
  primary_key( id ) : uuid
  column(user_id, uuid)
  total : numeric
}

table( accounts ) {
  id : uuid
}

u ||--o{ orders : places
orders }o..|| accounts
orders --> nothing
@enduml
"""
IN_PLANTUML = [
    '10:3 warning COL001 users has no column "nick"; a migration drops it',
    "11:3 warning TYP001 users.age is int4, the document's age is timestamptz",
    '20:8 warning REL001 there is no table "accounts" in schema public; a migration drops it',
]


def fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}```\n"


def lower(line: str) -> str:
    """The same finding in a fence: one line further down."""
    number, _, rest = line.partition(":")
    return f"{int(number) + 1}:{rest}"


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("dbml", DBML, IN_DBML),
        ("plantuml", PLANTUML, IN_PLANTUML),
        ("puml", PLANTUML, IN_PLANTUML),
        ("", PLANTUML, IN_PLANTUML),
    ],
)
def test_a_diagram_in_a_fence_is_held_to_the_schema(language: str, text: str, said: list[str]) -> None:
    assert told(fenced(language, text)) == list(map(lower, said))


def test_an_indented_fence_is_placed_where_it_stands() -> None:
    text = "- the schema:\n\n  ```dbml\n  Table users {\n    id uuid\n    nick text\n    email varchar\n  }\n"
    text += "  Table gyms {\n    id uuid\n  }\n  ```\n"
    assert told(text) == ['6:5 warning COL001 users has no column "nick"; a migration drops it']


@pytest.mark.parametrize(
    "text",
    [
        fenced("dbml", "Table users {\n  id uuid\n  nick text\n}\nTable pets {\n  id int\n}\n"),
        fenced("dbml", "Table users {\n  foo int\n  bar int\n  id uuid\n}\nTable gyms {\n  id uuid\n}\n"),
        fenced("plantuml", "@startuml\nclass User {\n  + name : int\n  + save() : void\n}\nUser --> Gym\n@enduml\n"),
        fenced("plantuml", "@startuml\nusers -> orders : sends\norders -> accounts : pays\n@enduml\n"),
        "## Example\n\n" + fenced("dbml", DBML),
        "```text\nusers\n  └── orders\n```\n",
    ],
)
def test_what_is_no_diagram_of_this_schema_is_left_alone(text: str) -> None:
    assert told(text) == []
    assert unjudged(text) == []


def test_boxes_drawn_with_characters_are_counted() -> None:
    boxes = "```\n┌──────────┐     ┌──────────┐\n│ users    │────▶│ orders   │\n└──────────┘     └──────────┘\n```\n"
    assert unjudged(boxes) == ["2:1 it is drawn with characters"]
    assert unjudged(boxes.replace("users", "client").replace("orders", "server")) == []
    assert unjudged("```\n+-------+\n| users |\n+-------+\n| gyms  |\n+-------+\n```\n") == [
        "2:1 it is drawn with characters"
    ]


def test_files_of_diagrams_are_documents_too(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    mermaid = "erDiagram\n    users {\n        uuid id\n        int nick\n        text name\n    }\n"
    mermaid += "    gyms ||--o{ users : of\n"
    files = {
        "docs/schema.dbml": DBML,
        "docs/erd.puml": PLANTUML,
        "docs/erd.mmd": mermaid,
        "docs/old/erd.puml": PLANTUML,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    ran = run("check", "--format", "concise")
    dbml = [f"docs/schema.dbml:{line}" for line in IN_DBML if "info" not in line]
    puml = [f"docs/erd.puml:{line}" for line in IN_PLANTUML]
    shown = ['docs/erd.mmd:4:13 warning COL001 users has no column "nick"; a migration drops it', *puml, *dbml]
    assert ran.out.splitlines() == [line.replace(" warning", ": warning", 1) for line in shown]


def test_a_comment_in_a_diagram_ignores_its_line(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    (tmp_path / "schema.dbml").write_text(
        "Table users {\n  id uuid\n  nick text // pgconform: ignore[COL001]  kept for the auditors\n  name text\n}\n"
        "Table gyms {\n  id uuid\n}\n",
        encoding="utf-8",
    )
    assert run("check", "--format", "concise").out == ""


def test_comments_before_a_diagram_of_another_kind_are_read_once() -> None:
    comments = "".join(f"    %% step {number}\n" for number in range(60))
    drawn = "erDiagram\n    users {\n        uuid id\n        int nick\n        text name\n    }\n"
    drawn += "    gyms ||--o{ users : of\n"
    assert [line.partition(" ")[0] for line in told(f"```mermaid\n{comments}{drawn}```\n")] == ["65:13"]
    with within(20):
        assert told(f"```mermaid\n{comments}\nflowchart LR\n{comments}{drawn}```\n") == []
