"""The current health of the system, its backups, and the state of keys, recovery copies and data."""

from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.screens.system.tabs import build_tabs
from anninh_core.language.phrasing import label_check

_WELL = "ok"
_DAYS = 30


@frozen
class WordedCheck:
    """The result of a check, in the page's language.

    Attributes:
        level: `ok`, `warning` or `problem`.
        todo: recommended action, "" if all is well.
    """

    name: str
    level: str
    what: str
    todo: str


def show_health(page: PageRequest) -> Response:
    """Show checks with problems and their remedies, the queues, and the checks of the messengers."""
    health = page.call("system.health")
    checks = [_translate_check(page, check) for check in health.checks]
    return page.render(
        "health.html",
        looked_at=health.looked_at,
        quarantined=health.quarantined,
        bad=[worded for worded in checks if worded.level != _WELL],
        good=[worded for worded in checks if worded.level == _WELL],
        queues=health.queues,
        messengers=[
            (messenger, [_find_check_texts(page, check) for check in messenger.checks])
            for messenger in health.messengers
        ],
        tabs=build_tabs(page, "health"),
    )


def show_backups(page: PageRequest) -> Response:
    """Show the last backups, and when each was verified."""
    return page.render("backups.html", backups=page.call("system.backups"), tabs=build_tabs(page, "backups"))


def state(page: PageRequest) -> Response:
    """Show the keys, the recovery copy, the data to be destroyed soon, and the holds that prevent it."""
    counts = page.call_if_readable("retention.preview_counts", days=_DAYS)
    return page.render(
        "state.html",
        keys=page.call("keys.status"),
        counts=None if counts is None else [line for line in counts if line.count],
        holds=page.call_if_readable("retention.holds"),
        days=_DAYS,
        tabs=build_tabs(page, "state"),
    )


def _translate_check(page: PageRequest, check: Any) -> WordedCheck:
    say = page.phrasing.sentence
    return WordedCheck(_name_check(page, check.name), check.level.value, say(check.what), say(check.todo))


def _find_check_texts(page: PageRequest, check: Any) -> tuple[str, str]:
    return _name_check(page, check.name), check.level.value


def _name_check(page: PageRequest, name: str) -> str:
    return label_check(name, page.language)
