"""Moderation at a desk over the in-memory storage."""

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
    """Every group is Ninh Hòa's but `g2`, and of no message is it known who wrote it."""

    def find_posted(session: ReadSession, group: str, message: str) -> Posted:
        return Posted(unit="ninh-hai" if group == "g2" else "ninh-hoa", conversation=GROUP, author="")

    return Moderation(runner, find_posted)


@pytest.fixture
def lan(officer: OfficerMaker) -> Actor:
    """A moderator of Ninh Hòa."""
    return officer("moderator", "ninh-hoa")


@pytest.fixture
def an(officer: OfficerMaker) -> Actor:
    """The district's standing officer: hears appeals."""
    return officer("standing_officer", "hoa-lu")


def flagged(moderation: Moderation, message: str = "m1", author: str = AUTHOR) -> Post:
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


def ruled(moderation: Moderation, by: Actor, action: ModerationAction = ModerationAction.DELETE) -> Post:
    post = flagged(moderation)
    return run_step(moderation.rulings.decide, by, post.id, action, rule="advertising", text="Bài quảng cáo")


def total(runner: UseCaseRunner, indicator: str) -> dict[str, int]:
    sums = runner.context.storage.counters.total([indicator], ["ninh-hoa"], date(2021, 1, 1), date(2022, 12, 31))
    return {dims: amount for (_, _, dims), amount in sums.items()}


def charter_text(runner: UseCaseRunner, code: str) -> str:
    return next(rule.text for rule in runner.context.district.charter.rules if rule.code == code)


def test_a_flag_does_nothing_to_anybody(moderation: Moderation, runner: UseCaseRunner, sent: Sent) -> None:
    """Flagging tells nobody, decides nothing and counts nothing."""
    post = flagged(moderation)
    assert (post.state, post.ruling, sent()) == (PostState.RAISED, None, [])
    assert total(runner, "moderated") == {}
    assert list(runner.context.storage.maintenance.scan(DECISION.name)) == []


def test_a_post_is_raised_once(moderation: Moderation, lan: Actor) -> None:
    """The same message flagged again and taken up by a moderator stays one post."""
    flagged(moderation)
    flagged(moderation)
    moderation.flagging.raise_post(lan, "m1", TEXT, unit="ninh-hoa", group="g1", conversation=GROUP)
    assert [(post.id, post.flags) for post in moderation.queries.list(lan).items] == [("m1", (FLAG,))]


def test_a_moderator_may_take_up_a_post_unflagged(moderation: Moderation, lan: Actor) -> None:
    """A post needs no machine to be looked at; but a flag without a reason is none."""
    moderation.flagging.raise_post(lan, "m1", TEXT * 100, unit="ninh-hoa", group="g1", conversation=GROUP)
    assert len(moderation.queries.get(lan, "m1").excerpt) == 300
    with pytest.raises(BadInput, match="no flag"):
        run_step(
            moderation.flagging.flag, ROUTER, "m2", TEXT, unit="ninh-hoa", group="g1", conversation=GROUP, flags=[]
        )


def test_machines_decide_nothing(moderation: Moderation) -> None:
    """No part of the program may decide about a post."""
    post = flagged(moderation)
    for part in ("router", "delivery", "clock", "setup"):
        with pytest.raises(Refused):
            run_step(
                moderation.rulings.decide, system(part), post.id, ModerationAction.DELETE, rule="advertising", text="x"
            )


def test_the_author_is_told_what_and_why(moderation: Moderation, runner: UseCaseRunner, lan: Actor, sent: Sent) -> None:
    """The author reads the rule and the days to appeal; the decision record names rule, action and evidence."""
    post = ruled(moderation, lan)
    rule = charter_text(runner, "advertising")
    assert sent(AUTHOR) == [runner.context.district.say("moderation.told", rule=rule, appeal_days=7)]
    assert sent(GROUP) == []
    (record,) = runner.context.storage.maintenance.scan(DECISION.name)
    decision = runner.context.open_record(DECISION, record)
    assert (decision.rule, decision.reason, decision.text) == ("advertising", "delete", "Bài quảng cáo")
    assert (decision.by, decision.evidence) == (lan.id, post.evidence)


def test_a_reminder_names_nobody(moderation: Moderation, runner: UseCaseRunner, lan: Actor, sent: Sent) -> None:
    """A reminder goes to the whole group with nothing but the rule."""
    ruled(moderation, lan, ModerationAction.REMIND)
    assert sent(GROUP) == [runner.context.district.say("moderation.remind", rule=charter_text(runner, "advertising"))]


def test_asked_to_take_it_down(moderation: Moderation, runner: UseCaseRunner, lan: Actor, sent: Sent) -> None:
    """The author is asked in words to remove the post."""
    ruled(moderation, lan, ModerationAction.ASK_REMOVE)
    rule = charter_text(runner, "advertising")
    assert sent() == [runner.context.district.say("moderation.ask_remove", rule=rule, appeal_days=7)]


def test_nothing_done_nothing_said(moderation: Moderation, runner: UseCaseRunner, lan: Actor, sent: Sent) -> None:
    """Deciding that a post is all right tells nobody and isn't counted as moderation."""
    ruled(moderation, lan, ModerationAction.NONE)
    assert sent() == []
    assert total(runner, "moderated") == {}


def test_an_unknown_author_is_not_written_to(moderation: Moderation, lan: Actor, sent: Sent) -> None:
    """Where the platform doesn't tell who wrote it, the decision stands all the same."""
    flagged(moderation, author="")
    run_step(moderation.rulings.decide, lan, "m1", ModerationAction.DELETE, rule="advertising", text="Bài quảng cáo")
    assert sent() == []


def test_rules_of_the_charter_only(moderation: Moderation, lan: Actor) -> None:
    """A rule that the charter doesn't have is refused with those it has."""
    flagged(moderation)
    with pytest.raises(BadInput, match="advertising"):
        run_step(moderation.rulings.decide, lan, "m1", ModerationAction.DELETE, rule="dislike", text="Không thích")


def test_tasks_stay_listed_until_confirmed(moderation: Moderation, runner: UseCaseRunner, lan: Actor) -> None:
    """What the messenger can't do waits on the list until somebody confirms it."""
    ruled(moderation, lan)
    assert [post.id for post in moderation.queries.tasks(lan).items] == ["m1"]
    moderation.rulings.confirm_done(lan, "m1", "Đã xóa trên ứng dụng")
    assert moderation.queries.tasks(lan).items == ()
    assert total(runner, "moderated") == {"action=delete;rule=advertising": 1}


def test_the_messenger_may_do_it(moderation: Moderation, lan: Actor) -> None:
    """An able messenger's work is noted by the program, and its failure makes a task."""
    for message in ("m1", "m2"):
        flagged(moderation, message)
        run_step(
            moderation.rulings.decide,
            lan,
            message,
            ModerationAction.DELETE,
            rule="advertising",
            text="Quảng cáo",
            able=True,
        )
    assert moderation.queries.tasks(lan).items == ()
    run_step(moderation.rulings.confirm_execution, system("delivery"), "m1", "deleted")
    run_step(moderation.rulings.request_manual_action, system("delivery"), "m2")
    assert [post.id for post in moderation.queries.tasks(lan).items] == ["m2"]


@pytest.mark.parametrize("uphold", [True, False])
def test_another_person_decides_the_appeal(
    moderation: Moderation, lan: Actor, an: Actor, sent: Sent, uphold: bool
) -> None:
    """The author hears that the appeal came in and what became of it; it is counted."""
    runner = moderation.queries.runner
    ruled(moderation, lan)
    moderation.appeals.appeal(ROUTER, "m1", AUTHOR, "Tôi cho, không bán")
    post = run_step(moderation.appeals.decide_appeal, an, "m1", uphold, "Đã xem kỹ")
    rule = charter_text(runner, "advertising")
    state = "upheld" if uphold else "overturned"
    assert post.state == state
    assert sent(AUTHOR)[1:] == [
        runner.context.district.say("moderation.appeal_received"),
        runner.context.district.say(f"moderation.{state}", rule=rule, text="Đã xem kỹ"),
    ]
    assert total(runner, "appeals") == {f"state={state}": 1}


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize("uphold", [True, False])
def test_an_appeal_is_decided_once(moderation: Moderation, lan: Actor, an: Actor, uphold: bool, again: bool) -> None:
    """Whatever is asked for the second time, the refusal names what was decided and no other outcome."""
    ruled(moderation, lan)
    with pytest.raises(WrongStep, match="Post m1 is decided: no appeal about it is waiting for a decision"):
        run_step(moderation.appeals.decide_appeal, an, "m1", again, "Đã xem kỹ")
    moderation.appeals.appeal(ROUTER, "m1", AUTHOR, "Tôi cho, không bán")
    run_step(moderation.appeals.decide_appeal, an, "m1", uphold, "Đã xem kỹ")
    state = "upheld" if uphold else "overturned"
    with pytest.raises(WrongStep, match=f"^Post m1 is {state}: no appeal about it is waiting for a decision"):
        run_step(moderation.appeals.decide_appeal, an, "m1", again, "Xem lại")


def test_whoever_ruled_does_not_hear_the_appeal(moderation: Moderation, lan: Actor, an: Actor) -> None:
    """A moderator who may also hear appeals hears none against themselves."""
    run_step(Units(moderation.queries.runner).record_grant, system("setup"), lan.id, "standing_officer", "ninh-hoa")
    ruled(moderation, lan)
    moderation.appeals.appeal(ROUTER, "m1", AUTHOR, "Tôi cho, không bán")
    with pytest.raises(Refused, match="ask a person who didn't make the first decision"):
        run_step(moderation.appeals.decide_appeal, lan, "m1", True, "Tôi đúng")
    assert moderation.queries.get(an, "m1").state is PostState.APPEALED


def test_only_the_author_appeals_and_in_time(moderation: Moderation, clock: FixedClock, lan: Actor) -> None:
    """Somebody else learns nothing; the author is told when it is too late."""
    ruled(moderation, lan)
    for conversation, post in (("oa.other", "m1"), (AUTHOR, "m9"), ("", "m1")):
        with pytest.raises(NotFound, match="no post"):
            moderation.appeals.appeal(ROUTER, post, conversation, "Sai")
    clock.advance(timedelta(days=8))
    with pytest.raises(WrongStep, match="The time for an appeal about post m1 ended on 2021-09-08"):
        moderation.appeals.appeal(ROUTER, "m1", AUTHOR, "Sai")


def test_each_commune_sees_its_own(
    moderation: Moderation, runner: UseCaseRunner, lan: Actor, officer: OfficerMaker
) -> None:
    """A moderator elsewhere sees nothing; only who may read posts learns that one doesn't exist; words are sealed."""
    flagged(moderation)
    other = officer("moderator", "truong-yen")
    assert moderation.queries.list(other).items == ()
    assert moderation.queries.list(lan, unit="truong-yen").items == ()
    with pytest.raises(Refused):
        moderation.queries.get(other, "m1")
    with pytest.raises(NotFound, match="'m9'"):
        moderation.queries.get(lan, "m9")
    with pytest.raises(Refused):
        moderation.queries.get(officer("tip_officer", "ninh-hoa"), "m9")
    record = runner.context.storage.records.get(POST.name, "m1")
    assert record is not None
    assert "Thanh lý".encode() not in record.body


def test_a_post_of_another_commune_is_not_taken_up(moderation: Moderation, lan: Actor, officer: OfficerMaker) -> None:
    """Who names a known message belongs to its own commune's moderators, whatever unit is claimed."""
    flagged(moderation)
    stranger = officer("moderator", "ninh-hai")
    with pytest.raises(Refused):
        moderation.flagging.raise_post(stranger, "m1", TEXT, unit="ninh-hai", group="g2", conversation=GROUP)
    assert moderation.queries.get(lan, "m1").flags == (FLAG,)
