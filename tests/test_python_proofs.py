"""What the code proves of its classes: rows that are made into them, dumps of them that are sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.check import check
from pgconform.config import Config
from pgconform.finding import Severity
from pgconform.pairs.world import World
from pgconform.schema import Access, Relation, Schema
from pgconform.sources.python import claims
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.look import Look
from pgconform.sources.python.models.evidence import Evidence
from pgconform.sources.python.models.proofs import proofs
from pgconform.sources.python.queries.reader import Reader
from tests.schemas import column

HEAD = """
from supabase import create_client
from app.models import Paper, PaperIn
from app.sent import Sent
db = create_client(url, key)
"""
MODELS = """
from pydantic import BaseModel
class Paper(BaseModel):
    id: int
    pages: int
class PaperIn(BaseModel):
    title: str
    pages: int
    note: str | None = None
"""
SENT = """
from typing import TypedDict
class Sent(TypedDict):
    title: str
"""


def proven(body: str) -> list[Evidence]:
    files = {
        "app/models.py": MODELS,
        "app/sent.py": SENT,
        "app/main.py": HEAD + "\n".join(f"{line}" for line in body.splitlines()),
    }
    facts = {uri: read_facts(text.encode()) for uri, text in files.items()}
    assert not [item.error for item in facts.values() if item.error]
    reader = Reader({uri: item.flows for uri, item in facts.items()})
    return list(proofs(reader.gathered.evidence()))


def one(body: str) -> Evidence:
    (found,) = proven(body)
    return found


@pytest.mark.parametrize(
    "body",
    [
        "row = db.table('docs').select('*').eq('id', 1).single().execute().data\npaper = Paper(**row)",
        "rows = db.table('docs').select('*').execute().data\npaper = Paper(**rows[0])",
        "rows = db.table('docs').select('*').execute().data\npapers = [Paper(**row) for row in rows]",
        "for row in db.table('docs').select('*').execute().data:\n    paper = Paper.model_validate(row)",
        "async def f():\n    r = await db.table('docs').select('*').single().execute()\n    return Paper(**r.data)",
    ],
)
def test_rows_made_into_a_class_are_read(body: str) -> None:
    found = one(body)
    assert (found.uri, found.path, found.relation) == ("app/models.py", "Paper", "docs")
    assert (found.access, found.straight, found.added, found.columns) == (Access.READ, True, (), None)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (
            "def f(every: list[PaperIn]):\n    db.table('docs').insert([m.model_dump() for m in every]).execute()",
            "PaperIn",
        ),
        ("def f(m: Sent):\n    db.table('docs').insert(m).execute()", "Sent"),
        ("def f(every: 'Sequence[Sent] | None'):\n    db.table('docs').insert(every).execute()", "Sent"),
        ("def f(every: list[Sent]):\n    for m in every:\n        db.table('docs').insert({**m}).execute()", "Sent"),
    ],
)
def test_what_an_annotation_says_is_sent(body: str, path: str) -> None:
    found = one(body)
    assert (found.path, found.relation, found.access, found.added) == (path, "docs", Access.INSERT, ())


def test_what_is_added_to_a_row_is_said() -> None:
    found = one(
        "row = db.table('docs').select('id, size:length, owner(name), total::text').single().execute().data\n"
        "row['extra'] = 1\npaper = Paper(**row, more=2)"
    )
    assert found.columns == ("id",)
    assert set(found.added) == {"size", "owner", "total", "extra", "more"}


@pytest.mark.parametrize("made", ["Paper.model_validate(row)", "Paper(**row)"])
def test_what_is_added_to_a_row_at_times_is_said_too(made: str) -> None:
    body = """
def mapped(row):
    if not row:
        return row
    found = dict(row)
    if "pages" not in found and "length" in found:
        found["pages"] = found["length"]
    return found
def load():
    return mapped(db.table('docs').select('*').single().execute().data)
def use():
    row = load()
"""
    assert one(f"{body}    return {made}").added == ("pages",)


@pytest.mark.parametrize(
    "change",
    [
        "for row in rows:\n    row['extra'] = 1",
        "for row in rows:\n    row.update(extra=1)",
        "def put(row):\n    row['extra'] = 1\nfor row in rows:\n    put(row)",
        "def put(every):\n    for row in every:\n        row['extra'] = 1\nput(rows)",
    ],
)
def test_what_a_loop_puts_into_every_row_is_said_too(change: str) -> None:
    rows = "rows = db.table('docs').select('id').execute().data\n"
    assert one(f"{rows}{change}\npapers = [Paper(**row) for row in rows]").added == ("extra",)


FASTAPI = """
from typing import List, Optional
from fastapi import APIRouter
from elsewhere import cached
router = APIRouter()
def rows():
    return db.table('docs').select('id').execute().data
"""


@pytest.mark.parametrize(
    "body",
    [
        "@router.get('/', response_model=list[Paper])\ndef f():\n    return rows()",
        "@router.get('/', response_model=Paper)\ndef f():\n    return rows()[0]",
        "@router.get('/')\nasync def f() -> List[Paper]:\n    found = rows()\n    return found or []",
        "@router.get('/', response_model=Optional[Paper])\ndef f():\n    found = rows()\n"
        "    return found[0] if found else None",
        "@router.get('/')\n@router.post('/')\ndef f() -> list[Paper] | None:\n    return rows()",
    ],
)
def test_rows_that_answer_a_request_are_made_into_its_response_model(body: str) -> None:
    found = one(FASTAPI + body)
    assert (found.path, found.relation, found.access, found.straight) == ("Paper", "docs", Access.READ, True)
    assert (found.added, found.columns) == ((), ("id",))


@pytest.mark.parametrize(
    "body",
    [
        "def f() -> list[Paper]:\n    return rows()",
        "@router.get('/', response_model=None)\ndef f() -> list[Paper]:\n    return rows()",
        "@router.get('/', response_model=dict[str, Paper])\ndef f():\n    return {'a': rows()[0]}",
        "@router.get('/', response_model=Paper | PaperIn)\ndef f():\n    return rows()[0]",
        "@router.get('/', response_model=Paper)\ndef f():\n    return rows()",
        "@router.post('/', response_model=PaperIn)\n@router.get('/', response_model=Paper)\n"
        "def f():\n    return rows()[0]",
        "@router.get('/', response_model=list[Paper])\n@cached\ndef f():\n    return rows()",
        "@cached.get('/', response_model=list[Paper])\ndef f():\n    return rows()",
        "@router.get('/', response_model=list[Paper])\ndef f():\n    return [Page(row) for row in rows()]",
    ],
)
def test_rows_that_no_known_model_is_made_of_prove_nothing(body: str) -> None:
    assert proven(FASTAPI + body) == []


def test_rows_of_an_embed_are_of_the_relation_that_is_embedded() -> None:
    row = "db.table('docs').select('*, parts:papers(id, name:title, pages(*))').single().execute().data"
    (found,) = proven(f"row = {row}\npaper = Paper(**row['parts'][0])")
    assert (found.relation, found.columns, found.added) == ("papers", ("id",), ("name", "pages"))
    assert proven(f"row = {row}\npaper = Paper(**row['about'])") == []
    assert proven("row = db.table('docs').select(f'{x}(*)').single().execute().data\nPaper(**row['papers'])") == []


def test_what_is_selected_is_read_as_the_client_sends_it() -> None:
    """Without the space outside quotes, of which a text over several lines has much."""
    select = '\n        *,\n        writer:authors(id, name),\n        "two words"\n    '
    rows = f"db.table('papers').select({select!r}).execute().data"
    found = one(f"def read():\n    return [Paper(**row) for row in {rows}]\n")
    assert (found.columns, found.added) == (None, ("writer",))


def test_rows_of_a_function_prove_nothing() -> None:
    assert proven("row = db.rpc('find', {}).execute().data[0]\npaper = Paper(**row)") == []
    assert proven("row = load()\npaper = Paper(**row)") == []
    assert proven("row = db.table(name()).select('*').single().execute().data\npaper = Paper(**row)") == []


def test_a_schema_is_part_of_the_name() -> None:
    found = one("row = db.schema('app').table('docs').select('*').single().execute().data\npaper = Paper(**row)")
    assert found.relation == "app.docs"


@pytest.mark.parametrize(
    ("body", "access", "omitted", "added", "sparse"),
    [
        ("db.table('docs').insert(m.model_dump()).execute()", Access.INSERT, (), (), False),
        ("db.table('docs').insert([m.dict()]).execute()", Access.INSERT, (), (), False),
        ("db.table('docs').upsert(m.model_dump(mode='json')).execute()", Access.INSERT, (), (), False),
        ("db.table('docs').update(m.model_dump(exclude_unset=True)).execute()", Access.UPDATE, (), (), True),
        ("db.table('docs').update(m.model_dump(exclude={'note'})).execute()", Access.UPDATE, ("note",), (), False),
        ("d = m.model_dump()\nd['by'] = 1\ndb.table('docs').insert(d).execute()", Access.INSERT, (), ("by",), False),
        (
            "d = m.model_dump()\nd.pop('note')\ndb.table('docs').insert(d).execute()",
            Access.INSERT,
            ("note",),
            (),
            False,
        ),
        (
            "d = m.model_dump()\ndel d['note']\ndb.table('docs').insert(d).execute()",
            Access.INSERT,
            ("note",),
            (),
            False,
        ),
        ("db.table('docs').insert({**m.model_dump(), 'by': 1}).execute()", Access.INSERT, (), ("by",), False),
    ],
)
def test_dumps_that_are_sent_are_written(
    body: str, access: Access, omitted: tuple[str, ...], added: tuple[str, ...], sparse: bool
) -> None:
    found = one(f"m = PaperIn(title='t', pages=1)\n{body}")
    assert (found.path, found.relation, found.access) == ("PaperIn", "docs", access)
    assert (found.omitted, found.added, found.sparse) == (omitted, added, sparse)


@pytest.mark.parametrize(
    ("test", "omitted", "sparse"),
    [
        ("", (), False),
        (" if v is not None", (), True),
        (" if v", (), True),
        (" if v != ''", (), True),
        (" if v not in (None, '')", (), True),
        (" if k != 'note'", ("note",), False),
        (" if k not in ('note', 'by') and v is not None", ("by", "note"), True),
    ],
)
def test_of_a_dump_a_comprehension_may_leave_out_names_and_what_is_nothing(
    test: str, omitted: tuple[str, ...], sparse: bool
) -> None:
    sent = f"{{k: v for k, v in m.model_dump().items(){test}}}"
    found = one(f"m = PaperIn(title='t', pages=1)\nd = {sent}\nd['by'] = 1\ndb.table('docs').update(d).execute()")
    assert (found.path, found.access, found.added) == ("PaperIn", Access.UPDATE, ("by",))
    assert (found.omitted, found.sparse) == (omitted, sparse)


@pytest.mark.parametrize(
    "dump",
    [
        "m.model_dump(include={'title'})",
        "m.model_dump(exclude=skipped)",
        "m.model_dump(**how)",
        "clean(m.model_dump())",
        "{k: v for k, v in m.model_dump().items() if k in given}",
        "{k: v for k, v in m.model_dump().items() if isinstance(v, str)}",
        "{k: v for k, v in m.model_dump().items() if k.startswith('n')}",
        "{k: v for k, v in m.model_dump().items() if k not in skipped}",
        "{k: v for k, v in m.model_dump().items() if wanted(k) and v}",
        "{k: str(v) for k, v in m.model_dump().items() if v is not None}",
        "{k.upper(): v for k, v in m.model_dump().items() if v is not None}",
        "{k: v for k, v in m.model_dump(by_alias=True).items() if k != 'note'}",
    ],
)
def test_a_dump_of_which_parts_are_unknown_proves_nothing(dump: str) -> None:
    assert proven(f"m = PaperIn(title='t', pages=1)\ndb.table('docs').insert({dump}).execute()") == []


def test_the_annotation_of_a_parameter_says_what_is_dumped() -> None:
    found = one("def save(m: PaperIn):\n    db.table('docs').insert(m.model_dump()).execute()")
    assert (found.path, found.access) == ("PaperIn", Access.INSERT)


def test_a_project_is_read_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    app = tmp_path / "root" / "app"
    app.mkdir(parents=True)
    (app / "models.py").write_text(MODELS)
    row = "row = db.table('docs').select('*').single().execute().data\npaper = Paper(**row)\n"
    (app / "main.py").write_text(HEAD + row)
    (app / "broken.py").write_text("class (\n")
    truth = Schema(relations=(Relation("docs", "public", fields=(column("id int8!"), column("title text!"))),))
    config = Config(models={"app.models.Gone": "docs"})
    found = claims.read(tmp_path / "root", config, World(truth))
    models, queries = found.models, found.queries
    assert [(claim.holder, claim.certain) for claim in models.relations] == [("Paper", True)]
    assert [(unread.kind, str(unread.at or "")) for unread in models.unread] == [
        ("syntax", "app/broken.py:1"),
        ("settings", ""),
    ]
    assert len(queries.queries) == 1
    errors = [finding for finding in check(truth, models) if finding.severity is Severity.ERROR]
    assert [(finding.code, str(finding.at)) for finding in errors] == [("COL001", "app/models.py:5:5")]
    assert found.alone == 1
    assert claims.read(tmp_path / "root", config, World(truth)) == found


def test_importing_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    root = tmp_path / "root"
    root.mkdir()
    source = (
        "from pydantic import BaseModel, create_model\nopen('ran', 'w').close()\nclass Doc(BaseModel):\n    id: int\n"
    )
    (root / "m.py").write_text(source)
    truth = Schema(relations=(Relation("docs", "public", fields=(column("id int8!"),)),))
    quietly = claims.read(root, Config(), World(truth))
    assert not (root / "ran").exists()
    aloud = claims.claims(Look(root).found, Config(), World(truth), root)
    assert (root / "ran").exists()
    assert aloud == quietly


def test_a_dump_is_sent_to_the_table_that_it_was_chosen_with() -> None:
    body = """
def send(paper: Paper, given: PaperIn):
    papers, notes = [], []
    if paper:
        papers.append(paper.model_dump())
    notes.append({"id": 1, **given.model_dump()})
    for table, rows in {"docs": papers, "notes": notes}.items():
        if rows:
            db.table(table).upsert(rows).execute()
"""
    assert {(item.path, item.relation) for item in proven(body)} == {("Paper", "docs"), ("PaperIn", "notes")}
    either = "def send(paper: Paper, given: PaperIn, first):\n    row = paper if first else given\n"
    found = proven(f"{either}    db.table('docs').insert(row.model_dump()).execute()")
    assert {(item.path, item.relation) for item in found} == {("Paper", "docs"), ("PaperIn", "docs")}


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("", ["note"]),
        ("    if not m.note:\n        m.note = m.title\n", []),
        ("    m.note = other(m)\n", []),
        ("    other.note = m.title\n", ["note"]),
        ("    d = m.model_dump()\n    if not d.get('note'):\n        d['note'] = m.title\n", []),
        ("    d = {**m.model_dump(), 'note': m.title}\n", []),
    ],
)
def test_what_the_program_sets_itself_is_not_held_to_what_the_model_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, wanted: list[str]
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(tmp_path / "cache"))
    sent = "d" if "d = " in before else "m.model_dump()"
    body = f"def save(m: PaperIn, other):\n{before}    db.table('docs').insert({sent}).execute()\n"
    for uri, text in {"models.py": MODELS, "main.py": HEAD + body}.items():
        (tmp_path / "app").mkdir(exist_ok=True)
        (tmp_path / "app" / uri).write_text(text)
    fields = (column("title text!"), column("pages int8!"), column("note text!"))
    truth = Schema(relations=(Relation("docs", "public", fields=fields),))
    found = claims.read(tmp_path, Config(), World(truth)).models
    said = [item.subject for item in check(truth, found) if item.code == "NUL003"]
    assert said == [f"docs.{name}" for name in wanted]


@pytest.mark.parametrize(
    ("chain", "wanted"),
    [
        ("select('*').not_.is_('note', 'null')", ("note",)),
        ("select('*').filter('note', 'not.is', 'null').eq('title', 'a')", ("note", "title")),
        ("select('*').is_('note', 'null').not_.is_('title', 'true').filter('pages', how, 1)", ()),
        ("select('*').is_('note', True).not_.eq('title', 'b')", ("note", "title")),
        ("insert({'title': 'a', 'pages': 1})", ("pages", "title")),
    ],
)
def test_filters_and_payloads_tell_which_columns_hold_no_null(chain: str, wanted: tuple[str, ...]) -> None:
    found = one(f"for row in db.table('docs').{chain}.execute().data:\n    Paper(**row)")
    assert found.filled == wanted
    both = f"for row in db.table('docs').{chain}.execute().data + db.table('docs').select('*').execute().data:\n"
    assert {item.filled for item in proven(f"{both}    Paper(**row)")} <= {wanted, ()}
