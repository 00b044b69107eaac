"""Which Python files are a project's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pgconform.schema import Unread
from pgconform.sources.python.files.files import find_files
from pgconform.sources.python.files.ignored import Patterns, _read

NAMES = st.sampled_from(["a", "b.py", "build", "lib", "x1.py", "été.py", "test_a.py", "a b.py"])
PATHS = st.tuples(st.lists(NAMES, min_size=1, max_size=4).map("/".join), st.sampled_from(["", "/"])).map("".join)
PARTS = st.sampled_from(["a", "b.py", "*.py", "build", "lib*", "x[12].py", "**", "*", "?", "[!a]*", "[^a]", "a\\ b.py"])
LINES = st.builds(
    lambda negated, start, parts, end: negated + start + "/".join(parts) + end,
    st.sampled_from(["", "", "!"]), st.sampled_from(["", "/"]), st.lists(PARTS, min_size=1, max_size=3),
    st.sampled_from(["", "/", "/**", "/*"]),
)  # fmt: skip


@settings(max_examples=600)
@given(st.lists(LINES, max_size=5), PATHS)
def test_asking_few_patterns_answers_as_asking_all(lines: list[str], path: str) -> None:
    every = [said.ignores for line in lines if (said := _read(line)) and said.speaks_of(path)]
    assert Patterns("", lines).verdict(path) == (every[-1] if every else None)


TREE = [
    f"{folder}{name}"
    for folder in ("", "a/", "a/b/", "a/b/a/", "build/", "lib/a/", "lib2/", "été.py/")
    for name in ("a.py", "b.py", "x1.py", "test_a.py", "a b.py")
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["*", "!*/", "!*.py", "!/**/"]) | LINES, max_size=5), st.lists(LINES, max_size=2))
@example(["*", "!/lib/"], ["*", "!/**/", "!*.py"])
@example(["/*", "!/a", "/a/*", "!/a/b/"], [])
def test_git_agrees_on_any_patterns(above: list[str], below: list[str]) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not here")
    with tempfile.TemporaryDirectory() as place:
        tree(Path(place), *TREE)
        (Path(place) / ".gitignore").write_text("\n".join(above))
        (Path(place) / "lib" / ".gitignore").write_text("\n".join(below))
        subprocess.run(["git", "init", "-q", place], check=True)
        command = ["git", "-C", place, "ls-files", "-coz", "--exclude-standard", "*.py"]
        listed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
        ours = [uri for uri in found(Path(place)) if not uri.startswith("build/")]
        assert ours == sorted(uri for uri in listed.split("\0") if uri and not uri.startswith("build/"))


def found(root: Path, *exclude: str) -> list[str]:
    return [file.uri for file in find_files(root, exclude)]


def tree(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("")


def test_what_is_ignored_or_not_ones_own_is_left_out(tmp_path: Path) -> None:
    tree(
        tmp_path,
        *("a.py", "pkg/b.py", "pkg/c.txt", "build/d.py", "pkg/build/e.py", "gen/keep.py", "gen/f.py", "src/venv/g.py"),
        *("env/pyvenv.cfg", "env/lib/h.py", "node_modules/i.py", ".hidden/j.py", "pkg/__pycache__/k.py", "data/l.py"),
        *("lib/site-packages/m.py", "pkg/local/n.py"),
    )
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("# comment\n/build/\ngen/*\n!gen/keep.py\n*.tmp\n")
    (tmp_path / "pkg" / ".gitignore").write_text("local\n")
    assert found(tmp_path) == ["a.py", "data/l.py", "gen/keep.py", "pkg/b.py", "pkg/build/e.py"]
    assert found(tmp_path, "data", "pkg/*.py") == ["a.py", "gen/keep.py", "pkg/build/e.py"]


def test_a_folder_within_a_repository_heeds_the_files_above(tmp_path: Path) -> None:
    tree(tmp_path, "app/a.py", "app/skip/b.py", "app/c_generated.py", "ignored/d.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("app/skip/\n*_generated.py\nignored/\n")
    assert found(tmp_path / "app") == ["a.py"]
    assert found(tmp_path / "ignored") == ["d.py"]


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    tree(root, "a.py", "pkg/b.py")
    tree(outside, "secret.py")
    (root / "link.py").symlink_to(outside / "secret.py")
    (root / "inner.py").symlink_to(root / "a.py")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    (root / "broken.py").symlink_to(root / "nowhere.py")
    assert found(root) == ["a.py", "inner.py", "pkg/b.py"]


def test_git_itself_agrees(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not here")
    tree(
        tmp_path, *(f"{folder}{name}" for folder in ("", "a/", "a/b/", "c/") for name in ("x.py", "y.py", "z_test.py"))
    )
    (tmp_path / ".gitignore").write_text("a/x.py\n**/b/y.py\n/c\n!z_test.py\n")
    (tmp_path / "a" / ".gitignore").write_text("*.py\n!/y.py\n!b/\n")
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "-co", "--exclude-standard", "*.py"], capture_output=True, check=True
    )
    assert found(tmp_path) == sorted(listed.stdout.decode().split())


def test_a_folder_that_may_not_be_looked_into_is_said_and_the_rest_is_found() -> None:
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for name in ("app", "data", "app/deep"):
            (root / name).mkdir()
            (root / name / "a.py").write_text("")
        root.chmod(0o755)
        (root / "data").chmod(0)
        unread: list[Unread] = []
        ours = os.geteuid()
        os.seteuid(ours or 65534)
        try:
            found = find_files(root, unread=unread)
        finally:
            os.seteuid(ours)
            (root / "data").chmod(0o700)
    assert [file.uri for file in found] == ["app/a.py", "app/deep/a.py"]
    assert [(str(item.at), item.reason) for item in unread] == [("data", "this folder may not be looked into")]
