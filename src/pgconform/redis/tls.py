"""TLS to a server: whom to trust, who we are, and what to say when the two do not come together."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

from pgconform.errors import Problem, reason
from pgconform.redis.address import Address

_OURS = "name one that it trusts in the URL:  ?ssl_certfile=FILE&ssl_keyfile=FILE"
_THEIRS = "name the authority's file in the URL:  ?ssl_ca_certs=FILE"
_PLAIN = "without TLS the URL begins with redis://"
_UNTRUSTED = frozenset({18, 19, 20, 21})
"""OpenSSL's codes for a chain that ends with nobody we know."""


def wrapped(raw: socket.socket, address: Address) -> ssl.SSLSocket:
    """The connection over TLS. Raises `Problem` where a file is no certificate, or a side does not trust the other."""
    context = _context(address)
    try:
        return context.wrap_socket(raw, server_hostname=address.host)
    except ssl.SSLCertVerificationError as failure:
        advice = _THEIRS if failure.verify_code in _UNTRUSTED else ""
        said = f"the certificate of {address.shown} is not one to trust ({failure.verify_message.rstrip('.')})"
        raise Problem(said, advice) from failure
    except ssl.SSLError as failure:
        raise alert(address, failure) from failure
    except TimeoutError as failure:
        raise Problem(f"{address.shown} does not answer to TLS", _PLAIN) from failure


def alert(address: Address, failure: ssl.SSLError) -> Problem:
    """What a server's own refusal says: some wait until the first command with it."""
    why = (failure.reason or "").lower().replace("_", " ")
    if "certificate" in why or "unknown ca" in why:
        said = "does not trust the certificate" if address.cert else "wants a certificate"
        return Problem(f"{address.shown} {said} of its clients", _OURS)
    return Problem(f"{address.shown} does not speak TLS as we do ({why or failure})", _PLAIN)


def _context(address: Address) -> ssl.SSLContext:
    with _readable(address.ca):
        context = ssl.create_default_context(cafile=address.ca or None)
    context.check_hostname = address.verify and address.named
    context.verify_mode = ssl.CERT_REQUIRED if address.verify else ssl.CERT_NONE
    if address.cert:
        with _readable(address.cert, address.key):
            context.load_cert_chain(address.cert, address.key or None)
    return context


@contextlib.contextmanager
def _readable(*files: str) -> Iterator[None]:
    """Turns what cannot be read of these files into a `Problem`."""
    shown = " and ".join(name for name in files if name)
    try:
        yield
    except FileNotFoundError as failure:
        missing = next((name for name in files if name and not Path(name).exists()), shown)
        raise Problem(f"there is no file {missing}", "mend its name in the URL") from failure
    except ssl.SSLError as failure:
        why = (failure.reason or str(failure)).lower().replace("_", " ")
        raise Problem(
            f"{shown} cannot be used for TLS ({why})", "both are files in PEM, and belong together"
        ) from failure
    except OSError as failure:
        raise Problem(f"{shown} cannot be read ({reason(failure)})", "look at the rights of the file") from failure
