"""The state machine of a tip and the monthly balance hold for any actions in any order."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.domain.tips.conftest import ROUTER, receive_tip

from anninh_core.domain.conversations.model import PEOPLE
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.handling.register import compute_balance
from anninh_core.domain.tips.intake import Addition
from anninh_core.domain.tips.kind import tip_facts
from anninh_core.domain.tips.service import Tips
from anninh_core.domain.tips.states import TRANSITIONS
from anninh_core.domain.units.permits import GrantPermits
from anninh_core.domain.units.service import Units
from anninh_core.kernel.errors import AnninhError
from anninh_core.testing.clock import FixedClock, SeededIds
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.kinds import sum_facts
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.district import District

SETTLED = {"answer": "Xong.", "reason": "solved"}
Act = Callable[["Case"], object]


class Case:
    """A tip under test, its officers, and its versions so far."""

    def __init__(self, runner: UseCaseRunner, clock: FixedClock) -> None:
        self.tips = Tips(runner)
        self.runner = runner
        self.clock = clock
        units = Units(runner)

        def appoint(role: str, unit: str) -> Actor:
            return person(run_step(units.record_officer, system("setup"), "Cán bộ", unit, roles=[role]).id)

        self.lan = appoint("tip_officer", "ninh-hoa")
        self.van = appoint("tip_officer", "ninh-van")
        self.boss = appoint("tip_supervisor", "hoa-lu")
        self.id = receive_tip(self.tips).id
        self.seen = [self.load()]

    def load(self) -> Tip:
        return self.tips.queries.get(self.boss, self.id)

    def last_open_subcase(self) -> str:
        return self.load().open_subcases[-1]


ACTS: dict[str, Act] = {
    "triage": lambda c: c.tips.handling.triage(c.lan, c.id, category="crime"),
    "assign": lambda c: c.tips.handling.assign(c.lan, c.id, unit="ninh-hoa", officers=[c.lan.id]),
    "verify": lambda c: c.tips.handling.verify(c.lan, c.id),
    "ask_back": lambda c: c.tips.handling.ask_back(c.lan, c.id, "Xe màu gì?"),
    "reply": lambda c: c.tips.handling.record_reply_by_hand(c.lan, c.id, "Màu đỏ", how="gọi điện"),
    "add": lambda c: run_step(c.tips.intake.add, ROUTER, c.id, Addition(text="Xe màu đỏ")),
    "object_in_chat": lambda c: run_step(c.tips.intake.add, ROUTER, c.id, Addition(text="Sai rồi", objects=True)),
    "take_back": lambda c: run_step(c.tips.intake.add, ROUTER, c.id, Addition(text="Rút", withdraws=True)),
    "claim": lambda c: run_step(c.tips.claims.record_claim, c.lan, c.id, is_paged=False, duty_ends=None),
    "release": lambda c: run_step(c.tips.claims.record_release, c.lan, c.id),
    "settle": lambda c: c.tips.settling.settle(c.lan, c.id, TipState.RESOLVED, **SETTLED),  # type: ignore[arg-type]
    "unfounded": lambda c: c.tips.settling.settle(
        c.lan, c.id, TipState.UNFOUNDED, answer="Không.", reason="checked", despite_open="Đủ rồi"
    ),
    "transfer": lambda c: c.tips.settling.transfer(c.lan, c.id, to="Tỉnh", answer="Đã chuyển.", reason="competence"),
    "come_back": lambda c: c.tips.transfers.record_return(c.lan, c.id, "Trả lại"),
    "pass_on": lambda c: c.tips.transfers.transfer_to_unit(c.lan, c.id, unit="ninh-van", reason="Ở đó"),
    "accept": lambda c: c.tips.transfers.accept_transfer(c.van, c.id),
    "return": lambda c: c.tips.transfers.return_transfer(c.van, c.id, "Không phải"),
    "ask_unit": lambda c: c.tips.subcases.open_subcase(c.lan, c.id, unit="ninh-van", asked="Xem"),
    "finish_part": lambda c: c.tips.subcases.finish_subcase(c.van, c.last_open_subcase(), "Không thấy"),
    "tell": lambda c: c.tips.settling.answered_by_hand(c.lan, c.id, "gọi điện"),
    "close": lambda c: c.tips.settling.close(c.lan, c.id),
    "object": lambda c: c.tips.reopening.request_reopening(c.lan, c.id, "Không đồng ý"),
    "accept_objection": lambda c: c.tips.reopening.judge_reopening(c.boss, c.id, accept=True, reason="Có"),
    "refuse_objection": lambda c: c.tips.reopening.judge_reopening(c.boss, c.id, accept=False, reason="Không"),
    "reopen": lambda c: c.tips.reopening.reopen(c.boss, c.id, "Tình tiết mới"),
    "accept_withdrawal": lambda c: c.tips.withdrawals.accept_withdrawal(c.lan, c.id, "Không còn gì"),
    "decline_withdrawal": lambda c: c.tips.withdrawals.decline_withdrawal(
        c.lan, c.id, "Phải xử lý", answer="Vẫn xử lý."
    ),
    "stale": lambda c: c.tips.settling.close(c.lan, c.id, seen_version=c.load().version - 1),
}


def open_case(district: District) -> Case:
    """Return a case with one tip in an empty storage."""
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    storage = MemoryStorage()
    storage.prepare(SPECS)
    context = UseCaseContext(
        district=district,
        storage=storage,
        keys=MemoryKeys(),
        blobs=MemoryBlobs(),
        clock=clock,
        ids=SeededIds(clock),
        people=PEOPLE,
    )
    return Case(UseCaseRunner(context=context, permits=GrantPermits(context), pause=lambda _: None), clock)


@given(acts=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.sampled_from((0, 0, 0, 1, 9, 40))), max_size=25))
def test_any_actions_keep_the_invariants(district: District, acts: list[tuple[str, int]]) -> None:
    """Only transitions of the table happen, refused actions change nothing, version numbers increase, and the tips of
    every month balance.
    """
    case = open_case(district)
    for name, days in acts:
        before = case.load()
        was_refused = is_action_refused(case, name)
        after = case.load()
        assert after == before or not was_refused, name
        assert was_refused or name != "stale"
        assert after.state is before.state or after.state in TRANSITIONS[before.state]
        assert after.version >= before.version
        assert (after == before) == (after.version == before.version)
        case.seen.append(after)
        case.clock.advance(timedelta(days=days))
    _check_final_balance(case)


def is_action_refused(case: Case, name: str) -> bool:
    """Try an action on the case, and return whether it was refused."""
    try:
        ACTS[name](case)
    except (AnninhError, IndexError):
        return True
    return False


def _check_final_balance(case: Case) -> None:
    tip = case.load()
    assert tip.is_open or tip.waiting_transfer is None
    open_parts = {part.id for part in case.tips.subcases.subcases_of(case.boss, tip.id) if part.is_open}
    assert open_parts >= {*tip.open_subcases}
    assert tip.is_open or tip.state is TipState.WITHDRAWN or not open_parts
    first, last = tip.received_day.replace(day=1), case.clock.now().date() + timedelta(days=31)
    start = first
    while start <= last:
        end = (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        balance = compute_balance([tip], start, end)
        assert balance.opening + balance.received == balance.resolved + balance.transferred + balance.closing
        assert balance.closing in (0, 1)
        start = end + timedelta(days=1)
    sums = sum_facts(tip_facts(tip))
    received_times = sum(number for (name, *_), number in sums.items() if name == "tips_received")
    ended = sum(number for (name, *_), number in sums.items() if name in ("tips_resolved", "tips_transferred"))
    assert received_times - ended == tip.is_open
