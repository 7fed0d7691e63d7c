"""Commands that a reporter can send by keyword."""

import pytest
from tests.messaging.conftest import THEFT
from tests.workflows.conftest import read_messages

from anninh_core.app import App
from anninh_core.domain.tips import Tip, TipState
from anninh_core.testing import Dialog, MockChat
from anninh_core.usecase import Actor

AN = "Thử Văn An"
BINH = "Thử Thị Bình"


@pytest.fixture
def tip(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> Tip:
    """A tip by the resident An, processed until the receipt is sent."""
    dialog.says(AN, THEFT)
    dialog.hears(AN, "Mã tiếp nhận")
    return app.tips.list(handler).items[0]


def test_reporter_gets_the_current_state(app: App, dialog: Dialog, tip: Tip, handler: Actor) -> None:
    """A reporter gets the tip's current state, in the profile's words."""
    dialog.says(AN, f"tra cứu {tip.receipt}")
    dialog.hears(AN, f"{tip.receipt}: đã tiếp nhận")
    app.tips.triage(handler, tip.id, category="crime")
    dialog.says(AN, f"TRACUU {tip.receipt.replace('-', '').lower()}")
    dialog.hears(AN, f"{tip.receipt}: đã phân loại")


def test_withdrawal_waits_for_an_officer(app: App, dialog: Dialog, tip: Tip, handler: Actor) -> None:
    """A withdrawal is a request: the reporter gets one reply, and the tip stays unchanged until an officer decides."""
    for _ in range(2):
        dialog.says(AN, f"HUY {tip.receipt}")
    dialog.hears(AN, f"xin rút tin có mã {tip.receipt}; cán bộ sẽ xem")
    dialog.hears_nothing(AN)
    assert app.tips.get(handler, tip.id).state is TipState.RECEIVED
    app.tips.withdrawals.accept(handler, tip.id, "Nhầm xe của mình")
    app.worker.drain()
    dialog.hears(AN, "rút tin")
    assert app.tips.get(handler, tip.id).state is TipState.WITHDRAWN
    dialog.says(AN, f"HUY {tip.receipt}")
    dialog.hears(AN, f"{tip.receipt}: người gửi đã rút tin")


@pytest.mark.parametrize("order", ["tra cứu", "hủy"])
def test_foreign_receipt_looks_nonexistent(app: App, chat: MockChat, dialog: Dialog, tip: Tip, order: str) -> None:
    """A command with another person's receipt gets exactly the reply for a receipt that doesn't exist."""
    dialog.says(BINH, f"{order} {tip.receipt}")
    dialog.says(BINH, f"{order} 00000-00000")
    stolen, invented = chat.hears(chat.person(BINH))
    assert stolen.replace(tip.receipt, "00000-00000") == invented
    dialog.hears_nothing(AN)
    dialog.says(AN, f"tra cứu {tip.receipt}")
    dialog.hears(AN, "đã tiếp nhận")
    assert app.worker.drain() == 0


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("TRO GIUP", "TRA CUU và mã"),
        ("trợ giúp", "TRA CUU và mã"),
        ("tra cứu", "nhắn kèm mã tiếp nhận, ví dụ: TRA CUU"),
        ("TRA CUU ABC", "Mã vừa nhắn chưa đúng.*TRA CUU"),
        ("hủy", "nhắn kèm mã tiếp nhận, ví dụ: HUY"),
        ("XOA", "nhắn kèm mã tiếp nhận, ví dụ: HUY"),
        ("rut 12AB", "Mã vừa nhắn chưa đúng.*HUY"),
        ("thêm", "nhắn kèm mã tiếp nhận, ví dụ: THEM"),
        ("khieu nai", "KHIEU NAI và mã tiếp nhận"),
        ("tố cáo", "làm đơn có ký tên"),
    ],
)
def test_command_without_receipt_is_explained(app: App, dialog: Dialog, handler: Actor, text: str, answer: str) -> None:
    """A command with a missing or mistyped receipt, with or without diacritics, gets an explanation and creates no
    tip.
    """
    dialog.says(AN, text)
    dialog.hears(AN, answer)
    dialog.hears_nothing(AN)
    assert app.tips.list(handler).items == ()
    assert [message.kind for message in read_messages(app)] == ["command"]


def test_misread_letters_in_receipts_are_corrected(app: App, dialog: Dialog, tip: Tip) -> None:
    """The letters O and I in a typed receipt are read as digits, since receipts have no O, I or L."""
    typed = tip.receipt.replace("0", "O").replace("1", "I")
    dialog.says(AN, f"tra cứu {typed}")
    dialog.hears(AN, f"{tip.receipt}: đã tiếp nhận")


def test_command_adds_text_to_the_tip(app: App, dialog: Dialog, tip: Tip, handler: Actor) -> None:
    """`THEM` with receipt and text adds the text to the tip; without text the next message is awaited."""
    dialog.says(AN, f"thêm {tip.receipt} biển số 35B1")
    dialog.hears(AN, f"Đã ghi thêm.*{tip.receipt}")
    assert app.tips.get(handler, tip.id).text.endswith("biển số 35B1")
    dialog.says(AN, f"THEM {tip.receipt}")
    dialog.hears(AN, f"nội dung bổ sung.*{tip.receipt}")


def test_command_is_linked_to_its_tip(app: App, dialog: Dialog, tip: Tip) -> None:
    """A command about a tip is linked to it, so that officers see it in the case's history."""
    dialog.says(AN, f"tra cứu {tip.receipt}")
    assert (read_messages(app)[-1].case, read_messages(app)[-1].kind) == (f"tip:{tip.id}", "command")
