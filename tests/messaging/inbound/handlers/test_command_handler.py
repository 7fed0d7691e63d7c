"""What a reporter can order by a word."""

import pytest
from tests.messaging.conftest import THEFT
from tests.workflows.conftest import heard

from anninh_core.app import App
from anninh_core.domain.tips import Tip, TipState
from anninh_core.testing import Dialog, MockChat
from anninh_core.usecase import Actor

AN = "Thử Văn An"
BINH = "Thử Thị Bình"


@pytest.fixture
def tip(app: App, chat: MockChat, dialog: Dialog, handler: Actor) -> Tip:
    """A tip of An's, its receipt read."""
    dialog.says(AN, THEFT)
    dialog.hears(AN, "Mã tiếp nhận")
    return app.tips.list(handler).items[0]


def test_the_state_is_told(app: App, dialog: Dialog, tip: Tip, handler: Actor) -> None:
    """In the profile's words, and as it stands now."""
    dialog.says(AN, f"tra cứu {tip.receipt}")
    dialog.hears(AN, f"{tip.receipt}: đã tiếp nhận")
    app.tips.triage(handler, tip.id, category="crime")
    dialog.says(AN, f"TRACUU {tip.receipt.replace('-', '').lower()}")
    dialog.hears(AN, f"{tip.receipt}: đã phân loại")


def test_taking_back_is_a_request(app: App, dialog: Dialog, tip: Tip, handler: Actor) -> None:
    """The reporter is told that an officer decides, once; the tip stays as it is until one does."""
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
def test_somebody_elses_receipt_opens_nothing(app: App, chat: MockChat, dialog: Dialog, tip: Tip, order: str) -> None:
    """The answer is word for word the one for a receipt that never was."""
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
def test_an_order_without_its_receipt_is_explained(
    app: App, dialog: Dialog, handler: Actor, text: str, answer: str
) -> None:
    """With and without diacritics, missing or mistyped: how to write it is told; no tip comes of it."""
    dialog.says(AN, text)
    dialog.hears(AN, answer)
    dialog.hears_nothing(AN)
    assert app.tips.list(handler).items == ()
    assert [message.kind for message in heard(app)] == ["command"]


def test_a_misread_receipt_is_understood(app: App, dialog: Dialog, tip: Tip) -> None:
    """A receipt has no O, I or L: who types one misread a digit."""
    typed = tip.receipt.replace("0", "O").replace("1", "I")
    dialog.says(AN, f"tra cứu {typed}")
    dialog.hears(AN, f"{tip.receipt}: đã tiếp nhận")


def test_words_are_added_by_order(app: App, dialog: Dialog, tip: Tip, handler: Actor) -> None:
    """`THEM`, the receipt and the words; without words the next ones are waited for."""
    dialog.says(AN, f"thêm {tip.receipt} biển số 35B1")
    dialog.hears(AN, f"Đã ghi thêm.*{tip.receipt}")
    assert app.tips.get(handler, tip.id).text.endswith("biển số 35B1")
    dialog.says(AN, f"THEM {tip.receipt}")
    dialog.hears(AN, f"nội dung bổ sung.*{tip.receipt}")


def test_an_order_is_linked_to_its_tip(app: App, dialog: Dialog, tip: Tip) -> None:
    """Whoever reads the history of a case sees that its reporter asked."""
    dialog.says(AN, f"tra cứu {tip.receipt}")
    assert (heard(app)[-1].case, heard(app)[-1].kind) == (f"tip:{tip.id}", "command")
