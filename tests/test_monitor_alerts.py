"""Who is told what, when: grouped, held back, once."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from pgconform.config import Config, Project
from pgconform.errors import Problem
from pgconform.monitor.alerts.channels import Channel, channels
from pgconform.monitor.alerts.composing import Manners, compose
from pgconform.monitor.alerts.delivering import ATTEMPTS, deliver
from pgconform.monitor.alerts.message import Alert
from pgconform.monitor.alerts.quiet import is_quiet, windows
from pgconform.monitor.alerts.wording import body
from pgconform.monitor.store.opening import open_file
from pgconform.monitor.store.reading import reading
from pgconform.monitor.store.recording import failed, record
from pgconform.monitor.store.tables import deliveries
from pgconform.monitor.values import now, seconds
from pgconform.targets import MonitorConfig
from tests.monitoring import hooked
from tests.test_monitor_store import ONE, finding, grown, looked

CONFIG = MonitorConfig(unreachable_after=2)
MINUTE = seconds(60)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Engine]:
    engine = open_file(tmp_path / "history.db")
    yield engine
    engine.dispose()


def test_one_migration_is_one_alert_however_much_it_breaks(history: Engine) -> None:
    start = now()
    said = [finding(f"no column {number}") for number in range(50)]
    for target in ("one", "two"):
        record(history, looked(ONE, at=start, target=target), CONFIG)
        record(history, looked(grown(ONE, "x text"), *said, at=start + 1, target=target), CONFIG)
    assert compose(history, Manners(("a",), gather=5), start + 2) is None
    alert = compose(history, Manners(("a",), gather=5), start + seconds(6))
    assert alert is not None
    assert alert.title == "2 databases: one: 50 errors opened; …"
    assert [(len(one.opened), one.opened_total) for one in alert.sections] == [(20, 50), (20, 50)]
    assert compose(history, Manners(("a",)), start + MINUTE) is None
    text = body(alert)
    assert "  + column public.documents.x" in text
    assert text.count("  and 30 more") == 2


def test_a_target_rests_after_an_alert_and_what_came_and_went_is_counted(history: Engine) -> None:
    start, manners = now(), Manners(("a",), cool_down=300)
    record(history, looked(ONE, finding("first"), at=start), CONFIG)
    assert compose(history, manners, start + 1) is not None
    record(history, looked(ONE, finding("first"), finding("flaps"), at=start + 2), CONFIG)
    record(history, looked(ONE, finding("stays"), at=start + 3), CONFIG)
    assert compose(history, manners, start + seconds(299)) is None
    alert = compose(history, manners, start + seconds(301))
    assert alert is not None
    (section,) = alert.sections
    assert [item.message for item in section.opened] == ["stays"]
    assert [item.message for item in section.closed] == ["first"]
    assert section.passing == 1


def test_nobody_is_told_of_what_came_and_went(history: Engine) -> None:
    start = now()
    record(history, looked(ONE, finding("flaps"), at=start), CONFIG)
    record(history, looked(ONE, at=start + 1), CONFIG)
    assert compose(history, Manners(("a",)), start + 2) is None
    assert compose(history, Manners(("a",)), start + 3) is None
    with reading(history) as connection:
        assert connection.execute(select(deliveries)).all() == []


def test_a_database_is_down_once_and_back_once(history: Engine) -> None:
    manners = Manners(("a",))
    assert failed(history, "production", "connection refused", "is it up?", CONFIG) == 1
    assert compose(history, manners, now()) is None
    for _ in range(3):
        failed(history, "production", "connection refused", "is it up?", CONFIG)
    alert = compose(history, manners, now())
    assert alert is not None
    assert (alert.title, alert.grave) == ("production: cannot be read", True)
    assert body(alert) == "cannot be read: connection refused\n  is it up?\n"
    record(history, looked(ONE), CONFIG)
    back = compose(history, manners, now())
    assert back is not None
    assert back.title == "production: can be read again"
    record(history, looked(ONE), CONFIG)
    assert compose(history, manners, now()) is None


def test_who_did_not_hear_of_the_end_need_not_hear_of_the_return(history: Engine) -> None:
    for _ in range(2):
        failed(history, "production", "connection refused", "", CONFIG)
    record(history, looked(ONE), CONFIG)
    assert compose(history, Manners(("a",)), now()) is None


@pytest.mark.parametrize(
    ("window", "moment", "quiet"),
    [
        ("02:00-04:00", "2026-11-25 03:59", True),
        ("02:00-04:00", "2026-11-25 04:00", False),
        ("Wed 02:00-04:00", "2026-11-25 02:00", True),
        ("Thu 02:00-04:00", "2026-11-25 02:00", False),
        ("Wed 23:00-01:00", "2026-11-26 00:30", True),
        ("Wed 23:00-01:00", "2026-11-25 00:30", False),
    ],
)
def test_windows_in_which_nobody_is_told(window: str, moment: str, quiet: bool) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert is_quiet(windows(Project(Path()), [window]), seconds(at.timestamp())) is quiet


@pytest.mark.parametrize("window", ["2-4", "Wednesday 02:00-04:00", "Xyz 02:00-04:00", "25:00-26:00", "02:00-02:00"])
def test_a_window_that_is_none_is_refused(window: str) -> None:
    with pytest.raises(Problem, match="is no window of time"):
        windows(Project(Path()), [window])


def test_a_webhook_that_refuses_is_tried_again_and_at_last_given_up(
    history: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(history, looked(ONE, finding("no column x")), CONFIG)
    compose(history, Manners(("webhook",)), now())
    with hooked() as hook:
        monkeypatch.setenv("HOOK", hook.url)
        telling = channels(Project(Path()), MonitorConfig(webhook="$HOOK"))
        hook.status = 503
        heard: list[str] = []
        assert deliver(history, telling, lambda *said: heard.append(": ".join(said))) == 0
        assert deliver(history, telling) == 0
        assert len(hook.posts) == 1
        for _ in range(ATTEMPTS):
            with history.begin() as connection:
                connection.execute(update(deliveries).values(due_at=0))
            deliver(history, telling, lambda *said: heard.append(": ".join(said)))
        assert len(hook.posts) == ATTEMPTS
        refused = "webhook: the webhook answers with 503"
        assert heard == [f"{refused}; tried again in 5 s", f"{refused}; given up"]
        with reading(history) as connection:
            row = connection.execute(select(deliveries)).one()
        assert (row.state, row.problem) == ("dropped", "the webhook answers with 503")
        assert {post.headers["Pgconform-Id"] for post in hook.posts} == {row.alert}
        assert "Pgconform-Signature" not in hook.posts[0].headers


def test_a_user_and_a_password_in_a_webhooks_url_are_sent_and_never_told(
    history: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(history, looked(ONE, finding("no column x")), CONFIG)
    compose(history, Manners(("webhook",)), now())
    heard: list[str] = []
    with hooked() as hook:
        monkeypatch.setenv("HOOK", hook.url.replace("://", "://us%40er:pa%3Ass@"))
        assert deliver(history, channels(Project(Path()), MonitorConfig(webhook="$HOOK"))) == 1
        assert hook.posts[0].headers["Authorization"] == f"Basic {b64encode(b'us@er:pa:ss').decode()}"
    record(history, looked(ONE, finding("no column y")), CONFIG)
    compose(history, Manners(("webhook",), 0, 0), now())
    telling = channels(Project(Path()), MonitorConfig(webhook="$HOOK"))
    assert deliver(history, telling, lambda *said: heard.append(": ".join(said))) == 0
    assert heard == ["webhook: the webhook cannot be reached: connection refused; tried again in 5 s"]


def test_an_alert_that_another_process_is_sending_is_left_to_it(history: Engine) -> None:
    record(history, looked(ONE, finding("no column x")), CONFIG)
    compose(history, Manners(("a",)), now())
    sent: list[Alert] = []

    def slow(alert: Alert, _: bool) -> None:
        sent.append(alert)
        assert deliver(history, {"a": Channel(lambda one, _: sent.append(one))}) == 0

    assert deliver(history, {"a": Channel(slow)}) == 1
    assert deliver(history, {"a": Channel(slow)}) == 0
    assert len(sent) == 1


def test_a_channel_of_at_most_once_is_not_tried_again(history: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with hooked() as hook:
        hook.status = 503
        monkeypatch.setenv("PAGER", hook.url.replace("http://", "json://"))
        telling = channels(Project(Path()), MonitorConfig(alerts=("$PAGER",), at_most_once=("$PAGER",)))
        record(history, looked(ONE, finding("no column x")), CONFIG)
        compose(history, Manners(tuple(telling)), now())
        assert deliver(history, telling) == 0
    with reading(history) as connection:
        row = connection.execute(select(deliveries)).one()
    assert (row.state, row.attempts, row.problem) == ("dropped", 1, "$PAGER did not take the alert")
    assert len(hook.posts) == 1


def test_apprise_is_told_in_plain_words(history: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with hooked() as hook:
        monkeypatch.setenv("CHAT_URL", hook.url.replace("http://", "json://"))
        telling = channels(Project(Path()), MonitorConfig(alerts=("$CHAT_URL",)))
        record(history, looked(ONE, finding("no column x")), CONFIG)
        compose(history, Manners(tuple(telling)), now())
        assert (list(telling), deliver(history, telling)) == (["CHAT_URL"], 1)
    said = hook.posts[0].alert
    assert said["title"] == "pgconform: production: 1 error opened"
    assert said["message"] == "opened:\n  error COL001 no column x"


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (MonitorConfig(alerts=("slack://a/b/c",)), "the setting monitor.alerts holds a value that does not belong"),
        (MonitorConfig(webhook="https://example.org/x"), "the setting monitor.webhook holds a value"),
        (MonitorConfig(webhook="$ODD"), r"\$ODD holds no http:// or https:// URL"),
        (MonitorConfig(alerts=("$ODD",)), r"\$ODD holds no URL that Apprise understands"),
        (MonitorConfig(at_most_once=("$ODD",)), r"\$ODD is none of monitor\.alerts"),
    ],
)
def test_settings_that_name_nobody_or_a_secret_are_refused(
    config: MonitorConfig, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODD", "ftp-nothing")
    with pytest.raises(Problem, match=message):
        channels(Project(Path(), Config()), config)


def test_a_team_has_its_own_words_and_alerts_lead_to_the_dashboard(
    history: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words.txt").write_text("Look here: $url ($targets)\n$body$unknown\n", encoding="utf-8")
    config = MonitorConfig(alerts=("$CHAT_URL",), template="words.txt")
    with hooked() as hook:
        monkeypatch.setenv("CHAT_URL", hook.url.replace("http://", "json://"))
        telling = channels(Project(tmp_path), config)
        record(history, looked(ONE, finding("no column x")), CONFIG)
        compose(history, Manners(tuple(telling), dashboard="https://schema.example.org/"), now())
        assert deliver(history, telling) == 1
    url = "https://schema.example.org/targets/production"
    said = f"Look here: {url} (production)\nopened:\n  error COL001 no column x\n\n{url}\n$unknown"
    assert hook.posts[0].alert["message"] == said
    with pytest.raises(Problem, match=r"(?m)the template nothing\.txt cannot be read: no such file or directory$"):
        channels(Project(tmp_path), MonitorConfig(template="nothing.txt"))
