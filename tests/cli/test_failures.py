"""`anninh failures`."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.conftest import Read, Run, get_mock_messenger, open_folder

from anninh_core.kernel.clock import SystemClock
from anninh_core.messengers.assisted.messenger import AssistedMessenger
from anninh_core.ports.storages.changes import ChangeSet, InboxSettled
from anninh_core.ports.storages.queues import InboxState

pytestmark = pytest.mark.slow


def test_failed_reply_is_listed(run: Run, read: Read) -> None:
    """A failed reply is listed with its reason, also without a subcommand."""
    (trouble,) = read("failures")

    result = run("failures")

    assert trouble["state"] == "failed"
    assert trouble["id"].endswith(result.stdout.splitlines()[1].split()[0])
    assert "RequestRejected" in result.stdout
    assert run("failures", "list").stdout == result.stdout
    assert run("failures", "--limit", "1").stdout == result.stdout


@pytest.mark.parametrize("whole", [True, False])
def test_failed_message_is_resent(run: Run, read: Read, whole: bool) -> None:
    """A failed message is sent again by its whole id or by the end that the list shows."""
    id = read("failures")[0]["id"]

    assert run("failures", "resend", id if whole else id[-12:]).exit_code == 0
    assert run("failures").stdout == "Everything was processed and delivered.\n"
    assert run("work", "--once").stdout.endswith("sent 1\n")


def test_giving_up_leaves_an_entry(run: Run, read: Read) -> None:
    """An operator gives a message up with a reason, once, which leaves a journal entry."""
    id = read("failures")[0]["id"]

    assert run("failures", "give-up", id, "--reason", "moved away").exit_code == 0
    assert run("failures", "confirm", id, "--proof", "told by phone").exit_code == 1
    (line,) = read("audit", "trail", "--action", "delivery.give_up")
    assert line["facts"]["outbox"] == id


def test_arrival_is_confirmed_with_proof(run: Run, read: Read) -> None:
    """An operator confirms with a proof that a message arrived."""
    id = read("failures")[0]["id"]

    assert run("failures", "confirm", id[-6:], "--proof", "told by phone").exit_code == 0
    assert read("failures") == []


def test_confirmed_post_leaves_assisted_tasks(run: Run, read: Read, folder: Path) -> None:
    """A confirmed post is no longer a task of assisted posting."""
    with (folder / "anninh.toml").open("a") as settings:
        settings.write('\n[messengers.zalo]\ntype = "assisted"\noptions = { folder = "tasks" }\n')
    with open_folder(folder) as (app, me):
        group = app.groups.plan(me, "ninh-hai", kind="commune", title="Nhóm tay")
        app.groups.link_group(me, group.id, "zalo", platform_id="77")
        app.groups.seat(me, group.id, "owner", officer=me.id, name="Trung tá Mẫu")
        app.groups.launch(me, group.id)
        app.worker.drain()
    (task,) = read("failures", "--messenger", "zalo")

    assert run("failures", "confirm", task["id"], "--proof", "https://zalo.me/g/77/1").exit_code == 0
    assert read("failures", "--messenger", "zalo") == []
    with open_folder(folder) as (app, _):
        assisted = app.internals.messengers["zalo"]
        assert isinstance(assisted, AssistedMessenger)
        assert assisted.tasks() == []


def test_unknown_failure_id_is_refused(run: Run) -> None:
    """An unknown id is refused, and the error mentions the command that lists failures."""
    result = run("failures", "resend", "zzz")

    assert result.exit_code == 1
    assert result.stderr == (
        "anninh: 0 failures that wait for a person have an id that ends with 'zzz', but there must be exactly one: "
        "`anninh failures list` lists the failures.\n"
    )


def test_giving_up_needs_a_reason(run: Run) -> None:
    """Giving a message up without a reason is refused."""
    assert run("failures", "give-up", "x").exit_code == 2


def test_blank_reason_is_refused(run: Run, read: Read) -> None:
    """A blank reason is refused, and the message remains in the list."""
    id = read("failures")[0]["id"]

    assert run("failures", "give-up", id, "--reason", " ").exit_code == 1
    assert read("failures")[0]["id"] == id


def test_mistyped_subcommand_is_reported(run: Run) -> None:
    """A mistyped subcommand is reported, and isn't taken for an argument of the list."""
    result = run("failures", "resned", "x")
    assert (result.exit_code, "'resned'" in result.stderr) == (2, True)


def fail_event(folder: Path) -> str:
    """Let an event fail permanently, and return its id."""
    with open_folder(folder) as (app, _):
        chat = get_mock_messenger(app).chat
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
    """Failures of both directions are listed with the safe actions, and can be filtered and paged."""
    id = fail_event(folder)
    first, second = read("failures")
    outgoing, incoming = sorted((first, second), key=lambda failure: failure["direction"], reverse=True)
    assert (incoming["id"], incoming["direction"], incoming["safe"]) == (id, "in", ["rerun", "give-up"])
    assert (outgoing["direction"], outgoing["safe"]) == ("out", ["resend", "give-up"])
    assert read("failures", "--direction", "in") == [incoming]
    assert read("failures", "list", "--state", "failed", "--messenger", "oa", "--direction", "out") == [outgoing]
    assert read("failures", "--after", first["id"], "--limit", "1") == [second]
    result = run("failures", "--limit", "1")
    assert f"safe: {', '.join(first['safe'])}" in " ".join(result.stdout.split())
    assert result.stderr == f"There may be more; go on with --after {first['id']}\n"


def test_failed_event_is_rerun(run: Run, read: Read, folder: Path) -> None:
    """A failed event is processed again by the next work."""
    id = fail_event(folder)

    assert run("failures", "rerun", id[-12:]).stdout == f"{id} is processed again with the next `anninh work`.\n"
    assert run("work", "--once").stdout.startswith("received 1, ")
    assert read("failures", "--direction", "in") == []


def test_failed_event_is_given_up(run: Run, read: Read, folder: Path) -> None:
    """A failed event is given up by the same command as a message."""
    id = fail_event(folder)

    assert run("failures", "give-up", id, "--reason", "thử máy").exit_code == 0
    assert read("failures", "--direction", "in") == []


def test_old_failure_raises_the_alarm(run: Run, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """The alarm's command ends with exit code 0, or with 3 once the oldest failure is over a day old; then the list
    warns too.
    """
    assert run("failures", "alarm").exit_code == 0
    assert read("failures", "alarm") == {"alarm": False, "count": 0, "since": None}
    later = SystemClock().now() + timedelta(hours=49)
    monkeypatch.setattr(SystemClock, "now", lambda _: later)
    result = run("failures", "alarm")
    assert (result.exit_code, result.stdout.startswith("ALARM: the list of failures isn't worked on; 1 wait")) == (
        3,
        True,
    )
    assert "(2 d)" in result.stdout
    assert run("failures").stderr == result.stdout
    assert json.loads(run("failures", "alarm", "--json").stdout)["alarm"] is True
