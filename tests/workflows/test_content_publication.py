"""An item is published from its draft through four gates to groups on both messengers."""

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve, frozen
from tests.messaging.conftest import PILOT, Appoint, Launch, journal, outbox

from anninh_core.app import App
from anninh_core.domain.content import ItemContent, Urgency
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.queries import LedgerLine
from anninh_core.domain.content.values import Approval, ItemState
from anninh_core.domain.groups.model import Group
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.messengers.assisted.messenger import AssistedMessenger
from anninh_core.ports.messengers.messenger import Verdict
from anninh_core.testing import FixedClock, MockChat, MockMessenger
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.outbox_message import find_recipient
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.workflows.publication.audience import AudienceView, LeftOutReason

HAI = "Nhóm Zalo An ninh xã Ninh Hải"


WANTED: dict[str, Any] = {
    "category": "wanted_notice",
    "decision_number": "05/QĐ-CSĐT",
    "decision_date": date(2021, 3, 5),
    "decision_issuer": "Cơ quan CSĐT Công an tỉnh",
}


def build_content(**changes: Any) -> ItemContent:
    standard: dict[str, Any] = {
        "title": "Cảnh báo lừa đảo qua điện thoại",
        "body": "Không chuyển tiền theo yêu cầu của người lạ.",
        "category": "crime_warning",
        "units": ("hoa-lu",),
        "source_name": "Công an tỉnh",
        "source_url": "https://congan.ninhbinh.gov.vn/canh-bao",
    }
    return ItemContent(**standard | changes)


@frozen
class PublishingOfficers:
    """The officers who write, review and publish an item."""

    app: App
    admin: Actor
    editor: Actor
    reviewer: Actor

    def write_and_approve(self, **changes: Any) -> Item:
        """Write, submit and review an item, and approve it."""
        return self.review_and_approve(self.app.content.write(self.editor, "hoa-lu", build_content(**changes)))

    def review_and_approve(self, item: Item) -> Item:
        self.app.content.submit(self.editor, item.id)
        for gate in self.app.district.gates:
            self.app.content.answer_gate(self.reviewer, item.id, gate.id, True, "Đã đối chiếu với nguồn")
        return self.app.content.approve(self.reviewer, item.id)

    def publish_and_send(self, item: Item) -> Item:
        published = self.app.content.publish(self.admin, item.id)
        self.app.worker.drain()
        return published

    def read_ledger(self, item: Item) -> dict[str, LedgerLine]:
        return {line.group: line for line in self.app.content.ledger(self.admin, item.id)}


@pytest.fixture
def press(app: App, admin: Actor, appoint: Appoint) -> PublishingOfficers:
    return PublishingOfficers(app, admin, appoint("editor"), appoint("reviewer"))


def count_posts(chat: MockChat, words: str) -> dict[str, int]:
    """Return group title -> number of the group's posts that contain the given words."""
    return {title: sum(words in post for post in chat.group_posts(id)) for id, title in chat.groups().items()}


def test_item_reaches_groups_on_both_messengers(
    press: PublishingOfficers, chat: MockChat, launch: Launch, village_group: Group
) -> None:
    """An item is posted in the official group, and becomes a manual task in the ordinary group until an officer
    confirms it.
    """
    group = launch()
    item = press.publish_and_send(press.write_and_approve())
    assert item.state is ItemState.PUBLISHED
    assert count_posts(chat, "Cảnh báo lừa đảo") == {PILOT: 1}
    ledger = press.read_ledger(item)
    assert {id: line.state for id, line in ledger.items()} == {group.id: "delivered", village_group.id: "needs_person"}
    press.app.failures.confirm(press.admin, ledger[village_group.id].outbox, "https://zalo.me/g/xom1/5")
    line = press.read_ledger(item)[village_group.id]
    assert (line.state, line.proof) == ("delivered", "https://zalo.me/g/xom1/5")
    assisted = press.app.internals.messengers["zalo"]
    assert isinstance(assisted, AssistedMessenger)
    assert line.outbox not in {task.key for task in assisted.tasks()}


def test_group_gets_an_item_once(press: PublishingOfficers, chat: MockChat, launch: Launch) -> None:
    """Publishing an item again sends it only to groups that don't have it."""
    launch()
    item = press.write_and_approve()
    for _ in range(3):
        press.publish_and_send(item)
    launch("ninh-hai", title=HAI)
    press.publish_and_send(item)
    assert count_posts(chat, "Cảnh báo") == {PILOT: 1, HAI: 1}


def test_only_failed_posts_are_sent_again(press: PublishingOfficers, chat: MockChat, launch: Launch) -> None:
    """Publishing an item again sends it again only to groups that rejected it."""
    launch()
    launch("ninh-hai", title=HAI)
    item = press.write_and_approve()
    chat.fail_next("rejected")
    press.publish_and_send(item)
    assert sorted(line.state for line in press.read_ledger(item).values()) == ["delivered", "failed"]
    press.publish_and_send(item)
    assert count_posts(chat, "Cảnh báo") == {PILOT: 1, HAI: 1}


def test_republished_failure_cannot_be_resent(press: PublishingOfficers, chat: MockChat, launch: Launch) -> None:
    """On the screen of failed deliveries, a post that a later publication sent can't be sent again, but it can be given
    up.
    """
    launch()
    item = press.write_and_approve()
    chat.fail_next("rejected")
    press.publish_and_send(item)
    (failed,) = press.app.failures.troubles(press.admin)
    press.publish_and_send(item)
    with pytest.raises(WrongStep, match="was already sent again as"):
        press.app.failures.resend(press.admin, failed.id)
    press.app.failures.give_up(press.admin, failed.id, "was already sent again as")
    press.app.worker.drain()
    assert count_posts(chat, "Cảnh báo") == {PILOT: 1}


def test_unknown_outcome_is_not_sent_again(
    press: PublishingOfficers, chat: MockChat, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publishing an item again doesn't repeat a post whose outcome is unknown."""
    launch()
    item = press.write_and_approve()
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)
    chat.fail_next("lost_answer")
    press.publish_and_send(item)
    assert [line.state for line in press.read_ledger(item).values()] == ["unknown"]
    press.publish_and_send(item)
    assert count_posts(chat, "Cảnh báo") == {PILOT: 1}


@pytest.mark.usefixtures("village_group")
def test_item_reaches_its_audience_only(press: PublishingOfficers, launch: Launch) -> None:
    """An item for a commune's own group reaches neither other communes nor residential areas."""
    group = launch()
    launch("ninh-hai", title=HAI)
    item = press.publish_and_send(press.write_and_approve(units=("ninh-hoa",), group_kinds=("commune",)))
    assert list(press.read_ledger(item)) == [group.id]


def list_group_ids(audience: AudienceView) -> dict[str, list[str]]:
    return {unit.unit: [group.group for group in unit.groups] for unit in audience.units if unit.groups}


def test_preview_and_outbox_have_the_same_groups(
    press: PublishingOfficers, launch: Launch, village_group: Group
) -> None:
    """Preview, review and outbox name the same groups, and the audience has the reason for each group that is left
    out.
    """
    group = launch()
    launch("ninh-hai", title=HAI)
    planned = press.app.groups.plan(press.admin, "ninh-hoa", kind="mass_organisation", title="Nhóm Phụ nữ Ninh Hòa")
    item = press.write_and_approve(units=("ninh-hoa",), group_kinds=("commune", "mass_organisation"))
    audience = press.app.content.audience(press.reviewer, item.id)
    assert list_group_ids(audience) == {"ninh-hoa": [group.id]}
    assert (audience.chosen, audience.groups) == (("ninh-hoa",), 1)
    assert {
        group_left_out.group: group_left_out.reason for unit in audience.units for group_left_out in unit.left_out
    } == {
        planned.id: LeftOutReason.NOT_ACTIVE,
        village_group.id: LeftOutReason.OTHER_KIND,
    }
    preview = press.app.content.preview(press.editor, item.id)
    assert preview.audience == audience
    assert sum(message.groups for message in preview.messages) == 1
    press.publish_and_send(item)
    rows = press.app.internals.context.storage.queues.outbox(cause=f"item:{item.id}")
    assert [find_recipient(press.app.internals.context, row) for row in rows] == [group.conversation]
    after = press.app.content.audience(press.reviewer, item.id)
    assert (after.groups, list_group_ids(after)) == (0, {})
    assert {group_left_out.group: group_left_out.reason for unit in after.units for group_left_out in unit.left_out}[
        group.id
    ] is LeftOutReason.HAS_IT


def test_preview_of_a_correction_counts_its_groups(press: PublishingOfficers, launch: Launch) -> None:
    """A correction without units is sent to the groups that have the original, and its preview names these groups."""
    group = launch()
    item = press.publish_and_send(press.write_and_approve(units=("ninh-hoa",)))
    launch("ninh-hai", title=HAI)
    correction = build_content(title="Nói lại cho đúng", category="correction", replaces=item.id, units=())
    correction_item = press.review_and_approve(press.app.content.correct(press.editor, item.id, correction))
    preview = press.app.content.preview(press.reviewer, correction_item.id)
    assert [message.groups for message in preview.messages] == [1]
    assert preview.audience is not None
    assert list_group_ids(preview.audience) == {"ninh-hoa": [group.id]}
    press.publish_and_send(correction_item)
    assert list(press.read_ledger(correction_item)) == [group.id]


def test_item_needs_an_audience(press: PublishingOfficers, app: App) -> None:
    """An item without an audience remains a draft, and an audience with both a unit and a part of the unit is
    refused.
    """
    item = app.content.write(press.editor, "hoa-lu", build_content(units=()))
    with pytest.raises(BadInput, match="has no audience yet: edit it and choose the units whose groups"):
        app.content.submit(press.editor, item.id)
    steps = app.content.can_do(press.editor, item.id).steps
    assert "content.submit" not in [step.operation for step in steps]
    assert "choose the units" in app.content.incomplete(press.editor, item.id)
    with pytest.raises(BadInput, match="for all its groups, or only units within it"):
        app.content.edit(press.editor, item.id, build_content(units=("ninh-hoa", "hoa-lu")))


def test_wanted_notice_shows_its_decision(press: PublishingOfficers, chat: MockChat, launch: Launch) -> None:
    """A wanted notice shows number, date and issuer of its decision in groups, in the preview and in the public
    list.
    """
    launch()
    item = press.publish_and_send(press.write_and_approve(**WANTED))
    sentence = "Quyết định số 05/QĐ-CSĐT ngày 05/3/2021 của Cơ quan CSĐT Công an tỉnh"
    assert count_posts(chat, sentence) == {PILOT: 1}
    (public,) = press.app.content.published(press.editor).items
    assert sentence in public.to_view().decision
    messages = press.app.content.preview(press.editor, item.id).messages
    assert [sentence in "".join(message.texts) for message in messages] == [True]


@pytest.mark.parametrize(
    "left",
    [{"decision_number": "12"}, {"decision_date": None}, {"units": ("ninh-hoa", "hoa-lu")}],
    ids=lambda left: next(iter(left)),
)
@pytest.mark.parametrize("state", [ItemState.DRAFT, ItemState.SUBMITTED, ItemState.APPROVED])
def test_incomplete_item_of_earlier_release_is_not_sent(
    press: PublishingOfficers, app: App, launch: Launch, left: dict[str, Any], state: ItemState
) -> None:
    """A stored item of an earlier release with an incomplete decision or a contradictory audience can be read but not
    sent.
    """
    launch()
    item = press.write_and_approve(**WANTED)
    store_as_before(app, item, state, left)
    verbs = {
        ItemState.DRAFT: lambda: app.content.submit(press.editor, item.id),
        ItemState.SUBMITTED: lambda: app.content.approve(press.reviewer, item.id),
        ItemState.APPROVED: lambda: app.content.publish(press.admin, item.id),
    }
    assert app.content.get(press.editor, item.id).state is state
    assert app.content.incomplete(press.editor, item.id)
    with pytest.raises(BadInput):
        verbs[state]()
    assert outbox(app, "content.post") == []


def store_as_before(app: App, item: Item, state: ItemState, left: dict[str, Any]) -> None:
    """Store an item in a state that an earlier release allowed, with its approval."""
    uow = UnitOfWork(app.internals.context, app.internals.runner.permits, system("clock"), "content.expire_due")
    stored = uow.load(ITEM, item.id)
    (version,) = stored.versions
    kept = evolve(version.piece, **left)
    assert stored.approval is not None
    approval = Approval(by=stored.approval.by, at=stored.approval.at, content_hash=kept.hash)
    uow.save(ITEM, evolve(stored, state=state, approval=approval, versions=(evolve(version, piece=kept),)))
    assert app.internals.runner.commit(uow)


def test_open_finding_blocks_the_approval(press: PublishingOfficers, app: App) -> None:
    """A finding about a secrecy marking blocks the approval until an officer answers it; automatic checks answer no
    gate.
    """
    item = app.content.write(press.editor, "hoa-lu", build_content(body="Tài liệu MẬT, không phổ biến."))
    with pytest.raises(WrongStep, match="can't be approved yet: finding 0 isn't answered"):
        press.review_and_approve(item)
    submitted = app.content.get(press.editor, item.id)
    numbers = [number for number, remark in enumerate(submitted.remarks) if remark.is_open]
    assert {submitted.remarks[number].finding.gate for number in numbers} == {"no_state_secret"}
    for number in numbers:
        app.content.answer_finding(press.reviewer, item.id, number, "Chữ trong tên bài, không phải dấu mật")
    assert app.content.approve(press.reviewer, item.id).state is ItemState.APPROVED


def test_submission_is_one_commit(press: PublishingOfficers, app: App) -> None:
    """Submission and findings are one commit with one entry."""
    item = app.content.write(press.editor, "hoa-lu", build_content())
    before = len(journal(app))
    submitted = app.content.submit(press.editor, item.id)
    assert (submitted.checked, submitted.gates) == (True, ())
    assert len(journal(app)) == before + 1
    assert journal(app)[-1].events == ("item.submitted", "item.checked")


def test_only_the_checks_record_findings(press: PublishingOfficers, app: App, appoint: Appoint) -> None:
    """Only the automatic checks record findings, whatever an officer's roles, and an unchecked item can't be
    approved.
    """
    item = app.content.write(
        press.editor, "hoa-lu", build_content(body="Gọi ông Thử 0912 345 678.", urgency=Urgency.IMMEDIATE)
    )
    editing = app.internals.services.content.editing
    notes = {gate.id: "Đã xem" for gate in app.district.gates}
    run_step(editing.submit, press.editor, item.id)
    for actor in (press.editor, appoint(*app.district.roles)):
        with pytest.raises(Refused, match="Only the checks record findings on item"):
            run_step(editing.record_findings, actor, item.id, [])
        assert (journal(app)[-1].action, journal(app)[-1].outcome) == ("content.record_findings", "refused")
    board = appoint("board_admin", "reviewer")
    with pytest.raises(WrongStep, match="can't be approved yet: its latest version hasn't been checked"):
        app.content.approve_urgently(board, item.id, "Đang cháy", notes)
    app.content.edit(press.editor, item.id, item.piece)
    assert [remark.finding.gate for remark in app.content.submit(press.editor, item.id).remarks] == ["permitted"]


def test_nothing_is_published_without_its_gates(press: PublishingOfficers, app: App, launch: Launch) -> None:
    """A draft, a submitted item and an item with an open gate can't be published, and an author can't approve their own
    item.
    """
    launch()
    item = app.content.write(press.editor, "hoa-lu", build_content())
    with pytest.raises(WrongStep):
        press.publish_and_send(item)
    app.content.submit(press.editor, item.id)
    for gate in app.district.gates[:3]:
        app.content.answer_gate(press.reviewer, item.id, gate.id, True, "Đã xem")
    with pytest.raises(WrongStep, match="can't be approved yet"):
        app.content.approve(press.reviewer, item.id)
    with pytest.raises(WrongStep):
        press.publish_and_send(item)
    with pytest.raises(Refused):
        app.content.approve(press.editor, item.id)
    assert outbox(app, "content.post") == []


def test_edit_voids_the_approval(press: PublishingOfficers, app: App, launch: Launch) -> None:
    """An edited item can't be published under its earlier approval."""
    launch()
    item = press.write_and_approve()
    app.content.edit(press.editor, item.id, build_content(body="Lời khác"))
    with pytest.raises(WrongStep):
        press.publish_and_send(item)


def test_publication_needs_a_group(press: PublishingOfficers, app: App) -> None:
    """Publishing an item without a group in its audience is refused with the reason, and the item stays approved."""
    item = press.write_and_approve()
    with pytest.raises(BadInput, match="choose other units for it, or launch a group there"):
        press.publish_and_send(item)
    assert app.content.get(press.editor, item.id).state is ItemState.APPROVED


def test_publication_needs_its_permission(
    press: PublishingOfficers, app: App, appoint: Appoint, launch: Launch
) -> None:
    """Author, reviewer and another commune's board can't publish an item, and only an editor submits."""
    launch()
    item = press.write_and_approve()
    for stranger in (press.editor, press.reviewer, appoint("board_admin", unit="ninh-hai")):
        with pytest.raises(Refused):
            app.content.publish(stranger, item.id)
    with pytest.raises(Refused):
        app.content.submit(press.reviewer, app.content.write(press.editor, "hoa-lu", build_content()).id)
    assert outbox(app, "content.post") == []


def test_correction_follows_its_original(
    press: PublishingOfficers, chat: MockChat, clock: FixedClock, launch: Launch
) -> None:
    """A correction reaches each group that has the original, and always after the original, even while the original is
    still being sent.
    """
    group = launch()
    first = press.write_and_approve()
    chat.fail_next("rate_limit", timedelta(minutes=5))
    press.publish_and_send(first)
    correction = build_content(title="Nói lại cho đúng", category="correction", replaces=first.id)
    press.publish_and_send(press.review_and_approve(press.app.content.correct(press.editor, first.id, correction)))
    clock.advance(timedelta(minutes=5))
    press.app.worker.drain()
    assert group.address is not None
    original, corrected = chat.group_posts(group.address.id)[-2:]
    assert ["Cảnh báo" in original, "Nói lại" in corrected] == [True, True]
