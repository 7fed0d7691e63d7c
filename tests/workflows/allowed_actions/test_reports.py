"""Every step that is offered on a report succeeds, and every other step is refused, whatever happened before."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import list_commands, list_offers, try_step

from anninh_core.app import App
from anninh_core.domain.reports.model import Report
from anninh_core.domain.reports.rules import section_keys
from anninh_core.kernel.dates import local_date
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor, system

pytestmark = pytest.mark.slow

NO_STEPS = frozenset({"reports.render"})
"""Operations on a report that aren't steps, because they only read."""
ACTORS = ("clerk", "chief", "local_chief", "both", "elsewhere", "reader")


class ReportOffice:
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

    def write_sections(self) -> None:
        """Write each section of the report, if the report is open."""
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

    def use_next_version(self) -> None:
        """Continue with the next version of the report, if there is one."""
        parts = self.id.rpartition(".v")
        next_id = f"{parts[0]}.v{int(parts[2]) + 1}"
        if self.app.internals.context.storage.records.get("report", next_id) is not None:
            self.id = next_id


def _choose_section(office: ReportOffice, report: Report) -> str:
    template = office.app.district.templates[office.app.district.obligation(report.obligation).template]
    keys = section_keys(template)
    return keys[report.record_version % len(keys)]


def _build_signature(office: ReportOffice, report: Report) -> Mapping[str, object]:
    # The number is computed from the report's id, so that each report has its own.
    number = 1 + crc32(report.id.encode()) % 9999
    return {"number": number, "issued_on": local_date(office.clock.now()), "signer": "Người Ký"}


Arguments = Callable[[ReportOffice, Report], Mapping[str, object]]
ARGUMENTS: Mapping[str, Arguments] = {
    "refresh": lambda _, __: {},
    "write": lambda office, report: {"key": _choose_section(office, report), "text": "Đã làm"},
    "submit": _build_signature,
    "accept": lambda _, __: {},
    "give_back": lambda _, __: {"reasons": "Thiếu số liệu"},
    "correct": lambda _, __: {"why": "Số sai"},
}
BY_ITSELF: Mapping[str, Callable[[ReportOffice], object]] = {
    "all is written": ReportOffice.write_sections,
    "figures move": ReportOffice.count,
    "the newest version": ReportOffice.use_next_version,
    "time goes by": lambda office: office.clock.advance(timedelta(days=9)),
}
ACTS = st.tuples(st.sampled_from(ACTORS), st.sampled_from(sorted([*ARGUMENTS, *BY_ITSELF])))


def build_office(*, owed: bool) -> ReportOffice:
    clock = FixedClock(datetime(2021, 9, 10, 1, tzinfo=UTC))
    return ReportOffice(memory_app(clock=clock), clock, owed=owed)


def try_and_compare(office: ReportOffice, name: str, act: str) -> None:
    """Carry out a step on the report, and check that it succeeds exactly if it was offered."""
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
    office = build_office(owed=owed)
    for name, act in acts:
        try_and_compare(office, name, act)
    office.app.close()


@given(st.lists(st.tuples(st.sampled_from(ACTORS), st.integers(0, 1_000)), max_size=20), ACTS)
def test_offers_agree_after_offered_steps(choices: list[tuple[str, int]], last: tuple[str, str]) -> None:
    """After any sequence of offered steps, through signature and correction, an officer is offered exactly the steps
    that succeed.
    """
    office = build_office(owed=True)
    try_and_compare(office, "clerk", "time goes by")
    try_and_compare(office, "clerk", "all is written")
    for name, choice in choices:
        offers = sorted(list_offers(office.gateway, office.actors[name], "reports", "report_id", office.id))
        acts = [*(offer.removeprefix("reports.") for offer in offers), "the newest version"]
        try_and_compare(office, name, acts[choice % len(acts)])
    try_and_compare(office, *last)
    office.app.close()


def test_signer_is_not_offered_to_accept() -> None:
    """The officer who signed a report is offered to return it but not to accept it, and another officer is offered
    both.
    """
    office = build_office(owed=True)
    office.clock.set(datetime(2021, 9, 18, 1, tzinfo=UTC))
    office.write_sections()
    try_and_compare(office, "both", "refresh")
    try_and_compare(office, "both", "submit")
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
    office = build_office(owed=True)
    office.write_sections()
    office.count()
    office.clock.set(datetime(2021, 9, 18, 1, tzinfo=UTC))
    clerk = office.actors["clerk"]
    assert "reports.submit" not in list_offers(office.gateway, clerk, "reports", "report_id", office.id)
    try_and_compare(office, "clerk", "refresh")
    assert "reports.submit" in list_offers(office.gateway, clerk, "reports", "report_id", office.id)
    office.app.close()


def test_each_report_command_is_a_step() -> None:
    """Every command that changes a report is in this file's table of steps."""
    with memory_app() as app:
        assert list_commands(OperationGateway(app), "report_id") - NO_STEPS == {f"reports.{name}" for name in ARGUMENTS}
