"""`anninh failures`."""

import pytest
from tests.cli.conftest import Read, Run


def test_what_waits_for_a_person_is_listed(run: Run, read: Read) -> None:
    """The answer that never reached its recipient, with the reason; without a command it is the list."""
    (trouble,) = read("failures")

    shown = run("failures")

    assert trouble["state"] == "failed"
    assert trouble["id"].endswith(shown.stdout.splitlines()[1].split()[0])
    assert "RecipientUnreachable" in shown.stdout
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


def test_an_unknown_id_is_told(run: Run) -> None:
    """With the command that lists them."""
    done = run("failures", "resend", "zzz")

    assert done.exit_code == 1
    assert done.stderr == "anninh: 0 rows that wait for a person end with 'zzz'; `anninh failures` lists them\n"


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
    assert "No such command 'resned'" in run("failures", "resned", "x").stderr
