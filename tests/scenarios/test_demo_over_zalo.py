"""The demo ends with the same reports when it is played on the Zalo sandbox, over HTTP with signed webhooks."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from attrs import evolve, frozen

from anninh_core.app.factory import open_app
from anninh_core.app.settings import load_settings
from anninh_core.demo.play import run
from anninh_core.demo.summary import Summary
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import Report
from anninh_core.profile.loader import load_profile
from anninh_core.web import open_background_server

UNTIL = date(2021, 9, 23)
"""The last day of the play, on which the district consolidates its first report."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo_over_zalo")]


@frozen
class DemoResult:
    """The result of a played demo: its summary, every report, and the documents as JSON and HTML."""

    summary: Summary
    reports: Mapping[str, Report]
    papers: Mapping[str, bytes]


@pytest.fixture(scope="module")
def both_results(tmp_path_factory: pytest.TempPathFactory) -> tuple[DemoResult, DemoResult]:
    """The results of the demo played on the mock chat and on the Zalo sandbox."""
    mock, zalo = (tmp_path_factory.mktemp(name) for name in ("mock", "zalo"))
    return (
        _read_result(mock, run(mock, until=UNTIL)),
        _read_result(zalo, run(zalo, until=UNTIL, messenger="zalo", door=open_background_server)),
    )


def _read_result(out: Path, summary: Summary) -> DemoResult:
    settings = load_settings(out)
    with open_app(load_profile(settings.profile), settings) as app:
        reports = [
            app.internals.context.open_record(REPORT, record)
            for record in app.internals.context.storage.maintenance.scan(REPORT.name)
        ]
    papers = {path.name: path.read_bytes() for path in (*out.glob("*.json"), *out.glob("*.html"))}
    return DemoResult(summary, {report.id: report for report in reports}, papers)


def test_every_message_arrives_by_webhook(both_results: tuple[DemoResult, DemoResult]) -> None:
    """Every message arrives through the web server, and the demo ends consistent with empty queues."""
    _, zalo = both_results

    assert zalo.summary.said == zalo.summary.heard > 40
    assert zalo.summary.is_whole
    assert set(zalo.summary.queues) == {"inbox.done", "outbox.delivered"}


def test_the_summaries_are_equal(both_results: tuple[DemoResult, DemoResult]) -> None:
    """Both summaries are equal except for the counts of queues and journal, since Zalo also sends echoes, delivery
    reports and members.
    """
    mock, zalo = (evolve(ended.summary, queues={}, journal=0) for ended in both_results)

    assert zalo == mock


def test_the_reports_are_equal(both_results: tuple[DemoResult, DemoResult]) -> None:
    """The reports of every commune and the district have equal states, figures and texts."""
    mock, zalo = (
        {
            id: (report.state, report.figures, report.words, report.missing, report.returned)
            for id, report in ended.reports.items()
        }
        for ended in both_results
    )

    assert len(mock) == 12
    assert zalo == mock


def test_documents_are_byte_identical(both_results: tuple[DemoResult, DemoResult]) -> None:
    """The JSON and HTML documents of both demos are byte-identical."""
    mock, zalo = both_results

    assert mock.papers
    assert zalo.papers == mock.papers
