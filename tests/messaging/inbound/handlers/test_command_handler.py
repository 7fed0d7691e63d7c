"""What a reporter can order by a word."""

import pytest
from tests.messaging.conftest import THEFT
from tests.workflows.conftest import heard

from anninh_core.app import App
from anninh_core.domain.tips import Tip, TipState
from anninh_core.testing import Dialog, MockChat
from anninh_core.usecase import Actor

AN, BINH = "Thử Văn An", "Thử Thị Bình"


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


def test_a_tip_is_taken_back(app: App, dialog: Dialog, tip: Tip, handler: Actor) -> None:
    """The reporter is told so; taken back twice, the second time changes nothing."""
    dialog.says(AN, f"HUY {tip.receipt}")
    dialog.hears(AN, "rút tin")
    assert app.tips.get(handler, tip.id).state is TipState.WITHDRAWN
    dialog.says(AN, f"HUY {tip.receipt}")
    dialog.hears(AN, "Không tìm thấy")
    assert len(app.tips.get(handler, tip.id).settlements) == 1


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


@pytest.mark.parametrize("text", ["TRO GIUP", "trợ giúp", "tra cứu", "hủy"])
def test_help_is_given(app: App, dialog: Dialog, handler: Actor, text: str) -> None:
    """An order without its receipt is answered by how to write it; no tip comes of it."""
    dialog.says(AN, text)
    dialog.hears(AN, "TRA CUU")
    assert app.tips.list(handler).items == ()
    assert [message.kind for message in heard(app)] == ["command"]


def test_an_order_is_linked_to_its_tip(app: App, dialog: Dialog, tip: Tip) -> None:
    """Whoever reads the history of a case sees that its reporter asked."""
    dialog.says(AN, f"tra cứu {tip.receipt}")
    assert (heard(app)[-1].case, heard(app)[-1].kind) == (f"tip:{tip.id}", "command")
