"""The documents cannot lie by omission: every command, option, setting, rule, reference and format is told."""

from __future__ import annotations

import json
import re
import tomllib

import click
import msgspec
import pytest
import yaml
from jsonschema import Draft202012Validator

from pgconform.cli.main import group
from pgconform.config import Config
from pgconform.generate.documents.options import DocsOptions
from pgconform.generate.options import Options
from pgconform.postgrest.config import PostgrestConfig
from pgconform.project.targets import targets
from pgconform.redis.options import KeyConfig, PartConfig, RedisConfig
from pgconform.reports import formats, renderer
from pgconform.reports._look import Look
from pgconform.rules import all_rules
from pgconform.sources.docs.scope import ENDINGS
from pgconform.targets import MonitorConfig
from tests.conftest import ROOT
from tests.reporting import CLEAN, FULL

DOCS = ROOT / "docs"
CONTEXT = click.Context(group)
FOR_TESTS = {"PGCONFORM_WATCH"}
SCHEMES = ("migrations:", "sql:", "snapshot:", "supabase:", "postgresql://", "$")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> list[tuple[str, click.Command]]:
    found = ((name, group.get_command(CONTEXT, name)) for name in group.list_commands(CONTEXT))
    return [(name, command) for name, command in found if command is not None]


@pytest.mark.parametrize(("name", "command"), commands(), ids=[name for name, _ in commands()])
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    page = text("docs/commands.md")
    assert f"## `pgconform {name}" in page
    section = page.split(f"## `pgconform {name}", 1)[1].split("\n## ", 1)[0]
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            long = max(parameter.opts, key=len)
            assert f"`{long}" in section or f"`{long}" in page.split("## Options of most commands", 1)[1], (name, long)


def test_every_target_is_documented() -> None:
    section = text("docs/commands.md").split("## `pgconform generate", 1)[1].split("\n## ", 1)[0]
    assert [name for name in targets() if f"| `{name}` |" not in section] == []


STRUCTS = (Config, PostgrestConfig, Options, MonitorConfig, DocsOptions, RedisConfig, KeyConfig, PartConfig)


@pytest.mark.parametrize("struct", STRUCTS)
def test_every_setting_is_documented(struct: type[msgspec.Struct]) -> None:
    page = text("docs/configuration.md")
    for name in struct.__struct_fields__:
        assert f"| `{name}` |" in page or f"`[tool.pgconform.{name}]`" in page, name


def test_the_settings_in_the_documents_are_valid() -> None:
    for block in re.findall(r"```toml\n(.*?)```", text("docs/configuration.md"), re.DOTALL):
        msgspec.convert(tomllib.loads(block)["tool"]["pgconform"], Config)


def test_every_rule_stands_in_the_index() -> None:
    index = text("docs/rules/index.md")
    assert [code for code in (rule.code for rule in all_rules()) if f"({code}.md)" not in index] == []


def test_every_format_reference_and_exit_code_is_documented() -> None:
    page = text("docs/commands.md")
    assert all(f"`{name}`" in page for name in formats())
    assert all(f"`{scheme}" in text("docs/sources.md") for scheme in SCHEMES)
    assert all(f"| {code} |" in page for code in (0, 1, 2))


def test_every_variable_that_is_read_is_documented() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r'"((?:PGCONFORM|SUPABASE)_[A-Z_]+)"', code)) | {"NO_COLOR", "FORCE_COLOR", "DATABASE_URL"}
    page = text("docs/configuration.md")
    assert sorted(name for name in read - FOR_TESTS if f"`{name}`" not in page) == []


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    names = {match[0] for item in project["dependencies"] if (match := re.match(r"[\w-]+", item))}
    page = text("docs/architecture.md")
    assert sorted(name for name in names if f"| {name} |" not in page) == []


def test_the_layers_are_those_that_the_import_linter_keeps() -> None:
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = [re.split(r" [|:] ", layer) for layer in contracts[0]["layers"]]
    table = text("docs/architecture.md").partition("| modules | what they are |\n|---|---|\n")[2].partition("\n\n")[0]
    assert [re.findall(r"`(\w+)`", row.split("|")[1]) for row in table.splitlines()] == layers


def test_links_lead_to_files_that_exist() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")]
    broken = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("report", [FULL, CLEAN], ids=["full", "clean"])
def test_the_json_report_is_as_its_schema_says(report: object) -> None:
    schema = json.loads(text("docs/report.schema.json"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(renderer("json")(report, Look(version="0.1.0")))  # type: ignore[arg-type]
    Draft202012Validator(schema).validate(document)


def test_the_example_in_the_documents_is_as_the_schema_says() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", text("docs/json.md"), re.DOTALL)[:1]
    Draft202012Validator(json.loads(text("docs/report.schema.json"))).validate(json.loads(block))


def test_every_schema_object_lists_what_it_requires() -> None:
    schema = json.loads(text("docs/report.schema.json"))
    for name, part in [("report", schema), *schema["$defs"].items()]:
        if "properties" in part and "required" in part:
            assert set(part["required"]) <= set(part["properties"]), name


def test_the_commands_of_the_readme_are_the_makefiles() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    assert {"demo", "test"} <= targets
    assert {"make demo", "make test"} <= set(re.findall(r"^make \w+$", text("README.md"), re.MULTILINE))


def test_the_pre_commit_hook_runs_a_command_that_exists() -> None:
    hook = text(".pre-commit-hooks.yaml")
    entry = re.search(r"entry: pgconform (\S+)(.*)", hook)
    assert entry is not None
    command = group.get_command(CONTEXT, entry[1])
    assert command is not None
    command.make_context(entry[1], entry[2].split())


def test_the_pre_commit_hook_runs_for_whatever_a_check_reads() -> None:
    (hook,) = yaml.safe_load(text(".pre-commit-hooks.yaml"))
    files = re.compile(hook["files"])
    read = (*(f"docs/a{ending}" for ending in ENDINGS), "AGENTS.md", "web/llms-full.txt", ".cursorrules", ".clinerules")
    read += ("app/a.py", "db/a.sql", "pgconform.lock.json", "a/pyproject.toml", "supabase/config.toml")
    assert [name for name in read if not files.search(name)] == []
    assert not files.search("web/app.ts")


def test_the_documents_are_plain_text_of_bounded_width() -> None:
    for page in [ROOT / "README.md", *DOCS.glob("*.md")]:
        long = [line for line in page.read_text(encoding="utf-8").splitlines() if len(line) > 180 and "|" not in line]
        assert long == [], page.name
