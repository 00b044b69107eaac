"""Documents among the other files of a project: which are read, what their examples claim, what is ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.config import find_project
from pgconform.project.scoped import document_files
from tests.commands import Run, project, run
from tests.documents import TRUTH

__all__ = ["run"]

WRONG = "## Table: `users`\n\n| Column | Type |\n|---|---|\n| id | uuid |\n| `nick` | text |\n| score | numeric |\n"


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def test_reference_documents_and_agents_context_are_read_and_plans_are_not(tmp_path: Path) -> None:
    read = ["AGENTS.md", "README.md", "docs/schema.md", ".cursor/rules/db.mdc", "app/CLAUDE.md", "llms.txt"]
    named = ["CHANGELOG.md", "docs/plan-2024.md", "docs/designs/users.md", "docs/2025-03-01-notes.md", "notes.txt"]
    placed = ["specs/004-users/data.md", "tests/fixtures/a.md", ".other/a.md", "node_modules/x/README.md"]
    write(tmp_path, **dict.fromkeys([*read, *named, *placed], WRONG))
    assert sorted(document_files(find_project(tmp_path))) == sorted(read)


def test_a_skill_that_was_published_for_any_project_is_about_none(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    own, other = "---\nname: ours\n---\n", "---\nname: postgres\nlicense: MIT\nmetadata:\n  author: somebody\n---\n"
    write(tmp_path, **{".claude/skills/ours/SKILL.md": own, ".claude/skills/ours/references/users.md": WRONG})
    write(tmp_path, **{".agents/skills/pg/SKILL.md": other + WRONG, ".agents/skills/pg/references/users.md": WRONG})
    told = [".claude/skills/ours/references/users.md"]
    assert [line.partition(":")[0] for line in run("check", "--format", "concise").out.splitlines()] == told
    (tmp_path / "pgconform.toml").write_text('[docs]\ninclude = [".agents/skills/pg/references/**"]\n')
    found = [line.partition(":")[0] for line in run("check", "--format", "concise").out.splitlines()]
    assert found == [".agents/skills/pg/references/users.md", *told]


def test_settings_open_and_close_the_scope(tmp_path: Path) -> None:
    write(tmp_path, **dict.fromkeys(["a.md", "plans/b.md", "plans/c.md", "old/d.md"], WRONG))
    settings = '[docs]\ninclude = ["plans/**"]\nexclude = ["a.md", "plans/c.md"]\n'
    (tmp_path / "pgconform.toml").write_text(settings)
    assert document_files(find_project(tmp_path)) == ("plans/b.md",)
    (tmp_path / "pgconform.toml").write_text("[docs]\ncheck = false\n")
    assert document_files(find_project(tmp_path)) == ()


def test_a_check_tells_of_documents_as_warnings_and_uses_list_them(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    write(tmp_path, **{"AGENTS.md": WRONG + "\nThe mail is `users.email`.\n"})
    ran = run("check", "--format", "concise")
    assert ran.code == 1
    assert ran.out == 'AGENTS.md:6:4: warning COL001 users has no column "nick"; a migration drops it\n'
    assert "told      AGENTS.md:9\n" in run("uses", "users.email").out
    assert "1 document" in run("check").out


def test_a_comment_ignores_the_block_after_it(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    table = WRONG.split("\n\n", 1)[1]
    ignored = f"## Table: `users`\n\n<!-- pgconform: ignore[COL001]  it is kept for the auditors -->\n{table}"
    fenced = "```markdown\n<!-- pgconform: ignore -->\n```\n"
    write(tmp_path, **{"AGENTS.md": ignored, "docs/ignoring.md": fenced})
    ran = run("check", "--format", "concise")
    assert (ran.code, ran.out) == (0, "")


@pytest.mark.parametrize("language", ["sql", "postgresql"])
def test_sql_examples_are_put_to_a_server(run: Run, tmp_path: Path, language: str) -> None:
    project(tmp_path, TRUTH)
    good = "SELECT u.id, o.total FROM users u JOIN orders o ON o.user_id = u.id WHERE u.email = :mail;"
    bad = "-- who\nSELECT ID, CREATED_AT,\n       nick\nFROM users WHERE name = 'USER_NAME' AND id <> CURRENT_USER;"
    other = "SELECT * FROM events;\nINSERT INTO users (id) VALUES ('<uuid>');\nSELECT ... FROM users;"
    other += (
        "\nUPDATE users SET name = 'YOUR_NAME' WHERE id = YOUR_ID;\nSELECT your_column FROM users WHERE id = USER_ID;"
    )
    write(tmp_path, **{"docs/queries.md": f"```{language}\n{good}\n{bad}\n{other}\n```\n"})
    ran = run("check", "--format", "concise", "--no-cache")
    assert ran.out == 'docs/queries.md:5:8: warning COL001 users has no column "nick"; a migration drops it\n'


def test_python_examples_are_read_as_scripts_and_told_only_where_they_fail(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    text = """# Use

```python
rows = supabase.table("users").select("id, nick").execute()
more = supabase.table("anything").select("x").execute()
supabase.table("users").select("*").range(0, 9).execute()
supabase.table("users").select("id, orders(...)").execute()
```

```python
# wrong: never do this
rows = supabase.table("users").select("id, nickname").execute()
```
"""
    write(tmp_path, **{"docs/use.md": text})
    ran = run("check", "--format", "concise", "--no-cache")
    assert ran.out == 'docs/use.md:4:44: warning COL001 users has no column "nick"; a migration drops it\n'


def test_a_dump_of_other_files_is_counted_and_not_read(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    write(tmp_path, **{"docs/dump.md": WRONG + "\n\n" + "- a line of some other file\n" * 80_000})
    ran = run("check", "--show-unjudged", "--no-cache")
    assert (ran.code, "COL001" in ran.out) == (0, False)
    assert "docs/dump.md:1" in ran.out
    assert "it has 2.2 MB, and documents of up to 2 MB are read" in ran.out


def test_a_link_to_a_document_that_is_read_is_not_read_again(tmp_path: Path) -> None:
    write(tmp_path, **{"AGENTS.md": WRONG})
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    assert document_files(find_project(tmp_path)) == ("AGENTS.md",)


def test_undocumented_relations_are_told_on_request(run: Run, tmp_path: Path) -> None:
    project(tmp_path, TRUTH)
    write(tmp_path, **{"AGENTS.md": "# Database\n\n## Tables\n\n- `users`: who\n- `gyms`: where\n"})
    assert run("check", "--format", "concise").out == ""
    ran = run("check", "--format", "concise", "--select", "DOC005")
    assert [line.partition("warning ")[2] for line in ran.out.splitlines()] == ["DOC005 no document speaks of orders"]
