"""Items from the draft to the groups, over the in-memory storage."""

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker, Trail
from tests.domain.conftest import Sent as Texts
from tests.domain.content.conftest import PIECE, TARGETS, Correct, Make, Settle, pass_gates

from anninh_core.domain.content import Urgency
from anninh_core.domain.content.kind import ITEM, PUBLICATION
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.service import Content
from anninh_core.domain.content.values import ItemState
from anninh_core.domain.units.service import Units
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.opinions import Finding

DAY = date(2021, 9, 1)
DUE = datetime(2021, 9, 2, 8, 0, tzinfo=VIETNAM)  # 24 hours after the fixture's clock


def total(runner: UseCaseRunner, indicator: str, unit: str = "hoa-lu") -> int:
    return sum(
        runner.context.storage.counters.total([indicator], [unit], date(2021, 1, 1), date(2022, 12, 31)).values()
    )


def decisions(runner: UseCaseRunner, subject: str) -> list[tuple[str, str]]:
    records = runner.context.storage.maintenance.scan(DECISION.name)
    all_decisions = [runner.context.open_record(DECISION, record) for record in records]
    return [(decision.rule, decision.reason) for decision in all_decisions if decision.subject == subject]


def store_as_before(runner: UseCaseRunner, item: Item) -> None:
    """Store a corrected item as published, as earlier releases did."""
    uow = UnitOfWork(runner.context, runner.permits, system("clock"), "content.expire_due")
    uow.save(ITEM, evolve(uow.load(ITEM, item.id), state=ItemState.PUBLISHED, superseded_by=""))
    uow.save(PUBLICATION, evolve(uow.load(PUBLICATION, item.id), shown=True, superseded_by=""))
    assert runner.commit(uow)


class TestReview:
    def test_gates_and_approval_are_decisions_of_persons(self, runner: UseCaseRunner, approved: Make) -> None:
        """Each gate and the approval leave a decision record."""
        item = approved()
        assert decisions(runner, f"item:{item.id}") == [
            ("gate.official_source", "passed"),
            ("gate.true", "passed"),
            ("gate.no_state_secret", "passed"),
            ("gate.permitted", "passed"),
            ("four_eyes", "approved"),
        ]

    def test_unknown_gate_is_refused(self, content: Content, minh: Actor, submitted: Make) -> None:
        """A gate that the profile doesn't have is refused with the list of gates."""
        with pytest.raises(BadInput, match="official_source"):
            content.review.answer_gate(minh, submitted().id, "funny", True, "Vui")

    def test_author_with_reviewer_role_is_refused(
        self, content: Content, runner: UseCaseRunner, hoa: Actor, submitted: Make, trail: Trail
    ) -> None:
        """An author with the reviewer's role still can't review the item, and the refusal is in the journal."""
        item = submitted()
        run_step(Units(runner).record_grant, system("setup"), hoa.id, "reviewer", "hoa-lu")
        with pytest.raises(Refused, match="second person"):
            content.review.answer_gate(hoa, item.id, "true", True, "Đúng")
        assert (trail()[-1].action, trail()[-1].outcome) == ("content.answer_gate", "refused")

    def test_held_findings_must_be_answered(self, content: Content, hoa: Actor, minh: Actor, submitted: Make) -> None:
        """A finding of severity `hold` prevents approval until the reviewer answers it with a text."""
        findings = [Finding("true", "Nghe nói", "hold", by="x")]
        item = run_step(content.editing.record_findings, system("checks"), submitted().id, findings)
        with pytest.raises(WrongStep, match="finding 0"):
            pass_gates(content, minh, item)
        assert content.queries.missing(minh, item.id) == ("finding 0 isn't answered",)
        content.review.answer_finding(minh, item.id, 0, "Đã hỏi công an tỉnh")
        assert content.review.approve(minh, item.id).state is ItemState.APPROVED

    def test_unchecked_item_isnt_approved(self, content: Content, hoa: Actor, minh: Actor) -> None:
        """An item without a completed check can't be approved."""
        item = content.editing.write(hoa, "hoa-lu", PIECE)
        run_step(content.editing.submit, hoa, item.id)
        with pytest.raises(WrongStep, match="can't be approved yet"):
            pass_gates(content, minh, item)

    def test_edited_item_isnt_published(self, content: Content, hoa: Actor, ban: Actor, approved: Make) -> None:
        """An approved item that was edited can't be published."""
        item = approved()
        content.editing.edit(hoa, item.id, evolve(PIECE, body="Khác"))
        with pytest.raises(WrongStep):
            run_step(content.publishing.publish, ban, item.id, TARGETS)

    def test_a_rejection_is_counted(
        self, content: Content, runner: UseCaseRunner, hoa: Actor, minh: Actor, submitted: Make
    ) -> None:
        """A rejection counts, needs a reason, and editing makes the item a draft again."""
        item = submitted()
        with pytest.raises(BadInput, match="The rejection has no reason: write one, since the author reads"):
            content.review.reject(minh, item.id, " ")
        content.review.reject(minh, item.id, "Chưa rõ nguồn")
        assert content.editing.edit(hoa, item.id, PIECE).state is ItemState.DRAFT
        assert total(runner, "items_rejected") == 1

    def test_incomplete_notice_stays_a_draft(self, content: Content, hoa: Actor) -> None:
        """A wanted notice without its decision stays a draft."""
        item = content.editing.write(hoa, "hoa-lu", evolve(PIECE, category="wanted_notice"))
        with pytest.raises(BadInput, match="decision"):
            run_step(content.editing.submit, hoa, item.id)
        assert content.queries.get(hoa, item.id).state is ItemState.DRAFT


class TestEmergency:
    @pytest.fixture
    def notes(self, content: Content) -> dict[str, str]:
        return {gate.id: "Đội trưởng xác nhận" for gate in content.queries.context.district.gates}

    def test_review_is_due_until_it_is_done(
        self, content: Content, ban: Actor, minh: Actor, submitted: Make, notes: dict[str, str]
    ) -> None:
        """An item that one person approved is listed as due until a second person has reviewed it."""
        item = submitted(urgency=Urgency.IMMEDIATE)
        content.review.approve_urgently(ban, item.id, "Đang cháy lan", notes)
        run_step(content.publishing.publish, ban, item.id, TARGETS)
        (due,) = content.queries.reviews_due(minh).items
        assert due.after_review is not None
        assert due.after_review.due == DUE
        content.review.review_afterwards(minh, item.id, True, "Đúng với hiện trường")
        assert content.queries.reviews_due(minh).items == ()

    def test_emergency_needs_every_gate(
        self, content: Content, ban: Actor, submitted: Make, notes: dict[str, str]
    ) -> None:
        """An emergency approval still needs a note for exactly each gate."""
        item = submitted(urgency=Urgency.IMMEDIATE)
        with pytest.raises(BadInput, match="The notes are for the gates"):
            content.review.approve_urgently(ban, item.id, "Đang cháy lan", {**notes} | {"more": "x"})
        del notes["true"]
        with pytest.raises(BadInput, match="The notes are for the gates"):
            content.review.approve_urgently(ban, item.id, "Đang cháy lan", notes)

    def test_failed_review_stops_publishing(
        self, content: Content, minh: Actor, ban: Actor, submitted: Make, notes: dict[str, str]
    ) -> None:
        """An item that the later review rejected isn't sent to any group."""
        item = submitted(urgency=Urgency.IMMEDIATE)
        content.review.approve_urgently(ban, item.id, "Đang cháy lan", notes)
        content.review.review_afterwards(minh, item.id, False, "Tin chưa kiểm chứng")
        with pytest.raises(WrongStep, match=r"The review rejected item .* after its approval: withdraw it, or edit it"):
            run_step(content.publishing.publish, ban, item.id, TARGETS)


class TestPublishing:
    def test_each_group_gets_one_post(self, runner: UseCaseRunner, published: Make, sent: Texts) -> None:
        """Every group gets the approved content once, and the item and its posts are counted."""
        item = published()
        assert [len(sent(conversation)) for _, conversation in TARGETS] == [1, 1, 1]
        assert PIECE.body in sent(TARGETS[0][1])[0]
        assert total(runner, "items_published") == 1
        assert total(runner, "broadcast_posts") == 3
        assert [row.lane for row in runner.context.storage.queues.outbox(cause=f"item:{item.id}")] == ["broadcast"] * 3

    def test_republishing_reaches_only_lacking_groups(
        self, content: Content, ban: Actor, minh: Actor, published: Make, settle: Settle
    ) -> None:
        """Publishing again reaches only new groups and those with a finally failed row."""
        item = published()
        settle(item.sent[0].outbox, "failed")
        settle(item.sent[1].outbox, "unknown")
        again = run_step(content.publishing.publish, ban, item.id, [*TARGETS, ("group-d", "oa.dddd")])
        assert {delivery.group for delivery in again.sent} == {"group-a", "group-b", "group-c", "group-d"}
        assert {delivery.outbox for delivery in again.sent} - {delivery.outbox for delivery in item.sent} == {
            delivery.outbox for delivery in again.sent if delivery.group in ("group-a", "group-d")
        }
        states = {line.group: line.state for line in content.queries.ledger(minh, item.id)}
        assert states == {"group-a": "ready", "group-b": "unknown", "group-c": "claimed", "group-d": "ready"}

    def test_a_repeated_call_sends_nothing(self, content: Content, ban: Actor, published: Make, sent: Texts) -> None:
        """Publishing to the same groups again leaves the outbox unchanged."""
        item = published()
        assert run_step(content.publishing.publish, ban, item.id, TARGETS).sent == item.sent
        assert len(sent()) == 3

    def test_many_groups_get_an_item_once(self, content: Content, ban: Actor, approved: Make, sent: Texts) -> None:
        """No group gets an item twice, even with more groups than a page of the outbox has."""
        item = approved()
        targets = [(f"g{n}", f"oa.{n:032}") for n in range(501)]
        run_step(content.publishing.publish, ban, item.id, targets)
        run_step(content.publishing.publish, ban, item.id, [*targets, ("one-more", "oa.one-more")])
        assert (len(sent("oa.one-more")), len(content.queries.ledger(ban, item.id))) == (1, 502)

    def test_item_without_groups_isnt_published(self, content: Content, ban: Actor, approved: Make) -> None:
        """An item for an audience without groups isn't published."""
        with pytest.raises(BadInput, match="choose other units for it, or launch a group there"):
            run_step(content.publishing.publish, ban, approved().id, [])

    def test_ledger_shows_the_delivery(self, content: Content, minh: Actor, published: Make, settle: Settle) -> None:
        """The ledger shows a delivered row with the platform's message id."""
        item = published()
        settle(item.sent[0].outbox, "delivered")
        line = content.queries.ledger(minh, item.id)[0]
        assert (line.group, line.state, line.purpose) == ("group-a", "delivered", "content.post")
        assert line.platform_id == f"z-{line.outbox}"

    def test_publication_is_public_without_authors(
        self, content: Content, runner: UseCaseRunner, hoa: Actor, published: Make
    ) -> None:
        """A published item is public without the names of its authors, and the item's own record stays encrypted."""
        item = published()
        (row,) = content.queries.published(hoa).items
        assert (row.id, row.title) == (item.id, PIECE.title)
        public = runner.context.storage.records.get(PUBLICATION.name, item.id)
        sealed = runner.context.storage.records.get(ITEM.name, item.id)
        assert public is not None
        assert sealed is not None
        assert PIECE.body.encode() in public.body
        assert hoa.id.encode() not in public.body
        assert PIECE.body.encode() not in sealed.body


class TestCorrection:
    def test_correction_follows_the_original(
        self, content: Content, ban: Actor, published: Make, corrected: Correct, settle: Settle
    ) -> None:
        """A correction goes to the groups that got the original, each after it, and to new groups, but not to groups
        with a failed original.
        """
        original = published()
        settle(original.sent[2].outbox, "failed")
        correction = run_step(content.publishing.publish, ban, corrected(original).id, [("group-d", "oa.dddd")])
        rows = content.queries.context.storage.queues.outbox(cause=f"item:{correction.id}")
        assert {row.conversation: row.after for row in rows} == {
            TARGETS[0][1]: original.sent[0].outbox,
            TARGETS[1][1]: original.sent[1].outbox,
            "oa.dddd": "",
        }
        assert total(content.queries.runner, "corrections") == 1
        assert [item.id for item in content.queries.corrections(ban, original.id)] == [correction.id]

    def test_corrected_item_isnt_sent_further(
        self, content: Content, ban: Actor, published: Make, corrected: Correct
    ) -> None:
        """A corrected original isn't sent to further groups."""
        original = published()
        run_step(content.publishing.publish, ban, corrected(original).id, [])
        with pytest.raises(WrongStep, match="was corrected by"):
            run_step(content.publishing.publish, ban, original.id, [("group-d", "oa.dddd")])

    def test_expired_correction_still_blocks_the_original(
        self, content: Content, ban: Actor, clock: FixedClock, published: Make, corrected: Correct
    ) -> None:
        """A corrected original isn't published again after its correction expires."""
        original = published()
        correction = run_step(content.publishing.publish, ban, corrected(original, expires=DAY).id, ())
        clock.advance(timedelta(days=1))
        content.publishing.expire_due(system("clock"))
        with pytest.raises(WrongStep, match=f"corrected by item {correction.id}"):
            run_step(content.publishing.publish, ban, original.id, [("group-new", "oa.new")])

    def test_corrected_item_isnt_listed_as_published(
        self, content: Content, ban: Actor, published: Make, corrected: Correct
    ) -> None:
        """A corrected original names its correction, and is no longer in the lists of published items or on public
        pages.
        """
        original = published()
        correction = run_step(content.publishing.publish, ban, corrected(original).id, [])
        row = content.queries.get(ban, original.id).to_row()
        assert (row.state, row.superseded_by) == (ItemState.CORRECTED, correction.id)
        assert [item.id for item in content.queries.list(ban, state=ItemState.PUBLISHED).items] == [correction.id]
        assert [item.id for item in content.queries.list(ban, state=ItemState.CORRECTED).items] == [original.id]
        assert [item.id for item in content.queries.published(ban).items] == [correction.id]
        public = content.queries.context.storage.records.get(PUBLICATION.name, original.id)
        assert public is not None
        publication = content.queries.context.open_record(PUBLICATION, public).to_view()
        assert (publication.shown, publication.superseded_by) == (False, correction.id)
        assert total(content.queries.runner, "items_published") == 2

    def test_hidden_correction_replaces_nothing_yet(
        self, content: Content, ban: Actor, published: Make, corrected: Correct
    ) -> None:
        """The original stays published while its correction is hidden, and becomes corrected once the correction is
        shown.
        """
        original = published()
        correction = run_step(content.publishing.publish, ban, corrected(original).id, [], shown=False)
        assert content.queries.get(ban, original.id).state is ItemState.PUBLISHED
        run_step(content.publishing.show, ban, correction.id)
        assert content.queries.get(ban, original.id).superseded_by == correction.id

    def test_corrections_form_a_chain(self, content: Content, ban: Actor, published: Make, corrected: Correct) -> None:
        """A corrected item can't be corrected again, not even by an earlier draft; its correction can."""
        original = published()
        slower = corrected(original)
        first = run_step(content.publishing.publish, ban, corrected(original).id, [])
        with pytest.raises(WrongStep, match=f"correct {first.id} instead"):
            corrected(original)
        with pytest.raises(WrongStep, match=f"was corrected by item {first.id}: correct {first.id} instead"):
            run_step(content.publishing.publish, ban, slower.id, [])
        second = run_step(content.publishing.publish, ban, corrected(first).id, [])
        assert content.queries.get(ban, first.id).superseded_by == second.id

    def test_withdrawals_never_restore_a_wrong_text(
        self, content: Content, ban: Actor, published: Make, corrected: Correct
    ) -> None:
        """In a chain of corrections an item can be withdrawn only after those that it corrects, and the refusal names
        the one to withdraw first.
        """
        for order in permutations(range(3)):
            original = published()
            first = run_step(content.publishing.publish, ban, corrected(original).id, [])
            chain = (original, first, run_step(content.publishing.publish, ban, corrected(first).id, []))
            gone = 0
            for place in order:
                if place > gone:
                    with pytest.raises(WrongStep, match=f"withdraw {chain[place - 1].id} first"):
                        content.publishing.withdraw(ban, chain[place].id, "Sai")
                else:
                    content.publishing.withdraw(ban, chain[place].id, "Sai")
                    gone = max(gone, place + 1)
                states = [content.queries.get(ban, item.id).state for item in chain]
                assert states[:gone] == [ItemState.WITHDRAWN] * gone
                assert ItemState.WITHDRAWN not in states[gone:]

    def test_earlier_release_state_is_repaired(
        self, content: Content, runner: UseCaseRunner, ban: Actor, published: Make, corrected: Correct
    ) -> None:
        """A corrected original that an earlier release left published is repaired by the clock, and an unrelated item
        stays published.
        """
        original = published()
        other = published()
        correction = run_step(content.publishing.publish, ban, corrected(original).id, [])
        store_as_before(runner, content.queries.get(ban, original.id))
        assert content.queries.get(ban, original.id).state is ItemState.PUBLISHED
        with pytest.raises(WrongStep, match=f"withdraw {original.id} first"):
            content.publishing.withdraw(ban, correction.id, "Sai")
        content.publishing.expire_due(system("clock"))
        assert content.queries.get(ban, original.id).superseded_by == correction.id
        assert content.queries.get(ban, other.id).state is ItemState.PUBLISHED

    def test_an_expired_original_is_corrected_too(
        self, content: Content, ban: Actor, clock: FixedClock, published: Make, corrected: Correct
    ) -> None:
        """An expired original also becomes corrected, because readers still have it."""
        original = published(expires=DAY)
        clock.advance(timedelta(days=1))
        content.publishing.expire_due(system("clock"))
        correction = run_step(content.publishing.publish, ban, corrected(original).id, [])
        assert content.queries.get(ban, original.id).superseded_by == correction.id

    def test_only_published_items_are_corrected(self, content: Content, hoa: Actor, submitted: Make) -> None:
        """Only a published item is corrected, and an author can't set the link to the original directly."""
        item = submitted()
        with pytest.raises(WrongStep, match="edit it"):
            content.editing.correct(hoa, item.id, evolve(PIECE, replaces=item.id))
        with pytest.raises(BadInput, match="and give the original's id in `replaces"):
            content.editing.write(hoa, "hoa-lu", evolve(PIECE, replaces=item.id))
        with pytest.raises(BadInput, match="and give the original's id in `replaces"):
            content.editing.edit(hoa, item.id, evolve(PIECE, replaces="other"))


class TestEnding:
    @pytest.mark.parametrize("ended", [True, False])
    def test_withdrawal_is_posted_after_the_item(
        self, content: Content, ban: Actor, published: Make, sent: Texts, ended: bool
    ) -> None:
        """Only the groups that got an item get a notice of its withdrawal, after the item and without the reason."""
        item = published()
        reason = "Bà Thử, 0912 345 678, đã tìm thấy cháu"
        withdrawn = content.publishing.withdraw(ban, item.id, reason, ended=ended)
        assert all(reason not in text for text in sent())
        wording = "content.cancel" if ended else "content.withdrawn"
        assert sent(TARGETS[0][1])[1] == content.queries.context.district.say(wording, title=PIECE.title)
        assert withdrawn.withdrawal is not None
        after = [
            content.queries.context.storage.queues.outbox_row(delivery.outbox) for delivery in withdrawn.withdrawal.sent
        ]
        assert [row.after for row in after if row] == [delivery.outbox for delivery in item.sent]
        assert content.queries.published(ban).items == ()
        assert total(content.queries.runner, "items_published") == 1
        assert [line.purpose for line in content.queries.ledger(ban, item.id)][3:] == [wording] * 3

    def test_withdrawal_needs_a_reason(self, content: Content, ban: Actor, published: Make) -> None:
        """A withdrawal without a reason is refused."""
        with pytest.raises(BadInput, match="has no reason: write why it is withdrawn"):
            content.publishing.withdraw(ban, published().id, "")

    def test_item_expires_after_its_last_day(
        self, content: Content, clock: FixedClock, hoa: Actor, published: Make
    ) -> None:
        """The clock expires an item on the day after its last, and never an item without a last day."""
        item = published(expires=DAY)
        published()
        assert content.publishing.expire_due(system("clock")) == ()
        clock.advance(timedelta(days=1))
        assert [expired.id for expired in content.publishing.expire_due(system("clock"))] == [item.id]
        assert content.queries.get(hoa, item.id).state is ItemState.EXPIRED
        assert len(content.queries.published(hoa).items) == 1
        assert content.publishing.expire_due(system("clock")) == ()


class TestPermissions:
    def test_machines_answer_no_gate(self, content: Content, submitted: Make) -> None:
        """No part of the program may review or publish."""
        item = submitted()
        for part in ("router", "delivery", "clock", "setup"):
            with pytest.raises(Refused):
                content.review.answer_gate(system(part), item.id, "true", True, "Đúng")
            with pytest.raises(Refused):
                run_step(content.publishing.publish, system(part), item.id, TARGETS)

    def test_commune_editor_sees_only_the_commune(
        self, content: Content, officer: OfficerMaker, submitted: Make
    ) -> None:
        """A commune's editor writes only for the commune, and sees no drafts of the district."""
        lan = officer("editor", "ninh-hoa")
        own = content.editing.write(lan, "ninh-hoa", evolve(PIECE, units=("ninh-hoa",)))
        with pytest.raises(BadInput, match=r"can't publish for .*Hoa Lư"):
            content.editing.write(lan, "ninh-hoa", PIECE)
        with pytest.raises(Refused):
            content.queries.get(lan, submitted().id)
        assert [item.id for item in content.queries.list(lan).items] == [own.id]
        assert content.queries.list(lan, unit="truong-yen").items == ()

    def test_unpermitted_reader_is_refused_first(self, content: Content, officer: OfficerMaker, hoa: Actor) -> None:
        """Only an officer who may read items gets the error that an item doesn't exist."""
        with pytest.raises(Refused):
            content.queries.get(officer("auditor", "hoa-lu"), "none")
        with pytest.raises(NotFound, match="'none'"):
            content.queries.get(hoa, "none")

    def test_each_act_leaves_one_entry(self, content: Content, hoa: Actor, trail: Trail) -> None:
        """Writing an item leaves one entry with its event, and reading it leaves one too."""
        item = content.editing.write(hoa, "hoa-lu", PIECE)
        content.queries.get(hoa, item.id)
        assert [(entry.action, entry.outcome, entry.events) for entry in trail()[-2:]] == [
            ("content.write", "done", ("item.written",)),
            ("content.get", "read", ()),
        ]

    def test_two_steps_make_one_entry(self, content: Content, runner: UseCaseRunner, hoa: Actor, trail: Trail) -> None:
        """Two steps in one unit of work make one commit with one entry."""
        item = content.editing.write(hoa, "hoa-lu", PIECE)
        before = len(trail())
        uow = UnitOfWork(runner.context, runner.permits, hoa, "dispatch.submit")
        content.editing.submit(uow, item.id)
        with uow.acting_as(system("checks")):
            content.editing.record_findings(uow, item.id, [Finding("true", "Nghe nói")])
        assert runner.commit(uow)
        assert len(trail()) == before + 1
        assert content.queries.get(hoa, item.id).checked
