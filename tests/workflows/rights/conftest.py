"""Fixtures with residents who make requests about their data, and officers who check and handle the requests."""

from collections.abc import Callable, Mapping

import pytest
from attrs import frozen
from tests.messaging.conftest import Appoint

from anninh_core.app import App
from anninh_core.domain.rights.model import RequestSummary, RightsRequest
from anninh_core.kernel.errors import Refused
from anninh_core.testing import Dialog
from anninh_core.usecase import Actor
from anninh_core.vocabulary.rights import RightsKind

NAME = "Thử Văn An"
RULE = "Luật 91/2025/QH15 Điều 14"
REASON = "Đang xác minh."
PURPOSE = "Lập bản sao cho người yêu cầu"
RECEIVED = r"Đã ghi nhận yêu cầu số (DL-[0-9A-Z]{6}): (.+?)\. Cán bộ"
Ask = Callable[..., str]
"""Type of a function that lets a resident write a request, and returns the request's number from the reply."""


@frozen
class RightsOffice:
    """Officers of the whole district.

    Attributes:
        handler: handles tips.
        checker: checks the identity of applicants.
        data: answers requests about personal data.
        operator: decides erasures.
    """

    handler: Actor
    checker: Actor
    data: Actor
    operator: Actor


@pytest.fixture
def office(appoint: Appoint, handler: Actor) -> RightsOffice:
    return RightsOffice(handler, appoint("identity_custodian"), appoint("data_officer"), appoint("operator"))


@pytest.fixture
def ask(dialog: Dialog) -> Ask:
    def write_request(name: str, words: str) -> str:
        dialog.says(name, words)
        return str(dialog.hears(name, RECEIVED)[1])

    return write_request


def find_request(app: App, data_officer: Actor, number: str) -> RightsRequest:
    """Return the request with the given number."""
    return next(
        request for request in app.rights.requests(data_officer, pending=False).items if request.number == number
    )


def record_proof(app: App, checker: Actor, data_officer: Actor, number: str) -> RightsRequest:
    """Record that the applicant proved their identity at the office."""
    id = find_request(app, data_officer, number).id
    app.rights.record_check(checker, id, way="office_paper", passed=True, note="Đúng ảnh trên thẻ")
    return app.rights.request(data_officer, id)


def record_at_desk(app: App, taken_by: Actor, kind: RightsKind, applicant: str = NAME) -> RequestSummary:
    """Record a request that an applicant makes at the commune's office."""
    return app.rights.record_request(taken_by, kind, unit="ninh-hoa", applicant=applicant, words="Xin bản sao")


def count_categories(records: Mapping[str, object]) -> dict[str, int]:
    """Return the number of records in each category that has any."""
    return {category: count for category, count in records.items() if isinstance(count, int) and count}


def is_refused(call: Callable[[], object]) -> bool:
    """Return True after asserting that a call is refused."""
    with pytest.raises(Refused):
        call()
    return True
