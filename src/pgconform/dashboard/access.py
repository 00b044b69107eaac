"""Who may look: on this machine anybody, elsewhere only who has the token, or whom a proxy lets through."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import time

import msgspec

from pgconform.errors import Problem

COOKIE = "pgconform"
LASTS = 12 * 3600
SHORTEST = 16


class Access(msgspec.Struct, frozen=True):
    """``token`` "" asks nobody; ``proxied``: a proxy in front decides who may look, and speaks HTTPS for us."""

    token: str = ""
    proxied: bool = False

    @property
    def local(self) -> bool:
        """Only this machine's own names are answered to, so that no page of another site can reach us by a name."""
        return not self.token and not self.proxied

    def knows(self, token: str) -> bool:
        """Whether this is the token, in a time that does not tell how near it is."""
        return hmac.compare_digest(_digest(token), _digest(self.token))

    def session(self) -> str:
        """A cookie's value that `admits` takes for twelve hours; it does not hold the token."""
        until = str(int(time.time()) + LASTS)
        return f"{until}.{self._signed(until)}"

    def admits(self, session: str) -> bool:
        until, _, signature = session.partition(".")
        fresh = until.isascii() and until.isdigit() and int(until) > time.time()
        return hmac.compare_digest(signature.encode("utf-8", "replace"), self._signed(until).encode()) and fresh

    def _signed(self, until: str) -> str:
        return hmac.new(self.token.encode(), b"session " + until.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def access(host: str, token: str, *, proxied: bool) -> Access:
    """The access to a dashboard on this address. Raises `Problem` where it would be open to everybody."""
    if token and len(token) < SHORTEST:
        raise Problem(
            f"the token has {len(token)} characters; it needs {SHORTEST}",
            "make one with:  python -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    if not token and not proxied and not is_here(host):
        raise Problem(
            f"{host} can be reached from elsewhere, and there is no token",
            "set PGCONFORM_DASHBOARD_TOKEN, or say --behind-proxy where a proxy decides who may look",
        )
    return Access(token, proxied)


def is_here(host: str) -> bool:
    """The address is this machine's own, and no other machine can reach it."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def names_us(host: str) -> bool:
    """The ``Host`` of a request is a name of this machine, with or without a port."""
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    return is_here(name or port)
