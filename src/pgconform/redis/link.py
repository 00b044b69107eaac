"""One connection to a server: commands sent as bytes, replies read as they come, several in flight."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterable
from typing import Any, TypeAlias

from pgconform.errors import Problem
from pgconform.redis.address import Address
from pgconform.redis.tls import alert, wrapped

TIMEOUT = 30.0
PATIENCE = 10.0
"""Seconds to wait for an answer, and for a connection."""
_CHUNK = 1 << 18
Word: TypeAlias = bytes | str | int | float

try:
    import hiredis
except ImportError as missing:
    raise Problem(
        "reading a Redis server needs the package hiredis", "install it:  pip install 'pgconform[redis]'"
    ) from missing


class TooLongError(Exception):
    """A reply is longer than is taken; the connection is of no use any more."""


class Refused(Problem):
    """The server answered with an error, which ``said`` keeps as it was; some are expected."""

    def __init__(self, said: str) -> None:
        super().__init__(f"the Redis server refused: {said}", _HELP.get(said.partition(" ")[0], ""))
        self.said = said

    @property
    def code(self) -> str:
        return self.said.partition(" ")[0]


_HELP = {
    "NOPERM": "give the user of the URL that right, or use another user",
    "NOAUTH": "put the password into the URL:  redis://user:password@host:6379/0",
    "READONLY": "that server is a replica; name its primary",
    "LOADING": "the server is still loading its data; try again in a moment",
    "MISCONF": "the server does not take writes at the moment; its log says why",
    "MASTERDOWN": "that server is a replica without its primary; name another",
}
_NOT_WHO = frozenset({"LOADING", "MASTERDOWN"})
"""Refusals of a greeting that have nothing to do with who greets."""


def _greeting_help(refused: Refused) -> str:
    if "DB index" in refused.said:
        return "the number at the end of the URL is that of a database"
    return refused.help if refused.code in _NOT_WHO else "check the user and password in the URL"


def command(*words: Any) -> bytes:
    """A command as it is sent."""
    packed: bytes = hiredis.pack_command(words)
    return packed


class Link:
    """A connection. ``name`` is the server's address for a person; ``most`` bytes of a reply are taken, 0: any."""

    def __init__(self, address: Address, *, timeout: float = TIMEOUT) -> None:
        self.address = address
        self.name = address.shown
        self.most = 0
        self._greeted = False
        self._reader = hiredis.Reader()
        self._socket = _connected(address, timeout)
        self._greet(address)

    def _greet(self, address: Address) -> None:
        try:
            if address.password:
                self.ask("AUTH", *([address.user] if address.user else []), address.password)
            if address.database:
                self.ask("SELECT", address.database)
            self.ask("PING")
            self._greeted = True
        except Refused as refused:
            self.close()
            raise Problem(f"{self.name} refused: {refused.said}", _greeting_help(refused)) from refused

    def send(self, data: bytes) -> None:
        try:
            self._socket.sendall(data)
        except OSError as failure:
            raise self._lost(failure) from failure

    def reply(self) -> Any:
        """The next reply; a server's error is a value, as it is in the middle of others."""
        reader = self._reader
        found = reader.gets()
        taken = 0
        while found is False:
            try:
                data = self._socket.recv(_CHUNK)
            except OSError as failure:
                raise self._lost(failure) from failure
            if not data:
                raise self._lost(None)
            taken += len(data)
            if taken > self.most > 0:
                raise TooLongError
            reader.feed(data)
            found = reader.gets()
        return found

    def _lost(self, failure: OSError | None) -> Problem:
        if isinstance(failure, ssl.SSLError) and not isinstance(failure, ssl.SSLEOFError):
            return alert(self.address, failure)
        late = isinstance(failure, TimeoutError)
        if not self._greeted and not late:
            asked = (
                "a certificate of yours:  ?ssl_certfile=FILE&ssl_keyfile=FILE"
                if self.address.tls
                else "TLS:  rediss://"
            )
            return Problem(f"{self.name} closed the connection at once", f"it may want {asked}")
        why = f"no answer in {TIMEOUT:.0f} s" if late else "it closed the connection"
        return Problem(f"the connection to {self.name} was lost ({why})", "run this again: what was done stays done")

    def ask(self, *words: Word) -> Any:
        """The reply to one command. Raises `Refused` where that is an error."""
        self.send(command(*words))
        return checked(self.reply())

    def ask_all(self, commands: Iterable[tuple[Word, ...]]) -> list[Any]:
        """The replies to several commands in one go; errors are among them as they are."""
        listed = list(commands)
        if listed:
            self.send(b"".join(command(*words) for words in listed))
        return [self.reply() for _ in listed]

    def close(self) -> None:
        self._socket.close()


def checked(reply: Any) -> Any:
    if is_error(reply):
        raise Refused(str(reply))
    return reply


def is_error(reply: Any) -> bool:
    return isinstance(reply, hiredis.HiredisError)


def _connected(address: Address, timeout: float) -> socket.socket:
    try:
        if address.path:
            found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            found.settimeout(timeout)
            found.connect(address.path)
            return found
        found = socket.create_connection((address.host, address.port), timeout=min(timeout, PATIENCE))
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if address.tls:
            found = wrapped(found, address)
        found.settimeout(timeout)
        return found
    except OSError as failure:
        reason = failure.strerror or str(failure)
        raise Problem(
            f"cannot reach {address.shown} ({reason[:1].lower()}{reason[1:]})",
            "is the server up and reachable from here?",
        ) from failure
