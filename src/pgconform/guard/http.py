"""Guards for clients of PostgREST: hooks of httpx, which see the exact bytes; no builder is touched."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import msgspec

from pgconform.finding import Finding
from pgconform.guard import policy as policies
from pgconform.guard.policy import Mode
from pgconform.guard.requests import Form, of_httpx
from pgconform.guard.sites import call_site
from pgconform.guard.translating import Said, finding, known, note
from pgconform.postgrest.received import Request

if TYPE_CHECKING:
    from pgconform.guard.guard import Guard

_WRITES = frozenset({"POST", "PATCH", "PUT", "DELETE"})


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""
    details: str | None = None
    hint: str | None = None


class Hooks:
    """The two hooks of one guard, for synchronous and asynchronous clients."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def sent(self, request: Any) -> None:
        """Refuse what the server would refuse, before it leaves."""
        if self.guard.requests.passes(request) and not self.guard.standing.concerned:
            return
        if _is_api(request.url.path):
            self._judged(of_httpx(request), self.guard.requests.forms.of(request))

    def _judged(self, asked: Request, form: Form) -> None:
        if asked.method in _WRITES:
            self.guard.may_write(asked.relation)
        if found := self.guard.requests.refusals(asked, form):
            policies.act(f"the request about {asked.relation} does not fit", found, self.guard.policy, self.guard.most)

    def arrived(self, response: Any) -> None:
        if response.status_code < 400 and not self.guard.policy.arrivals:
            return
        if response.status_code >= 400 and _is_api(response.request.url.path):
            response.read()
            self._refused(response)
        elif self._looked_at(response):
            response.read()
            self.guard.arrivals.response(of_httpx(response.request), response.content)

    async def sent_async(self, request: Any) -> None:
        self.sent(request)

    async def arrived_async(self, response: Any) -> None:
        if response.status_code < 400 and not self.guard.policy.arrivals:
            return
        if response.status_code >= 400 and _is_api(response.request.url.path):
            await response.aread()
            self._refused(response)
        elif self._looked_at(response):
            await response.aread()
            self.guard.arrivals.response(of_httpx(response.request), response.content)

    def _looked_at(self, response: Any) -> bool:
        share = self.guard.policy.arrivals
        api = share > 0 and response.status_code < 300 and _is_api(response.request.url.path)
        return api and (share >= 1 or random.random() < share)  # noqa: S311

    def _refused(self, response: Any) -> None:
        """Raise what the client would, with the findings as a note; leave every other answer as it is."""
        try:
            error = msgspec.json.decode(response.content, type=_Error)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return
        if not known(error.code, error.message):
            return
        asked = of_httpx(response.request)
        found = self._explained(asked, error)
        self.guard.refused(error.code, found)
        raised = _of_client(error)
        if raised is not None and self.guard.most is not Mode.OFF:
            raised.add_note(note(found))
            raised.findings = found  # type: ignore[attr-defined]
            raise raised

    def _explained(self, asked: Request, error: _Error) -> tuple[Finding, ...]:
        at = call_site()
        return self.guard.requests.explained(asked, at) or (
            finding(Said(error.code, error.message), asked.relation, at),
        )


def _is_api(path: str) -> bool:
    return "/auth/v1/" not in path and "/storage/v1/" not in path and "/functions/v1/" not in path


def _of_client(error: _Error) -> Exception | None:
    """The exception that postgrest-py makes of such an answer; None where it is not installed."""
    try:
        from postgrest.exceptions import APIError
    except ImportError:
        return None
    said: dict[str, Any] = {"message": error.message, "code": error.code, "hint": error.hint, "details": error.details}
    return APIError(said)


def attach(guard: Guard, session: Any) -> None:
    """Add the hooks to an httpx client, in front of those it has."""
    import httpx

    events = session.event_hooks
    if any(getattr(getattr(hook, "__self__", None), "guard", None) is guard for hook in events["request"]):
        return
    hooks = Hooks(guard)
    asynchronous = isinstance(session, httpx.AsyncClient)
    sent, arrived = (hooks.sent_async, hooks.arrived_async) if asynchronous else (hooks.sent, hooks.arrived)
    session.event_hooks = {
        "request": [sent, *events["request"]],
        "response": [*events["response"], arrived],
    }


def attach_client(guard: Guard, client: Any) -> None:
    """Add the hooks to the httpx client that a client of supabase-py or postgrest-py uses.

    supabase-py makes another one whenever somebody signs in or a token is refreshed: that gets them, too.
    """
    attach(guard, getattr(client, "postgrest", client).session)
    if hasattr(client, "postgrest"):
        client.auth.on_auth_state_change(lambda *_: attach(guard, client.postgrest.session))
