"""Fixture with the office of the case file's tests, on each storage engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.storage.test_proving import ENGINES
from tests.support.case_office import CaseOffice, open_case_office


@pytest.fixture(params=ENGINES)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CaseOffice]:
    with open_case_office(request.param, tmp_path, request) as case_office:
        yield case_office
