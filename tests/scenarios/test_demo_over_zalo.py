"""The demo over Zalo: played on the pretend Zalo, over HTTP with signed webhooks, it ends with the same report."""

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
"""The day on which the district consolidates its first report."""

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo_over_zalo")]


@frozen
class Ended:
    """How a play ended: its summary, every report, and the papers in the form that programs read."""

    summary: Summary
    reports: Mapping[str, Report]
    papers: Mapping[str, bytes]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ended, Ended]:
    """The play on the mock chat and on the pretend Zalo."""
    mock, zalo = (tmp_path_factory.mktemp(name) for name in ("mock", "zalo"))
    return (
        _ended(mock, run(mock, until=UNTIL)),
        _ended(zalo, run(zalo, until=UNTIL, messenger="zalo", door=open_background_server)),
    )


def _ended(out: Path, summary: Summary) -> Ended:
    settings = load_settings(out)
    with open_app(load_profile(settings.profile), settings) as app:
        found = [
            app.internals.context.open_record(REPORT, record)
            for record in app.internals.context.storage.maintenance.scan(REPORT.name)
        ]
    papers = {path.name: path.read_bytes() for path in (*out.glob("*.json"), *out.glob("*.html"))}
    return Ended(summary, {report.id: report for report in found}, papers)


def test_every_message_came_in(both: tuple[Ended, Ended]) -> None:
    """Through the web door and no other way; the chain holds and the counters equal a recount."""
    _, zalo = both

    assert zalo.summary.said == zalo.summary.heard > 40
    assert zalo.summary.is_whole
    assert set(zalo.summary.queues) == {"inbox.done", "outbox.delivered"}


def test_the_summaries_are_equal(both: tuple[Ended, Ended]) -> None:
    """But for the rows of queues and journal: Zalo also tells of echoes, arrivals and members."""
    mock, zalo = (evolve(ended.summary, queues={}, journal=0) for ended in both)

    assert zalo == mock


def test_the_reports_are_equal(both: tuple[Ended, Ended]) -> None:
    """Every commune's and the district's: state, figures and words."""
    mock, zalo = (
        {id: (one.state, one.figures, one.words, one.missing, one.returned) for id, one in ended.reports.items()}
        for ended in both
    )

    assert len(mock) == 12
    assert zalo == mock


def test_the_papers_are_equal(both: tuple[Ended, Ended]) -> None:
    """To the byte, as programs and browsers read them."""
    mock, zalo = both

    assert mock.papers
    assert zalo.papers == mock.papers
