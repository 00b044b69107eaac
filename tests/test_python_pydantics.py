"""Which Pydantic reads a model: the nearest list of requirements decides, then what its file is written for."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.schema import Schema
from pgconform.sources import snapshot
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.files.pydantics import Generation, Pydantics
from pgconform.sources.python.files.requirements import Listed, requirements
from pgconform.sources.python.models.read import read_models
from pgconform.sources.python.modules.project import Project
from tests.commands import Run, run
from tests.schemas import table

__all__ = ["run"]

OLD, NEW, EITHER = Generation.OLD, Generation.NEW, Generation.EITHER
MODEL = "from pydantic import BaseModel\nclass M(BaseModel):\n    x: int | None\n    y: str\n"
READ = {OLD: (False, True), NEW: (True, False), EITHER: (None, True)}
"""Of a field that may be NULL whether it must come, and of a text whether it takes a number."""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("pydantic==1.10.19", OLD),
        ("pydantic[email] >= 1.8, < 2.0.0", OLD),
        ("pydantic<2.0.0a1", OLD),
        ('    "pydantic~=1.10",', OLD),
        ('dependencies = ["fastapi", "pydantic<2"]', OLD),
        ("    install_requires=['fastapi', 'pydantic==1.*'],", OLD),
        ('pydantic = "^1.10"', OLD),
        ('pydantic = {extras = ["email"], version = "^1.9"}', OLD),
        ("  - pydantic=1.10.2", OLD),
        ("fastapi==0.95.1", OLD),
        ('fastapi = "^0.88"', OLD),
        ("fastapi~=0.95.0", OLD),
        ("sqlmodel<0.0.14", OLD),
        ('pydantic = "^2.1"', NEW),
        ('"pydantic[email]" = "==2.10.6"', NEW),
        ('    "pydantic (>=2.12.5,<3.0.0)",', NEW),
        ("pydantic>=2.12; python_version<'3.8'", NEW),
        ("pydantic==2.5.0 \\", NEW),
        ("pydantic==10.1", NEW),
        ("pydantic-settings>=2.0", NEW),
        ("pydantic==1.9; python_version<'3.8'\npydantic==2.1; python_version>='3.8'", EITHER),
        ("pydantic", None),
        ("pydantic>=1.10 # <2 does not do", None),
        ("# pydantic<2", None),
        ("pydantic<2.5", None),
        ('    "pydantic>=1.10,<3",', None),
        ('pydantic = "^1.9 || ^2.0"', None),
        ("pydantic @ git+https://example.com/pydantic@v1.10", None),
        ("fastapi>=0.95", None),
        ("fastapi~=0.95", None),
        ("fastapi==0.110.0", None),
        ('plugins = ["pydantic.mypy"]', None),
    ],
)
def test_a_list_of_requirements_tells_which_pydantic_it_is(line: str, said: Generation | None) -> None:
    assert Pydantics([Listed("", f"uvicorn\n{line}\nhttpx\n")]).near("app/m.py") == said


@pytest.mark.parametrize("said", [OLD, NEW, EITHER])
def test_a_model_is_read_as_that_pydantic_does(said: Generation) -> None:
    lists = [Listed("", f"pydantic=={version}.1") for version in (said or "12")]
    (model,) = read_models(Project({"m.py": read_facts(MODEL.encode())}, None, Pydantics(lists)))
    x, y = model.fields
    assert (x.required, y.taken_freely) == READ[said]


def generation(lists: list[Listed], **files: str) -> Generation:
    """How the model M of ``app/m.py`` is read beside other files and these lists."""
    facts = {f"app/{name}.py": read_facts(text.encode()) for name, text in files.items()}
    found = {model.path: model for model in read_models(Project(facts, None, Pydantics(lists)))}
    x, y = found["M"].fields
    return next(said for said, read in READ.items() if (x.required, y.taken_freely) == read)


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ({"": "<2"}, OLD),
        ({"": "<2", "app": ">=2"}, NEW),
        ({"": ">=2", "app": "<2"}, OLD),
        ({"": ">=2", "other": "<2"}, NEW),
        ({"": "<2", "app": ""}, OLD),
        ({"other": "<2"}, EITHER),
        ({"other": "<2", "app": ""}, EITHER),
        ({"other": ">=2"}, NEW),
        ({}, NEW),
    ],
)
def test_the_nearest_list_decides(lists: dict[str, str], said: Generation) -> None:
    assert generation([Listed(folder, f"pydantic{asked}") for folder, asked in lists.items()], m=MODEL) is said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("from pydantic import field_validator\n", NEW),
        ("from pydantic.functional_validators import model_validator\n", NEW),
        ("from pydantic_settings import BaseSettings\n", NEW),
        ("class A(BaseModel):\n    model_config = {}\n", NEW),
        ("class A(BaseModel):\n    class Config:\n        from_attributes = True\n", NEW),
        ("from pydantic import ConfigDict, validator\n", NEW),
        ("from pydantic import validator\n", EITHER),
        ("from pydantic import BaseSettings\n", EITHER),
        ("from pydantic.generics import GenericModel\n", EITHER),
        ("class A(BaseModel):\n    class Config:\n        orm_mode = True\n", EITHER),
        ("class Config:\n    debug = True\n", NEW),
        ("", NEW),
    ],
)
def test_where_no_list_decides_the_words_of_the_file_do(words: str, said: Generation) -> None:
    assert generation([], m=MODEL + words) is said
    assert generation([Listed("", "pydantic")], m=MODEL + words) is said
    assert generation([Listed("app", "pydantic==2.1")], m=MODEL + words) is NEW
    assert generation([Listed("app", "pydantic==1.9")], m=MODEL + words) is OLD


def test_the_words_of_the_files_of_base_classes_count_too() -> None:
    own = "from app.base import Base\nclass M(Base):\n    x: int | None\n    y: str\n"
    base = "from pydantic import BaseModel{}\nclass Base(BaseModel): ...\n"
    old = [Listed("other", "pydantic<2")]
    assert generation(old, m=own, base=base.format(", ConfigDict")) is NEW
    assert generation(old, m=own, base=base.format(", validator")) is EITHER
    assert generation(old, m=own, base=base.format("")) is EITHER


def test_lists_and_locks_beside_the_files_and_above_are_read(tmp_path: Path) -> None:
    texts = {
        "pyproject.toml": 'dependencies = ["pydantic"]',
        "deep/in/a/tree/requirements/base.txt": "pydantic==2.1",
        "locked/uv.lock": '[[package]]\nname = "pydantic"\nversion = "1.10.2"\n[[package]]\nname = "x"\n',
        "piped/Pipfile.lock": '{"default": {"pydantic": {"hashes": ["sha256:2"], "version": "==1.9.1"}}}',
        "set/setup.py": "setup(install_requires=['pydantic<2'])",
        "other/requirements.txt": "pydantic<2",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    uris = ["app.py", "deep/in/a/tree/app/m.py", "locked/m.py", "piped/m.py", "set/m.py", "absent/app.py"]
    found = requirements(tmp_path, uris)
    assert [listed.folder for listed in found] == ["", "deep/in/a/tree", "locked", "piped", "set"]
    pydantics = Pydantics(found)
    assert [pydantics.near(uri) for uri in uris] == [None, NEW, OLD, OLD, OLD, None]


def test_one_old_pin_of_a_repository_changes_nothing_elsewhere(tmp_path: Path, run: Run) -> None:
    truth = Schema(relations=(table("items", "id int8!", "name text!"),), schemas=("public",))
    snapshot.write(truth, tmp_path / "pgconform.lock.json")
    code = "from pydantic import BaseModel\nclass Item(BaseModel):\n    __pgconform__ = 'items'\n    id: str\n"
    for folder, pin in (("one", "pydantic==1.10.2"), ("two", "pydantic==2.5.0")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "requirements.txt").write_text(pin)
        (tmp_path / folder / "models.py").write_text(code)
    arguments = ("check", "--truth", "snapshot:pgconform.lock.json", "--format", "concise")
    assert [line.split(":")[0] for line in run(*arguments).out.splitlines() if "TYP001" in line] == ["two/models.py"]
    (tmp_path / "one" / "requirements.txt").write_text("pydantic==2.5.0")
    found = [line.split(":")[0] for line in run(*arguments).out.splitlines() if "TYP001" in line]
    assert found == ["one/models.py", "two/models.py"]
