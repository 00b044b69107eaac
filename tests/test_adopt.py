"""`adopt`: imports move to the generated twin of a model where the two conform; elsewhere it says why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.config import find_project
from pgconform.fix.adopt import adopted
from pgconform.project.asking import Ask
from pgconform.schema import Schema
from pgconform.sources import snapshot
from tests.commands import Run, run
from tests.schemas import table

__all__ = ["run"]

TRUTH = Schema(
    relations=(
        table("documents", "id uuid!", "title text!", "notes text", "made timestamptz! = now()"),
        table("users", "id uuid!", "email text!"),
    ),
    schemas=("public",),
)
HEAD = "from datetime import datetime\nfrom uuid import UUID\n\nfrom pydantic import BaseModel, Field\n\n\n"
USERS = 'class User(BaseModel):\n    __pgconform__ = "users"\n    id: UUID\n    email: str\n'
GOOD = (
    'class Document(BaseModel):\n    """One."""\n\n    __pgconform__ = "documents"\n    id: UUID\n    title: str\n'
    "    notes: str | None = None\n    made: datetime\n"
)


def document(*lines: str, base: str = "BaseModel") -> str:
    return f'class Document({base}):\n    __pgconform__ = "documents"\n' + "".join(f"    {line}\n" for line in lines)


FIELDS = ("id: UUID", "title: str", "notes: str | None", "made: datetime")


@pytest.fixture
def root(run: Run, tmp_path: Path) -> Path:
    """A project with generated models and a package of its own."""
    snapshot.write(TRUTH, tmp_path / "pgconform.lock.json")
    (tmp_path / "pgconform.toml").write_text('[generate]\nout = "app/made.py"\n')
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("")
    assert run("generate").code == 0
    return tmp_path


def put(root: Path, models: str, **others: str) -> None:
    (root / "app" / "models.py").write_text(HEAD + models)
    for name, text in others.items():
        (root / "app" / f"{name}.py").write_text(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from app.models import Document\n", "from app.made import DocumentsRow as Document\n"),
        ("from app.models import Document as D\n", "from app.made import DocumentsRow as D\n"),
        ("from .models import Document\n", "from .made import DocumentsRow as Document\n"),
        (
            "from app.models import Document, User\n",
            "from app.made import DocumentsRow as Document, UsersRow as User\n",
        ),
        (
            "from app.models import (\n    Document,  # the one\n    HEAD,\n)\n",
            "from app.made import DocumentsRow as Document\nfrom app.models import (\n    HEAD,\n)\n",
        ),
        (
            "def f():\n    from app.models import Document\n\n    return Document\n",
            "def f():\n    from app.made import DocumentsRow as Document\n\n    return Document\n",
        ),
        ("from app import models\n\nprint(models.Document)\n", None),
        ("from app.other import Document\n", None),
    ],
)
def test_imports_move_in_the_manner_of_each_file(run: Run, root: Path, before: str, after: str | None) -> None:
    put(root, f"HEAD = 1\n\n\n{GOOD}\n\n{USERS}", use=before)
    assert run("adopt").code == 0
    assert (root / "app" / "use.py").read_text() == (before if after is None else after)
    assert (root / "app" / "models.py").read_text().endswith(USERS)
    assert run("generate", "--check").code == 0


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (document(*FIELDS, "extra: int = 0"), "it does not conform"),
        (document("id: UUID", "title: str"), "DocumentsRow also requires notes"),
        (
            document("id: UUID", "title: str", "notes: str | None", "made: str"),
            "made is str here and Timestamptz there",
        ),
        (document("id: UUID", "title: str", "notes: str", "made: datetime"), "it does not conform"),
        (document(*FIELDS, "def shown(self) -> str:", "    return self.title"), "a member of its own, shown"),
        (document(*FIELDS, "model_config = {'frozen': True}"), "a member of its own, model_config"),
        (document(*FIELDS, base="BaseModel, extra='forbid'"), "more than a plain BaseModel"),
        (
            document("id: UUID", "name: str = Field(alias='title')", "notes: str | None", "made: datetime"),
            "DocumentsRow has no name",
        ),
        (
            f"{GOOD}\n\nclass Shelf(BaseModel):\n    documents: list[Document]\n",
            "it is the type of a field or a variable, app/models.py:",
        ),
    ],
)
def test_what_does_not_conform_stays_and_says_why(run: Run, root: Path, model: str, why: str) -> None:
    put(root, model, use="from app.models import Document\n")
    ran = run("adopt")
    assert f"stays: {why}" in " ".join(ran.out.split()) or why in " ".join(ran.out.split())
    assert (root / "app" / "use.py").read_text() == "from app.models import Document\n"


def test_only_the_asked_modules_are_moved_and_a_dry_run_moves_none(run: Run, root: Path) -> None:
    text = "from app.models import Document\n"
    put(root, GOOD, one=text, two=text)
    assert run("adopt", "--dry-run").code == 1
    shown = run("adopt", "--diff", "app/one.py")
    assert "+from app.made import DocumentsRow as Document\n" in shown.out
    assert (root / "app" / "one.py").read_text() == text
    assert run("adopt", "app/one.py").code == 0
    assert (root / "app" / "one.py").read_text() == "from app.made import DocumentsRow as Document\n"
    assert (root / "app" / "two.py").read_text() == text
    assert "1 model moved in 1 file" in run("adopt").out
    assert "nothing moved" in run("adopt").out
    assert adopted(find_project(root), Ask(), lambda _: None).files == {}


def test_generated_models_that_are_missing_or_stale_are_asked_for_first(run: Run, root: Path) -> None:
    put(root, GOOD, use="from app.models import Document\n")
    snapshot.write(Schema(relations=TRUTH.relations[:1], schemas=("public",)), root / "pgconform.lock.json")
    assert "app/made.py is not as the schema is now" in run("adopt").err
    (root / "app" / "made.py").unlink()
    ran = run("adopt")
    assert (ran.code, "there are no generated models in app/made.py yet" in ran.err) == (2, True)


def test_a_model_of_which_the_table_is_only_guessed_moves_once_the_settings_say_it(run: Run, root: Path) -> None:
    put(root, GOOD.replace('    __pgconform__ = "documents"\n', ""), use="from app.models import Document\n")
    ran = run("adopt")
    assert "Document  stays: that it is of documents is only guessed" in ran.out
    line = '"app.models.Document" = "documents"'
    assert line in ran.out.splitlines()
    with (root / "pgconform.toml").open("a") as settings:
        settings.write(f"[models]\n{line}\n")
    assert "1 model moved in 1 file" in run("adopt").out
    assert "only guessed" not in run("adopt").out
