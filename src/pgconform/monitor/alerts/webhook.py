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
    """Send it. Raises `Problem` when it did not arrive or was not taken (any status but 2xx)."""
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, Request, build_opener

    class Stay(HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    body = msgspec.json.encode(alert)
    headers = {"Content-Type": "application/json", "User-Agent": "pgconform", ID: alert.id}
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
        raise Problem(f"the webhook cannot be reached: {masked(str(reason))}") from failure
