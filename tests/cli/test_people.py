"""`anninh people`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, hear, mock, opened

from anninh_core.domain.tips import TipState

DECIDED = ("--rule", "91/2025/QH15", "--reason", "Người dân yêu cầu.")


@pytest.fixture
def gone(folder: Path) -> str:
    """Somebody without a case who has withdrawn, by the id of their wish."""
    with opened(folder) as (app, me):
        chat = mock(app).chat
        chat.says(person := chat.person("Bà Mẫu"), "chào")
        chat.withdraws(person)
        hear(app)
        return app.retention.erasures(me).items[0].id


def test_list_shows_waiting_erasures(run: Run, read: Read, gone: str) -> None:
    """Who has waited for how long, by pseudonym; programs get more."""
    (wish,) = read("people", "list")
    assert (wish["id"], wish["state"], wish["days"]) == (gone, "open", 0)
    assert wish["person"] == wish["conversation"].rpartition(".")[2][:4].upper()
    table = run("people", "list").stdout
    assert (gone[-12:] in table, wish["person"] in table, "Bà Mẫu" in table) == (True, True, False)


def test_erasure_waits_and_can_be_held(run: Run, read: Read, gone: str) -> None:
    """By the short id; it waits some days, in which a hold still stops it, and the list says who decided."""
    done = run("people", "erase", gone[-12:], *DECIDED)
    assert (done.exit_code, "will be erased" in done.stdout) == (0, True)
    (wish,) = read("people", "list")
    assert (wish["state"], bool(wish["decided_by"]), bool(wish["done_at"])) == ("granted", True, False)


def test_refused_erasure_stays_refused(run: Run, read: Read, gone: str) -> None:
    """By the whole id; once it is decided, it isn't decided again."""
    assert "is refused" in run("people", "refuse", gone, *DECIDED).stdout
    assert [wish["state"] for wish in read("people", "list", "--all")] == ["refused"]
    again = run("people", "erase", gone, *DECIDED)
    assert (again.exit_code, "refused already" in again.stderr) == (1, True)


def test_what_stands_against_it(run: Run, folder: Path) -> None:
    """The sentence names the case that isn't over."""
    with opened(folder) as (app, me):
        chat = mock(app).chat
        chat.withdraws(chat.person("Anh Mẫu"))
        hear(app)
        (wish,) = app.retention.erasures(me).items
        tips = [tip.id for tip in app.tips.list(me).items if tip.state is not TipState.CLOSED]
    refused = run("people", "erase", wish.id, *DECIDED)
    assert (refused.exit_code, "isn't over" in refused.stderr) == (1, True)
    assert any(f"tip:{id}" in refused.stderr for id in tips)


def test_an_id_nobody_has(run: Run, gone: str) -> None:
    """Is told, with where to look."""
    done = run("people", "refuse", "xxxx", *DECIDED)
    assert (done.exit_code, "anninh people list" in done.stderr) == (1, True)


def test_erasures_need_purge_permission(run: Run, gone: str, officer: Callable[..., str]) -> None:
    """Only who may order a purge."""
    done = run("people", "list", "--as", officer("hoa-lu", "tip_officer"))
    assert (done.exit_code, "system.operate" in done.stderr) == (1, True)
