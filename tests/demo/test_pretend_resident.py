"""A person at the keyboard plays a resident of the demo: their message becomes a case at once, and they read the
replies.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from anninh_core.app import App
from anninh_core.demo.running.pretend_resident import PretendResident
from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import BadInput
from anninh_core.testing import FixedClock, MockMessenger, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor

FIRE = "Cháy nhà ở xóm 3 xã Ninh Hòa, đến ngay các anh ơi"
THEFT = "Đêm qua nhà tôi ở xã Ninh Vân bị mất trộm xe máy"


@pytest.fixture
def app(anninh_clock: FixedClock) -> Iterator[App]:
    with memory_app(clock=anninh_clock) as opened:
        yield opened


@pytest.fixture
def officer(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")


@pytest.fixture
def resident(app: App) -> PretendResident:
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    return PretendResident(app, messenger, "Chị Thử")


def test_a_message_is_a_case_when_write_returns(app: App, officer: Actor, resident: PretendResident) -> None:
    """When `write` returns, the officer's list has the case, and the chat shows the resident's message and the reply
    with their times.
    """
    assert resident.write(FIRE)

    (tip,) = app.tips.list(officer).items
    message, *answers = resident.transcript()
    assert (tip.text, tip.emergency) == (FIRE, True)
    assert (message.text, message.is_ours, message.at) == (FIRE, False, app.internals.context.clock.now())
    assert "113" in answers[0].text
    assert tip.receipt in answers[-1].text
    assert all(answer.is_ours for answer in answers)


def test_an_answer_is_read(app: App, officer: Actor, resident: PretendResident) -> None:
    """An officer's answer is in the chat the next time that the resident reads it, and the case counts as answered."""
    resident.write(THEFT)
    (tip,) = app.tips.list(officer).items
    app.tips.triage(officer, tip.id, category="crime")
    app.tips.assign(officer, tip.id, unit="cong-an", officers=[officer.id])
    app.tips.settle(officer, tip.id, TipState.RESOLVED, answer="Đã tìm thấy xe.", reason="handled")
    app.tips.answer(officer, tip.id)

    assert "Đã tìm thấy xe." in resident.transcript()[-1].text
    assert app.tips.get(officer, tip.id).state is TipState.ANSWERED


@pytest.mark.parametrize("text", ["", "  \n\t "])
def test_empty_message_is_refused(app: App, officer: Actor, resident: PretendResident, text: str) -> None:
    """A message without text is refused, and nothing is stored."""
    with pytest.raises(BadInput, match="write something"):
        resident.write(text)
    assert resident.transcript() == ()
    assert app.tips.list(officer).items == ()


def test_five_thousand_characters_arrive_whole(app: App, officer: Actor, resident: PretendResident) -> None:
    """A long message becomes one case and is complete in the chat; a message over the chat's limit is refused."""
    story = f"{THEFT}. " * 200
    story = story[:5000].strip()
    resident.write(story)

    (tip,) = app.tips.list(officer).items
    assert story.startswith(tip.text)
    with pytest.raises(BadInput, match="shorten it"):
        resident.write("a" * 10_001)
    assert [line.text for line in resident.transcript() if not line.is_ours] == [story]


def test_form_sent_twice_is_one_message(resident: PretendResident) -> None:
    """A form that is sent twice with the same key is one message; the same text with another key is another message."""
    assert resident.write(THEFT, key="form-1")
    assert not resident.write(THEFT, key="form-1")
    assert resident.write(THEFT, key="form-2")
    assert len([line for line in resident.transcript() if not line.is_ours]) == 2


def test_simultaneous_clicks_send_one_message(app: App, officer: Actor, resident: PretendResident) -> None:
    """Of several simultaneous forms with the same key only one is sent."""
    with ThreadPoolExecutor(4) as threads:
        sent = list(threads.map(lambda _: resident.write(THEFT, key="form-1"), range(4)))

    assert sorted(sent) == [False, False, False, True]
    assert len(app.tips.list(officer).items) == 1


def test_a_form_that_failed_may_be_sent_again(resident: PretendResident) -> None:
    """A refused text doesn't use up the form's key."""
    with pytest.raises(BadInput):
        resident.write(" ", key="form-1")
    assert resident.write(THEFT, key="form-1")


def test_offered_orders_are_understood(resident: PretendResident) -> None:
    """The receipt offers the orders to read the state of the tip and to withdraw it, and both orders get a reply."""
    resident.write(THEFT)
    state, withdraw = resident.offers()

    resident.write(state)
    assert resident.transcript()[-1].is_ours
    resident.write(withdraw)
    assert "xin rút tin" in resident.transcript()[-1].text


def test_choices_are_offered_by_number(app: App, resident: PretendResident) -> None:
    """The resident chooses between several cases by number."""
    resident.write(THEFT)
    resident.write("tôi muốn báo thêm việc khác")
    resident.write("nhà bên cạnh mở karaoke ầm ĩ không ngủ nổi")
    resident.write("Biển số 35B1-123.45")

    offers = resident.offers()
    assert offers == ("1", "2", "3")
    resident.write(offers[0])
    assert "Đã ghi vào tin" in resident.transcript()[-1].text


def test_empty_chat_offers_nothing(resident: PretendResident) -> None:
    """An empty chat shows nothing and offers nothing."""
    assert (resident.transcript(), resident.offers()) == ((), ())
