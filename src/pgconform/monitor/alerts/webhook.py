"""A webhook of our own: signed, with its time, under an identifier that stays the same when it is sent again."""

from __future__ import annotations

import hashlib
import hmac
import time

import msgspec

from pgconform.errors import Problem, masked
from pgconform.monitor.alerts.message import Alert

TIMEOUT = 10.0
ID = "Pgconform-Id"
SIGNATURE = "Pgconform-Signature"


def signature(secret: str, moment: int, body: bytes) -> str:
    """``t=SECONDS,v1=HEX``: the HMAC-SHA256 of the seconds, a point and the body."""
    said = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={said}"


def post(url: str, secret: str, alert: Alert) -> None:
    """Send it; a user and a password in the URL are sent as such. Raises `Problem` when it was not taken with a 2xx."""
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    body = msgspec.json.encode(alert)
    headers = {"Content-Type": "application/json", "User-Agent": "pgconform", ID: alert.id}
    url, headers = _signed_in(url, headers)
    if secret:
        headers[SIGNATURE] = signature(secret, int(time.time()), body)
    try:
        with build_opener(Stay).open(Request(url, body, headers), timeout=TIMEOUT):  # noqa: S310
            return
    except HTTPError as refusal:
        with refusal:
            raise Problem(f"the webhook answers with {refusal.code}") from refusal
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "reason", failure)
        said = getattr(reason, "strerror", None) or str(reason)
        raise Problem(f"the webhook cannot be reached: {masked(said[:1].lower() + said[1:])}") from failure


def _signed_in(url: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The URL without its user and password, which go into a header of their own."""
    from base64 import b64encode
    from urllib.parse import unquote, urlsplit

    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, headers
    said = b64encode(unquote(user).encode()).decode()
    return parts._replace(netloc=host).geturl(), {**headers, "Authorization": f"Basic {said}"}
