"""`anninh people`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, get_mock_messenger, open_folder, process_chat_events

from anninh_core.domain.tips import TipState

DECIDED = ("--rule", "91/2025/QH15", "--reason", "Người dân yêu cầu.")


@pytest.fixture
def erasure_id(folder: Path) -> str:
    """Id of the erasure request of a resident who has no case and has withdrawn from the messenger."""
    with open_folder(folder) as (app, me):
        chat = get_mock_messenger(app).chat
        chat.says(person := chat.person("Bà Mẫu"), "chào")
        chat.withdraws(person)
        process_chat_events(app)
        return app.retention.erasures(me).items[0].id


def test_list_shows_waiting_erasures(run: Run, read: Read, erasure_id: str) -> None:
    """The list shows waiting erasures by pseudonym, without names."""
    (erasure,) = read("people", "list")
    assert (erasure["id"], erasure["state"], erasure["days"]) == (erasure_id, "open", 0)
    assert erasure["person"] == erasure["conversation"].rpartition(".")[2][:4].upper()
    table = run("people", "list").stdout
    assert (erasure_id[-12:] in table, erasure["person"] in table, "Bà Mẫu" in table) == (True, True, False)


def test_ordered_erasure_waits(run: Run, read: Read, erasure_id: str) -> None:
    """An ordered erasure is found by its short id, waits some days, and shows the deciding officer."""
    result = run("people", "erase", erasure_id[-12:], *DECIDED)
    assert (result.exit_code, "will be erased" in result.stdout) == (0, True)
    (erasure,) = read("people", "list")
    assert (erasure["state"], bool(erasure["decided_by"]), bool(erasure["done_at"])) == ("granted", True, False)


def test_refused_erasure_stays_refused(run: Run, read: Read, erasure_id: str) -> None:
    """A refused erasure can't be decided again."""
    assert "is refused" in run("people", "refuse", erasure_id, *DECIDED).stdout
    assert [erasure["state"] for erasure in read("people", "list", "--all")] == ["refused"]
    again = run("people", "erase", erasure_id, *DECIDED)
    assert (again.exit_code, "refused already" in again.stderr) == (1, True)


def test_open_case_prevents_erasure(run: Run, folder: Path) -> None:
    """An erasure is refused while a case of the resident is open, and the error has the case."""
    with open_folder(folder) as (app, me):
        chat = get_mock_messenger(app).chat
        chat.withdraws(chat.person("Anh Mẫu"))
        process_chat_events(app)
        (erasure,) = app.retention.erasures(me).items
        tips = [tip.id for tip in app.tips.list(me).items if tip.state is not TipState.CLOSED]
    refused = run("people", "erase", erasure.id, *DECIDED)
    assert (refused.exit_code, "isn't over" in refused.stderr) == (1, True)
    assert any(f"tip:{id}" in refused.stderr for id in tips)


def test_unknown_erasure_id_is_refused(run: Run, erasure_id: str) -> None:
    """An unknown id is refused, and the error mentions the command that lists erasures."""
    result = run("people", "refuse", "xxxx", *DECIDED)
    assert (result.exit_code, "anninh people list" in result.stderr) == (1, True)


def test_erasures_need_purge_permission(run: Run, erasure_id: str, officer: Callable[..., str]) -> None:
    """Only officers who may order a purge see erasures."""
    result = run("people", "list", "--as", officer("hoa-lu", "tip_officer"))
    assert (result.exit_code, "system.operate" in result.stderr) == (1, True)
