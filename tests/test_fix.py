"""What `check --fix` does: a fix removes its finding, adds none, and is idempotent; nothing else moves."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgconform.config import find_project
from pgconform.finding import Severity
from pgconform.fix.run import Mended, mended
from pgconform.project.asking import Ask
from pgconform.project.run import run as judged
from pgconform.sources import snapshot
from tests.commands import Run, run
from tests.mending import CLIENT, FILES, TRUTH
from tests.own_cache import own_cache

__all__ = ["run"]

SLIPS = (
    ("app.py", '"id, title, author_name', '"id, title, author_nane'),
    ("app.py", '.eq("author_name"', '.eq("author_nmae"'),
    ("app.py", '.eq("author_name"', '.eq("writer"'),
    ("app.py", "word_count.gt", "word_cuont.gt"),
    ("app.py", "'published_at', desc", "'publishedAt', desc"),
    ("app.py", 'row["author_name"]', 'row["authorName"]'),
    ("app.py", 'row.get("published_at")', 'row.get("publishd_at")'),
    ("app.py", "'author_name': author", "'author_names': author"),
    ("app.py", 'on_conflict="author_name"', 'on_conflict="writer"'),
    ("app.py", 'table("comments")', 'table("comment")'),
    ("app.py", 'table("comments")', 'table("notes")'),
    ("app.py", '"contents, ', '"content, '),
    ("app.py", '"archive_documents"', '"archive_document"'),
    ("app.py", '"p_reason"', '"p_raeson"'),
    ("app.py", '"status": "draft"', '"status": "Draft"'),
    ("models.py", "description: str | None = None", "description: str"),
    ("models.py", "word_count: int | None = Field(default=None, ", "word_count: int = Field("),
    ("models.py", "published_at: datetime | None = None", "published_at: datetime"),
    ("models.py", '"published", "archived"]', '"published"]'),
)
MANNERS = {
    "plain": lambda text: text.encode(),
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "latin": lambda text: ("# -*- coding: latin-1 -*-\n" + text.replace("😀", "ß")).encode("latin-1"),
    "open": lambda text: text.rstrip("\n").encode(),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with a snapshot, and a cache of its own."""
    place = tmp_path_factory.mktemp("mending")
    snapshot.write(TRUTH, place / "pgconform.lock.json")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGCONFORM_CACHE_DIR", own_cache(place / ".cache"))
        yield place


def put(root: Path, files: dict[str, bytes]) -> None:
    for path in root.glob("*.py"):
        path.unlink()
    for name, data in files.items():
        (root / name).write_bytes(data)


def mend(root: Path, *, unsafe: bool = False) -> Mended:
    return mended(find_project(root), Ask(), lambda _: None, unsafe=unsafe)


def spoilt(files: dict[str, str], slips: list[tuple[str, str, str]]) -> dict[str, str]:
    for name, right, wrong in slips:
        files = {**files, name: files[name].replace(right, wrong, 1)}
    return files


def test_the_project_conforms(root: Path) -> None:
    put(root, {name: text.encode() for name, text in FILES.items()})
    report = judged(find_project(root), Ask())
    assert report.findings == ()
    assert report.judged > 30


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(SLIPS), min_size=1, max_size=7, unique=True), st.sampled_from(sorted(MANNERS)))
def test_what_was_spoilt_is_mended_to_the_byte(root: Path, slips: list[tuple[str, str, str]], manner: str) -> None:
    right = {name: MANNERS[manner](text) for name, text in FILES.items()}
    wrong = {name: MANNERS[manner](text) for name, text in spoilt(FILES, slips).items()}
    put(root, wrong)
    before = judged(find_project(root), Ask())
    assert before.failed
    found = mend(root)
    assert {**wrong, **found.files} == right
    assert found.report.findings == ()
    assert found.refused == ()
    assert found.files == {name: data for name, data in right.items() if wrong[name] != data}
    put(root, right)
    assert mend(root).files == {}


@pytest.mark.parametrize(("name", "right", "wrong"), SLIPS)
def test_each_slip_is_said_to_be_fixable_and_is_fixed(root: Path, name: str, right: str, wrong: str) -> None:
    assert right in FILES[name]
    put(root, {one: text.encode() for one, text in spoilt(FILES, [(name, right, wrong)]).items()})
    report = judged(find_project(root), Ask())
    assert report.fixable(safe=True) >= 1
    assert mend(root).files == {name: FILES[name].encode()}


@pytest.mark.parametrize(
    "body",
    [
        'TABLE = "comment"\nnames = [TABLE]\nsupabase.table(TABLE).select("id").execute()\n',
        "def f():\n    data = {'id': 'x', 'author_nmae': 'y', 'title': 't', 'status': 'draft'}\n"
        "    supabase.table('documents').insert(data).execute()\n    return data\n",
        'supabase.table("documents").select("id, titles").execute()\n'
        'supabase.table("documents").select("id, title").execute()\n',
        'supabase.table("comments").select("id, body").execute()\n',
    ],
    ids=["a name that others see", "a payload that others see", "what another statement says", "no near name"],
)
def test_what_others_may_notice_is_left_to_a_person(root: Path, body: str) -> None:
    put(root, {"app.py": (CLIENT + body).encode()})
    assert judged(find_project(root), Ask()).failed
    assert mend(root).files == {}


def test_a_table_that_only_requests_name_is_renamed_at_its_constant(root: Path) -> None:
    body = (
        'TABLE = "notes"\nsupabase.table(TABLE).select("id").execute()\n'
        'supabase.table(TABLE).delete().eq("contents", "x").execute()\n'
    )
    put(root, {"app.py": (CLIENT + body).encode()})
    assert mend(root).files == {"app.py": (CLIENT + body.replace("notes", "comments")).encode()}


def test_what_is_known_of_a_fix_holds_for_as_long_as_what_it_was_told_from(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = 'TABLE = "notes"\nsupabase.table(TABLE).select("id").execute()\n'
    put(root, {"app.py": (CLIENT + body).encode(), "other.py": b""})

    def fixable() -> int:
        return judged(find_project(root), Ask()).fixable(safe=True)

    assert fixable() == 1
    (root / "other.py").write_text("from app import TABLE\n")
    assert fixable() == 0
    (root / "other.py").write_text("# nothing\n")
    assert fixable() == 1
    monkeypatch.setattr("pgconform.remedies.marking.remedy", lambda *_: pytest.fail("worked out once more"))
    (root / "other.py").write_text("# nothing more\n")
    assert fixable() == 1


def test_a_fix_that_brings_something_new_is_left_out(root: Path) -> None:
    """The near table has none of the columns: renaming would only change what is wrong."""
    text = CLIENT + 'supabase.table("comment").select("id, ratings").execute()\n'
    good = 'supabase.table("documents").select("id, titles").execute()\n'
    put(root, {"app.py": (text + good).encode()})
    found = mend(root)
    assert found.files == {"app.py": (text + good.replace("titles", "title")).encode()}
    assert [(item.code, item.subject) for item in found.refused] == [("REL001", "comment")]
    assert found.report.fixable(safe=True) == 0


def test_what_a_rename_uncovers_is_mended_with_it(root: Path) -> None:
    text = CLIENT + 'supabase.table("notes").select("id, content").order("content").execute()\n'
    put(root, {"app.py": text.encode()})
    assert mend(root).files == {"app.py": text.replace("content", "contents").replace("notes", "comments").encode()}


def test_a_comment_that_ignores_nothing_goes_and_what_is_needed_of_it_stays(root: Path) -> None:
    text = CLIENT + (
        'supabase.table("documents").select("id").execute()  # pgconform: ignore[COL001]  once\n'
        'supabase.table("gone").select("id").execute()  # pgconform: ignore[COL001, REL001]  legacy\n'
        "# pgconform: ignore[QRY003]\n"
        'supabase.table("documents").select("title").execute()\n'
    )
    put(root, {"app.py": text.encode()})
    (data,) = mend(root).files.values()
    assert data.decode() == CLIENT + (
        'supabase.table("documents").select("id").execute()\n'
        'supabase.table("gone").select("id").execute()  # pgconform: ignore[REL001]  legacy\n'
        'supabase.table("documents").select("title").execute()\n'
    )


def test_an_ignore_without_rules_stays_when_not_all_rules_ran(root: Path) -> None:
    text = CLIENT + 'supabase.table("gone").select("id").execute()  # pgconform: ignore\n'
    put(root, {"app.py": text.encode()})
    found = mended(find_project(root), Ask(select=("COL", "CFG")), lambda _: None)
    assert found.files == {}


def test_check_fix_writes_and_says_so(run: Run, tmp_path: Path) -> None:
    snapshot.write(TRUTH, tmp_path / "pgconform.lock.json")
    wrong = CLIENT + 'supabase.table("documents").select("id, titles").execute()\n'
    (tmp_path / "app.py").write_text(wrong)
    (tmp_path / "app.py").chmod(0o755)
    said = run("check")
    assert 'write "title"  [fixable]' in said.out
    assert "1 fixable with --fix" in said.out
    shown = run("check", "--diff")
    assert shown.code == 1
    assert '-supabase.table("documents").select("id, titles").execute()\n+supabase' in shown.out
    assert shown.err == "1 finding would be fixed in 1 file\n"
    assert (tmp_path / "app.py").read_text() == wrong
    fixed = run("check", "--fix")
    assert fixed.code == 0
    assert "fixed    1 finding in 1 file" in fixed.out
    assert (tmp_path / "app.py").read_text() == wrong.replace("titles", "title")
    assert (tmp_path / "app.py").stat().st_mode & 0o777 == 0o755
    again = run("check", "--fix")
    assert (again.code, "fixed" in again.out) == (0, False)
    assert run("check", "--diff").code == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".cache") == [
        "app.py",
        "pgconform.lock.json",
    ]


def test_options_that_make_no_sense_together_are_refused(run: Run, tmp_path: Path) -> None:
    snapshot.write(TRUTH, tmp_path / "pgconform.lock.json")
    assert run("check", "--unsafe-fixes").code == 2
    assert "leave out --import" in run("check", "--fix", "--import").err


MIGRATIONS = {
    "1_make.sql": "create table documents (id uuid primary key, title text not null, author text, size int not null);"
    "create table notes (id uuid primary key, document_id uuid references documents (id), body text);",
    "2_rename.sql": "alter table documents rename column title to heading;\nalter table notes rename to comments;"
    "\nalter table documents rename author to writer;",
}
RAW = '''from pathlib import Path

import psycopg

connection = psycopg.connect("")
connection.execute(
    """
    select d.id, d.{heading}, -- what is shown
           c.body
    from documents d
    join {comments} c on c.document_id = d.id
    where d.{writer} = %s
    """,
    ("x",),
)
connection.execute(f"update documents set {heading} = %s where size > 1", ("x",))
connection.execute((Path(__file__).parent / "q.sql").read_text())
'''
FILE = "-- all\r\nselect id, {heading}\r\nfrom documents\r\n"


def test_what_a_migration_renamed_is_renamed_in_raw_sql(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCONFORM_IGNORE_SYSTEM_POSTGRES", "1")
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    for name, text in MIGRATIONS.items():
        (folder / name).write_text(text)
    old = RAW.format(heading="title", writer="author", comments="notes")
    new = RAW.format(heading="heading", writer="writer", comments="comments")
    (tmp_path / "app.py").write_text(old)
    (tmp_path / "q.sql").write_bytes(FILE.format(heading="title").encode())
    ran = run("check", "--fix")
    assert (tmp_path / "app.py").read_text() == new
    assert (tmp_path / "q.sql").read_bytes() == FILE.format(heading="heading").encode()
    assert (ran.code, run("check").code) == (0, 0)


DOCUMENT = """# Schema

## documents

| Column | Type | Nullable |
|---|---|---|
| id | uuid | no |
| title | text | no |
| {author} | text | no |
| word_count | {int} | {yes} |

Who wrote it stands in `documents.{author}`.
"""


def test_documents_are_mended_in_their_cells(root: Path) -> None:
    right = DOCUMENT.format(author="author_name", int="int4", yes="yes")
    put(root, {})
    (root / "schema.md").write_text(DOCUMENT.format(author="writer", int="text", yes="no"))
    found = mend(root)
    (root / "schema.md").unlink()
    assert {name: data.decode() for name, data in found.files.items()} == {"schema.md": right}


UNSAFE = (
    ("title: str\n", "title: int\n"),
    ("author_name: str\n", "author_name: str = Field(max_length=10)\n"),
    ('"published", "archived"]', '"publishd", "archived"]'),
    ("    title: str\n", "    titel: str\n"),
    ("id: UUID\n    title", "id: int\n    title"),
    ("published_at: datetime | None = None", "published_at: bool | None = None"),
    ("description: str | None = None  # often empty", "description: str  # often empty"),
    ("contents: str", "contents: float"),
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(UNSAFE), min_size=1, max_size=5, unique=True))
def test_models_that_are_mended_unsafely_conform_can_be_run_and_stay_so(
    root: Path, slips: list[tuple[str, str]]
) -> None:
    wrong = spoilt(FILES, [("models.py", right, wrong) for right, wrong in slips])
    put(root, {name: text.encode() for name, text in wrong.items()})
    assert judged(find_project(root), Ask()).failed
    found = mend(root, unsafe=True)
    assert [item.message for item in found.report.findings if item.severity is not Severity.INFO] == []
    assert "# often empty" in found.files["models.py"].decode()
    names: dict[str, object] = {"__name__": "models"}
    exec(compile(found.files["models.py"], "models.py", "exec"), names)  # what was written must be a module
    assert "DocumentRow" in names
    put(root, {name: text.encode() for name, text in wrong.items()} | found.files)
    assert mend(root, unsafe=True).files == {}


def test_keys_read_in_texts_and_payloads_that_are_only_filled_and_told_are_mended(root: Path) -> None:
    text = CLIENT + (
        "def f(logger, title):\n"
        "    changes = {}\n"
        "    if title:\n"
        '        changes["titel"] = title\n'
        "    if not changes or len(changes) > 9:\n"
        "        return None\n"
        '    logger.info("sent", changes)\n'
        '    row = supabase.table("documents").select("id, title").single().execute().data\n'
        "    said = f\"✅ {row['titel']}: {row.get('titel')}\"\n"
        '    supabase.table("documents").update(changes).eq("id", row["id"]).execute()\n'
        "    return said\n"
    )
    put(root, {"app.py": text.encode()})
    assert mend(root).files == {"app.py": text.replace("titel", "title").encode()}
    shared = text.replace("return said", "return said, changes")
    put(root, {"app.py": shared.encode()})
    mended_once = mend(root).files["app.py"].decode()
    assert mended_once.count("titel") == 1
    assert 'changes["titel"] = title' in mended_once


def test_a_key_is_left_to_a_person_where_the_function_asks_for_the_right_one(root: Path) -> None:
    text = CLIENT + (
        "def f():\n"
        '    row = supabase.table("documents").select("*").single().execute().data\n'
        '    if "title" in row:\n'
        '        return row["title"]\n'
        '    return row.get("titel")\n'
    )
    put(root, {"app.py": text.encode()})
    assert mend(root).files == {}
    put(root, {"app.py": text.replace('"title" in row', "len(row) > 1").encode()})
    assert len(mend(root).files) == 1


def test_a_missing_key_is_sent_from_the_parameter_of_its_name_if_asked(root: Path) -> None:
    body = """def saved(title: str, author_name: str, key: str) -> None:
    supabase.table("documents").insert({"id": key, "title": title, "status": "draft"}).execute()
"""
    put(root, {"app.py": (CLIENT + body).encode()})
    assert mend(root).files == {}
    after = body.replace('"draft"}', '"draft", "author_name": author_name}')
    assert mend(root, unsafe=True).files == {"app.py": (CLIENT + after).encode()}
    wrong = body.replace("author_name: str", "author_name: list[int]")
    put(root, {"app.py": (CLIENT + wrong).encode()})
    found = mend(root, unsafe=True)
    assert (found.files, [one.code for one in found.refused]) == ({}, ["COL002"])
