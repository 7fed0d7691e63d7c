"""A commune's day over HTTP, from `anninh init` to a signed half-year report, with five officers who have accounts."""

from datetime import datetime
from pathlib import Path

import pytest
from tests.scenarios.day.cases import answer_question, handle_tip, let_residents_write, moderate_post, open_group
from tests.scenarios.day.curl import CurlClient, require_curl
from tests.scenarios.day.faces import ApiClient
from tests.scenarios.day.generated import GeneratedClient
from tests.scenarios.day.office import ServedOffice, open_office
from tests.scenarios.day.papers import hand_in_report, publish_item, read_figures, sign_consolidated_report
from tests.scenarios.day.staff import enrol_staff
from tests.support.generated_client import generate_client
from tests.support.pictures import build_picture

from anninh_core.kernel.dates import VIETNAM

pytestmark = pytest.mark.slow  # The tests need a server and several hundred calls.


def test_curl_suffices_for_a_day(tmp_path: Path) -> None:
    """Curl suffices for all work of a day, and calls without permission are refused."""
    require_curl()
    with open_office(tmp_path) as office:
        _carry_out_day(office, CurlClient(office.api))


def test_generated_client_suffices_for_a_day(tmp_path: Path) -> None:
    """A client generated from the OpenAPI document suffices for all work of a day."""
    with open_office(tmp_path) as office, generate_client(office.url, tmp_path) as client:
        _carry_out_day(office, GeneratedClient(client, office.url))


def _carry_out_day(office: ServedOffice, face: ApiClient) -> None:
    """Carry out all work of the day with a client program, and check the result."""
    morning = datetime.now(VIETNAM).date()
    assert face.call("", "tips.list", {}).status == 401
    staff = enrol_staff(office, face)
    residents = let_residents_write(office, open_group(office, staff))
    handle_tip(office, staff, residents)
    answer_question(office, staff, residents)
    moderate_post(office, staff, residents)
    publish_item(office, staff, residents, build_picture())
    paper = sign_consolidated_report(staff, hand_in_report(staff))
    figures = read_figures(staff, morning)

    assert "04/BC-BCĐ138" in paper.decode()
    assert (figures["tips_received"], figures["items_published"], figures["moderated"]) == (1, 1, 1)
    assert staff.chair.refused("audit.trail") == (403, "refused")
    staff.handler.call("accounts.sign_out")
    assert staff.handler.refused("tips.list") == (401, "not_signed_in")
