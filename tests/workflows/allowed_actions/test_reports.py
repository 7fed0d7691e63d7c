"""Every step offered on a report succeeds, and every other one is refused, whatever happened before."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import commands_on, list_offers, try_step

from anninh_core.app import App
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.rules import section_keys
from anninh_core.kernel.dates import local_date
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor, system

pytestmark = pytest.mark.slow

NO_STEPS = frozenset({"reports.render"})
"""Only reads."""
ACTORS = ("clerk", "chief", "local_chief", "both", "elsewhere", "reader")


class Office:
    """A commune's report on the roll-out, and officers with different roles."""

    def __init__(self, app: App, clock: FixedClock, *, owed: bool) -> None:
        self.app = app
        self.gateway = OperationGateway(app)
        self.clock = clock
        users = UnsafeLocalUsers(app)
        self.actors: Mapping[str, Actor] = {
            "clerk": users.appoint("Lan", "ninh-hoa", "report_officer"),
            "chief": users.appoint("Bình", "hoa-lu", "report_chief"),
            "local_chief": users.appoint("Cường", "ninh-hoa", "report_chief"),
            "both": users.appoint("Eve", "hoa-lu", "standing_officer"),
            "elsewhere": users.appoint("Giang", "ninh-van", "report_officer", "report_chief"),
            "reader": users.appoint("Dung", "hoa-lu", "inspector"),
        }
        if owed:
            app.internals.services.programme.duties.open_duties(system("clock"), "roll-out", 2021)
        self.id = app.reports.begin(self.actors["clerk"], "ninh-hoa", "roll-out", 2021).id
        self.walk_ins = 0

    def load(self) -> Report:
        return self.app.reports.get(self.actors["both"], self.id)

    def write_all(self) -> None:
        """Write every missing section, if the report is open."""
        report = self.load()
        district = self.app.district
        for key in section_keys(district.templates[district.obligation(report.obligation).template]):
            try_step(
                self.gateway,
                self.actors["clerk"],
                "reports.write",
                {"report_id": self.id, "key": key, "text": "Đã làm"},
            )

    def count(self) -> None:
        """Raise a difficulty, so that the report's figures change."""
        self.walk_ins += 1
        self.app.programme.raise_difficulty(self.actors["clerk"], "ninh-hoa", f"Thiếu người {self.walk_ins}")

    def follow(self) -> None:
        """Continue with the report's newest version."""
        parts = self.id.rpartition(".v")
        next_id = f"{parts[0]}.v{int(parts[2]) + 1}"
        if self.app.internals.context.storage.records.get("report", next_id) is not None:
            self.id = next_id


def _key(office: Office, report: Report) -> str:
    template = office.app.district.templates[office.app.district.obligation(report.obligation).template]
    keys = section_keys(template)
    return keys[report.record_version % len(keys)]


def _signature(office: Office, report: Report) -> Mapping[str, object]:
    number = 1 + crc32(report.id.encode()) % 9999  # each report has its own number
    return {"number": number, "issued_on": local_date(office.clock.now()), "signer": "Người Ký"}


Arguments = Callable[[Office, Report], Mapping[str, object]]
ARGUMENTS: Mapping[str, Arguments] = {
    "refresh": lambda _, __: {},
    "write": lambda office, report: {"key": _key(office, report), "text": "Đã làm"},
    "submit": _signature,
    "accept": lambda _, __: {},
    "give_back": lambda _, __: {"reasons": "Thiếu số liệu"},
    "correct": lambda _, __: {"why": "Số sai"},
}
BY_ITSELF: Mapping[str, Callable[[Office], object]] = {
    "all is written": Office.write_all,
    "figures move": Office.count,
    "the newest version": Office.follow,
    "time goes by": lambda office: office.clock.advance(timedelta(days=9)),
}
ACTS = st.tuples(st.sampled_from(ACTORS), st.sampled_from(sorted([*ARGUMENTS, *BY_ITSELF])))


def open_office(*, owed: bool) -> Office:
    clock = FixedClock(datetime(2021, 9, 10, 1, tzinfo=UTC))
    return Office(memory_app(clock=clock), clock, owed=owed)


def do(office: Office, name: str, act: str) -> None:
    """Carry out a step, and check that it succeeds exactly if it was offered."""
    if act in BY_ITSELF:
        BY_ITSELF[act](office)
        return
    actor = office.actors[name]
    operation = f"reports.{act}"
    report = office.load()
    is_offered = operation in list_offers(office.gateway, actor, "reports", "report_id", office.id)
    refusal = try_step(office.gateway, actor, operation, {"report_id": office.id, **ARGUMENTS[act](office, report)})
    assert is_offered == (not refusal), (name, operation, report.state, refusal)


@pytest.mark.parametrize("owed", [True, False])
@given(acts=st.lists(ACTS, max_size=15))
def test_offers_agree_with_refusals(owed: bool, acts: list[tuple[str, str]]) -> None:
    """Whatever was done with a report, an officer is offered exactly the steps that succeed."""
    office = open_office(owed=owed)
    for name, act in acts:
        do(office, name, act)
    office.app.close()


@given(st.lists(st.tuples(st.sampled_from(ACTORS), st.integers(0, 1_000)), max_size=20), ACTS)
def test_offers_agree_after_offered_steps(choices: list[tuple[str, int]], last: tuple[str, str]) -> None:
    """After any sequence of offered steps, through signature and correction, offers agree with refusals."""
    office = open_office(owed=True)
    do(office, "clerk", "time goes by")
    do(office, "clerk", "all is written")
    for name, choice in choices:
        offers = sorted(list_offers(office.gateway, office.actors[name], "reports", "report_id", office.id))
        acts = [*(offer.removeprefix("reports.") for offer in offers), "the newest version"]
        do(office, name, acts[choice % len(acts)])
    do(office, *last)
    office.app.close()


def test_signer_is_not_offered_to_accept() -> None:
    """The officer who signed a report is offered to return it but not to accept it, and another officer is offered
    both.
    """
    office = open_office(owed=True)
    office.clock.set(datetime(2021, 9, 18, 1, tzinfo=UTC))
    office.write_all()
    do(office, "both", "refresh")
    do(office, "both", "submit")
    assert office.load().signature is not None
    both = list_offers(office.gateway, office.actors["both"], "reports", "report_id", office.id)
    assert both == {"reports.give_back", "reports.correct"}
    chief = list_offers(office.gateway, office.actors["chief"], "reports", "report_id", office.id)
    assert chief == {"reports.accept", "reports.give_back"}
    assert not list_offers(office.gateway, office.actors["local_chief"], "reports", "report_id", office.id)
    office.app.close()


def test_outdated_report_is_not_offered_for_signature() -> None:
    """After a report's figures changed, signing is offered only after a refresh, so that the draft shows the signed
    figures.
    """
    office = open_office(owed=True)
    office.write_all()
    office.count()
    office.clock.set(datetime(2021, 9, 18, 1, tzinfo=UTC))
    clerk = office.actors["clerk"]
    assert "reports.submit" not in list_offers(office.gateway, clerk, "reports", "report_id", office.id)
    do(office, "clerk", "refresh")
    assert "reports.submit" in list_offers(office.gateway, clerk, "reports", "report_id", office.id)
    office.app.close()


def test_each_report_command_is_a_step() -> None:
    """Every command that changes a report is in the table of steps."""
    with memory_app() as app:
        assert commands_on(OperationGateway(app), "report_id") - NO_STEPS == {f"reports.{name}" for name in ARGUMENTS}
