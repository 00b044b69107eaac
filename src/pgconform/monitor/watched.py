"""The targets of the settings, with what is secret about them resolved."""

from __future__ import annotations

import msgspec

from pgconform.config import Project
from pgconform.errors import Problem, masked
from pgconform.project.api import searched
from pgconform.project.truths import choose
from pgconform.sources.postgres.connect import is_url
from pgconform.support.environment import expanded
from pgconform.targets import MonitorConfig, Target

ALONE = "live"


class Watched(msgspec.Struct, frozen=True):
    """One database to watch: ``url`` is secret, ``origin`` is the same as people may see it."""

    name: str
    url: str
    origin: str
    interval: float
    commands: tuple[str, ...]
    schemas: tuple[str, ...]
    api: str = ""
    api_key: str = ""


def settings(project: Project) -> MonitorConfig:
    """The monitor's settings, the defaults where there are none."""
    return project.config.monitor or MonitorConfig()


def watched(project: Project, names: tuple[str, ...] = ()) -> tuple[Watched, ...]:
    """The targets of these names, all without any; without any in the settings, the project's own live database."""
    config = settings(project)
    said: dict[str, str | Target] = config.targets or {ALONE: project.config.live}
    unknown = [name for name in names if name not in said]
    if unknown:
        raise Problem(f"there is no target {unknown[0]}", f"the settings have {', '.join(sorted(said))}")
    return tuple(_one(project, config, name, said[name]) for name in sorted(said) if not names or name in names)


def _one(project: Project, config: MonitorConfig, name: str, said: str | Target) -> Watched:
    target = said if isinstance(said, Target) else Target(said)
    url = _url(project, name, target.url)
    return Watched(
        name,
        url,
        masked(url),
        interval=config.interval if target.interval is None else target.interval,
        commands=config.on_change if target.on_change is None else target.on_change,
        schemas=searched(project),
        api=target.api,
        api_key=target.api_key,
    )


def _url(project: Project, name: str, reference: str) -> str:
    if not reference:
        url = choose(project, live=True)
    elif "://" in reference:
        raise project.problem(
            f"monitor.targets.{name}",
            f"the target {name} holds a connection URL, which does not belong in a file",
            f'put the URL in the environment and write  {name} = "$DATABASE_URL"',
        )
    else:
        url = expanded(reference, project.root)
    if not is_url(url):
        raise Problem(
            f"the target {name} is no postgresql:// URL", "only a database itself can be watched, over its own protocol"
        )
    return url
