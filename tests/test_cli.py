"""``pgconform check`` as a person sees it: what it prints, where, and what it leaves with."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from pgconform.cli.main import group
from tests.commands import CLEAN, TRUTH, WRONG, Run, project, run, started
from tests.schemas import table

__all__ = ["run"]


def test_a_clean_project_takes_three_lines_and_leaves_with_0(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    ran = run("check")
    truth, claims, clean = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert truth == "truth    snapshot:pgconform.lock.json (2 tables)"
    assert claims == "claims   1 query chain in 1 file"
    assert clean.startswith("clean    all 2 tables conform · all ")


def test_a_finding_is_shown_at_its_place_and_fails_the_check(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    ran = run("check")
    assert ran.code == 1
    assert 'app.py\n  4:41  error  COL001  documents has no column "titel"; did you mean "title"?' in ran.out
    assert "tables   1 of 2 conform · 1 has errors: documents" in ran.out


def test_exit_zero_leaves_with_0_all_the_same(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    assert run("check", "--exit-zero").code == 0


def test_only_what_the_named_paths_claim_is_judged(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG, clean=CLEAN)
    assert run("check", "clean.py").code == 0
    assert run("check", "app.py", "clean.py").code == 1
    assert run("check", ".").code == 1


def test_a_path_belongs_to_the_nearest_project(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    (tmp_path / "inner" / "deep").mkdir(parents=True)
    project(tmp_path / "inner", app=WRONG)
    assert run("check", "inner").out.startswith("truth    snapshot:pgconform.lock.json (2 tables)\nclaims   1")
    assert "inner/app.py" in run("check", "inner").out
    (tmp_path / "inner" / "pgconform.toml").write_text('exclude = ["app.py"]\n')
    assert run("check", "inner").code == 0
    ran = run("check", "inner", "app.py")
    assert (ran.code, ran.out) == (2, "")
    assert "app.py lies outside of the project" in ran.err


def test_rules_are_selected_and_ignored(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    assert run("check", "--ignore", "unknown-column").code == 0
    assert run("check", "--select", "REL,NUL").code == 0
    assert run("check", "--select", "COL", "--ignore", "COL002").code == 1


def test_settings_apply_and_the_command_line_outweighs_them(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    (tmp_path / "pgconform.toml").write_text('ignore = ["COL001"]\n')
    assert run("check").code == 0
    (tmp_path / "pgconform.toml").write_text('select = ["REL"]\n')
    assert run("check").code == 0
    assert run("check", "--select", "COL").code == 1
    (tmp_path / "pgconform.toml").write_text('[severity]\nCOL001 = "info"\n')
    assert run("check").code == 0
    (tmp_path / "pgconform.toml").write_text('[per_path_ignores]\n"*.py" = ["COL001"]\n')
    assert run("check").code == 0
    (tmp_path / "pgconform.toml").write_text('exclude = ["app.py"]\n')
    assert run("check").code == 0


def test_a_comment_suppresses_a_finding_and_is_counted(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG.rstrip() + "  # pgconform: ignore[COL001]  renamed next week\n")
    ran = run("check")
    assert ran.code == 0
    assert "1 suppressed" in ran.out


def test_a_comment_that_is_not_needed_is_a_note(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN.rstrip() + "  # pgconform: ignore[COL001]  renamed next week\n")
    assert "1 note: --verbose" in run("check").out
    assert "CFG001" in run("check", "--verbose").out


def test_what_could_not_be_judged_is_counted_and_listed_on_request(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app="def read(db, name):\n    return db.table(name).select('*').execute()\n")
    ran = run("check")
    assert ran.code == 0
    assert "1 not: --show-unjudged" in ran.out
    assert "app.py:2:" in run("check", "--show-unjudged").out


def test_statistics_count_the_rules(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    assert "       1  COL001 unknown-column" in run("check", "--statistics").out


@pytest.mark.parametrize("form", ["text", "concise", "json", "github"])
def test_a_report_can_be_put_into_a_file(run: Run, tmp_path: Path, form: str) -> None:
    project(tmp_path, app=WRONG)
    ran = run("check", "--format", form, "--output", "report")
    assert (ran.code, ran.out) == (1, "")
    assert "titel" in (tmp_path / "report").read_text()


def test_the_format_can_be_set_in_the_environment(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, app=WRONG)
    monkeypatch.setenv("PGCONFORM_FORMAT", "concise")
    assert run("check").out.startswith("app.py:4:41: error COL001 documents has no column")


def test_the_json_report_is_the_same_twice(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    first, second = run("check", "--format", "json"), run("check", "--format", "json", "--no-cache")
    assert first.out == second.out
    assert json.loads(first.out)["summary"]["errors"] == 1


def test_places_are_shown_from_the_working_directory(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, app=WRONG)
    (tmp_path / "pgconform.toml").write_text("")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "deep" / "er")
    assert run("check", "--format", "concise").out.startswith("../../app.py:4:41:")
    assert json.loads(run("check", "--format", "json").out)["findings"][0]["at"]["path"] == "app.py"
    (tmp_path / "app.py").rename(tmp_path / "deep" / "app.py")
    assert run("check", "--format", "concise").out.startswith("../app.py:4:41:")
    (tmp_path / "deep" / "app.py").rename(tmp_path / "deep" / "er" / "app.py")
    assert run("check", "--format", "concise").out.startswith("app.py:4:41:")


def test_a_named_file_that_does_not_parse_does_not_pass(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=CLEAN)
    (tmp_path / "broken.py").write_text("def f(:\n", encoding="utf-8")
    assert run("check").code == 0
    ran = run("check", "broken.py")
    assert (ran.code, "broken.py could not be read" in ran.err) == (2, True)
    assert run("check", "broken.py", "app.py", "--show-unjudged").out.count("broken.py:1") == 1


def test_the_second_run_is_the_first_ones_report(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    first, second = run("check"), run("check")
    assert "nothing changed since the last run" not in first.out
    assert second.out.splitlines()[-1].endswith("nothing changed since the last run")
    assert first.out.splitlines()[:-1] == second.out.splitlines()[:-1]
    assert second.code == 1


def test_nothing_that_goes_into_a_check_can_change_unnoticed(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG, other=CLEAN)

    def fresh(*arguments: str) -> bool:
        return "nothing changed" not in run("check", *arguments).out

    assert fresh()
    assert not fresh()
    (tmp_path / "app.py").write_text(WRONG.replace("titel", "titles"))
    assert fresh()
    (tmp_path / "added.py").write_text(CLEAN)
    assert fresh()
    (tmp_path / "other.py").unlink()
    assert fresh()
    project(tmp_path, TRUTH.__class__(relations=TRUTH.relations[:1], schemas=("public",)))
    assert fresh()
    (tmp_path / "pgconform.toml").write_text('ignore = ["TYP"]\n')
    assert fresh()
    (tmp_path / "supabase").mkdir()
    (tmp_path / "supabase" / "config.toml").write_text('[api]\nschemas = ["public", "billing"]\n')
    assert fresh()
    assert fresh("--ignore", "NUL")
    assert fresh("app.py")
    assert not fresh("app.py")
    assert fresh("app.py", "--no-cache")


def test_a_damaged_cache_is_as_good_as_none(run: Run, tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    run("check")
    for file in (tmp_path / ".cache").rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert run("check").code == 1


def test_a_name_with_terminal_escapes_is_shown_spelled_out(run: Run, tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202e"
    truth = TRUTH.__class__(relations=(table("documents", f"id{evil} uuid!"),), schemas=("public",))
    project(tmp_path, truth, app=WRONG.replace("titel", f"id{evil}x").encode("unicode_escape").decode())
    (tmp_path / "app.py").write_text(WRONG.replace("titel", "id\\x1b]0;owned\\x07\\x1b[2J\\u202ex"))
    for form in ("text", "concise", "json", "github"):
        ran = run("check", "--format", form, "--show-unjudged", "--verbose")
        assert ran.code == 1
        assert not {"\x1b", "\x07", "\u202e"} & set(ran.out), form


def test_every_command_has_a_help_page_of_whole_sentences(run: Run) -> None:
    for name in group.list_commands(None):  # type: ignore[arg-type]
        ran = run(name, "--help")
        assert ran.code == 0
        assert ran.out.startswith(f"Usage: pgconform {name}")
        command = group.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.help
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None), (name, parameter.name)


def test_the_version_is_said(run: Run) -> None:
    assert run("--version").out.startswith("pgconform 0.")


def test_the_rules_are_listed_and_explained(run: Run) -> None:
    assert "COL001  unknown-column" in run("rule").out
    assert run("rule", "col001").out == run("rule", "unknown-column").out
    assert run("rule", "COL001").out.startswith("# COL001 unknown-column\n")
    assert all(line.startswith("COL") for line in run("rule", "COL").out.splitlines())


def test_colours_are_for_terminals_and_no_color_is_honoured(tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    plain, _ = started(tmp_path, "check").communicate()
    forced, _ = started(tmp_path, "check", FORCE_COLOR="1").communicate()
    neither, _ = started(tmp_path, "check", FORCE_COLOR="1", NO_COLOR="1").communicate()
    assert "\x1b[" not in plain
    assert "\x1b[1;31merror" in forced
    assert "\x1b[" not in neither


def test_a_terminal_of_another_encoding_is_no_fault(tmp_path: Path) -> None:
    project(tmp_path, app=WRONG)
    process = started(tmp_path, "check", PYTHONIOENCODING="ascii")
    out, err = process.communicate()
    assert (process.returncode, err) == (1, "")
    assert "1 of 2 conform - 1 has errors" in out


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_no_fault(tmp_path: Path, closed: str) -> None:
    project(tmp_path, app=WRONG)
    command = f"{shlex.quote(sys.executable)} -m pgconform check {closed}"
    ran = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_the_shell_completes_formats_rules_and_targets(tmp_path: Path) -> None:
    def proposed(line: str) -> list[str]:
        asked = {"_PGCONFORM_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(line.count(" "))}
        out, _ = started(tmp_path, **asked).communicate()
        return [word.partition(",")[2] for word in out.split()]

    assert proposed("pgconform val") == ["validate-script"]
    assert proposed("pgconform check --format s") == ["sarif"]
    assert proposed("pgconform check --select COL001,TYP0")[0] == "COL001,TYP001"
    assert proposed("pgconform rule col00")[:2] == ["COL001", "COL002"]
    assert proposed("pgconform generate d") == ["docs"]


def test_the_list_of_commands_says_whole_sentences_and_options_take_what_the_documents_say(run: Run) -> None:
    for listing in (run("--help").out, run("redis", "--help").out):
        assert "..." not in listing.partition("Commands:")[2]
    for name in group.list_commands(None):  # type: ignore[arg-type]
        assert not re.search(r"--\S+ (TEXT|INTEGER|FLOAT)", run(name, "--help").out)


def test_models_can_be_imported_and_that_is_never_kept(run: Run, tmp_path: Path) -> None:
    model = (
        'from pydantic import BaseModel\n\n\nclass Document(BaseModel):\n    __pgconform__ = "documents"\n    {}: str\n'
    )
    project(tmp_path, app=model.format("titel"))
    for _ in range(2):
        ran = run("check", "--import")
        assert (ran.code, "nothing changed" in ran.out) == (1, False)
        assert 'documents has no column "titel"' in ran.out
