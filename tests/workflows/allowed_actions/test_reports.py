"""What is offered on a report can be done, and what isn't offered is refused, whatever happened before."""

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
from anninh_core.operations import Door
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor, system

pytestmark = pytest.mark.slow

NO_STEPS = frozenset({"reports.render"})
"""Reads only."""
ACTORS = ("clerk", "chief", "local_chief", "both", "elsewhere", "reader")


class Office:
    """A commune's report on the roll-out, and those who may have to do with it."""

    def __init__(self, app: App, clock: FixedClock, *, owed: bool) -> None:
        self.app = app
        self.door = Door(app)
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
        """Have every section written that is missing, as far as the report is open."""
        report = self.load()
        district = self.app.district
        for key in section_keys(district.templates[district.obligation(report.obligation).template]):
            try_step(
                self.door, self.actors["clerk"], "reports.write", {"report_id": self.id, "key": key, "text": "Đã làm"}
            )

    def count(self) -> None:
        """Have one more group to count, so that figures move."""
        self.walk_ins += 1
        self.app.programme.raise_difficulty(self.actors["clerk"], "ninh-hoa", f"Thiếu người {self.walk_ins}")

    def follow(self) -> None:
        """Go on with the newest version."""
        newer = self.id.rpartition(".v")
        next_id = f"{newer[0]}.v{int(newer[2]) + 1}"
        if self.app.internals.context.storage.records.get("report", next_id) is not None:
            self.id = next_id


def _key(office: Office, report: Report) -> str:
    template = office.app.district.templates[office.app.district.obligation(report.obligation).template]
    keys = section_keys(template)
    return keys[report.record_version % len(keys)]


def _signature(office: Office, report: Report) -> Mapping[str, object]:
    number = 1 + crc32(report.id.encode()) % 9999  # each report has its own
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
    """Do one thing, and compare how that went with what was offered."""
    if act in BY_ITSELF:
        BY_ITSELF[act](office)
        return
    actor = office.actors[name]
    operation = f"reports.{act}"
    report = office.load()
    is_offered = operation in list_offers(office.door, actor, "reports", "report_id", office.id)
    refusal = try_step(office.door, actor, operation, {"report_id": office.id, **ARGUMENTS[act](office, report)})
    assert is_offered == (not refusal), (name, operation, report.state, refusal)


@pytest.mark.parametrize("owed", [True, False])
@given(acts=st.lists(ACTS, max_size=15))
def test_offers_agree_with_refusals(owed: bool, acts: list[tuple[str, str]]) -> None:
    """Whatever was done with a report, a person is offered exactly what isn't refused when it is carried out."""
    office = open_office(owed=owed)
    for name, act in acts:
        do(office, name, act)
    office.app.close()


@given(st.lists(st.tuples(st.sampled_from(ACTORS), st.integers(0, 1_000)), max_size=20), ACTS)
def test_offers_lead_far(choices: list[tuple[str, int]], last: tuple[str, str]) -> None:
    """Also where only what was offered was done, through signature and correction, offers agree with refusals."""
    office = open_office(owed=True)
    do(office, "clerk", "time goes by")
    do(office, "clerk", "all is written")
    for name, choice in choices:
        offers = sorted(list_offers(office.door, office.actors[name], "reports", "report_id", office.id))
        acts = [*(offer.removeprefix("reports.") for offer in offers), "the newest version"]
        do(office, name, acts[choice % len(acts)])
    do(office, *last)
    office.app.close()


def test_who_signed_is_not_offered_to_accept() -> None:
    """Signing and accepting take two people: whoever signed is offered to give it back, and another to accept it."""
    office = open_office(owed=True)
    office.clock.set(datetime(2021, 9, 18, 1, tzinfo=UTC))
    office.write_all()
    do(office, "both", "refresh")
    do(office, "both", "submit")
    assert office.load().signature is not None
    both = list_offers(office.door, office.actors["both"], "reports", "report_id", office.id)
    assert both == {"reports.give_back", "reports.correct"}
    chief = list_offers(office.door, office.actors["chief"], "reports", "report_id", office.id)
    assert chief == {"reports.accept", "reports.give_back"}
    assert not list_offers(office.door, office.actors["local_chief"], "reports", "report_id", office.id)
    office.app.close()


def test_a_report_of_moved_figures_is_not_offered_for_signature() -> None:
    """What is signed is what the draft shows: once its figures moved, only looking at them again is offered."""
    office = open_office(owed=True)
    office.write_all()
    office.count()
    office.clock.set(datetime(2021, 9, 18, 1, tzinfo=UTC))
    clerk = office.actors["clerk"]
    assert "reports.submit" not in list_offers(office.door, clerk, "reports", "report_id", office.id)
    do(office, "clerk", "refresh")
    assert "reports.submit" in list_offers(office.door, clerk, "reports", "report_id", office.id)
    office.app.close()


def test_each_command_on_a_report_is_a_step() -> None:
    """What changes a report is in the table of steps."""
    with memory_app() as app:
        assert commands_on(Door(app), "report_id") - NO_STEPS == {f"reports.{name}" for name in ARGUMENTS}
