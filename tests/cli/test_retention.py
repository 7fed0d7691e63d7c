"""`anninh retention`."""

from contextlib import chdir
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, opened

from anninh_core.app import Parts, load_settings, open_app
from anninh_core.domain.tips import TipState
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, UnsafeLocalUsers

pytestmark = pytest.mark.slow  # whole commands over a demo's days

REASON = ("--reason", "Công văn của tòa án", "--review-on", "2099-01-01")


@pytest.fixture
def case(folder: Path) -> str:
    """A case that is over."""
    with opened(folder) as (app, me):
        tip = app.tips.search(me, "danh bac").items[0]
        app.tips.settle(me, tip.id, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
        app.tips.answer(me, tip.id)
        app.worker.drain()
        return f"tip:{tip.id}"


def purge(folder: Path) -> None:
    """Let the worker's clock stand a week later, and carry out what was ordered."""
    settings = load_settings(folder)
    with opened(folder) as (app, _):
        clock = FixedClock(app.internals.context.clock.now() + timedelta(days=8))
    with chdir(folder), open_app(load_profile(settings.profile), settings, Parts(clock=clock)) as app:
        assert len(app.retention.purge(UnsafeLocalUsers(app).get_actor(settings.local_user))) == 1


def test_what_is_previewed(run: Run, read: Read, case: str) -> None:
    """What was ordered, with its day; how much waits; nobody's name; and how long backups open it."""
    assert "Nothing goes within 30 days" in run("retention", "preview").stdout
    assert run("retention", "order", case, "--reason", "request").exit_code == 0
    seen = read("retention", "preview", "--days", "10")
    assert [(item["scope"], item["fate"], item["data"]) for item in seen["items"]] == [(case, "ordered", "content")]
    counts = {(one["data"], one["fate"]): one["count"] for one in seen["counts"]}
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


def test_what_waits_is_listed_when_asked(run: Run, case: str) -> None:
    """People by pseudonym, a page at a time."""
    text = run("retention", "preview", "--fate", "waits", "--data", "identity", "--limit", "1").stdout
    assert "a case is kept" in text or "official chat" in text
    after = text.partition("--after ")[2].split()[0]
    assert after.startswith("identity:")
    assert run("retention", "preview", "--fate", "waits", "--data", "identity", "--after", after).exit_code == 0
    assert run("retention", "preview", "--days", "-1").exit_code == 1


def test_hold_is_set_shown_and_released(run: Run, read: Read, case: str) -> None:
    """It is set, listed, shown in the preview, and released."""
    assert run("retention", "order", case, "--reason", "request").exit_code == 0
    assert "is held until" in run("retention", "hold", case, *REASON).stdout
    (held,) = read("retention", "holds")
    assert (held["case"], held["review"]) == (case, "2099-01-01")
    assert "của tòa" in run("retention", "holds").stdout
    refused = run("retention", "order", case, "--reason", "request")
    assert (refused.exit_code, "release it first with " in refused.stderr) == (1, True)
    assert "is released" in run("retention", "release", held["id"]).stdout
    assert "Nothing is held." in run("retention", "holds").stdout
    assert run("retention", "hold", case, "--reason", "x", "--review-on", "soon").exit_code == 1


def test_proof_finds_purged_data_only_before(run: Run, read: Read, case: str, folder: Path, tmp_path: Path) -> None:
    """Before the purge everything is found, afterwards nothing, in any file of the folder."""
    file = tmp_path / "needles.json"
    assert "needles" in run("retention", "needles", case, "--out", str(file)).stdout
    assert file.stat().st_mode & 0o077 == 0
    assert run("retention", "needles", case, "--out", str(file)).exit_code == 1
    trial = run("retention", "prove", case, "--needles", str(file))
    assert (trial.exit_code, "wrapped" in trial.stdout, "purged" in trial.stdout) == (1, True, True)
    assert run("retention", "order", case, "--reason", "request").exit_code == 0
    purge(folder)
    proof = run("retention", "prove", case, "--needles", str(file))
    assert (proof.exit_code, "None of them is there any more" in proof.stdout) == (0, True)
    assert "Nobody can look from here at" in proof.stdout
    data = read("retention", "prove", case, "--needles", str(file))
    assert (data["still_there"], bool(data["purged_at"])) == ([], True)
    other = run("retention", "prove", "tip:other", "--needles", str(file))
    assert (other.exit_code, "has the needles of" in other.stderr) == (1, True)


def test_a_copy_that_was_kept_is_found(run: Run, case: str, folder: Path, tmp_path: Path) -> None:
    """Somebody copied the database before the purge: the proof names the file."""
    file = tmp_path / "needles.json"
    copy = tmp_path / "copies" / "old.db"
    run("retention", "needles", case, "--out", str(file))
    run("retention", "order", case, "--reason", "request")
    run("retention", "prove", case, "--needles", str(file))  # empties the log into the file
    copy.parent.mkdir()
    copy.write_bytes((folder / "anninh.db").read_bytes())
    purge(folder)
    found = run("retention", "prove", case, "--needles", str(file), "--also", str(copy.parent))
    assert (found.exit_code, "old.db" in found.stdout) == (1, True)
