"""Where a server is, and who asks: the parts of its URL."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import msgspec
from msgspec.structs import replace

from pgconform.errors import Problem

_FORMS = (
    "redis://user:password@host:6379/0, rediss:// for TLS, unix:///path/to/socket, redis+sentinel://host:26379/master"
)
_SCHEMES = frozenset({"redis", "rediss", "valkey", "valkeys", "unix", "redis+sentinel", "rediss+sentinel"})


class Address(msgspec.Struct, frozen=True):
    """``path`` is a unix socket's. ``master`` names a group that sentinels watch, ``others`` are more sentinels.

    Sentinels may have a user and password of their own.
    ``ca``, ``cert`` and ``key`` are files; ``verify`` False takes any certificate, ``named`` False one of any host.
    """

    host: str = "localhost"
    port: int = 6379
    path: str = ""
    user: str = ""
    password: str = ""
    database: int = 0
    tls: bool = False
    master: str = ""
    others: tuple[tuple[str, int], ...] = ()
    ca: str = ""
    cert: str = ""
    key: str = ""
    verify: bool = True
    named: bool = True
    sentinel_user: str = ""
    sentinel_password: str = ""

    @property
    def shown(self) -> str:
        """The address for a person, without its password."""
        if self.path:
            return f"unix://{self.path}"
        scheme = "rediss" if self.tls else "redis"
        return f"{scheme}://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/{self.database}"

    def at(self, host: str, port: int) -> Address:
        """Another server reached in the same way."""
        return replace(self, host=host, port=port, path="", master="", others=())


def parse(url: str) -> Address:
    """The address of a URL. Raises `Problem` for one that is none."""
    parts = urlsplit(url)
    if parts.scheme not in _SCHEMES:
        raise Problem(f'"{url}" is no address of a Redis server', f"write it as {_FORMS}")
    said = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    common = Address(
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=parts.scheme in ("rediss", "valkeys", "rediss+sentinel"),
        ca=said.get("ssl_ca_certs", ""),
        cert=said.get("ssl_certfile", ""),
        key=said.get("ssl_keyfile", ""),
        verify=said.get("ssl_cert_reqs", "required") != "none",
        sentinel_user=said.get("sentinel_username", ""),
        sentinel_password=said.get("sentinel_password", ""),
        named=said.get("ssl_check_hostname", "true").lower() not in ("false", "no", "0"),
    )
    database = _number(said.get("db", "0"), url)
    if parts.scheme == "unix":
        return replace(common, path=unquote(parts.path), database=database)
    master, number = _path(parts.path, url, sentinel=parts.scheme.endswith("sentinel"))
    (host, port), *others = _hosts(parts.netloc.rpartition("@")[2], 26379 if master else 6379, url)
    return replace(common, host=host, port=port, database=number or database, master=master, others=tuple(others))


def _path(path: str, url: str, *, sentinel: bool) -> tuple[str, int]:
    parts = [unquote(part) for part in path.split("/") if part]
    master = parts.pop(0) if sentinel and parts else ""
    if sentinel and not master:
        raise Problem(f'"{url}" names no group of servers', "write it as  redis+sentinel://host:26379/mymaster")
    return master, _number(parts[0], url) if parts else 0


def _hosts(netloc: str, default: int, url: str) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for item in netloc.split(",") or [""]:
        host, colon, port = item.rpartition(":")
        if not colon or item.endswith("]"):
            host, port = item, ""
        found.append((host.strip("[]") or "localhost", _number(port, url) if port else default))
    return found


def _number(text: str, url: str) -> int:
    if text and not text.isdigit():
        raise Problem(f'"{url}" is no address of a Redis server', f"write it as {_FORMS}")
    return int(text or 0)
