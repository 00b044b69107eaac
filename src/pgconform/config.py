"""Settings: ``[tool.pgconform]`` of a pyproject.toml, or a pgconform.toml."""

from __future__ import annotations

import codecs
import enum
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from pgconform.errors import Problem
from pgconform.finding import Severity, guide
from pgconform.generate.documents.options import DocsOptions
from pgconform.generate.options import Options
from pgconform.postgrest.config import PostgrestConfig
from pgconform.redis.options import RedisConfig
from pgconform.schema import Transport
from pgconform.targets import MonitorConfig

OWN_FILE = "pgconform.toml"
SHARED_FILE = "pyproject.toml"
LOCK_FILE = "pgconform.lock.json"
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PLAIN = {
    "str": "a text in quotes",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
}


class ModelConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a class is of: ``relation`` is ``schema.table`` or ``table``; ``role`` is wanted where its name has none."""

    relation: str
    role: Literal["row", "insert", "update"] | None = None


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What docs/configuration.md says of each key; an empty value is one that was not set.

    ``truth`` and ``live`` are references (``migrations:DIR``, ``snapshot:FILE``, ``supabase:``, ``postgresql://…``,
    ``$NAME`` of the environment); ``sql`` are files and directories, in the order in which they are applied.
    ``projects`` are directories that are projects of their own, with a database of their own.
    ``models`` maps a class (``app.models.Document``) to a relation, or to "" or false for one that has none.
    ``select``, ``extend_select``, ``ignore`` and the keys of ``severity`` are codes, prefixes of codes or rules' names.
    """

    truth: str = ""
    live: str = ""
    snapshot: str = LOCK_FILE
    sql: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path_ignores: dict[str, tuple[str, ...]] = {}
    severity: dict[str, Severity] = {}
    transport: Transport | None = None
    models: dict[str, str | bool | ModelConfig] = {}
    postgrest: PostgrestConfig | None = None
    generate: Options | None = None
    monitor: MonitorConfig | None = None
    docs: DocsOptions | None = None
    redis: RedisConfig | None = None


class Project(msgspec.Struct, frozen=True):
    """The directory that places are relative to, its settings, and the file they stand in, if any."""

    root: Path
    config: Config = Config()
    file: Path | None = None

    def problem(self, key: str, message: str, help: str = "") -> Problem:  # noqa: A002
        """What is wrong with a setting, at its line."""
        if self.file is None:
            return Problem(message, help)
        line = _line(self.file.read_text(encoding="utf-8", errors="replace"), tuple(key.split(".")))
        return Problem(f"{self.file.name}:{line}: {message}", help)


def find_project(start: Path) -> Project:
    """The nearest directory at or above ``start`` that has settings, else the repository's, else ``start`` itself."""
    above = (start, *start.parents)
    for directory in above:
        found = read_settings(directory)
        if found.file is not None:
            return found
    return Project(next((directory for directory in above if (directory / ".git").exists()), start))


def read_settings(directory: Path) -> Project:
    """The project of a directory, with the settings in it, if any, and none from above."""
    for file in (directory / OWN_FILE, directory / SHARED_FILE):
        if file.is_file() and (table := _table(file)) is not None:
            return Project(directory, _config(file, table), file)
    return Project(directory)


def read_project(file: Path) -> Project:
    """The project of one settings file, named by a person."""
    if not file.is_file():
        raise Problem(f"there is no settings file {file}", f"write one with:  pgconform init  (it is named {OWN_FILE})")
    return Project(file.resolve().parent, _config(file, _table(file) or {}), file)


def _table(file: Path) -> dict[str, Any] | None:
    """The settings of a file; None when it is no settings file of ours."""
    raw = file.read_bytes()
    if file.name == SHARED_FILE and b"pgconform" not in raw and not raw.startswith(_WIDE):
        return None
    import tomllib

    try:
        document = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as failure:
        raise Problem(f"{file.name} is not UTF-8 text", "TOML files are; save it as UTF-8") from failure
    except tomllib.TOMLDecodeError as failure:
        reason = str(failure)
        raise Problem(f"{file.name} is not valid TOML: {reason[:1].lower()}{reason[1:]}", "mend that line") from failure
    table = document if file.name != SHARED_FILE else document.get("tool", {}).get("pgconform")
    if table is not None and not isinstance(table, dict):
        raise Problem(f"{file.name}: pgconform is no table", "write its settings under  [tool.pgconform]")
    return table


def _config(file: Path, table: dict[str, Any]) -> Config:
    _refuse_unknown(file, Config, table, ())
    try:
        return msgspec.convert(table, Config)
    except msgspec.ValidationError as failure:
        raise _mistyped(file, str(failure)) from failure


def _mistyped(file: Path, failure: str) -> Problem:
    """msgspec's ``Expected `str`, got `int` - at `$.truth``` in the words of a settings file."""
    said, _, path = failure.partition(" - at `$.")
    key = path.rstrip("`").partition("[")[0]
    said = re.sub(r"`([\w | ]+)`", lambda found: _plainly(found[1]), said)
    said = re.sub(r"^Invalid enum value '(.*)'$", r'"\1" is none of its values', said)
    where = f"{file.name}:{_line(file.read_text(encoding='utf-8'), tuple(key.split('.')))}"
    values = ", ".join(filter(None, _values(_hint(Config, path.rstrip("`").replace("[...]", "")))))
    return Problem(
        f"{where}: the setting {key}: {said[:1].lower()}{said[1:]}",
        f"it is one of {values}" if values else f"{guide('configuration')} says what each setting takes",
    )


def _plainly(types: str) -> str:
    """``int | null`` for people: a setting that may be left out is never written as null."""
    return " or ".join(_PLAIN.get(word, word) for word in types.split(" | ") if word != "null")


def _hint(struct: type[msgspec.Struct], path: str) -> Any:
    """What the setting at a path (``generate.style``, ``models.role``) may be."""
    key, _, rest = path.partition(".")
    hint = get_type_hints(struct).get(key)
    inner = _inner(hint)
    return _hint(inner, rest) if inner and rest else hint


def _values(hint: Any) -> Iterator[str]:
    """The words a setting may be, or its table's values may be."""
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        yield from (member.value for member in hint)
    elif get_origin(hint) is Literal:
        yield from get_args(hint)
    else:
        for option in get_args(hint):
            yield from _values(option)


def _refuse_unknown(file: Path, struct: type[msgspec.Struct], table: dict[str, Any], path: tuple[str, ...]) -> None:
    known = get_type_hints(struct)
    for key, value in table.items():
        here = (*path, key)
        if key not in known:
            line = _line(file.read_text(encoding="utf-8"), here)
            message = f"{file.name}:{line}: there is no setting {'.'.join(here)}"
            raise Problem(message, _proposal(key, tuple(known)))
        inner = _inner(known[key])
        if inner and isinstance(value, dict):
            options = (known[key], *get_args(known[key]))
            named = value if any(get_origin(option) is dict for option in options) else None
            for name, part in named.items() if named is not None else [("", value)]:
                if isinstance(part, dict):
                    _refuse_unknown(file, inner, part, (*here, name) if name else here)


def _inner(hint: Any) -> type[msgspec.Struct] | None:
    """The table a setting holds, if it holds one with keys of its own, or several by name."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    return next(filter(None, map(_inner, get_args(hint))), None)


def _proposal(key: str, known: tuple[str, ...]) -> str:
    from pgconform.support.names import nearest

    plain = key.replace("-", "_")
    if near := (plain,) if plain in known else nearest(plain, known):
        return f"did you mean {' or '.join(near)}?"
    return f"the settings are {', '.join(known)}; {guide('configuration')} says what each does"


def _line(text: str, path: tuple[str, ...]) -> int:
    """The line on which a key stands, or its table; 1 when it cannot be told (an inline table, a quoted name)."""
    table: tuple[str, ...] = ()
    best = 1
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("["):
            table = tuple(_bare(part) for part in line.strip("[] ").split("."))
            table = table[2:] if table[:2] == ("tool", "pgconform") else table
            if table and table == path[: len(table)]:
                best = number
        elif "=" in line and not line.startswith("#"):
            key = tuple(_bare(part) for part in line.partition("=")[0].split("."))
            if (*table, *key) == path[: len(table) + len(key)]:
                return number
    return best


def _bare(key: str) -> str:
    return key.strip().strip("\"'")
