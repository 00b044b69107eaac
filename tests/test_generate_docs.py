"""Documents written of a truth: they say what it is, read back clean, stay current, and keep what a hand wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pgconform.check import judge
from pgconform.generate.documents.blocks import Unwritable, blocks, own, rendered, rewritten
from pgconform.generate.documents.context import context, tokens
from pgconform.generate.documents.diagram import mermaid
from pgconform.generate.documents.pages import Users, marked, pages
from pgconform.pairs.world import World
from pgconform.rules import all_rules
from pgconform.schema import Relation, Schema
from pgconform.sources.docs.claims import read
from pgconform.sources.docs.markdown import read_markdown
from tests import strategies
from tests.commands import Run, project, run
from tests.documents import TRUTH
from tests.schemas import column, table

__all__ = ["run"]
law = settings(max_examples=60, phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
WORLD = World(TRUTH)


def written(truth: Schema) -> dict[str, str]:
    """All that can be written of a truth, by file."""
    world = World(truth)
    relations = own(world)
    drawn = f"```mermaid\n{mermaid(world, relations)}```\n"
    return {**pages(world, relations, {}), "context": context(world, relations, 10_000), "diagram": drawn}


@law
@given(strategies.truths())
def test_what_is_written_reads_back_clean(truth: Schema) -> None:
    facts = [(f"docs/schema/{name}.md", read_markdown(text)) for name, text in written(truth).items()]
    found = read(facts, World(truth), lambda _: True).schema
    kept = [rule for rule in all_rules() if not rule.preview and rule.on.__name__ not in ("TruthPair", "UnreadPair")]
    report = judge(truth, replace(found, statements=()), rules=kept)
    assert [f"{one.at} {one.code} {one.message}" for one in report.findings] == []


def test_what_is_written_is_read_as_claims() -> None:
    facts = [(f"docs/schema/{name}.md", read_markdown(text)) for name, text in written(TRUTH).items()]
    found = read(facts, WORLD, lambda _: True).schema
    told = {(item.name, field.name) for item in found.relations for field in item.fields if field.nullable is not None}
    assert told >= {(item.name, field.name) for item in own(WORLD) for field in WORLD.fields(item).values()}


def test_a_page_tells_columns_keys_references_and_users() -> None:
    users: dict[str, Users] = {"public.users": {"": {"read": ("app.py",)}, "email": {"written": ("a.py", "b.py")}}}
    page = pages(WORLD, own(WORLD), users)["users"]
    for line in (
        "| `status` | `text` | no | `'active'::text` | `active`, `blocked` |  |",
        "| `gym_id` | `uuid` | yes |  |  | → [`gyms.id`](gyms.md) |",
        "- primary key (`id`)",
        "- referred to by [`orders`](orders.md) (`user_id`)",
        "| `email` |  | `a.py`, `b.py` |  |",
        '    gyms |o--o{ users : "gym_id"',
    ):
        assert f"\n{line}\n" in page
    without = pages(WORLD, own(WORLD), {})["users"]
    assert marked(page) == marked(without) and page != without


def test_foreign_texts_cannot_break_out() -> None:
    odd = "a | b <script>alert(1)</script>\n<!-- pgconform:end sum=0 --> `x` [y](z)"
    truth = Schema(
        (table("t", column("c text", comment=odd), column("d text = '`|`'::text"), comment=odd),), schemas=("public",)
    )
    page = pages(World(truth), own(World(truth)), {})["t"]
    assert "<script" not in page
    assert page.count("<!--") == 2
    told = "a \\| b &lt;script>alert(1)&lt;/script> &lt;!-- pgconform:end sum=0 --> \\`x\\` \\[y\\](z)"
    assert f"\n| `c` | `text` | yes |  | {told} |\n" in page


def test_names_that_no_file_can_have_get_one_that_is_theirs_alone() -> None:
    truth = Schema(tuple(table(name, "id uuid") for name in ("a/b", "a b", "Users", "users")), schemas=("public",))
    names = set(pages(World(truth), own(World(truth)), {})) - {"README"}
    assert len({name.lower() for name in names}) == 4
    assert all("/" not in name and " " not in name for name in names)


@pytest.mark.parametrize(
    ("asks", "first"),
    [
        ("table=users columns=email,id", "| Column | Type | Null |"),
        ("tables=users,gyms", "| Table | Kind | Columns |"),
        ("tables", "| Table | Kind | Columns |"),
        ("diagram=users,gyms", "```mermaid"),
        ("context=users", "# Database schema"),
    ],
)
def test_a_block_is_written_once_and_then_stays(asks: str, first: str) -> None:
    text = f"# Ours\n\n<!-- pgconform:begin {asks} -->\n<!-- pgconform:end -->\n\nThe end.\n"
    once = rewritten(text, WORLD)
    assert once.splitlines()[3] == first
    assert once.startswith("# Ours\n\n") and once.endswith("\n\nThe end.\n")
    assert rewritten(once, WORLD) == once
    assert [block.edited for block in blocks(once)] == [False]


def test_a_block_keeps_its_marks_and_its_files_line_ends() -> None:
    text = "a\r\n{/* pgconform:begin table=gyms */}\r\n{/* pgconform:end */}\r\nb"
    assert rewritten(text, WORLD).splitlines(keepends=True) == [
        "a\r\n",
        "{/* pgconform:begin table=gyms */}\r\n",
        "| Column | Type | Null |\r\n",
        "| --- | --- | --- |\r\n",
        "| `id` | `uuid` | no |\r\n",
        "| `title` | `text` | no |\r\n",
        "{/* pgconform:end sum=b8c5196d45d7 */}\r\n",
        "b",
    ]


def test_what_a_hand_wrote_is_never_written_over_unasked() -> None:
    once = rewritten("<!-- pgconform:begin table=gyms -->\n<!-- pgconform:end -->\n", WORLD)
    edited = once.replace("| no |", "| no, never |", 1)
    own_words = "<!-- pgconform:begin table=gyms -->\nmine\n<!-- pgconform:end -->\n"
    for text in (edited, own_words):
        assert [block.edited for block in blocks(text)] == [True]
        assert rewritten(text, WORLD) == text
        assert rewritten(text, WORLD, forced=True) == once


def test_a_fence_shows_a_block_and_a_block_may_never_end() -> None:
    shown = "```markdown\n<!-- pgconform:begin table=gyms -->\n<!-- pgconform:end -->\n```\n"
    assert list(blocks(shown)) == []
    (open_,) = blocks("<!-- pgconform:begin table=gyms -->\ntext\n")
    assert open_.end == 0


@pytest.mark.parametrize(
    ("asks", "reason"),
    [
        ("table=nobody", "there is no table nobody"),
        ("table=users columns=nick", "users has no column nick"),
        ("labels=mood", "there is no enum mood"),
        ("picture=users", "it asks for picture=users"),
        ("", "it asks for nothing"),
    ],
)
def test_a_block_that_cannot_be_written_says_why(asks: str, reason: str) -> None:
    with pytest.raises(Unwritable, match=reason):
        rendered(WORLD, asks)


@law
@given(strategies.truths(), st.integers(40, 900))
def test_the_context_keeps_to_its_budget(truth: Schema, budget: int) -> None:
    text = context(World(truth), own(World(truth)), budget)
    assert tokens(text) <= max(budget, 40)
    assert text.startswith("# Database schema\n\n> ")


def test_a_smaller_budget_tells_less_and_says_so() -> None:
    wide = tuple(table(f"t{n}", *(f"column_number_{m} text" for m in range(20))) for n in range(30))
    world = World(Schema(wide, schemas=("public",)))
    told = {budget: context(world, wide, budget) for budget in (100_000, 4000, 300, 60)}
    assert "column_number_1 text," in told[100_000]
    assert "Types are left out." in told[4000]
    assert "Only keys" in told[300]
    assert "column_number" not in told[300]
    assert "more" in told[60] or "no room" in told[60]


def _described(root: Path, *relations: Relation) -> None:
    project(root, Schema(relations or TRUTH.relations, schemas=("public", "auth")))


def test_the_dictionary_is_written_checked_and_follows_the_schema(run: Run, tmp_path: Path) -> None:
    _described(tmp_path)
    (tmp_path / "AGENTS.md").write_text("<!-- pgconform:begin table=gyms -->\n<!-- pgconform:end -->\n")
    assert run("generate", "docs", "--check").code == 1
    assert run("generate", "docs").code == 0
    out = tmp_path / "docs" / "schema"
    assert sorted(file.name for file in out.iterdir()) == ["README.md", "gyms.md", "llms.txt", "orders.md", "users.md"]
    assert "`title`" in (tmp_path / "AGENTS.md").read_text()
    assert run("generate", "docs", "--check").code == 0
    assert run("check", "--format", "concise").out == ""
    _described(tmp_path, table("gyms", "id uuid!", "name text!"))
    ran = run("check", "--format", "concise")
    assert "AGENTS.md:1:1: warning DOC007 the block  table=gyms is not what the schema is" in ran.out
    assert "docs/schema/gyms.md:1:1: warning DOC007 this page is not what the schema is" in ran.out
    assert "-| `title` | `text` | no |" in run("generate", "docs", "--diff").out
    assert "docs/schema/users.md  removed" in run("generate", "docs").out
    assert not (out / "users.md").exists()
    assert run("check", "--format", "concise").out == ""


def test_documents_that_somebody_edited_are_left_alone(run: Run, tmp_path: Path) -> None:
    _described(tmp_path)
    run("generate", "docs")
    page = tmp_path / "docs" / "schema" / "gyms.md"
    page.write_text(page.read_text() + "Mine.\n")
    assert (
        "docs/schema/gyms.md:1:1: warning DOC007 this page was edited by hand"
        in run("check", "--format", "concise").out
    )
    ran = run("generate", "docs")
    assert ran.code == 2
    assert "docs/schema/gyms.md was edited by hand" in ran.err
    assert page.read_text().endswith("Mine.\n")
    assert run("generate", "docs", "--force").code == 0
    assert "Mine." not in page.read_text()


def test_blocks_that_cannot_be_written_are_named_when_documents_are(run: Run, tmp_path: Path) -> None:
    project(tmp_path)
    lines = ("<!-- pgconform:begin table=nope -->", "<!-- pgconform:end -->", "<!-- pgconform:begin tables -->")
    (tmp_path / "AGENTS.md").write_text("\n".join(lines), encoding="utf-8")
    for words in ((), ("--check",)):
        assert run("generate", "docs", *words).err.splitlines() == [
            "left     AGENTS.md:1: the block  table=nope cannot be written: there is no table nope",
            "left     AGENTS.md:3: the block  tables cannot be written: it has no  pgconform:end",
        ]


def test_a_file_that_pgconform_did_not_write_is_left_alone(run: Run, tmp_path: Path) -> None:
    _described(tmp_path)
    (tmp_path / "docs" / "schema").mkdir(parents=True)
    (tmp_path / "docs" / "schema" / "README.md").write_text("# Ours\n")
    ran = run("generate", "docs")
    assert (ran.code, "docs/schema/README.md was not written by pgconform" in ran.err) == (2, True)
    assert sorted(file.name for file in (tmp_path / "docs" / "schema").iterdir()) == ["README.md"]
    (tmp_path / "pgconform.toml").write_text('[docs]\nout = "../elsewhere"\n')
    assert "leads out of the project" in run("generate", "docs").err


def test_a_default_with_marks_of_its_own_reads_back() -> None:
    odd = column("note text = 'run `mut push`  |  then _wait_'::text")
    truth = Schema((table("t", "id uuid!", odd),), schemas=("public",))
    facts = [(f"docs/schema/{name}.md", read_markdown(text)) for name, text in written(truth).items()]
    found = read(facts, World(truth), lambda _: True).schema
    assert "'run `mut push` | then _wait_'::text" in {field.default for one in found.relations for field in one.fields}
    assert judge(truth, found).findings == ()
