"""Documents held to a small truth, as the whole of a project's documents are."""

from __future__ import annotations

from msgspec.structs import replace

from pgconform.check import judge
from pgconform.finding import Finding
from pgconform.pairs.world import World
from pgconform.rules import all_rules
from pgconform.schema import Dropped, Key, Link, Relation, Schema
from pgconform.shape import Bounds
from pgconform.sources.docs.claims import read
from pgconform.sources.docs.markdown import read_markdown
from tests.schemas import column, table

USERS = table(
    "users",
    "id uuid!",
    "email varchar(255)!",
    "name text",
    "age int4",
    column("status text! = 'active'::text", bounds=Bounds(labels=("active", "blocked"))),
    "created_at timestamptz!",
    "gym_id uuid",
    "score numeric!",
    "is_admin bool! = false",
    "tags text[]",
    "profile jsonb! = '{}'::jsonb",
    keys=(Key(("id",), "primary"),),
    links=(Link(("gym_id",), "public", "gyms", ("id",)),),
)
GYMS = table("gyms", "id uuid!", "title text!", keys=(Key(("id",), "primary"),))
ORDERS = table(
    "orders",
    "id uuid!",
    "user_id uuid!",
    "total numeric!",
    keys=(Key(("id",), "primary"),),
    links=(Link(("user_id",), "public", "users", ("id",)),),
)
TRUTH = Schema(
    relations=(USERS, GYMS, ORDERS, table("auth.identities", "id uuid!")),
    schemas=("public", "auth"),
    dropped=(
        Dropped("accounts", "public"),
        Dropped("members", "public", renamed_to="users"),
        Dropped("users", "public", "nick"),
        Dropped("users", "public", "fullname", renamed_to="name"),
    ),
)


def claims(text: str, truth: Schema = TRUTH) -> tuple[Relation, ...]:
    """The claims of one document about relations."""
    return read([("docs/schema.md", read_markdown(text))], World(truth), lambda _: False).schema.relations


def findings(text: str, truth: Schema = TRUTH) -> list[Finding]:
    found = read([("docs/schema.md", read_markdown(text))], World(truth), lambda _: False).schema
    bare = replace(found, statements=())
    return list(judge(truth, bare, rules=[rule for rule in all_rules() if not rule.preview]).findings)


def told(text: str, truth: Schema = TRUTH) -> list[str]:
    """``line:column severity code message`` of what is found, apart from what the truth says by itself."""
    return [
        f"{one.at.line}:{one.at.column} {one.severity} {one.code} {one.message}"
        for one in findings(text, truth)
        if one.at is not None and one.at.uri == "docs/schema.md"
    ]


def unjudged(text: str, truth: Schema = TRUTH) -> list[str]:
    """``line:column reason`` of what is counted as not judged."""
    found = read([("docs/schema.md", read_markdown(text))], World(truth), lambda _: False).schema.unread
    return [f"{one.at.line}:{one.at.column} {one.reason}" for one in found if one.at is not None]
