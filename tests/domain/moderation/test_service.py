"""Tests of the use cases of moderation over the in-memory storage."""

from datetime import date, timedelta

import pytest
from tests.domain.conftest import OfficerMaker, Sent

from anninh_core.domain.moderation.flagging import Posted
from anninh_core.domain.moderation.kind import POST
from anninh_core.domain.moderation.model import Post
from anninh_core.domain.moderation.service import Moderation
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.domain.units.service import Units
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.opinions import Flag

ROUTER = system("router")
GROUP = "oa.group"
AUTHOR = "oa.author"
TEXT = "Thanh lý giá sốc, inbox em"
FLAG = Flag("advertising", "thanh ly, gia soc", "opinions")


@pytest.fixture
def moderation(runner: UseCaseRunner) -> Moderation:
    """The moderation service; every group belongs to Ninh Hòa except `g2`, and the author of every message is
    unknown.
    """

    def find_posted(session: ReadSession, group: str, message: str) -> Posted:
        return Posted(unit="ninh-hai" if group == "g2" else "ninh-hoa", conversation=GROUP, author="")

    return Moderation(runner, find_posted)


@pytest.fixture
def commune_moderator(officer: OfficerMaker) -> Actor:
    """A moderator of Ninh Hòa."""
    return officer("moderator", "ninh-hoa")


@pytest.fixture
def appeal_officer(officer: OfficerMaker) -> Actor:
    """The `standing_officer` of the district, who decides appeals."""
    return officer("standing_officer", "hoa-lu")


def flag_message(moderation: Moderation, message: str = "m1", author: str = AUTHOR) -> Post:
    return run_step(
        moderation.flagging.flag,
        ROUTER,
        message,
        TEXT,
        unit="ninh-hoa",
        group="g1",
        conversation=GROUP,
        author=author,
        flags=[FLAG],
    )


def decide_post(moderation: Moderation, by: Actor, action: ModerationAction = ModerationAction.DELETE) -> Post:
    post = flag_message(moderation)
    return run_step(moderation.rulings.decide, by, post.id, action, rule="advertising", text="Bài quảng cáo")


def sum_counts(runner: UseCaseRunner, indicator: str) -> dict[str, int]:
    sums = runner.context.storage.counters.total([indicator], ["ninh-hoa"], date(2021, 1, 1), date(2022, 12, 31))
    return {dims: amount for (_, _, dims), amount in sums.items()}


def get_rule_text(runner: UseCaseRunner, code: str) -> str:
    return next(rule.text for rule in runner.context.district.charter.rules if rule.code == code)


def test_flag_alone_has_no_effect(moderation: Moderation, runner: UseCaseRunner, sent: Sent) -> None:
    """Flagging a post sends no message, decides nothing and counts nothing."""
    post = flag_message(moderation)
    assert (post.state, post.ruling, sent()) == (PostState.RAISED, None, [])
    assert sum_counts(runner, "moderated") == {}
    assert list(runner.context.storage.maintenance.scan(DECISION.name)) == []


def test_a_post_is_raised_once(moderation: Moderation, commune_moderator: Actor) -> None:
    """A message that is flagged twice and raised by a moderator stays one post."""
    flag_message(moderation)
    flag_message(moderation)
    moderation.flagging.raise_post(commune_moderator, "m1", TEXT, unit="ninh-hoa", group="g1", conversation=GROUP)
    assert [(post.id, post.flags) for post in moderation.queries.list(commune_moderator).items] == [("m1", (FLAG,))]


def test_moderator_raises_an_unflagged_post(moderation: Moderation, commune_moderator: Actor) -> None:
    """A moderator can raise a post that wasn't flagged, but a flag without a reason is refused."""
    moderation.flagging.raise_post(commune_moderator, "m1", TEXT * 100, unit="ninh-hoa", group="g1", conversation=GROUP)
    assert len(moderation.queries.get(commune_moderator, "m1").excerpt) == 300
    with pytest.raises(BadInput, match="no flag"):
        run_step(
            moderation.flagging.flag, ROUTER, "m2", TEXT, unit="ninh-hoa", group="g1", conversation=GROUP, flags=[]
        )


def test_machines_decide_nothing(moderation: Moderation) -> None:
    """No system actor can decide about a post."""
    post = flag_message(moderation)
    for part in ("router", "delivery", "clock", "setup"):
        with pytest.raises(Refused):
            run_step(
                moderation.rulings.decide, system(part), post.id, ModerationAction.DELETE, rule="advertising", text="x"
            )


def test_author_reads_the_rule_and_appeal_days(
    moderation: Moderation, runner: UseCaseRunner, commune_moderator: Actor, sent: Sent
) -> None:
    """The author of a moderated post reads the rule and the days for an appeal; the decision record names rule, action
    and evidence.
    """
    post = decide_post(moderation, commune_moderator)
    rule = get_rule_text(runner, "advertising")
    assert sent(AUTHOR) == [runner.context.district.say("moderation.told", rule=rule, appeal_days=7)]
    assert sent(GROUP) == []
    (record,) = runner.context.storage.maintenance.scan(DECISION.name)
    decision = runner.context.open_record(DECISION, record)
    assert (decision.rule, decision.reason, decision.text) == ("advertising", "delete", "Bài quảng cáo")
    assert (decision.by, decision.evidence) == (commune_moderator.id, post.evidence)


def test_reminder_names_no_author(
    moderation: Moderation, runner: UseCaseRunner, commune_moderator: Actor, sent: Sent
) -> None:
    """A moderator's reminder to the whole group contains only the rule, not the author's name."""
    decide_post(moderation, commune_moderator, ModerationAction.REMIND)
    assert sent(GROUP) == [runner.context.district.say("moderation.remind", rule=get_rule_text(runner, "advertising"))]


def test_author_is_requested_to_remove_the_post(
    moderation: Moderation, runner: UseCaseRunner, commune_moderator: Actor, sent: Sent
) -> None:
    """The author of a post reads a moderator's request to remove it."""
    decide_post(moderation, commune_moderator, ModerationAction.ASK_REMOVE)
    rule = get_rule_text(runner, "advertising")
    assert sent() == [runner.context.district.say("moderation.ask_remove", rule=rule, appeal_days=7)]


def test_decision_without_action_sends_nothing(
    moderation: Moderation, runner: UseCaseRunner, commune_moderator: Actor, sent: Sent
) -> None:
    """A moderation decision without an action sends no message and isn't counted as moderation."""
    decide_post(moderation, commune_moderator, ModerationAction.NONE)
    assert sent() == []
    assert sum_counts(runner, "moderated") == {}


def test_unknown_author_gets_no_message(moderation: Moderation, commune_moderator: Actor, sent: Sent) -> None:
    """A post can be decided even if the platform doesn't provide its author; no message is sent."""
    flag_message(moderation, author="")
    run_step(
        moderation.rulings.decide,
        commune_moderator,
        "m1",
        ModerationAction.DELETE,
        rule="advertising",
        text="Bài quảng cáo",
    )
    assert sent() == []


def test_unknown_rule_is_refused(moderation: Moderation, commune_moderator: Actor) -> None:
    """A moderation ruling by a rule that isn't in the charter is refused, and the error lists the charter's rules."""
    flag_message(moderation)
    with pytest.raises(BadInput, match="advertising"):
        run_step(
            moderation.rulings.decide,
            commune_moderator,
            "m1",
            ModerationAction.DELETE,
            rule="dislike",
            text="Không thích",
        )


def test_tasks_stay_listed_until_confirmed(
    moderation: Moderation, runner: UseCaseRunner, commune_moderator: Actor
) -> None:
    """A manual moderation task stays on the list until an officer confirms it."""
    decide_post(moderation, commune_moderator)
    assert [post.id for post in moderation.queries.tasks(commune_moderator).items] == ["m1"]
    moderation.rulings.confirm_done(commune_moderator, "m1", "Đã xóa trên ứng dụng")
    assert moderation.queries.tasks(commune_moderator).items == ()
    assert sum_counts(runner, "moderated") == {"action=delete;rule=advertising": 1}


def test_only_failed_execution_becomes_a_task(moderation: Moderation, commune_moderator: Actor) -> None:
    """A moderation action that the messenger did needs no manual task; an action that it failed to do becomes one."""
    for message in ("m1", "m2"):
        flag_message(moderation, message)
        run_step(
            moderation.rulings.decide,
            commune_moderator,
            message,
            ModerationAction.DELETE,
            rule="advertising",
            text="Quảng cáo",
            able=True,
        )
    assert moderation.queries.tasks(commune_moderator).items == ()
    run_step(moderation.rulings.confirm_execution, system("delivery"), "m1", "deleted")
    run_step(moderation.rulings.request_manual_action, system("delivery"), "m2")
    assert [post.id for post in moderation.queries.tasks(commune_moderator).items] == ["m2"]


@pytest.mark.parametrize("uphold", [True, False])
def test_author_reads_the_outcome_of_the_appeal(
    moderation: Moderation, commune_moderator: Actor, appeal_officer: Actor, sent: Sent, uphold: bool
) -> None:
    """The author is notified of the receipt and the outcome of the appeal, which is counted."""
    runner = moderation.queries.runner
    decide_post(moderation, commune_moderator)
    moderation.appeals.appeal(ROUTER, "m1", AUTHOR, "Tôi cho, không bán")
    post = run_step(moderation.appeals.decide_appeal, appeal_officer, "m1", uphold, "Đã xem kỹ")
    rule = get_rule_text(runner, "advertising")
    state = "upheld" if uphold else "overturned"
    assert post.state == state
    assert sent(AUTHOR)[1:] == [
        runner.context.district.say("moderation.appeal_received"),
        runner.context.district.say(f"moderation.{state}", rule=rule, text="Đã xem kỹ"),
    ]
    assert sum_counts(runner, "appeals") == {f"state={state}": 1}


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("uphold", [True, False])
def test_an_appeal_is_decided_once(
    moderation: Moderation, commune_moderator: Actor, appeal_officer: Actor, uphold: bool, again: bool
) -> None:
    """A second decision about an appeal is refused, and the error names the state set by the first decision."""
    decide_post(moderation, commune_moderator)
    with pytest.raises(WrongStep, match="Post m1 is decided: no appeal about it is waiting for a decision"):
        run_step(moderation.appeals.decide_appeal, appeal_officer, "m1", again, "Đã xem kỹ")
    moderation.appeals.appeal(ROUTER, "m1", AUTHOR, "Tôi cho, không bán")
    run_step(moderation.appeals.decide_appeal, appeal_officer, "m1", uphold, "Đã xem kỹ")
    state = "upheld" if uphold else "overturned"
    with pytest.raises(WrongStep, match=f"^Post m1 is {state}: no appeal about it is waiting for a decision"):
        run_step(moderation.appeals.decide_appeal, appeal_officer, "m1", again, "Xem lại")


def test_ruling_officer_cannot_decide_the_appeal(
    moderation: Moderation, commune_moderator: Actor, appeal_officer: Actor
) -> None:
    """A moderator with permission to decide appeals can't decide an appeal against their own ruling."""
    run_step(
        Units(moderation.queries.runner).record_grant,
        system("setup"),
        commune_moderator.id,
        "standing_officer",
        "ninh-hoa",
    )
    decide_post(moderation, commune_moderator)
    moderation.appeals.appeal(ROUTER, "m1", AUTHOR, "Tôi cho, không bán")
    with pytest.raises(Refused, match="ask a person who didn't make the first decision"):
        run_step(moderation.appeals.decide_appeal, commune_moderator, "m1", True, "Tôi đúng")
    assert moderation.queries.get(appeal_officer, "m1").state is PostState.APPEALED


def test_only_the_author_appeals_and_in_time(
    moderation: Moderation, clock: FixedClock, commune_moderator: Actor
) -> None:
    """Only the author of a post can appeal; others learn nothing about the post, and the author is informed when the
    time for an appeal is over.
    """
    decide_post(moderation, commune_moderator)
    for conversation, post in (("oa.other", "m1"), (AUTHOR, "m9"), ("", "m1")):
        with pytest.raises(NotFound, match="no post"):
            moderation.appeals.appeal(ROUTER, post, conversation, "Sai")
    clock.advance(timedelta(days=8))
    with pytest.raises(WrongStep, match="The time for an appeal about post m1 ended on 2021-09-08"):
        moderation.appeals.appeal(ROUTER, "m1", AUTHOR, "Sai")


def test_each_commune_sees_only_its_posts(
    moderation: Moderation, runner: UseCaseRunner, commune_moderator: Actor, officer: OfficerMaker
) -> None:
    """A moderator of another unit sees no post, only an officer with permission learns that a post doesn't exist, and
    the texts of posts are encrypted.
    """
    flag_message(moderation)
    other = officer("moderator", "truong-yen")
    assert moderation.queries.list(other).items == ()
    assert moderation.queries.list(commune_moderator, unit="truong-yen").items == ()
    with pytest.raises(Refused):
        moderation.queries.get(other, "m1")
    with pytest.raises(NotFound, match="'m9'"):
        moderation.queries.get(commune_moderator, "m9")
    with pytest.raises(Refused):
        moderation.queries.get(officer("tip_officer", "ninh-hoa"), "m9")
    record = runner.context.storage.records.get(POST.name, "m1")
    assert record is not None
    assert "Thanh lý".encode() not in record.body


def test_post_of_another_commune_cannot_be_raised(
    moderation: Moderation, commune_moderator: Actor, officer: OfficerMaker
) -> None:
    """A post whose group is known can be raised only by moderators of its own commune, whichever unit the caller
    gives.
    """
    flag_message(moderation)
    stranger = officer("moderator", "ninh-hai")
    with pytest.raises(Refused):
        moderation.flagging.raise_post(stranger, "m1", TEXT, unit="ninh-hai", group="g2", conversation=GROUP)
    assert moderation.queries.get(commune_moderator, "m1").flags == (FLAG,)
