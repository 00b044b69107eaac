"""Reading a whole project: from the cache where nothing changed, in one process or several, always the same."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pgconform.request import Query
from pgconform.sources.python.evaluate.scopes import ground as evaluate_ground
from pgconform.sources.python.facts.facts import ModuleFacts, read_facts
from pgconform.sources.python.files.files import find_files
from pgconform.sources.python.flows.heads import Followed, Scope
from pgconform.sources.python.flows.scopes import follow_later
from pgconform.sources.python.modules import workers
from pgconform.sources.python.modules.project import Project
from pgconform.sources.python.modules.reading import Modules, read_modules
from pgconform.sources.python.queries import reader as queries

LONG_AGO = 1_600_000_000


@pytest.fixture(autouse=True)
def cache_directory(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", str(place))
    return place


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "a.py", "class A: x: int\n")
    write(tmp_path, "b/c.py", "from a import A\nclass C(A): y: str\n")
    write(tmp_path, "quiet.py", "LIMIT = 3\n")
    return tmp_path


def write(root: Path, uri: str, text: str, when: int = LONG_AGO) -> None:
    path = root / uri
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (when, when))


def facts_of(modules: Modules) -> dict[str, ModuleFacts]:
    return {uri: modules[uri] for uri in modules}


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing had to be read")

    monkeypatch.setattr(workers, "read_facts", refuse)
    monkeypatch.setattr("pgconform.sources.python.modules.reading.read_facts", refuse)


def kept(root: Path) -> dict[str, ModuleFacts]:
    modules = read_modules(root)
    facts = facts_of(modules)
    modules.save()
    return facts


def test_a_second_reading_parses_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = kept(root)
    forbid_reading(monkeypatch)
    assert facts_of(read_modules(root)) == first


def test_a_file_in_which_nothing_matters_is_read_when_asked_for(root: Path) -> None:
    modules = read_modules(root)
    assert modules.speaking == ("a.py", "b/c.py")
    assert [member.name for member in modules["quiet.py"].names] == ["LIMIT"]
    modules.save()
    assert read_modules(root).speaking == modules.speaking == ("a.py", "b/c.py")


HELPER = """
def shown(row, other=None):
    title = row.get("titel")
    if other:
        title = other
    print(title)
    print(row["name"])
    print("and so on")
    print("and on")
    print("so that it is long enough")
    print("to be kept as text")
    return title
"""


def test_a_second_run_follows_no_function_again_and_says_the_same(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, "helper.py", HELPER)
    write(root, "ask.py", "from helper import shown\nshown(db.table('a').select('*').single().execute().data)\n")

    def said() -> list[Query]:
        modules = read_modules(root)
        reader = queries.reader(Project(modules, modules.speaking))
        found = reader.read()
        for uri, _ in reader.ground.newly:
            modules.keep(uri, reader.ground.followed(uri))
        modules.save()
        return found

    first = said()
    assert [read.key.value for query in first for read in query.reads] == ["titel", "name"]
    monkeypatch.setattr(evaluate_ground, "follow_later", lambda *_: pytest.fail("it was followed before"))
    assert said() == first


def test_after_an_edit_only_functions_that_it_moved_or_changed_are_followed_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "\n\n" + HELPER.replace("shown", "told").replace("titel", "titlo")
    write(root, "helper.py", HELPER + other)
    asks = "row = db.table('a').select('*').single().execute().data\nshown(row)\ntold(row)\n"
    write(root, "ask.py", f"from helper import shown, told\n{asks}")
    followed: list[str] = []

    def noted(head: Scope, number: int) -> Followed:
        followed.append(head.name)
        return follow_later(head, number)

    monkeypatch.setattr(evaluate_ground, "follow_later", noted)

    def said() -> list[str]:
        modules = read_modules(root)
        reader = queries.reader(Project(modules, modules.speaking))
        found = [read.key.value for query in reader.read() for read in query.reads]
        for uri in {uri for uri, _ in reader.ground.newly}:
            modules.keep(uri, reader.ground.followed(uri))
        modules.save()
        return found

    assert said() == ["titel", "name", "titlo", "name"]
    followed.clear()
    write(root, "helper.py", HELPER + other.replace("titlo", "title"), LONG_AGO + 5)
    assert said() == ["titel", "name", "title", "name"]
    assert followed == ["told"]
    followed.clear()
    write(root, "helper.py", HELPER + other.replace("titlo", "title") + "\n# an end\n", LONG_AGO + 6)
    assert said() == ["titel", "name", "title", "name"]
    assert followed == []
    write(root, "helper.py", "\n" + HELPER + other.replace("titlo", "title"), LONG_AGO + 7)
    assert said() == ["titel", "name", "title", "name"]
    assert sorted(followed) == ["shown", "told"]


def test_what_changed_is_read_again_and_what_moved_is_not(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(root)
    write(root, "a.py", "class B: x: int\n", LONG_AGO + 5)
    write(root, "moved.py", "from a import A\nclass C(A): y: str\n", LONG_AGO + 5)
    (root / "b" / "c.py").unlink()
    parsed: list[bytes] = []

    def noted(source: bytes, *known: Any) -> ModuleFacts:
        parsed.append(source)
        return read_facts(source, *known)

    monkeypatch.setattr(workers, "read_facts", noted)
    found = facts_of(read_modules(root))
    assert sorted(found) == ["a.py", "moved.py", "quiet.py"]
    assert found["a.py"].classes[0].name == "B"
    assert parsed == [b"class B: x: int\n"]


def test_a_file_written_just_before_the_cache_is_looked_at_again(root: Path) -> None:
    path = root / "a.py"
    path.write_text("class A: x: int\n")
    kept(root)
    status = path.stat()
    path.write_text("class A: x: str\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert facts_of(read_modules(root))["a.py"] == read_facts(b"class A: x: str\n")


@pytest.mark.parametrize("of", ["facts", "facts-since"])
@pytest.mark.parametrize("damage", [b"", b"nonsense", b"pgconform facts 0.0 x\n\x90"])
def test_a_damaged_cache_is_ignored(root: Path, cache_directory: Path, damage: bytes, of: str) -> None:
    first = kept(root)
    (file,) = (cache_directory / of).iterdir()
    file.write_bytes(damage)
    assert facts_of(read_modules(root)) == first


def test_without_the_cache_nothing_is_written(root: Path, cache_directory: Path) -> None:
    modules = read_modules(root, cached=False)
    modules.save()
    assert not any(cache_directory.iterdir())


def test_a_cache_that_cannot_be_written_costs_only_time(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", "/dev/null/cache")
    assert kept(root) == kept(root)


def test_an_editors_text_outweighs_the_file(root: Path) -> None:
    kept(root)
    modules = read_modules(root, overlay={"a.py": b"class Unsaved: ...\n", "new.py": b"class New: ...\n"})
    assert modules["a.py"].classes[0].name == "Unsaved"
    assert modules["new.py"].classes[0].name == "New"
    assert facts_of(read_modules(root))["a.py"].classes[0].name == "A"


def test_several_processes_read_what_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        write(tmp_path, f"m{number:02}.py", f"class A{number}:\n    x: int\n" * (number + 1))
    write(tmp_path, "bad.py", "class (\n")
    files = find_files(tmp_path)
    alone = [workers.read_file(tmp_path, file) for file in files]
    monkeypatch.setattr(workers, "WORTH_FORKING", 1)
    monkeypatch.setattr(workers, "WORTH_SPAWNING", 1)
    monkeypatch.setattr(workers, "cores", lambda: 3)
    assert workers.read_files(tmp_path, files) == alone


def test_a_file_that_goes_away_says_so(root: Path) -> None:
    files = find_files(root)
    (root / "a.py").unlink()
    (entry, *_) = workers.read_files(root, files)
    assert entry.facts is not None
    assert entry.facts.error == "it cannot be read: no such file or directory"


@pytest.mark.parametrize(
    ("line", "calls"),
    [
        ("save(1)", True),
        ("db.save  (1)", True),
        ("unsaved.save_all(save)", False),
        ("resave(1); save_(1)", False),
        ("resave(1); save(1)", True),
        ("save = 1", False),
    ],
)
def test_a_function_kept_as_text_calls_what_it_names_with_a_bracket(line: str, calls: bool) -> None:
    text = f"def f():\n    x = 1\n    y = 2\n    z = 3\n    {line}\n"
    ground = evaluate_ground.Ground({"a.py": read_facts(text.encode()).flows}, ["a.py"])
    assert ground.head("a.py", 1).source
    assert ground.calls(("a.py", 1), frozenset({"save", "other"})) is calls
