"""A call through the door: who asks, what is done, and what leaves."""

import json
from threading import Barrier, Thread
from typing import Any

import pytest
from attrs import evolve

from anninh_core.app import App
from anninh_core.kernel.errors import NotFound, NotVisible, Refused
from anninh_core.operations import Door
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor
from anninh_core.usecase.views import Download, Page

UNIT = "ninh-hoa"


@pytest.fixture(scope="module")
def officer(app: App) -> Actor:
    users = UnsafeLocalUsers(app)
    return users.appoint("Cán bộ Mẫu", UNIT, "tip_officer", "editor", "report_officer")


def call(door: Door, actor: Actor, name: str, **arguments: Any) -> object:
    """Call as somebody outside does: with JSON."""
    return door.call(actor, name, door.decode(name, json.dumps(arguments).encode()))


def last_entry(app: App) -> Any:
    journal = app.internals.context.storage.journal
    return entry_from(journal.read(journal.head()[0] - 1)[-1].content)


def test_a_call_does_what_the_verb_does(app: App, door: Door, officer: Actor) -> None:
    """The same act, under the same name in the journal, by the same officer."""
    call(door, officer, "tips.record_walk_in", text="Mất trộm xe đạp", unit=UNIT)
    (tip,) = app.tips.list(officer, limit=1).items
    assert tip.text == "Mất trộm xe đạp"
    call(door, officer, "tips.triage", tip_id=tip.id, category="crime")
    entry = last_entry(app)
    assert (entry.action, entry.actor) == ("tips.triage", officer.label)


def test_the_use_case_refuses_as_ever(door: Door, officer: Actor) -> None:
    """The door opens nothing: what isn't this officer's is told as missing."""
    with pytest.raises(NotVisible):
        call(door, officer, "tips.get", tip_id="017bf6aa-0000-7000-8000-0000000000ff")
    with pytest.raises(Refused):
        call(door, officer, "audit.head")


def test_a_token_is_held_to_its_operations(app: App, door: Door, officer: Actor) -> None:
    """What a sign-in isn't good for is refused before anything is read, and the journal knows."""
    limited = SignIn(SignInMethod.TOKEN, session="t1", operations=frozenset({"tips.list"}))
    token = evolve(officer, sign_in=limited)
    call(door, token, "tips.list")
    with pytest.raises(Refused, match=r"isn't permitted to use tips\.search"):
        call(door, token, "tips.search", text="xe đạp")
    entry = last_entry(app)
    assert (entry.outcome, entry.action, entry.actor) == ("refused", "tips.search", officer.label)
    with pytest.raises(Refused):
        call(door, evolve(officer, sign_in=evolve(limited, operations=frozenset())), "tips.list")


def test_files_leave_as_files(app: App, door: Door, officer: Actor) -> None:
    """With a name and what kind of file it is."""
    report = app.reports.begin(officer, UNIT, "half-year", 2022)
    file = call(door, officer, "reports.render", report_id=report.id, format="json")
    assert isinstance(file, Download)
    assert (file.media_type, file.name.endswith(".json")) == ("application/json", True)
    assert door.find("reports.render").answer is Download


def test_answers_are_written_as_json(door: Door) -> None:
    """Pages and plain values; moments with their offset."""
    assert json.loads(door.encode(Page((1, 2), "c"))) == {
        "items": [1, 2],
        "next": "c",
        "previous": "",
        "total": None,
        "is_capped": False,
        "damaged": 0,
    }
    assert door.encode(None) == b"null"


def test_unknown_operations_are_refused(door: Door, officer: Actor) -> None:
    """As what isn't there, whoever asks."""
    with pytest.raises(NotFound):
        door.call(officer, "tips.steal", {})


def test_threads_may_ask_at_once() -> None:
    """Requests are made when the first asks, and every thread gets the same class."""
    with memory_app() as app:
        door = Door(app)
        start = Barrier(4)
        found: list[list[type]] = []

        def ask() -> None:
            start.wait()
            found.append([operation.request for operation in door.operations.values()])

        threads = [Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4
        assert all(one == found[0] for one in found)
