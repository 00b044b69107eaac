"""The API that the project's clients speak to: what PostgREST exposes, by the settings or by Supabase's own."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.postgrest.config import PostgrestConfig
from pgconform.schema import Schema

SUPABASE_FILE = "supabase/config.toml"
_MANAGED = frozenset({"graphql_public", "storage"})
_KEYS = ("schemas", "extra_search_path", "max_rows")


def api(project: Project) -> PostgrestConfig:
    """``[tool.pgconform.postgrest]`` if it is there, else ``[api]`` of ``supabase/config.toml``, else the defaults."""
    if project.config.postgrest is not None:
        return project.config.postgrest
    given = _supabase(project).get("api", {})
    known = {key: given[key] for key in _KEYS if key in given} if isinstance(given, dict) else {}
    try:
        return msgspec.convert(known, PostgrestConfig)
    except msgspec.ValidationError as failure:
        raise Problem(f"{SUPABASE_FILE}: [api]: {failure}", "mend it, or set  [tool.pgconform.postgrest]") from failure


def searched(project: Project) -> tuple[str, ...]:
    """The schemas in which a name without one is looked for: the settings', else those exposed that are the team's."""
    if project.config.schemas:
        return project.config.schemas
    return tuple(schema for schema in api(project).schemas if schema not in _MANAGED) or ("public",)


def refuse_absent(project: Project, truth: Schema) -> None:
    """Raises `Problem` for a schema of the settings that a truth surely does not have."""
    if truth.unread or not truth.schemas:
        return
    for name in project.config.schemas:
        if name not in truth.schemas and name not in _MANAGED:
            own = ", ".join(sorted({item.schema for item in truth.relations if not item.extension}))
            raise project.problem("schemas", f"the truth has no schema {name}", f"its tables are in {own or 'none'}")


def _supabase(project: Project) -> dict[str, Any]:
    """Supabase's own settings: of the root, or of the one directory in it that has them."""
    file = _supabase_file(project.root)
    if file is None:
        return {}
    seen = file.stat()
    return _read(file, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def _supabase_file(root: Path) -> Path | None:
    if (file := root / SUPABASE_FILE).is_file():
        return file
    with os.scandir(root) as entries:
        folders = [entry.path for entry in entries if entry.is_dir()]
    nested = [path for folder in folders if os.path.isfile(path := f"{folder}/{SUPABASE_FILE}")]  # noqa: PTH113
    return Path(nested[0]) if len(nested) == 1 else None


@lru_cache(8)
def _read(file: Path, *_state: int) -> dict[str, Any]:
    """What a file holds in this state."""
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        raise Problem(f"{SUPABASE_FILE} is not valid TOML: {failure}", "mend it") from failure
