"""Tests of the use cases of content, from the draft to the posts in groups, over the in-memory storage."""

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
DUE = datetime(2021, 9, 2, 8, 0, tzinfo=VIETNAM)  # The later review is due 24 hours after the time of the test clock.


def sum_counts(runner: UseCaseRunner, indicator: str, unit: str = "hoa-lu") -> int:
    return sum(
        runner.context.storage.counters.total([indicator], [unit], date(2021, 1, 1), date(2022, 12, 31)).values()
    )


def list_decisions(runner: UseCaseRunner, subject: str) -> list[tuple[str, str]]:
    records = runner.context.storage.maintenance.scan(DECISION.name)
    all_decisions = [runner.context.open_record(DECISION, record) for record in records]
    return [(decision.rule, decision.reason) for decision in all_decisions if decision.subject == subject]


def store_as_still_published(runner: UseCaseRunner, item: Item) -> None:
    """Store a corrected item as if it were still published, as earlier releases did."""
    uow = UnitOfWork(runner.context, runner.permits, system("clock"), "content.expire_due")
    uow.save(ITEM, evolve(uow.load(ITEM, item.id), state=ItemState.PUBLISHED, superseded_by=""))
    uow.save(PUBLICATION, evolve(uow.load(PUBLICATION, item.id), shown=True, superseded_by=""))
    assert runner.commit(uow)


class TestReview:
    def test_gates_and_approval_are_decisions_of_persons(self, runner: UseCaseRunner, make_approved_item: Make) -> None:
        """Each answered gate of an item, and its approval, leave a decision record."""
        item = make_approved_item()
        assert list_decisions(runner, f"item:{item.id}") == [
            ("gate.official_source", "passed"),
            ("gate.true", "passed"),
            ("gate.no_state_secret", "passed"),
            ("gate.permitted", "passed"),
            ("four_eyes", "approved"),
        ]

    def test_unknown_gate_is_refused(
        self, content: Content, district_reviewer: Actor, make_submitted_item: Make
    ) -> None:
        """An answer to a gate that the profile doesn't have is refused, and the error lists the gates."""
        with pytest.raises(BadInput, match="official_source"):
            content.review.answer_gate(district_reviewer, make_submitted_item().id, "funny", True, "Vui")

    def test_author_with_reviewer_role_is_refused(
        self, content: Content, runner: UseCaseRunner, district_editor: Actor, make_submitted_item: Make, trail: Trail
    ) -> None:
        """An author with the reviewer's role still can't review the item, and the refusal is in the journal."""
        item = make_submitted_item()
        run_step(Units(runner).record_grant, system("setup"), district_editor.id, "reviewer", "hoa-lu")
        with pytest.raises(Refused, match="second person"):
            content.review.answer_gate(district_editor, item.id, "true", True, "Đúng")
        assert (trail()[-1].action, trail()[-1].outcome) == ("content.answer_gate", "refused")

    def test_held_findings_must_be_answered(
        self, content: Content, district_editor: Actor, district_reviewer: Actor, make_submitted_item: Make
    ) -> None:
        """A finding of severity `hold` prevents approval until the reviewer answers it with a text."""
        findings = [Finding("true", "Nghe nói", "hold", by="x")]
        item = run_step(content.editing.record_findings, system("checks"), make_submitted_item().id, findings)
        with pytest.raises(WrongStep, match="finding 0"):
            pass_gates(content, district_reviewer, item)
        assert content.queries.missing(district_reviewer, item.id) == ("finding 0 isn't answered",)
        content.review.answer_finding(district_reviewer, item.id, 0, "Đã hỏi công an tỉnh")
        assert content.review.approve(district_reviewer, item.id).state is ItemState.APPROVED

    def test_unchecked_item_isnt_approved(
        self, content: Content, district_editor: Actor, district_reviewer: Actor
    ) -> None:
        """An item that wasn't checked completely can't be approved."""
        item = content.editing.write(district_editor, "hoa-lu", PIECE)
        run_step(content.editing.submit, district_editor, item.id)
        with pytest.raises(WrongStep, match="can't be approved yet"):
            pass_gates(content, district_reviewer, item)

    def test_edited_item_isnt_published(
        self, content: Content, district_editor: Actor, board_publisher: Actor, make_approved_item: Make
    ) -> None:
        """An approved item that was edited can't be published."""
        item = make_approved_item()
        content.editing.edit(district_editor, item.id, evolve(PIECE, body="Khác"))
        with pytest.raises(WrongStep):
            run_step(content.publishing.publish, board_publisher, item.id, TARGETS)

    def test_a_rejection_is_counted(
        self,
        content: Content,
        runner: UseCaseRunner,
        district_editor: Actor,
        district_reviewer: Actor,
        make_submitted_item: Make,
    ) -> None:
        """The rejection of an item is counted and needs a reason, and editing makes the item a draft again."""
        item = make_submitted_item()
        with pytest.raises(BadInput, match="The rejection has no reason: write one, since the author reads"):
            content.review.reject(district_reviewer, item.id, " ")
        content.review.reject(district_reviewer, item.id, "Chưa rõ nguồn")
        assert content.editing.edit(district_editor, item.id, PIECE).state is ItemState.DRAFT
        assert sum_counts(runner, "items_rejected") == 1

    def test_incomplete_notice_stays_a_draft(self, content: Content, district_editor: Actor) -> None:
        """A wanted notice without the decision that it must cite stays a draft."""
        item = content.editing.write(district_editor, "hoa-lu", evolve(PIECE, category="wanted_notice"))
        with pytest.raises(BadInput, match="decision"):
            run_step(content.editing.submit, district_editor, item.id)
        assert content.queries.get(district_editor, item.id).state is ItemState.DRAFT


class TestEmergency:
    @pytest.fixture
    def notes(self, content: Content) -> dict[str, str]:
        return {gate.id: "Đội trưởng xác nhận" for gate in content.queries.context.district.gates}

    def test_review_is_due_until_it_is_done(
        self,
        content: Content,
        board_publisher: Actor,
        district_reviewer: Actor,
        make_submitted_item: Make,
        notes: dict[str, str],
    ) -> None:
        """An item that one person approved is listed as due until a second person has reviewed it."""
        item = make_submitted_item(urgency=Urgency.IMMEDIATE)
        content.review.approve_urgently(board_publisher, item.id, "Đang cháy lan", notes)
        run_step(content.publishing.publish, board_publisher, item.id, TARGETS)
        (due,) = content.queries.reviews_due(district_reviewer).items
        assert due.after_review is not None
        assert due.after_review.due == DUE
        content.review.review_afterwards(district_reviewer, item.id, True, "Đúng với hiện trường")
        assert content.queries.reviews_due(district_reviewer).items == ()

    def test_emergency_needs_every_gate(
        self, content: Content, board_publisher: Actor, make_submitted_item: Make, notes: dict[str, str]
    ) -> None:
        """The emergency approval of an item still needs a note for exactly each gate."""
        item = make_submitted_item(urgency=Urgency.IMMEDIATE)
        with pytest.raises(BadInput, match="The notes are for the gates"):
            content.review.approve_urgently(board_publisher, item.id, "Đang cháy lan", {**notes} | {"more": "x"})
        del notes["true"]
        with pytest.raises(BadInput, match="The notes are for the gates"):
            content.review.approve_urgently(board_publisher, item.id, "Đang cháy lan", notes)

    def test_failed_review_stops_publishing(
        self,
        content: Content,
        district_reviewer: Actor,
        board_publisher: Actor,
        make_submitted_item: Make,
        notes: dict[str, str],
    ) -> None:
        """An item that the later review rejected isn't sent to any group."""
        item = make_submitted_item(urgency=Urgency.IMMEDIATE)
        content.review.approve_urgently(board_publisher, item.id, "Đang cháy lan", notes)
        content.review.review_afterwards(district_reviewer, item.id, False, "Tin chưa kiểm chứng")
        with pytest.raises(WrongStep, match=r"The review rejected item .* after its approval: withdraw it, or edit it"):
            run_step(content.publishing.publish, board_publisher, item.id, TARGETS)


class TestPublishing:
    def test_each_group_gets_one_post(self, runner: UseCaseRunner, make_published_item: Make, sent: Texts) -> None:
        """Every group of the audience gets the approved content once, and the item and its posts are counted."""
        item = make_published_item()
        assert [len(sent(conversation)) for _, conversation in TARGETS] == [1, 1, 1]
        assert PIECE.body in sent(TARGETS[0][1])[0]
        assert sum_counts(runner, "items_published") == 1
        assert sum_counts(runner, "broadcast_posts") == 3
        assert [row.lane for row in runner.context.storage.queues.outbox(cause=f"item:{item.id}")] == ["broadcast"] * 3

    def test_republishing_reaches_only_lacking_groups(
        self,
        content: Content,
        board_publisher: Actor,
        district_reviewer: Actor,
        make_published_item: Make,
        settle_outbox_row: Settle,
    ) -> None:
        """Publishing an item again reaches only new groups, and groups in which the post has finally failed."""
        item = make_published_item()
        settle_outbox_row(item.sent[0].outbox, "failed")
        settle_outbox_row(item.sent[1].outbox, "unknown")
        again = run_step(content.publishing.publish, board_publisher, item.id, [*TARGETS, ("group-d", "oa.dddd")])
        assert {delivery.group for delivery in again.sent} == {"group-a", "group-b", "group-c", "group-d"}
        assert {delivery.outbox for delivery in again.sent} - {delivery.outbox for delivery in item.sent} == {
            delivery.outbox for delivery in again.sent if delivery.group in ("group-a", "group-d")
        }
        states = {line.group: line.state for line in content.queries.ledger(district_reviewer, item.id)}
        assert states == {"group-a": "ready", "group-b": "unknown", "group-c": "claimed", "group-d": "ready"}

    def test_a_repeated_call_sends_nothing(
        self, content: Content, board_publisher: Actor, make_published_item: Make, sent: Texts
    ) -> None:
        """Publishing an item to the same groups again adds nothing to the outbox."""
        item = make_published_item()
        assert run_step(content.publishing.publish, board_publisher, item.id, TARGETS).sent == item.sent
        assert len(sent()) == 3

    def test_many_groups_get_an_item_once(
        self, content: Content, board_publisher: Actor, make_approved_item: Make, sent: Texts
    ) -> None:
        """No group gets an item twice, even with more groups than a page of the outbox has."""
        item = make_approved_item()
        targets = [(f"g{n}", f"oa.{n:032}") for n in range(501)]
        run_step(content.publishing.publish, board_publisher, item.id, targets)
        run_step(content.publishing.publish, board_publisher, item.id, [*targets, ("one-more", "oa.one-more")])
        assert (len(sent("oa.one-more")), len(content.queries.ledger(board_publisher, item.id))) == (1, 502)

    def test_item_without_groups_isnt_published(
        self, content: Content, board_publisher: Actor, make_approved_item: Make
    ) -> None:
        """An item for an audience without groups isn't published."""
        with pytest.raises(BadInput, match="choose other units for it, or launch a group there"):
            run_step(content.publishing.publish, board_publisher, make_approved_item().id, [])

    def test_ledger_shows_the_delivery(
        self, content: Content, district_reviewer: Actor, make_published_item: Make, settle_outbox_row: Settle
    ) -> None:
        """The list of an item's deliveries shows a delivered post with the platform's message id."""
        item = make_published_item()
        settle_outbox_row(item.sent[0].outbox, "delivered")
        line = content.queries.ledger(district_reviewer, item.id)[0]
        assert (line.group, line.state, line.purpose) == ("group-a", "delivered", "content.post")
        assert line.platform_id == f"z-{line.outbox}"

    def test_publication_is_public_without_authors(
        self, content: Content, runner: UseCaseRunner, district_editor: Actor, make_published_item: Make
    ) -> None:
        """A published item can be read publicly without the names of its authors, and the item's own record stays
        encrypted.
        """
        item = make_published_item()
        (row,) = content.queries.published(district_editor).items
        assert (row.id, row.title) == (item.id, PIECE.title)
        public = runner.context.storage.records.get(PUBLICATION.name, item.id)
        sealed = runner.context.storage.records.get(ITEM.name, item.id)
        assert public is not None
        assert sealed is not None
        assert PIECE.body.encode() in public.body
        assert district_editor.id.encode() not in public.body
        assert PIECE.body.encode() not in sealed.body


class TestCorrection:
    def test_correction_follows_the_original(
        self,
        content: Content,
        board_publisher: Actor,
        make_published_item: Make,
        make_approved_correction: Correct,
        settle_outbox_row: Settle,
    ) -> None:
        """A correction is sent to the groups that got the original, after it, and to new groups, but not to groups in
        which the original failed.
        """
        original = make_published_item()
        settle_outbox_row(original.sent[2].outbox, "failed")
        correction = run_step(
            content.publishing.publish, board_publisher, make_approved_correction(original).id, [("group-d", "oa.dddd")]
        )
        rows = content.queries.context.storage.queues.outbox(cause=f"item:{correction.id}")
        assert {row.conversation: row.after for row in rows} == {
            TARGETS[0][1]: original.sent[0].outbox,
            TARGETS[1][1]: original.sent[1].outbox,
            "oa.dddd": "",
        }
        assert sum_counts(content.queries.runner, "corrections") == 1
        assert [item.id for item in content.queries.corrections(board_publisher, original.id)] == [correction.id]

    def test_corrected_item_isnt_sent_further(
        self, content: Content, board_publisher: Actor, make_published_item: Make, make_approved_correction: Correct
    ) -> None:
        """A corrected original isn't sent to further groups."""
        original = make_published_item()
        run_step(content.publishing.publish, board_publisher, make_approved_correction(original).id, [])
        with pytest.raises(WrongStep, match="was corrected by"):
            run_step(content.publishing.publish, board_publisher, original.id, [("group-d", "oa.dddd")])

    def test_expired_correction_still_blocks_the_original(
        self,
        content: Content,
        board_publisher: Actor,
        clock: FixedClock,
        make_published_item: Make,
        make_approved_correction: Correct,
    ) -> None:
        """A corrected original isn't published again after its correction expires."""
        original = make_published_item()
        correction = run_step(
            content.publishing.publish, board_publisher, make_approved_correction(original, expires=DAY).id, ()
        )
        clock.advance(timedelta(days=1))
        content.publishing.expire_due(system("clock"))
        with pytest.raises(WrongStep, match=f"corrected by item {correction.id}"):
            run_step(content.publishing.publish, board_publisher, original.id, [("group-new", "oa.new")])

    def test_corrected_item_isnt_listed_as_published(
        self, content: Content, board_publisher: Actor, make_published_item: Make, make_approved_correction: Correct
    ) -> None:
        """A corrected original names its correction, and is no longer in the lists of published items or on public
        pages.
        """
        original = make_published_item()
        correction = run_step(content.publishing.publish, board_publisher, make_approved_correction(original).id, [])
        row = content.queries.get(board_publisher, original.id).to_row()
        assert (row.state, row.superseded_by) == (ItemState.CORRECTED, correction.id)
        assert [item.id for item in content.queries.list(board_publisher, state=ItemState.PUBLISHED).items] == [
            correction.id
        ]
        assert [item.id for item in content.queries.list(board_publisher, state=ItemState.CORRECTED).items] == [
            original.id
        ]
        assert [item.id for item in content.queries.published(board_publisher).items] == [correction.id]
        public = content.queries.context.storage.records.get(PUBLICATION.name, original.id)
        assert public is not None
        publication = content.queries.context.open_record(PUBLICATION, public).to_view()
        assert (publication.shown, publication.superseded_by) == (False, correction.id)
        assert sum_counts(content.queries.runner, "items_published") == 2

    def test_hidden_correction_replaces_nothing_yet(
        self, content: Content, board_publisher: Actor, make_published_item: Make, make_approved_correction: Correct
    ) -> None:
        """The original stays published while its correction is hidden, and becomes corrected once the correction is
        shown.
        """
        original = make_published_item()
        correction = run_step(
            content.publishing.publish, board_publisher, make_approved_correction(original).id, [], shown=False
        )
        assert content.queries.get(board_publisher, original.id).state is ItemState.PUBLISHED
        run_step(content.publishing.show, board_publisher, correction.id)
        assert content.queries.get(board_publisher, original.id).superseded_by == correction.id

    def test_corrections_form_a_chain(
        self, content: Content, board_publisher: Actor, make_published_item: Make, make_approved_correction: Correct
    ) -> None:
        """A corrected item can't be corrected again, not even by an earlier draft; only its correction can be
        corrected.
        """
        original = make_published_item()
        slower = make_approved_correction(original)
        first = run_step(content.publishing.publish, board_publisher, make_approved_correction(original).id, [])
        with pytest.raises(WrongStep, match=f"correct {first.id} instead"):
            make_approved_correction(original)
        with pytest.raises(WrongStep, match=f"was corrected by item {first.id}: correct {first.id} instead"):
            run_step(content.publishing.publish, board_publisher, slower.id, [])
        second = run_step(content.publishing.publish, board_publisher, make_approved_correction(first).id, [])
        assert content.queries.get(board_publisher, first.id).superseded_by == second.id

    def test_withdrawals_never_restore_a_wrong_text(
        self, content: Content, board_publisher: Actor, make_published_item: Make, make_approved_correction: Correct
    ) -> None:
        """In a chain of corrections an item can be withdrawn only after the items that it corrects, and the refusal
        names the item to withdraw first.
        """
        for order in permutations(range(3)):
            original = make_published_item()
            first = run_step(content.publishing.publish, board_publisher, make_approved_correction(original).id, [])
            chain = (
                original,
                first,
                run_step(content.publishing.publish, board_publisher, make_approved_correction(first).id, []),
            )
            gone = 0
            for place in order:
                if place > gone:
                    with pytest.raises(WrongStep, match=f"withdraw {chain[place - 1].id} first"):
                        content.publishing.withdraw(board_publisher, chain[place].id, "Sai")
                else:
                    content.publishing.withdraw(board_publisher, chain[place].id, "Sai")
                    gone = max(gone, place + 1)
                states = [content.queries.get(board_publisher, item.id).state for item in chain]
                assert states[:gone] == [ItemState.WITHDRAWN] * gone
                assert ItemState.WITHDRAWN not in states[gone:]

    def test_earlier_release_state_is_repaired(
        self,
        content: Content,
        runner: UseCaseRunner,
        board_publisher: Actor,
        make_published_item: Make,
        make_approved_correction: Correct,
    ) -> None:
        """A scheduled run marks an original as corrected if an earlier release left it published, and leaves an
        unrelated item published.
        """
        original = make_published_item()
        other = make_published_item()
        correction = run_step(content.publishing.publish, board_publisher, make_approved_correction(original).id, [])
        store_as_still_published(runner, content.queries.get(board_publisher, original.id))
        assert content.queries.get(board_publisher, original.id).state is ItemState.PUBLISHED
        with pytest.raises(WrongStep, match=f"withdraw {original.id} first"):
            content.publishing.withdraw(board_publisher, correction.id, "Sai")
        content.publishing.expire_due(system("clock"))
        assert content.queries.get(board_publisher, original.id).superseded_by == correction.id
        assert content.queries.get(board_publisher, other.id).state is ItemState.PUBLISHED

    def test_an_expired_original_is_corrected_too(
        self,
        content: Content,
        board_publisher: Actor,
        clock: FixedClock,
        make_published_item: Make,
        make_approved_correction: Correct,
    ) -> None:
        """An expired original also becomes corrected, because readers still have it."""
        original = make_published_item(expires=DAY)
        clock.advance(timedelta(days=1))
        content.publishing.expire_due(system("clock"))
        correction = run_step(content.publishing.publish, board_publisher, make_approved_correction(original).id, [])
        assert content.queries.get(board_publisher, original.id).superseded_by == correction.id

    def test_only_published_items_are_corrected(
        self, content: Content, district_editor: Actor, make_submitted_item: Make
    ) -> None:
        """Only a published item can be corrected, and an author can't set the link to the original directly."""
        item = make_submitted_item()
        with pytest.raises(WrongStep, match="edit it"):
            content.editing.correct(district_editor, item.id, evolve(PIECE, replaces=item.id))
        with pytest.raises(BadInput, match="and give the original's id in `replaces"):
            content.editing.write(district_editor, "hoa-lu", evolve(PIECE, replaces=item.id))
        with pytest.raises(BadInput, match="and give the original's id in `replaces"):
            content.editing.edit(district_editor, item.id, evolve(PIECE, replaces="other"))


class TestEnding:
    @pytest.mark.parametrize("ended", [True, False])
    def test_withdrawal_is_posted_after_the_item(
        self, content: Content, board_publisher: Actor, make_published_item: Make, sent: Texts, ended: bool
    ) -> None:
        """Only the groups that got an item get a notice of its withdrawal, which follows the item and hides the
        reason.
        """
        item = make_published_item()
        reason = "Bà Thử, 0912 345 678, đã tìm thấy cháu"
        withdrawn = content.publishing.withdraw(board_publisher, item.id, reason, ended=ended)
        assert all(reason not in text for text in sent())
        wording = "content.cancel" if ended else "content.withdrawn"
        assert sent(TARGETS[0][1])[1] == content.queries.context.district.say(wording, title=PIECE.title)
        assert withdrawn.withdrawal is not None
        after = [
            content.queries.context.storage.queues.outbox_row(delivery.outbox) for delivery in withdrawn.withdrawal.sent
        ]
        assert [row.after for row in after if row] == [delivery.outbox for delivery in item.sent]
        assert content.queries.published(board_publisher).items == ()
        assert sum_counts(content.queries.runner, "items_published") == 1
        assert [line.purpose for line in content.queries.ledger(board_publisher, item.id)][3:] == [wording] * 3

    def test_withdrawal_needs_a_reason(
        self, content: Content, board_publisher: Actor, make_published_item: Make
    ) -> None:
        """A withdrawal without a reason is refused."""
        with pytest.raises(BadInput, match="has no reason: write why it is withdrawn"):
            content.publishing.withdraw(board_publisher, make_published_item().id, "")

    def test_item_expires_after_its_last_day(
        self, content: Content, clock: FixedClock, district_editor: Actor, make_published_item: Make
    ) -> None:
        """A scheduled run expires an item on the day after its last day, and never an item without a last day."""
        item = make_published_item(expires=DAY)
        make_published_item()
        assert content.publishing.expire_due(system("clock")) == ()
        clock.advance(timedelta(days=1))
        assert [expired.id for expired in content.publishing.expire_due(system("clock"))] == [item.id]
        assert content.queries.get(district_editor, item.id).state is ItemState.EXPIRED
        assert len(content.queries.published(district_editor).items) == 1
        assert content.publishing.expire_due(system("clock")) == ()


class TestPermissions:
    def test_machines_answer_no_gate(self, content: Content, make_submitted_item: Make) -> None:
        """A system actor may neither review nor publish an item."""
        item = make_submitted_item()
        for part in ("router", "delivery", "clock", "setup"):
            with pytest.raises(Refused):
                content.review.answer_gate(system(part), item.id, "true", True, "Đúng")
            with pytest.raises(Refused):
                run_step(content.publishing.publish, system(part), item.id, TARGETS)

    def test_commune_editor_sees_only_the_commune(
        self, content: Content, officer: OfficerMaker, make_submitted_item: Make
    ) -> None:
        """A commune's editor writes items only for the commune, and sees no drafts of the district."""
        lan = officer("editor", "ninh-hoa")
        own = content.editing.write(lan, "ninh-hoa", evolve(PIECE, units=("ninh-hoa",)))
        with pytest.raises(BadInput, match=r"can't publish for .*Hoa Lư"):
            content.editing.write(lan, "ninh-hoa", PIECE)
        with pytest.raises(Refused):
            content.queries.get(lan, make_submitted_item().id)
        assert [item.id for item in content.queries.list(lan).items] == [own.id]
        assert content.queries.list(lan, unit="truong-yen").items == ()

    def test_unpermitted_reader_is_refused_first(
        self, content: Content, officer: OfficerMaker, district_editor: Actor
    ) -> None:
        """Only an officer who may read items gets the error that an item doesn't exist."""
        with pytest.raises(Refused):
            content.queries.get(officer("auditor", "hoa-lu"), "none")
        with pytest.raises(NotFound, match="'none'"):
            content.queries.get(district_editor, "none")

    def test_each_act_leaves_one_entry(self, content: Content, district_editor: Actor, trail: Trail) -> None:
        """Writing an item leaves one entry with its event in the audit log, and reading it leaves one entry too."""
        item = content.editing.write(district_editor, "hoa-lu", PIECE)
        content.queries.get(district_editor, item.id)
        assert [(entry.action, entry.outcome, entry.events) for entry in trail()[-2:]] == [
            ("content.write", "done", ("item.written",)),
            ("content.get", "read", ()),
        ]

    def test_two_steps_make_one_entry(
        self, content: Content, runner: UseCaseRunner, district_editor: Actor, trail: Trail
    ) -> None:
        """Two steps in one unit of work are committed together, with one entry in the audit log."""
        item = content.editing.write(district_editor, "hoa-lu", PIECE)
        before = len(trail())
        uow = UnitOfWork(runner.context, runner.permits, district_editor, "dispatch.submit")
        content.editing.submit(uow, item.id)
        with uow.acting_as(system("checks")):
            content.editing.record_findings(uow, item.id, [Finding("true", "Nghe nói")])
        assert runner.commit(uow)
        assert len(trail()) == before + 1
        assert content.queries.get(district_editor, item.id).checked
