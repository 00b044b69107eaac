"""Reading Supabase: everything where the team installed ``pgconform_schema()``, else what the API's root says."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import msgspec

from pgconform.errors import Problem
from pgconform.schema import Schema
from pgconform.sources.supabase import openapi
from pgconform.sources.supabase.http import Api, ask, checked
from pgconform.sources.supabase.install import FUNCTION, answered
from pgconform.support.environment import dotenv
from pgconform.support.pause import collector_paused

URLS = ("SUPABASE_URL", "NEXT_PUBLIC_SUPABASE_URL")
KEYS = ("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SERVICE_KEY", "SUPABASE_KEY")
_NEEDED = (
    "set SUPABASE_SECRET_KEY to a secret key (sb_secret_…) or the service_role key of the project's settings;"
    " since 2026 the API shows its schema to no other"
)


def read(root: Path, schemas: str = "") -> Schema:
    """The schema behind ``SUPABASE_URL``, read with a secret key of the environment or of ``.env`` in ``root``.

    ``schemas`` are those asked for, with commas; without any, ``public``. Where ``pgconform_schema()`` is installed,
    all schemas are read whole; else the OpenAPI document of each, and ``unsaid`` names what that leaves open.
    """
    names = tuple(name.strip() for name in schemas.split(",") if name.strip()) or ("public",)
    return read_api(api_of(root), names)


def read_api(api: Api, schemas: tuple[str, ...] = ("public",)) -> Schema:
    """The schema of any PostgREST whose root is ``api.base``."""
    with collector_paused():
        return _by_function(api, schemas[0]) or openapi.read(api, schemas)


def _by_function(api: Api, schema: str) -> Schema | None:
    """What ``pgconform_schema()`` says; None where it is not installed, or not for this key."""
    headers = {"Content-Profile": schema, "Content-Type": "application/json", "Accept": "application/json"}
    answer = ask(api, f"/rpc/{FUNCTION}", headers, b"{}")
    if answer.status in (401, 403, 404, 406):
        return None
    if answer.status != 200:
        raise Problem(
            f"{api.base}: {FUNCTION}() failed ({openapi.reason(answer)})", "does it work from the SQL editor?"
        )
    return answered(answer.body, api.base)


def api_of(root: Path) -> Api:
    url, known = _url(root)
    key = next((known[name] for name in KEYS if known.get(name)), "")
    if not key:
        raise Problem(f"no key for {url} is set", _NEEDED)
    if _is_public(key):
        raise Problem("the key for Supabase is a publishable one, which may not see the schema", _NEEDED)
    base = checked(url)
    return Api(base if base.endswith("/rest/v1") else f"{base}/rest/v1", key)


def _url(root: Path) -> tuple[str, dict[str, str]]:
    """The URL, and the variables a key for it may come from.

    ``.env`` can be part of what someone proposes; it does not decide where a key of the environment is sent.
    """
    ours, files = dict(os.environ), dotenv(root)
    for name in URLS:
        if ours.get(name):
            return ours[name], {**files, **{key: value for key, value in ours.items() if value}}
    for name in URLS:
        if files.get(name):
            return files[name], files
    raise Problem(
        "SUPABASE_URL is not set", f"set it and SUPABASE_SECRET_KEY in the environment, or in {root / '.env'}"
    )


def _is_public(key: str) -> bool:
    if key.startswith("sb_publishable_"):
        return True
    payload = key.split(".")[1] if key.count(".") == 2 else ""
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, msgspec.DecodeError):
        return False
    return isinstance(claims, dict) and claims.get("role") in ("anon", "authenticated")
