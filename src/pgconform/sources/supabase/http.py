"""Asking the API: over TLS or on this machine only, without following redirects, the key never said."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from pgconform.errors import Problem

TIMEOUT = 30.0
_LARGEST = 256 * 1024 * 1024
_UP = "is the project up and reachable from here?"


class Answer(NamedTuple):
    status: int
    body: bytes


class Api(NamedTuple):
    """Where the API answers (``https://x.supabase.co/rest/v1``) and the key it is asked with."""

    base: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"apikey": self.key, "Authorization": f"Bearer {self.key}", "User-Agent": "pgconform"}


def checked(url: str) -> str:
    """The URL, if a secret may be sent to it."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname or "")):
        return url.rstrip("/")
    raise Problem(
        f"SUPABASE_URL is {url}, where a secret key must not be sent", "it reads  https://PROJECT.supabase.co"
    )


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def ask(api: Api, path: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    """GET, or POST with a body. A `Problem` when nothing answers; any status is an answer."""
    from urllib.error import HTTPError, URLError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    request = Request(f"{api.base}{path}", body, {**api.headers, **headers})  # noqa: S310
    try:
        with build_opener(Stay).open(request, timeout=TIMEOUT) as response:
            return Answer(response.status, _read(response.read(_LARGEST + 1), api))
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(65536))
    except (URLError, TimeoutError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise Problem(f"cannot reach {api.base} ({_said(reason)})", _UP) from error


def _read(body: bytes, api: Api) -> bytes:
    if len(body) > _LARGEST:
        raise Problem(f"{api.base} answers with more than {_LARGEST >> 20} MB", "is this the API of a database?")
    return body


def _said(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return f"no answer after {TIMEOUT:g} s"
    text = getattr(reason, "strerror", None) or str(reason)
    return text[:1].lower() + text[1:]
