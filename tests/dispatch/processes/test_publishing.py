"""From a draft through four gates to groups on both messengers."""

from datetime import timedelta
from typing import Any

import pytest
from tests.dispatch.conftest import PILOT, Appoint, Launch, journal, outbox

from anninh_core.app import App
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.messengers.assisted import AssistedMessenger
from anninh_core.rooms.content import Item, ItemState, Piece
from anninh_core.rooms.groups import Group
from anninh_core.testing import FixedClock, MockChat
from anninh_core.work import Actor

HAI = "Nhóm Zalo An ninh xã Ninh Hải"


@pytest.fixture
def editor(appoint: Appoint) -> Actor:
    return appoint("editor")


@pytest.fixture
def reviewer(appoint: Appoint) -> Actor:
    return appoint("reviewer")


def piece(**changes: Any) -> Piece:
    standard: dict[str, Any] = {
        "title": "Cảnh báo lừa đảo qua điện thoại",
        "body": "Không chuyển tiền theo yêu cầu của người lạ.",
        "category": "crime_warning",
        "units": ("hoa-lu",),
        "source_name": "Công an tỉnh",
        "source_url": "https://congan.ninhbinh.gov.vn/canh-bao",
    }
    return Piece(**standard | changes)


def approved(app: App, editor: Actor, reviewer: Actor, **changes: Any) -> Item:
    """Write, submit, answer every gate and approve."""
    item = app.content.write(editor, "hoa-lu", piece(**changes))
    app.publishing.submit(editor, item.id)
    for gate in app.district.gates:
        app.content.answer_gate(reviewer, item.id, gate.id, True, "Đã đối chiếu với nguồn")
    return app.content.approve(reviewer, item.id)


def test_an_item_reaches_groups_on_both_messengers(
    app: App, chat: MockChat, admin: Actor, editor: Actor, reviewer: Actor, launch: Launch, village: Group
) -> None:
    """The official group has the post at once, the ordinary one a task; the ledger knows both until it is confirmed."""
    group = launch()
    item = app.publishing.publish(admin, approved(app, editor, reviewer).id)
    app.worker.drain()
    assert item.state is ItemState.PUBLISHED
    assert "Cảnh báo lừa đảo" in chat.group_posts(str(group.address and group.address.id))[-1]
    ledger = {line.group: line for line in app.content.ledger(admin, item.id)}
    assert {id: line.state for id, line in ledger.items()} == {group.id: "delivered", village.id: "needs_person"}
    app.posting.confirm(admin, ledger[village.id].outbox, "https://zalo.me/g/xom1/5")
    ledger = {line.group: line for line in app.content.ledger(admin, item.id)}
    assert (ledger[village.id].state, ledger[village.id].proof) == ("delivered", "https://zalo.me/g/xom1/5")
    assisted = app.messengers["zalo"]
    assert isinstance(assisted, AssistedMessenger)
    assert ledger[village.id].outbox not in {task.key for task in assisted.tasks()}


def test_never_twice_to_one_group(
    app: App, chat: MockChat, admin: Actor, editor: Actor, reviewer: Actor, launch: Launch
) -> None:
    """Published again, only a group that came later gets it, however often it is asked for."""
    launch()
    item = approved(app, editor, reviewer)
    for _ in range(3):
        app.publishing.publish(admin, item.id)
        app.worker.drain()
    launch("ninh-hai", title=HAI)
    app.publishing.publish(admin, item.id)
    app.worker.drain()
    posts = {title: chat.group_posts(id) for id, title in chat.groups().items()}
    assert {title: sum("Cảnh báo" in post for post in found) for title, found in posts.items()} == {PILOT: 1, HAI: 1}


def test_only_what_failed_is_sent_anew(
    app: App, chat: MockChat, clock: FixedClock, admin: Actor, editor: Actor, reviewer: Actor, launch: Launch
) -> None:
    """A group that rejected the post gets it with the next publication, the others don't; unknown counts as had."""
    launch()
    launch("ninh-hai", title=HAI)
    item = approved(app, editor, reviewer)
    chat.fail_next("rejected")
    app.publishing.publish(admin, item.id)
    app.worker.drain()
    app.publishing.publish(admin, item.id)
    app.worker.drain()
    assert sorted(line.state for line in app.content.ledger(admin, item.id)) == ["delivered", "delivered"]
    assert sum("Cảnh báo" in post for id in chat.groups() for post in chat.group_posts(id)) == 2


def test_an_audience_is_kept_to(
    app: App, chat: MockChat, admin: Actor, editor: Actor, reviewer: Actor, launch: Launch, village: Group
) -> None:
    """An item for one commune's own group reaches neither other communes nor residential areas."""
    group = launch()
    launch("ninh-hai", title=HAI)
    item = approved(app, editor, reviewer, units=("ninh-hoa",), group_kinds=("commune",))
    app.publishing.publish(admin, item.id)
    assert [line.group for line in app.content.ledger(admin, item.id)] == [group.id]


def test_the_checks_stand_beside_the_gates(app: App, editor: Actor, reviewer: Actor) -> None:
    """A marking of secrecy holds the approval until a person answers it; the checks answer no gate."""
    item = app.content.write(editor, "hoa-lu", piece(body="Tài liệu MẬT, không phổ biến."))
    submitted = app.publishing.submit(editor, item.id)
    held = [number for number, remark in enumerate(submitted.remarks) if remark.is_open]
    assert {submitted.remarks[number].finding.gate for number in held} == {"no_state_secret"}
    assert submitted.gates == ()
    for gate in app.district.gates:
        app.content.answer_gate(reviewer, item.id, gate.id, True, "Đã xem")
    with pytest.raises(WrongStep, match="finding 0 is not answered"):
        app.content.approve(reviewer, item.id)
    for number in held:
        app.content.answer_finding(reviewer, item.id, number, "Chữ trong tên bài, không phải dấu mật")
    assert app.content.approve(reviewer, item.id).state is ItemState.APPROVED


def test_handing_in_is_one_act(app: App, editor: Actor) -> None:
    """Submission and findings are one commit with one entry."""
    item = app.content.write(editor, "hoa-lu", piece())
    before = len(journal(app))
    assert app.publishing.submit(editor, item.id).checked
    assert len(journal(app)) == before + 1
    assert journal(app)[-1].events == ("item.submitted", "item.checked")


def test_nothing_leaves_without_its_gates(
    app: App, admin: Actor, editor: Actor, reviewer: Actor, launch: Launch
) -> None:
    """Not as a draft, not submitted, not with three gates, not approved by its author."""
    launch()
    item = app.content.write(editor, "hoa-lu", piece())
    with pytest.raises(WrongStep):
        app.publishing.publish(admin, item.id)
    app.publishing.submit(editor, item.id)
    for gate in app.district.gates[:3]:
        app.content.answer_gate(reviewer, item.id, gate.id, True, "Đã xem")
    with pytest.raises(WrongStep, match="is not answered"):
        app.content.approve(reviewer, item.id)
    with pytest.raises(WrongStep):
        app.publishing.publish(admin, item.id)
    with pytest.raises(Refused):
        app.content.approve(editor, item.id)
    assert outbox(app, "content.post") == []


def test_an_edit_voids_the_approval(app: App, admin: Actor, editor: Actor, reviewer: Actor, launch: Launch) -> None:
    """What was approved is what is sent, or nothing."""
    launch()
    item = approved(app, editor, reviewer)
    app.content.edit(editor, item.id, piece(body="Lời khác"))
    with pytest.raises(WrongStep):
        app.publishing.publish(admin, item.id)


def test_nobody_publishes_into_nothing(app: App, admin: Actor, editor: Actor, reviewer: Actor) -> None:
    """Without a group in its audience an item stays approved, and says why."""
    item = approved(app, editor, reviewer)
    with pytest.raises(BadInput, match="no group to go to"):
        app.publishing.publish(admin, item.id)
    assert app.content.get(admin, item.id).state is ItemState.APPROVED


def test_only_who_publishes_publishes(
    app: App, editor: Actor, reviewer: Actor, appoint: Appoint, launch: Launch
) -> None:
    """Neither author nor reviewer nor another commune's board; submitting is the editor's."""
    launch()
    item = approved(app, editor, reviewer)
    for stranger in (editor, reviewer, appoint("board_admin", unit="ninh-hai")):
        with pytest.raises(Refused):
            app.publishing.publish(stranger, item.id)
    with pytest.raises(Refused):
        app.publishing.submit(reviewer, app.content.write(editor, "hoa-lu", piece()).id)
    assert outbox(app, "content.post") == []


def test_a_correction_follows_its_original(
    app: App, chat: MockChat, clock: FixedClock, admin: Actor, editor: Actor, reviewer: Actor, launch: Launch
) -> None:
    """It reaches the groups that have the original, each after it, although the original is still being sent."""
    group = launch()
    first = approved(app, editor, reviewer)
    chat.fail_next("rate_limit", timedelta(minutes=5))
    app.publishing.publish(admin, first.id)
    app.worker.drain()
    item = app.content.correct(
        editor, first.id, piece(title="Nói lại cho đúng", category="correction", replaces=first.id)
    )
    app.publishing.submit(editor, item.id)
    for gate in app.district.gates:
        app.content.answer_gate(reviewer, item.id, gate.id, True, "Đã xem")
    app.content.approve(reviewer, item.id)
    app.publishing.publish(admin, item.id)
    app.worker.drain()
    clock.advance(timedelta(minutes=5))
    app.worker.drain()
    posts = chat.group_posts(str(group.address and group.address.id))[-2:]
    assert ["Cảnh báo" in posts[0], "Nói lại" in posts[1]] == [True, True]
