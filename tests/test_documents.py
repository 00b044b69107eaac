"""What documents claim, where it stands, and what is left alone."""

from __future__ import annotations

import gc
import time

import pytest
from msgspec.structs import replace

from pgconform.finding import Rename
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.docs.markdown import read_markdown
from tests.documents import TRUTH, claims, findings, told, unjudged
from tests.schemas import column

HEADERS = [
    "| Column | Type | Description |",
    "| Field | Type | Nullable |",
    "| Campo | Tipo | Descripción |",
    "| Coluna | Tipo | Padrão |",
    "| Spalte | Typ | Standard |",
    "| Champ | Type | Défaut |",
    "| 字段 | 类型 | 说明 |",
    "| カラム名 | 型 | 説明 |",
    "| Name | Type | Nullable |",
    "| Поле | Тип | Описание |",
]
HEADINGS = [
    "### Users Table",
    "### `users`",
    "## Tabla: users",
    "#### 2.1 users",
    "## Table `public.users`",
    "### Users",
    "## users 表",
    "**users**",
]


def rows(*lines: str, heading: str = "### `users`", header: str = "| Column | Type | Constraints |") -> str:
    return "\n".join([heading, "", header, "|---|---|---|", *lines, ""])


@pytest.mark.parametrize("header", HEADERS)
def test_a_table_of_columns_is_known_by_its_header(header: str) -> None:
    text = rows("| id | uuid | |", "| email | INTEGER | |", heading="## Table: users", header=header)
    assert told(text) == ["6:11 warning TYP001 users.email is varchar(255), the document's email is INTEGER"]


@pytest.mark.parametrize("heading", HEADINGS)
def test_the_heading_names_the_table(heading: str) -> None:
    assert told(rows("| id | uuid | |", "| `nmae` | text | |", "| score | numeric | |", heading=heading)) == [
        '6:4 warning COL001 users has no column "nmae"; did you mean "name"?'
    ]


def test_a_finding_spans_the_name_in_its_cell_and_offers_the_new_one() -> None:
    (found,) = findings(rows("| id | uuid | |", "| **`fullname`** | text | |", "| score | numeric | |"))
    assert found.at is not None
    assert (found.at.line, found.at.column, found.at.end_column) == (6, 6, 14)
    assert found.change == Rename("fullname", "name")


def test_what_a_cell_says_is_held_to_the_column() -> None:
    text = rows(
        "| id | UUID PK | |",
        "| age | integer, NOT NULL | |",
        "| gym_id | uuid, FK -> orders | |",
        "| status | enum('active', 'paused') | default 'active' |",
        "| email | String? | |",
        "| is_admin | boolean | DEFAULT true |",
        "| score, tags | numeric | |",
    )
    assert told(text) == [
        "6:9 warning NUL001 users.age is nullable; the document's age is said to be NOT NULL",
        "7:3 warning LNK101 users (gym_id) refers to gyms, not to orders",
        '8:12 warning ENM001 users.status may be "blocked", which the document\'s status does not know',
        '8:12 warning ENM002 "paused" is no label of users.status',
        "9:11 info NUL002 users.email is NOT NULL; the document's email is said to be nullable",
        "10:24 info COL008 the document's is_admin defaults to true, users.is_admin to false",
        "11:17 warning TYP016 users.tags is text[], the document's tags is numeric",
    ]


@pytest.mark.parametrize(
    "row",
    [
        "| status | text | NOT NULL CHECK (status IN ('active', 'blocked')) |",
        "| name | text | CHECK ((is_admin AND name IS NULL) OR (name IS NOT NULL)) |",
        "| email | varchar | UNIQUE |",
        "| email | character varying(255) | unique, indexed |",
        "| created_at | timestamp with time zone | default now() |",
        "| tags | text[] | |",
        "| tags | array | |",
        "| profile | object | |",
        "| profile | JSONB | default `{ }` |",
        "| score | number | |",
        "| score | decimal | |",
        "| id | string | |",
        "| status | string (one of several, e.g. active) | |",
        "| gym_id | uuid, null, FK → gyms.id | |",
        "| last_seen | timestamptz | dropped in March |",
        "| ~~nick~~ | text | |",
        "| **Constraint** | UNIQUE (`name`, `email`) | one of each |",
        "| ... | ... | |",
        "| created_at / other things | timestamptz | |",
    ],
)
def test_what_is_right_or_says_nothing_is_left_alone(row: str) -> None:
    assert told(rows("| id | uuid | |", "| name | text | |", row)) == []


def test_a_column_may_be_called_as_a_constraint_is() -> None:
    (found,) = told(rows("| id | uuid | |", "| name | text | |", "| key | text | unique |"))
    assert 'users has no column "key"' in found


@pytest.mark.parametrize(
    "text",
    [
        rows("| id | uuid | |", "| email | text | |", "| password | text | |", heading="### POST /users request"),
        rows(
            "| id | string | |", "| email | string | |", "| full_name | string | |", header="| Field | Type | Notes |"
        ),
        rows("| foo | int | |", "| bar | int | |", "| id | uuid | |"),
        rows("| id | uuid | |", "| email | int | |", heading="## Dropped columns of `users`"),
        rows("| id | uuid | |", "| email | int | |", heading="## Example: `users`"),
        "## Tables\n\n- `foo` - one\n- `bar` - two\n- `users` - three\n",
        "## Tables\n\n- `users`\n- `gyms`\n- `accounts` - dropped in v2\n- `identities`\n- `example_table`\n",
        "There is no `accounts` table any more. Do not use the `accounts` table.\n",
        "## Database\n\n- `users` - email status, age, profile state.\n- `users`: AI names with email, age, tags\n",
        "## Database\n\n- `users`: email, age, likes\n",
        "## Tables\n\n- `users`\n- `gyms`\n- `order` - not persisted\n",
        "It keeps what is there by renaming the `accounts` table.\n",
        "# Rebuild: the blueprint\n\n" + rows("| id | uuid | |", "| email | int | |", heading="## Table: users"),
        rows("| id | uuid | |", "| score | numeric | |", "| `nick` | text | Not declared in `schema.sql` |"),
        "```sql\nCREATE TABLE gyms (id INTEGER PRIMARY KEY AUTOINCREMENT);\n"
        "CREATE TABLE users (email TEXT, name TEXT, likes TEXT);\n```\n",
        "```mermaid\nerDiagram\n    auth_identities ||--|| users : is\n    users }o--|| gyms : in\n```\n",
        "See `config.app_slug`, `users.py`, `agents.yaml`, `users.create` and `users.other`.\n",
        "Add `users.nick` in the migration that was reverted before.\n",
        "# Design of billing\n\n" + rows("| id | uuid | |", "| email | int | |", heading="## Table: users"),
        "# Billing\n\n> Date: 2026-04-11\n\nThe `accounts` table holds money.\n",
        "```sql\nCREATE TABLE feature_table (id uuid, name text);\n```\n",
        "```sql\nBEGIN;\nALTER TABLE users ADD COLUMN other text;\n```\n",
        "```mermaid\nerDiagram\n    Client ||--o{ Server : talks\n    Server { int port }\n```\n",
    ],
)
def test_what_is_no_claim_about_this_truth_is_left_alone(text: str) -> None:
    assert told(text) == []


def test_a_column_that_the_database_fills_is_hardly_ever_null() -> None:
    users = replace(TRUTH.relations[0], fields=(*TRUTH.relations[0].fields, column("made_at timestamptz = now()")))
    truth = replace(TRUTH, relations=(users, *TRUTH.relations[1:]))
    text = rows("| id | uuid | |", "| made_at | timestamptz | NOT NULL |", "| age | int | NOT NULL |")
    assert [line.split(" ")[1] for line in told(text, truth)] == ["info", "warning"]


def test_tables_of_tables_and_lists_of_tables_name_relations() -> None:
    rows = (
        "| Table | For |",
        "|---|---|",
        "| `users` | all |",
        "| orders | all |",
        "| `accounts` | money |",
        "| `gone` | it was |",
    )
    table = "\n".join(rows)
    items = "Key tables in Supabase:\n\n- `users` - all\n  - `nested` - none\n- `gyms` - all\n- `invoices` - bills"
    assert told(f"# Database\n\n{table}\n\n{items}\n") == [
        '7:4 warning REL001 there is no table "accounts" in schema public; a migration drops it',
        '15:4 warning REL001 there is no table "invoices" in schema public',
    ]


def test_columns_in_lists_and_on_one_line() -> None:
    typed = "## users\n\n- **id** (UUID, Primary Key): the key\n- **email** (integer): where\n- `nick` (text)\n"
    listed = "## Database\n\n- **users table**: id, name, emial, created_at\n- `gyms`: people, places, things\n"
    listed += "- `users` - dodano created_at, id, name text\n"
    assert told(typed + listed) == [
        "4:5 warning TYP001 users.email is varchar(255), the document's email is integer",
        '5:4 warning COL001 users has no column "nick"; a migration drops it',
        '8:30 warning COL001 users has no column "emial"; did you mean "email"?',
    ]


def test_names_in_running_text() -> None:
    text = "`users.email` and `users.emial` differ from `users.nick`, and the `members` table holds them.\n"
    assert told(text) == [
        '1:26 warning COL001 users has no column "emial"; did you mean "email"?',
        '1:52 warning COL001 users has no column "nick"; a migration drops it',
        '1:68 warning REL001 there is no table "members" in schema public; it was renamed to "users"',
    ]


def test_sql_fences_describe_tables() -> None:
    text = """```sql
CREATE TABLE IF NOT EXISTS public.users (
  id uuid PRIMARY KEY, name integer NOT NULL,
  nick text, score numeric(10, 2) DEFAULT 0,
  gym_id uuid REFERENCES orders(id)
);
```
"""
    assert told(text) == [
        "3:24 warning NUL001 users.name is nullable; the document's name is said to be NOT NULL",
        "3:24 warning TYP001 users.name is text, the document's name is int4",
        '4:3 warning COL001 users has no column "nick"; a migration drops it',
        "5:3 warning LNK101 users (gym_id) refers to gyms, not to orders",
    ]


def test_diagrams_draw_tables() -> None:
    text = """```mermaid
erDiagram
    users ||--o{ orders : places
    accounts ||--o{ orders : pays
    users {
        uuid id PK
        string email
        int nick
        int created_at
    }
```
"""
    assert told(text) == [
        '4:5 warning REL001 there is no table "accounts" in schema public; a migration drops it',
        '8:13 warning COL001 users has no column "nick"; a migration drops it',
        "9:13 warning TYP001 users.created_at is timestamptz, the document's created_at is int",
    ]


def test_a_mention_that_is_right_is_a_use() -> None:
    (claim,) = claims("The mail goes to `users.email`.")
    assert (claim.kind, claim.whole, [field.name for field in claim.fields]) == ("document", False, ["email"])


def test_what_could_not_be_judged_is_counted() -> None:
    unknown = rows("| id | uuid | |", "| other | text | |", heading="## Table: `nobody`")
    another = rows("| id | uuid | |", "| other | text | |", "| more | text | |", heading="## Table: `users`")
    assert unjudged(unknown) == ["3:3 which table it describes is not known"]
    assert unjudged(another) == ["3:3 too few of its columns are those of users"]
    assert unjudged(rows("| id | uuid | |", "| email | varchar | |")) == []


def test_what_a_truth_with_gaps_never_had_may_well_be_there() -> None:
    gap = Unread('relation "public.base" does not exist', "statement", "public.other", Location("1.sql", 3))
    listed = "## Tables\n\n- `users`\n- `gyms`\n- `invoices`\n- `accounts`\n"
    assert told(listed, replace(TRUTH, unread=(gap,))) == [
        '6:4 warning REL001 there is no table "accounts" in schema public; a migration drops it'
    ]
    assert len(told(listed)) == 2


def test_what_hangs_on_a_column_is_no_column() -> None:
    listed = """## users

- `id` (uuid): the key
- `status` (text): one of
  - `active`: may enter
  - `blocked`: may not
- **Note**: see the handbook
- **Indexes**: on email
- `tags` (text[]): words
- `nick` (text): a name
"""
    assert told(listed) == ['10:4 warning COL001 users has no column "nick"; a migration drops it']
    assert told(rows("| id | uuid | |", "| email | varchar | |", "| **Indexes** | | |", "| Notes | | |")) == []


def test_columns_may_hang_on_the_item_that_names_their_table() -> None:
    listed = """# Database

- `users` - people
  - `id` (uuid)
  - `email` (integer)
  - `nick` (text)
- `gyms`
  - `id` (uuid): the key
    - `deep` (text)
  - `title` (text)
"""
    assert told(listed) == [
        "5:6 warning TYP001 users.email is varchar(255), the document's email is integer",
        '6:6 warning COL001 users has no column "nick"; a migration drops it',
    ]


@pytest.mark.parametrize(
    "text",
    [
        "RLS{many spaces}x",
        "RLS is enabled on {many names}x",
        "- {many names}",
        "## users\n\n- `id` (uuid): {many names}x",
        "```dbml\n{many tables}\n```",
        "```dbml\nTable a {{\n id int{many spaces}[\n}}\n```",
        "```plantuml\nentity a {{\n name : t{many spaces}x<\n}}\n```",
        "## users\n\n### Policies\n\n- `a`{many spaces}(",
    ],
)
def test_a_text_made_to_keep_the_reader_busy_does_not(text: str) -> None:
    spaces, names, tables = " " * 20_000, "`a`, " * 20_000, "Table a {\n" * 3_000
    made = text.replace("{many spaces}", spaces).replace("{many names}", names).replace("{many tables}", tables)
    gc.collect()  # what other tests left is none of the reader's to look through
    started = time.process_time()
    claims(made.replace("{{", "{").replace("}}", "}"))
    taken = time.process_time() - started
    assert taken < 5


def test_of_a_very_long_line_a_span_holds_what_is_near() -> None:
    filler = "and so on, " * 1_000
    row = f"| `users.nick` | {filler}|"
    spans = read_markdown(f"| name | what |\n|---|---|\n{row}\n\n{filler}the table `users` and `b` {filler}\n").spans
    assert [span.text for span in spans] == ["users.nick", "users", "b"]
    assert all(len(span.around) < 2_000 for span in spans)
    assert spans[0].around.startswith("|")
    assert "the table `users`" in spans[1].around
