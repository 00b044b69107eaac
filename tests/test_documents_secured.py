"""What documents say of row-level security and policies, and what of that is judged."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pgconform.check import judge
from pgconform.generate.documents.blocks import own
from pgconform.generate.documents.pages import pages
from pgconform.pairs.world import World
from pgconform.schema import Policy, Schema, Unread
from pgconform.shape import Location
from pgconform.sources.docs.claims import read
from pgconform.sources.docs.markdown import read_markdown
from pgconform.sql.expressions import named
from tests.documents import TRUTH, told, unjudged

OWN = "(auth.uid() = id)"
POLICIES = (
    Policy("Users can see themselves", "select", ("authenticated",), True, OWN),
    Policy("users_insert", "insert", ("public",), True, "", "(auth.uid() = id)"),
    Policy("All may look at names", "select", ("anon", "authenticated"), True, "true"),
)
USERS, GYMS, ORDERS, IDENTITIES = TRUTH.relations
SECURED = replace(
    TRUTH,
    relations=(
        replace(USERS, row_security=True, policies=POLICIES),
        replace(GYMS, row_security=True),
        replace(ORDERS, row_security=False),
        IDENTITIES,
    ),
)
OFF = "row-level security is off on orders; the document says"
ON = "row-level security is on on users; the document says"


def said(text: str, truth: Schema = SECURED) -> list[str]:
    return [line.replace("warning DOC004 ", "") for line in told(text, truth) if "DOC004" in line]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RLS is enabled on `orders`.", [f"1:1 {OFF} the contrary"]),
        ("- Row Level Security (RLS) is enabled on `users`, `gyms` and `orders`", [f"1:1 {OFF} the contrary"]),
        ("- **RLS policies**: Row Level Security on all database tables", [f"1:1 {OFF} that all tables have it"]),
        ("✅ RLS enabled on all tables.", [f"1:1 {OFF} that all tables have it"]),
        ("All 3 tables in the `public` schema have RLS enabled.", [f"1:1 {OFF} that all tables have it"]),
        ("The `orders` table has RLS enabled.", [f"1:1 {OFF} the contrary"]),
        ("## Table: orders\n\n**RLS**: Enabled (2 policies)", [f"3:1 {OFF} the contrary"]),
        ("## `orders`\n\n- id (uuid)\n- RLS enabled", [f"4:1 {OFF} the contrary"]),
        ("## `orders`\n\n- RLS: yes", [f"3:1 {OFF} the contrary"]),
        ("## `users`\n\nRow-level security: disabled - everybody reads", [f"3:1 {ON} the contrary"]),
        ("| Table | Rows | RLS |\n|-|-|-|\n| users | 1 | No |\n| orders | 2 | ✅ Yes |", [
            f"3:15 {ON} the contrary",
            f"4:16 {OFF} the contrary",
        ]),
        ("| 表名 | RLS 状态 |\n|-|-|\n| `users` | 启用 |\n| `orders` | 启用 |", [f"4:14 {OFF} the contrary"]),
    ],
)  # fmt: skip
def test_row_level_security_is_held_to_the_tables(text: str, found: list[str]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "RLS is enabled on `users` and `gyms`.",
        "RLS is enabled on `orders` and `elsewhere`.",
        "Enable RLS on all tables.",
        "Make sure that RLS is enabled on `orders`.",
        "- [ ] RLS enabled on all tables",
        "- [x] RLS enabled on all tables",
        "RLS should be enabled on all tables.",
        "RLS is enabled on all tables except `orders`.",
        "RLS is enabled on all tables that hold data of users.",
        "RLS enabled on all user tables",
        "RLS policies on all new tables",
        "Is RLS enabled on all tables?",
        "## Security checklist\n\n- RLS on all tables",
        "## Example: `orders`\n\nRLS: enabled",
        "## Hooks\n\nRLS: enabled",
        "## `users`\n\nRLS: no policies for guests",
        "## `orders`\n\nRLS: enabled on request, see below",
        "| Table | RLS |\n|-|-|\n| users | own rows |\n| orders | deny-all |",
        "| Table | RLS |\n|-|-|\n| pets | Yes |\n| cars | Yes |\n| orders | Yes |",
        "| Part | RLS |\n|-|-|\n| users | no |\n| orders | yes |",
    ],
)
def test_what_asks_for_it_or_speaks_of_others_is_left_alone(text: str) -> None:
    assert said(text) == []


def test_what_is_said_of_all_and_is_true_of_few_is_counted() -> None:
    bare = replace(SECURED, relations=tuple(replace(one, row_security=False) for one in SECURED.relations[:3]))
    text = "RLS is enabled on all tables."
    assert said(text, bare) == []
    claim = read([("docs/schema.md", read_markdown(text))], World(bare), lambda _: False).schema
    assert [one.reason for one in judge(bare, claim).unjudged] == [
        "most tables have row-level security off: it may speak of others"
    ]
    assert said(text, replace(SECURED, unsaid=("policies",))) == []


def test_where_a_statement_of_the_migrations_was_left_out_nothing_is_said() -> None:
    gap = Unread('type "x" does not exist', "statement", "public.orders", Location("1.sql", 3))
    assert said("RLS is enabled on `orders`.", replace(SECURED, unread=(gap,))) == []
    gap = Unread('type "x" does not exist', "statement", "public.users", Location("1.sql", 3))
    assert said(FENCE, replace(SECURED, unread=(gap,))) == []


FENCE = """```sql
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
-- one
CREATE POLICY "Users can see themselves" ON public.users FOR SELECT TO authenticated
  USING ((SELECT auth.uid()) = users.id);
create policy users_insert on users for update with check (auth.uid() = gym_id);
CREATE POLICY "All may look at names" ON users AS RESTRICTIVE FOR SELECT TO anon USING (email IS NOT NULL);
CREATE POLICY "users may leave" ON users FOR DELETE USING (true);
```
"""


def test_policies_in_sql_are_held_to_those_that_are_there() -> None:
    assert said(FENCE) == [
        '6:15 policy "users_insert" of users has WITH CHECK (auth.uid() = id); the document says (auth.uid() = gym_id)',
        '6:15 policy "users_insert" of users is for INSERT; the document says UPDATE',
        '7:16 policy "All may look at names" of users applies to "anon", "authenticated"; the document says "anon"',
        '7:16 policy "All may look at names" of users has USING true; the document says (email IS NOT NULL)',
        '7:16 policy "All may look at names" of users is permissive; the document says that it is restrictive',
        '8:16 users has no policy "users may leave"',
    ]


def test_policies_that_are_hardly_there_are_counted_and_not_judged() -> None:
    alone = '```sql\nCREATE POLICY "users may leave" ON users FOR DELETE USING (true);\n```\n'
    assert said(alone) == []
    assert unjudged(alone, SECURED) == ["2:16 too few of these policies are those of users"]
    assert said("Example:\n\n" + FENCE) == []
    assert said(FENCE.replace("-- one", "DROP POLICY users_insert ON users;")) == []
    assert said(FENCE.replace("-- one", "ALTER TABLE users ADD COLUMN gym uuid;")) == []
    assert unjudged(FENCE.replace("users", "pets"), SECURED) == []


def test_policies_in_tables_and_lists_are_held_too() -> None:
    grid = """### `users`

| Policy | Operation | Expression |
|---|---|---|
| Users can see themselves | INSERT | `USING ((SELECT auth.uid()) = gym_id)` |
| `users_insert` | INSERT | WITH CHECK (true) |
| Users can leave | DELETE | own row |
"""
    assert said(grid) == [
        '5:3 policy "Users can see themselves" of users has USING (auth.uid() = id);'
        " the document says ((SELECT auth.uid()) = gym_id)",
        '5:3 policy "Users can see themselves" of users is for SELECT; the document says INSERT',
        '6:4 policy "users_insert" of users has WITH CHECK (auth.uid() = id); the document says (true)',
        '7:3 users has no policy "Users can leave"',
    ]
    several = "| Policy | Table | Role |\n|-|-|-|\n| users_insert | users | anon |\n| x | gyms | anon |"
    assert said(several) == ['3:3 policy "users_insert" of users applies to "public"; the document says "anon"']
    listed = """## Users Table

### Policies

- **`users_insert`** (SELECT)
  - **Purpose**: `nothing`
- "Users can see themselves": SELECT
- `users_delet` (DELETE)
- `users_update` was dropped
"""
    assert said(listed) == [
        '5:6 policy "users_insert" of users is for INSERT; the document says SELECT',
        '8:4 users has no policy "users_delet"',
    ]


def test_the_pages_that_are_written_of_policies_read_back_clean() -> None:
    odd = ("own_rows", "a|b `c` *d* \\_e", "[x](y) <z>", "_within_", "users_insert")
    first, *rest = (Policy(name, "all", ("anon",), True, OWN, "true") for name in odd)

    def truth(*policies: Policy) -> Schema:
        return replace(SECURED, relations=(replace(USERS, row_security=True, policies=policies),))

    world = World(truth(first, *rest))
    page = pages(world, own(world), {})["users"]
    assert (said(page, world.truth), unjudged(page, world.truth)) == ([], [])
    (gone,) = said(page, truth(*rest))
    assert gone.endswith('users has no policy "own_rows"')
    (other,) = said(page, truth(replace(first, check="false", using="(gym_id = id)"), *rest))
    assert other.endswith('policy "own_rows" of users has USING (gym_id = id); the document says (auth.uid() = id)')


def test_a_long_name_is_compared_as_postgres_keeps_it() -> None:
    name = "Everybody who is in a gym may see the others who are in that gym too"
    truth = replace(
        SECURED, relations=(replace(USERS, row_security=True, policies=(Policy(name[:63], "select", ("public",)),)),)
    )
    text = f'```sql\nCREATE POLICY "{name}" ON users FOR SELECT USING (true);\n```\n'
    assert (said(text, truth), unjudged(text, truth)) == ([], [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("auth.uid() = user_id", "(( SELECT auth.uid() AS uid) = user_id)"),
        ("documents.user_id = auth.uid()", "(user_id = auth.uid())"),
        ("status IN ('a', 'b')", "(status = ANY (ARRAY['a'::text, 'b'::text]))"),
        ("lower(email) LIKE 'a%'", "(lower((email)::text) ~~ 'a%'::text)"),
        ("auth.jwt() ->> 'role' = 'x'", "((auth.jwt() ->> 'role'::text) = 'x'::text)"),
    ],
)
def test_a_condition_is_known_in_the_servers_own_spelling(one: str, other: str) -> None:
    assert named(one) == named(other) != frozenset()


def test_of_a_condition_that_reads_other_tables_nothing_is_said() -> None:
    assert named("EXISTS (SELECT 1 FROM members WHERE members.id = gym_id)") is None
    assert named("documents.*::text = ''") is None
    assert named("no sql at") is None
    assert named("true") == frozenset()
