"""Guards where programs start: lifespans of FastAPI and Starlette, readiness endpoints, Celery workers."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from pgconform.guard.policy import told

if TYPE_CHECKING:
    from pgconform.guard.guard import Guard


def ready(guard: Guard) -> tuple[bool, dict[str, Any]]:
    """(whether traffic may come, the body that says so): it may unless something that is needed is known to lack."""
    if guard.off:
        return True, {"schema": "off"}
    state = "stale" if guard.stale else "conforms" if guard.standing.verified else "not verified"
    return not guard.stale, {"schema": state, "findings": [told(finding) for finding in guard.standing.findings]}


def lifespan(guard: Guard, target: Any, watch: str | None) -> Callable[[Any], Any]:
    """``FastAPI(lifespan=guard.lifespan(engine))``; a target that is a function is called when the program starts."""

    @contextlib.asynccontextmanager
    async def around(_: Any) -> AsyncIterator[None]:
        await guard.averify(_made(target))
        with guard.watch(watch) if watch and not guard.off else contextlib.nullcontext():
            yield

    return around


def celery(guard: Guard, target: Any) -> None:
    """Verify when a worker process is about to take tasks; a mismatch ends it, as any fault at its start does."""
    from celery.signals import worker_init  # type: ignore[import-untyped]

    def started(**_: Any) -> None:
        try:
            guard.verify(_made(target))
        except Exception as error:
            raise SystemExit(f"pgconform: {error}") from error

    worker_init.connect(started, weak=False)


def _made(target: Any) -> Any:
    return target() if callable(target) and not hasattr(target, "connect") and not hasattr(target, "table") else target
