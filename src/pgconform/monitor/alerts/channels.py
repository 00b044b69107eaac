"""The channels of the settings, by names that hold no secret: ``webhook``, and the variables of Apprise's URLs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from pgconform.config import Project
from pgconform.errors import Problem, reason
from pgconform.monitor.alerts.message import Alert
from pgconform.monitor.alerts.webhook import post
from pgconform.monitor.alerts.wording import filled
from pgconform.support.environment import expanded
from pgconform.support.patterns import deferred
from pgconform.targets import MonitorConfig

REPEATED: Final = "(repeated: the earlier sending was interrupted, and may have arrived)"
_VARIABLE = deferred(r"\$\{?(\w+)\}?")
_HTTP = deferred(r"https?://[^\s/]+", re.IGNORECASE)


class Channel(msgspec.Struct, frozen=True):
    """A way to tell people. ``send`` is told whether an earlier sending was interrupted, and raises when it failed.

    ``at_most_once``: what was interrupted or failed is not sent again.
    """

    send: Callable[[Alert, bool], None]
    at_most_once: bool = False


def channels(project: Project, config: MonitorConfig) -> Mapping[str, Channel]:
    """Who is told, by name. Raises `Problem` for a setting that names nobody."""
    found: dict[str, Channel] = {}
    words = _template(project, config)
    for reference in set(config.at_most_once) - set(config.alerts):
        raise project.problem("monitor.at_most_once", f"{reference} is none of monitor.alerts", "name it there, too")
    for reference in config.alerts:
        name, url = _named(project, "alerts", reference)
        found[name] = Channel(_apprise(project, name, url, words), reference in config.at_most_once)
    if config.webhook:
        _, url = _named(project, "webhook", config.webhook)
        if not _HTTP.match(url):
            said = f"{config.webhook} holds no http:// or https:// URL"
            raise project.problem("monitor.webhook", said, "it reads  https://example.com/hook")
        secret = _named(project, "webhook_secret", config.webhook_secret)[1] if config.webhook_secret else ""
        found["webhook"] = Channel(lambda alert, _: post(url, secret, alert))
    return found


def _named(project: Project, key: str, reference: str) -> tuple[str, str]:
    """A variable's name and what it holds: what stands there is a secret, and settings are committed."""
    found = _VARIABLE.fullmatch(reference)
    if found is None:
        raise project.problem(
            f"monitor.{key}",
            f"the setting monitor.{key} holds a value that does not belong in a file",
            f'put it in the environment and write  "$PGCONFORM_{key.upper()}"',
        )
    return found[1], expanded(reference, project.root)


def _template(project: Project, config: MonitorConfig) -> str:
    """The team's own words; the usual ones where the settings name none."""
    if not config.template:
        return "$body"
    try:
        return (project.root / config.template).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        said = reason(failure) if isinstance(failure, OSError) else "it is not UTF-8 text"
        raise project.problem(
            "monitor.template", f"the template {config.template} cannot be read: {said}", "its path begins at the root"
        ) from failure


def _apprise(project: Project, name: str, url: str, words: str) -> Callable[[Alert, bool], None]:
    try:
        import apprise
    except ImportError as missing:
        raise Problem(
            "alerts need apprise, which is not installed", "install it:  pip install 'pgconform[monitor]'"
        ) from missing
    target = apprise.Apprise()
    if not target.add(url):
        raise project.problem("monitor.alerts", f"${name} holds no URL that Apprise understands", "see  apprise --help")

    def send(alert: Alert, repeated: bool) -> None:
        kind = apprise.NotifyType.FAILURE if alert.grave else apprise.NotifyType.WARNING
        opened = any(section.opened_total or section.problem for section in alert.sections)
        kind = kind if opened else apprise.NotifyType.SUCCESS
        said = filled(words, alert) + (f"\n{REPEATED}\n" if repeated else "")
        if not target.notify(said, title=f"pgconform: {alert.title}", notify_type=kind):
            raise Problem(f"${name} did not take the alert")

    return send
