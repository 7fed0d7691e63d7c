"""`anninh tips due-soon` lists deadlines, and other commands record decisions about them."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, open_folder

from anninh_core.cli.output import format_iso
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.dates import local_date

PAPER = ["--body", "Cơ quan điều tra", "--number", "15/QĐ-CQĐT"]


@pytest.fixture
def receipt(run: Run, read: Read) -> str:
    """Receipt of a tip that may be about a crime."""
    (tip,) = read("tips", "search", "danh bac")
    return str(tip["receipt"])


@pytest.fixture
def today() -> str:
    return str(local_date(SystemClock().now()))


def test_decisions_change_the_deadlines(run: Run, receipt: str, today: str) -> None:
    """Each recorded decision prints the changed deadlines with the reason, and the case shows them."""
    day = ["--day", today]
    result = run("tips", "record-complex", receipt, *PAPER, *day)
    assert "resolve_complex: " in " ".join(result.stdout.split())
    assert "từ 20 ngày thành 2 tháng" in " ".join(result.stdout.split())
    extended = run("tips", "record-extension", receipt, *PAPER, *day, "--asked-on", today, "--months", "1")
    assert "từ 2 tháng thành 3 tháng" in " ".join(extended.stdout.split())
    assert "suspended" in run("tips", "record-suspension", receipt, *PAPER, *day).stdout
    assert "resolve_resumed: " in run("tips", "revoke-suspension", receipt, *PAPER, *day).stdout
    assert "kept" in run("tips", "record-notice", receipt, "--number", "2/TB", *day).stdout
    assert "limit resolve_resumed" in run("tips", "show", receipt).stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["record-extension", *PAPER, "--asked-on", "2021-09-01"],
            "record first with `anninh tips clocks mark-complex` that it is.",
        ),
        (["revoke-suspension", *PAPER], "nothing to revoke"),
        (["record-notice", "--number", " "], "number and symbol"),
    ],
)
def test_unlawful_decision_is_refused(run: Run, receipt: str, today: str, words: Sequence[str], told: str) -> None:
    """A decision that the law doesn't allow in this state is refused."""
    result = run("tips", words[0], receipt, *words[1:], "--day", today)
    assert result.exit_code == 1
    assert told in " ".join(result.stderr.split())


def test_refused_identity_meets_notice_deadline(run: Run, read: Read, receipt: str) -> None:
    """A recorded refusal to give a name meets the deadline of the notice, so that it is no longer due soon."""
    run("tips", "record-identity-refused", receipt, "--reason", "sợ bị trả thù")

    limits = {limit["rule"]: limit for limit in read("tips", "show", receipt)["limits"]}
    assert limits["notify_receipt"]["met_at"] is not None
    assert "notify_receipt" not in [row["rule"] for row in read("tips", "due-soon") if row["receipt"] == receipt]


def test_due_soon_lists_warned_deadlines(run: Run, read: Read, folder: Path) -> None:
    """A deadline is due soon after fifteen of twenty days, and listed with both readings of it."""
    with open_folder(folder) as (app, me):
        then = app.internals.context.clock.now() - timedelta(days=15)
        tip = app.tips.record_walk_in(me, "Mất trâu", unit="ninh-van", category="crime", received_at=then)
        (clock,) = [deadline for deadline in tip.clocks if deadline.rule == "resolve"]

    (row,) = [row for row in read("tips", "due-soon") if row["receipt"] == tip.receipt]
    assert (row["rule"], row["state"], row["due"]) == ("resolve", "warn", format_iso(clock.due))
    assert row["target"] == format_iso(clock.target)
    assert re.search(rf"{tip.receipt} +ninh-van +resolve", run("tips", "due-soon", "--unit", "ninh-van").stdout)
    assert run("tips", "due-soon", "--unit", "ninh-hai").stdout.startswith("Nothing is due soon")
