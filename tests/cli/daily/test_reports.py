"""`anninh reports` and `anninh duties` lead a report from the draft to the signature of the authority."""

from pathlib import Path

import pytest
from tests.cli.conftest import open_folder
from tests.cli.daily.conftest import Appoint, Person

from anninh_core.usecase.actor import system

pytestmark = pytest.mark.slow

REPORT = "roll-out.2021.ninh-hoa"


@pytest.fixture
def duties(folder: Path) -> None:
    """Open the duties of the plan."""
    with open_folder(folder) as (app, _):
        duty_service = app.internals.services.programme.duties
        duty_service.open_duties(system("clock"), "roll-out", 2021)
        duty_service.open_milestone(system("clock"), "rollout")


def fill_all_sections(clerk: Person, report: str) -> None:
    """Write all text sections of a report."""
    refusal = clerk.read_refusal("reports", "fill", report, "--section", "?", "--text", "x")["message"]
    for key in refusal.partition("none of ")[2].split(", "):
        clerk.run("reports", "fill", report, "--section", key, "--text", "Nội dung của đơn vị.")


def sign_report(signer: Person, command: str, report: str, number: str) -> str:
    """Sign a report by the subcommand `command`, and return the output."""
    words = ("reports", command, report, "--number", number, "--day", "2021-09-16", "--signer", "Nguyễn Văn Mẫu")
    return signer.run(*words, "--yes").stdout


@pytest.mark.slow
def test_report_is_submitted_and_consolidated(person: Appoint, duties: None) -> None:
    """A report is submitted, accepted and consolidated by three officers; submitting needs a second factor and fulfils
    the duty.
    """
    commune = person("ninh-hoa", "report_officer")
    chief = person("hoa-lu", "report_chief")
    standing = person("hoa-lu", "standing_officer")
    fill_all_sections(commune, REPORT)
    assert commune.read_refusal("reports", "submit", REPORT, "--number", "1", "--yes")["code"] == "StepUpNeeded"
    commune.add_second_factor()
    assert sign_report(commune, "submit", REPORT, "1").startswith(f"{REPORT}.v1: submitted, ")
    assert "done" in commune.run("duties", "list", "--source", "roll-out").stdout
    assert commune.read_refusal("reports", "accept", REPORT, "--yes")["code"] in ("Refused", "NotVisible")
    assert chief.read("reports", "accept", REPORT, "--yes")["state"] == "accepted"
    assert standing.read("reports", "consolidate", "--obligation", "roll-out", "--year", "2021")["unit"] == "hoa-lu"
    fill_all_sections(standing, "roll-out.2021")
    chief.add_second_factor()
    assert "BC-" in sign_report(chief, "sign", "roll-out.2021", "5")


def test_draft_report_cannot_be_returned(person: Appoint) -> None:
    """A draft is begun once, can be refreshed, and can't be returned before it is submitted."""
    standing = person("hoa-lu", "standing_officer")
    begin = ("reports", "begin", "--obligation", "roll-out", "--year", "2021", "--unit", "ninh-van")
    assert standing.read(*begin)["id"] == "roll-out.2021.ninh-van.v1"
    assert standing.read_refusal(*begin)["code"] == "WrongStep"
    assert standing.read("reports", "refresh", "roll-out.2021.ninh-van")["state"] == "draft"
    returned = standing.read_refusal("reports", "return", "roll-out.2021.ninh-van", "--reasons", "x", "--yes")
    assert returned["code"] == "WrongStep"
    assert "OBLIGATION.YEAR" in standing.read_refusal("reports", "refresh", "ninh-van")["message"]


def test_prompt_offers_report_sections(person: Appoint, terminal: None) -> None:
    """The prompt offers the sections of a report by number."""
    commune = person("ninh-hoa", "report_officer")
    filled = commune.run("reports", "fill", REPORT, typed="1\nĐã họp dân.\n\n")
    assert "draft" in filled.stdout
    assert [*commune.read("reports", "show", "roll-out", "2021", "--unit", "ninh-hoa")]


def test_milestone_is_fulfilled_with_evidence(person: Appoint, duties: None) -> None:
    """A milestone is fulfilled with evidence; a report's duty isn't, and only an officer of the district sends
    reminders.
    """
    commune = person("ninh-van", "report_officer")
    standing = person("hoa-lu", "standing_officer")
    listed = commune.run("duties", "list").stdout
    assert max(map(len, listed.splitlines())) <= 80
    assert "milestone.rollout.2021.ninh-van" in listed
    assert "is urged" in standing.run("duties", "urge", "rollout.2021.ninh-van").stdout
    assert commune.read_refusal("duties", "urge", "rollout.2021.ninh-van")["code"] in ("Refused", "NotVisible")
    assert (
        "reports submit"
        in commune.read_refusal("duties", "hand-in", "roll-out.2021.ninh-van", "--evidence", "x")["message"]
    )
    done = commune.read("duties", "hand-in", "rollout.2021.ninh-van", "--evidence", "12/BB")
    assert (done["state"], done["evidence"]) == ("done", "12/BB")
