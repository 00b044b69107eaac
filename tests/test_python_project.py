"""What a name in one module of a project means, found without importing any."""

from __future__ import annotations

import pytest

from pgconform.sources.python.facts.expressions import Ref
from pgconform.sources.python.facts.facts import read_facts
from pgconform.sources.python.models.lineage import Lineage, Scope
from pgconform.sources.python.modules.project import External, Found, Package, Project
from pgconform.sources.python.modules.roads import Roads


def means(files: dict[str, str], uri: str, name: str) -> str:
    """What a name means in one of these files: ``path:qualified.name``, a module's path, or a name outside."""
    match Project({path: read_facts(text.encode()) for path, text in files.items()}).resolve(uri, name):
        case External(name=outside):
            return outside
        case Found(uri=home, path=path, rest=rest):
            return ":".join([home, ".".join((path, *rest))])
        case Package(uri=home):
            return home
        case _:
            return "?"


SHOP = {
    "shop/__init__.py": "from .models import *\nfrom .models import Hidden as Shown\nfrom . import enums\n",
    "shop/models.py": "from pydantic import BaseModel as BM\nimport shop.enums as e\n__all__ = ['User', 'Alias']\n"
    "class User(BM):\n    class Kind: ...\nclass Hidden(BM): ...\nAlias = User\nOther = int\n"
    "X: int = User\nS = e.Status\n",
    "shop/enums.py": "import enum\nclass Status(enum.Enum):\n    OPEN = 'open'\n",
    "shop/deep/inner.py": "from ..models import User\nfrom ...nowhere import Lost\nfrom .. import enums as en\n"
    "import shop.models\n",
    "main.py": "from shop import User, Shown, Hidden, enums\nimport shop\nimport os.path as p\nfrom lib.a import b\n",
}


@pytest.mark.parametrize(
    ("uri", "name", "expected"),
    [
        ("shop/models.py", "BM", "pydantic.BaseModel"),
        ("shop/models.py", "User", "shop/models.py:User"),
        ("shop/models.py", "User.Kind", "shop/models.py:User.Kind"),
        ("shop/models.py", "Alias", "shop/models.py:User"),
        ("shop/models.py", "Other", "builtins.int"),
        ("shop/models.py", "X", "shop/models.py:X"),
        ("shop/models.py", "S.OPEN", "shop/enums.py:Status.OPEN"),
        ("shop/models.py", "e.Status", "shop/enums.py:Status"),
        ("shop/models.py", "str", "builtins.str"),
        ("shop/models.py", "nothing", "?"),
        ("main.py", "User", "shop/models.py:User"),
        ("main.py", "Shown", "shop/models.py:Hidden"),
        ("main.py", "Hidden", "?"),
        ("main.py", "shop.User.Kind", "shop/models.py:User.Kind"),
        ("main.py", "shop.models.Hidden", "shop/models.py:Hidden"),
        ("main.py", "enums.Status", "shop/enums.py:Status"),
        ("main.py", "shop", "shop/__init__.py"),
        ("main.py", "p.join", "os.path.join"),
        ("main.py", "b", "lib.a.b"),
        ("shop/deep/inner.py", "User", "shop/models.py:User"),
        ("shop/deep/inner.py", "Lost", "?"),
        ("shop/deep/inner.py", "en.Status.OPEN", "shop/enums.py:Status.OPEN"),
        ("shop/deep/inner.py", "shop.models.User", "shop/models.py:User"),
    ],
)
def test_names_lead_through_imports(uri: str, name: str, expected: str) -> None:
    assert means(SHOP, uri, name) == expected


def test_circles_end() -> None:
    files = {
        "a.py": "from b import X\nfrom b import *\nY = Z\nZ = Y\n",
        "b.py": "from a import X\nfrom a import *\n",
        "c.py": "from c import c\nfrom .c import d\n",
    }
    assert means(files, "a.py", "X") == "?"
    assert means(files, "a.py", "Y").startswith("a.py:")
    assert means(files, "a.py", "nothing") == "?"
    assert means(files, "c.py", "c") == "?"


def test_an_import_outweighs_its_fallback() -> None:
    source = "try:\n    from pydantic import BaseModel\nexcept ImportError:\n    class BaseModel: ...\n"
    assert means({"a.py": source}, "a.py", "BaseModel") == "pydantic.BaseModel"


def test_what_a_library_is_called_is_not_what_a_file_beside_is_called() -> None:
    files = {
        "app/types.py": "class UUID: ...",
        "app/pydantic.py": "",
        "app/a.py": "from types import X\nimport pydantic",
    }
    assert means(files, "app/a.py", "X") == "types.X"
    assert means(files, "app/a.py", "pydantic.BaseModel") == "pydantic.BaseModel"


@pytest.mark.parametrize(
    ("near", "name", "expected"),
    [
        ("backend/app/main.py", "app.models", "backend/app/models.py"),
        ("worker/app/main.py", "app.models", "worker/app/models.py"),
        ("backend/tests/test_a.py", "app.models", "backend/app/models.py"),
        ("scripts/run.py", "app.models", None),
        ("scripts/run.py", "helper", "scripts/helper.py"),
        ("scripts/run.py", "common.util", "packages/common/src/common/util.py"),
        ("scripts/run.py", "common", "packages/common/src/common/__init__.py"),
        ("packages/common/src/common/util.py", "common.types", "packages/common/src/common/types.py"),
        ("packages/common/src/common/util.py", "types", "packages/common/src/common/types.py"),
        ("backend/app/main.py", "namespace.leaf", "backend/namespace/leaf.py"),
        ("backend/app/main.py", "unknown", None),
        ("top.py", "backend.app.models", "backend/app/models.py"),
    ],
)
def test_several_roots(near: str, name: str, expected: str | None) -> None:
    roads = Roads(
        [
            *("backend/app/main.py", "backend/app/models.py", "backend/tests/test_a.py", "backend/namespace/leaf.py"),
            *("worker/app/main.py", "worker/app/models.py", "scripts/run.py", "scripts/helper.py", "top.py"),
            *(f"packages/common/src/common/{name}.py" for name in ("__init__", "util", "types")),
        ]
    )
    assert roads.find(near, 0, tuple(name.split("."))) == expected


@pytest.mark.parametrize(
    ("near", "level", "name", "expected"),
    [
        ("a/b/c.py", 1, "d", "a/b/d.py"),
        ("a/b/c.py", 1, "", "a/b/__init__.py"),
        ("a/b/c.py", 2, "", "a/__init__.py"),
        ("a/b/__init__.py", 1, "c", "a/b/c.py"),
        ("a/b/c.py", 2, "b.d", "a/b/d.py"),
        ("a/b/c.py", 3, "top", "top.py"),
        ("a/b/c.py", 4, "top", None),
        ("top.py", 1, "", None),
    ],
)
def test_relative_imports(near: str, level: int, name: str, expected: str | None) -> None:
    roads = Roads(["a/__init__.py", "a/b/__init__.py", "a/b/c.py", "a/b/d.py", "top.py"])
    assert roads.find(near, level, tuple(filter(None, name.split(".")))) == expected


def test_what_makes_itself_is_nothing() -> None:
    project = Project({"a.py": read_facts(b"a = a.b()\nb = c.x()\nc = b.y()\n")})
    assert Lineage(project).outside(Ref("a.b"), Scope("a.py")) == ""
    assert Lineage(project).outside(Ref("b.x"), Scope("a.py")) == ""
