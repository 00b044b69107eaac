"""What a request to the double can end with, besides an answer."""

from __future__ import annotations

from typing import Final

_NOT_FOUND: Final = frozenset({"42P01", "42883", "PGRST202", "PGRST205", "PGRST127"})
_STATUS: Final = {
    "PGRST103": 416,
    "PGRST106": 406,
    "PGRST116": 406,
    "PGRST200": 400,
    "PGRST201": 300,
    "PGRST203": 300,
    "23503": 409,
    "23505": 409,
    "42501": 403,
    "25006": 405,
    "21000": 400,
}


class Unsupported(Exception):  # noqa: N818  it is no error of the program under test
    """The double cannot answer as a server would, and says what it cannot do, rather than something wrong.

    It is no RuntimeError, as NotImplementedError is, for clients take those for a failing network.
    """


class Refused(Exception):  # noqa: N818  an answer of the server's
    """The server's refusal, as its body and status have it."""

    def __init__(self, code: str, message: str, details: str | None = None, hint: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details = details
        self.hint = hint

    @property
    def status(self) -> int:
        if self.code in _NOT_FOUND:
            return 404
        return _STATUS.get(self.code, 400)

    @property
    def body(self) -> dict[str, str | None]:
        return {"code": self.code, "details": self.details, "hint": self.hint, "message": self.message}
