"""`anninh failures`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, mock, opened

from anninh_core.kernel.clock import SystemClock
from anninh_core.messengers.assisted.messenger import AssistedMessenger
from anninh_core.ports.storages.changes import ChangeSet, InboxSettled
from anninh_core.ports.storages.queues import InboxState

pytestmark = pytest.mark.slow


def test_what_waits_for_a_person_is_listed(run: Run, read: Read) -> None:
    """The answer that never reached its recipient, with the reason; without a command it is the list."""
    (trouble,) = read("failures")

    shown = run("failures")

    assert trouble["state"] == "failed"
    assert trouble["id"].endswith(shown.stdout.splitlines()[1].split()[0])
    assert "RequestRejected" in shown.stdout
    assert run("failures", "list").stdout == shown.stdout
    assert run("failures", "--limit", "1").stdout == shown.stdout


@pytest.mark.parametrize("whole", [True, False])
def test_a_message_is_sent_again(run: Run, read: Read, whole: bool) -> None:
    """By its whole id or by the end that the list shows; it goes out with the next work."""
    id = read("failures")[0]["id"]

    assert run("failures", "resend", id if whole else id[-12:]).exit_code == 0
    assert run("failures").stdout == "Everything was processed and delivered.\n"
    assert run("work", "--once").stdout.endswith("sent 1\n")


def test_a_person_decides(run: Run, read: Read) -> None:
    """That it shall not go out any more, or that it arrived all the same; each leaves its line."""
    id = read("failures")[0]["id"]

    assert run("failures", "give-up", id, "--reason", "moved away").exit_code == 0
    assert run("failures", "confirm", id, "--proof", "told by phone").exit_code == 1
    (line,) = read("audit", "trail", "--action", "delivery.give_up")
    assert line["facts"]["outbox"] == id


def test_an_arrival_is_confirmed(run: Run, read: Read) -> None:
    """With how it is known."""
    id = read("failures")[0]["id"]

    assert run("failures", "confirm", id[-6:], "--proof", "told by phone").exit_code == 0
    assert read("failures") == []


def test_a_confirmed_post_is_off_the_sheet(run: Run, read: Read, folder: Path) -> None:
    """What assisted posting asks a person to do isn't asked any more once it is confirmed here."""
    with (folder / "anninh.toml").open("a") as settings:
        settings.write('\n[messengers.zalo]\ntype = "assisted"\noptions = { folder = "tasks" }\n')
    with opened(folder) as (app, me):
        group = app.groups.plan(me, "ninh-hai", kind="commune", title="Nhóm tay")
        app.groups.link_group(me, group.id, "zalo", platform_id="77")
        app.groups.seat(me, group.id, "owner", officer=me.id, name="Trung tá Mẫu")
        app.groups.launch(me, group.id)
        app.worker.drain()
    (task,) = read("failures", "--messenger", "zalo")

    assert run("failures", "confirm", task["id"], "--proof", "https://zalo.me/g/77/1").exit_code == 0
    assert read("failures", "--messenger", "zalo") == []
    with opened(folder) as (app, _):
        assisted = app.internals.messengers["zalo"]
        assert isinstance(assisted, AssistedMessenger)
        assert assisted.tasks() == []


def test_an_unknown_id_is_told(run: Run) -> None:
    """With the command that lists them."""
    done = run("failures", "resend", "zzz")

    assert done.exit_code == 1
    assert done.stderr == (
        "anninh: 0 failures that wait for a person have an id that ends with 'zzz', but there must be exactly one: "
        "`anninh failures list` lists the failures.\n"
    )


def test_a_reason_is_needed(run: Run) -> None:
    """Nobody gives up on a message without saying why."""
    assert run("failures", "give-up", "x").exit_code == 2


def test_an_empty_reason_is_none(run: Run, read: Read) -> None:
    """The message goes on waiting."""
    id = read("failures")[0]["id"]

    assert run("failures", "give-up", id, "--reason", " ").exit_code == 1
    assert read("failures")[0]["id"] == id


def test_a_mistyped_command_is_named(run: Run) -> None:
    """Instead of being taken for a word of the list."""
    done = run("failures", "resned", "x")
    assert (done.exit_code, "'resned'" in done.stderr) == (2, True)


def failed_event(folder: Path) -> str:
    """Let an event fail for good; returns its id."""
    with opened(folder) as (app, _):
        chat = mock(app).chat
        chat.says(chat.person("Bà Mẫu"), "Có trộm vào nhà văn hoá")
        for request in chat.webhooks():
            app.intake.accept("oa", request)
        (row,) = app.internals.context.storage.queues.claim_inbox(
            app.internals.context.clock.now(), timedelta(minutes=1), 1
        )
        failed = InboxSettled(id=row.id, token=row.token, state=InboxState.FAILED, error="RuntimeError")
        app.internals.context.storage.commit([ChangeSet(inbox_settled=failed)])
        return row.id


def test_both_directions_are_listed_and_filtered(run: Run, read: Read, folder: Path) -> None:
    """What came in beside what was to go out, each with its age and what is safe; page by page."""
    id = failed_event(folder)
    first, second = read("failures")
    gone, came = sorted((first, second), key=lambda one: one["direction"], reverse=True)
    assert (came["id"], came["direction"], came["safe"]) == (id, "in", ["rerun", "give-up"])
    assert (gone["direction"], gone["safe"]) == ("out", ["resend", "give-up"])
    assert read("failures", "--direction", "in") == [came]
    assert read("failures", "list", "--state", "failed", "--messenger", "oa", "--direction", "out") == [gone]
    assert read("failures", "--after", first["id"], "--limit", "1") == [second]
    shown = run("failures", "--limit", "1")
    assert f"safe: {', '.join(first['safe'])}" in " ".join(shown.stdout.split())
    assert shown.stderr == f"There may be more; go on with --after {first['id']}\n"


def test_an_event_is_processed_again(run: Run, read: Read, folder: Path) -> None:
    """With the next work, as if it had just come."""
    id = failed_event(folder)

    assert run("failures", "rerun", id[-12:]).stdout == f"{id} is processed again with the next `anninh work`.\n"
    assert run("work", "--once").stdout.startswith("received 1, ")
    assert read("failures", "--direction", "in") == []


def test_an_event_is_given_up(run: Run, read: Read, folder: Path) -> None:
    """By the same command as a message."""
    id = failed_event(folder)

    assert run("failures", "give-up", id, "--reason", "thử máy").exit_code == 0
    assert read("failures", "--direction", "in") == []


def test_an_alarm_is_an_exit_code(run: Run, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """None while the list moves; once the oldest entry is over a day old, 3, and the list says so as well."""
    assert run("failures", "alarm").exit_code == 0
    assert read("failures", "alarm") == {"alarm": False, "count": 0, "since": None}
    later = SystemClock().now() + timedelta(hours=49)
    monkeypatch.setattr(SystemClock, "now", lambda _: later)
    done = run("failures", "alarm")
    assert (done.exit_code, done.stdout.startswith("ALARM: the list of failures stands still; 1 wait")) == (3, True)
    assert "(2 d)" in done.stdout
    assert run("failures").stderr == done.stdout
    assert json.loads(run("failures", "alarm", "--json").stdout)["alarm"] is True
