"""`anninh retention`."""

from contextlib import chdir
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, open_folder

from anninh_core.app import Parts, load_settings, open_app
from anninh_core.domain.tips import TipState
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, UnsafeLocalUsers

pytestmark = pytest.mark.slow  # These tests are slow, because they run whole commands on a demo's data.

REASON = ("--reason", "Công văn của tòa án", "--review-on", "2099-01-01")


@pytest.fixture
def case(folder: Path) -> str:
    """Reference to a closed case."""
    with open_folder(folder) as (app, me):
        tip = app.tips.search(me, "danh bac").items[0]
        app.tips.settle(me, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
        app.tips.answer(me, tip.id)
        app.worker.drain()
        return f"tip:{tip.id}"


def purge_a_week_later(folder: Path) -> None:
    """Carry out the ordered purge with a clock that is a week later."""
    settings = load_settings(folder)
    with open_folder(folder) as (app, _):
        clock = FixedClock(app.internals.context.clock.now() + timedelta(days=8))
    with chdir(folder), open_app(load_profile(settings.profile), settings, Parts(clock=clock)) as app:
        assert len(app.retention.purge(UnsafeLocalUsers(app).get_actor(settings.local_user))) == 1


def test_preview_shows_purges_without_names(run: Run, read: Read, case: str) -> None:
    """The preview shows ordered purges with their days, the counts of waiting data, and until when backups can be read,
    without names.
    """
    assert "Nothing goes within 30 days" in run("retention", "preview").stdout
    assert run("retention", "order", case, "--reason", "request").exit_code == 0
    preview = read("retention", "preview", "--days", "10")
    assert [(item["scope"], item["fate"], item["data"]) for item in preview["items"]] == [(case, "ordered", "content")]
    counts = {(count["data"], count["fate"]): count["count"] for count in preview["counts"]}
    assert counts["content", "ordered"] == 1
    assert counts["identity", "waits"] >= 2
    text = run("retention", "preview", "--days", "10").stdout
    for word in (
        f"…{case[-8:]}",
        "ordered",
        "kept until",
        "delivered messages, after 400 days",
        "no epoch key is destroyed",
    ):
        assert word in " ".join(text.split())
    assert "Anh Mẫu" not in text


def test_waiting_data_is_listed_in_pages(run: Run, case: str) -> None:
    """Waiting data can be listed in pages, with residents by pseudonym."""
    text = run("retention", "preview", "--fate", "waits", "--data", "identity", "--limit", "1").stdout
    assert "a case is kept" in text or "official chat" in text
    after = text.partition("--after ")[2].split()[0]
    assert after.startswith("identity:")
    assert run("retention", "preview", "--fate", "waits", "--data", "identity", "--after", after).exit_code == 0
    assert run("retention", "preview", "--days", "-1").exit_code == 1


def test_hold_is_set_shown_and_released(run: Run, read: Read, case: str) -> None:
    """A hold is set, listed and released, and prevents a purge."""
    assert run("retention", "order", case, "--reason", "request").exit_code == 0
    assert "is held until" in run("retention", "hold", case, *REASON).stdout
    (hold,) = read("retention", "holds")
    assert (hold["case"], hold["review"]) == (case, "2099-01-01")
    assert "của tòa" in run("retention", "holds").stdout
    refused = run("retention", "order", case, "--reason", "request")
    assert (refused.exit_code, "release it first with " in refused.stderr) == (1, True)
    assert "is released" in run("retention", "release", hold["id"]).stdout
    assert "Nothing is held." in run("retention", "holds").stdout
    assert run("retention", "hold", case, "--reason", "x", "--review-on", "soon").exit_code == 1


def test_proof_finds_nothing_after_purge(run: Run, read: Read, case: str, folder: Path, tmp_path: Path) -> None:
    """Before the purge the proof finds the case's data in the folder's files, and afterwards nothing."""
    file = tmp_path / "needles.json"
    assert "needles" in run("retention", "needles", case, "--out", str(file)).stdout
    assert file.stat().st_mode & 0o077 == 0
    assert run("retention", "needles", case, "--out", str(file)).exit_code == 1
    trial = run("retention", "prove", case, "--needles", str(file))
    assert (trial.exit_code, "wrapped" in trial.stdout, "purged" in trial.stdout) == (1, True, True)
    assert run("retention", "order", case, "--reason", "request").exit_code == 0
    purge_a_week_later(folder)
    proof = run("retention", "prove", case, "--needles", str(file))
    assert (proof.exit_code, "None of them is there any more" in proof.stdout) == (0, True)
    assert "Can't be checked from here" in proof.stdout
    data = read("retention", "prove", case, "--needles", str(file))
    assert (data["still_there"], bool(data["purged_at"])) == ([], True)
    other = run("retention", "prove", "tip:other", "--needles", str(file))
    assert (other.exit_code, "has the needles of" in other.stderr) == (1, True)


def test_proof_finds_old_copies(run: Run, case: str, folder: Path, tmp_path: Path) -> None:
    """The proof finds the data in a copy of the database from before the purge."""
    file = tmp_path / "needles.json"
    copy = tmp_path / "copies" / "old.db"
    run("retention", "needles", case, "--out", str(file))
    run("retention", "order", case, "--reason", "request")
    # This command also empties the write-ahead log into the database file.
    run("retention", "prove", case, "--needles", str(file))
    copy.parent.mkdir()
    copy.write_bytes((folder / "anninh.db").read_bytes())
    purge_a_week_later(folder)
    proof = run("retention", "prove", case, "--needles", str(file), "--also", str(copy.parent))
    assert (proof.exit_code, "old.db" in proof.stdout) == (1, True)
