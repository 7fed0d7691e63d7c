"""A call of an operation from outside: the permitted caller, the act and the answer."""

import json
from threading import Barrier, Thread
from typing import Any

import pytest
from attrs import evolve

from anninh_core.app import App
from anninh_core.kernel.errors import NotFound, NotVisible, Refused
from anninh_core.operations import OperationGateway
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


def call_with_json(gateway: OperationGateway, actor: Actor, name: str, **arguments: Any) -> object:
    """Call an operation like an external caller, with JSON."""
    return gateway.call(actor, name, gateway.decode(name, json.dumps(arguments).encode()))


def read_last_entry(app: App) -> Any:
    journal = app.internals.context.storage.journal
    return entry_from(journal.read(journal.head()[0] - 1)[-1].content)


def test_a_call_does_what_the_verb_does(app: App, gateway: OperationGateway, officer: Actor) -> None:
    """A call does the same as the verb, with the same action and officer in the journal."""
    call_with_json(gateway, officer, "tips.record_walk_in", text="Mất trộm xe đạp", unit=UNIT)
    (tip,) = app.tips.list(officer, limit=1).items
    assert tip.text == "Mất trộm xe đạp"
    call_with_json(gateway, officer, "tips.triage", tip_id=tip.id, category="crime")
    entry = read_last_entry(app)
    assert (entry.action, entry.actor) == ("tips.triage", officer.label)


def test_call_needs_the_same_permissions(gateway: OperationGateway, officer: Actor) -> None:
    """A call needs the same permissions as the verb, and a record of other officers is refused as if it were
    missing.
    """
    with pytest.raises(NotVisible):
        call_with_json(gateway, officer, "tips.get", tip_id="017bf6aa-0000-7000-8000-0000000000ff")
    with pytest.raises(Refused):
        call_with_json(gateway, officer, "audit.head")


def test_token_is_limited_to_its_operations(app: App, gateway: OperationGateway, officer: Actor) -> None:
    """A call outside a token's permitted operations is refused before anything is read, and is recorded in the
    journal.
    """
    limited = SignIn(SignInMethod.TOKEN, session="t1", operations=frozenset({"tips.list"}))
    token = evolve(officer, sign_in=limited)
    call_with_json(gateway, token, "tips.list")
    with pytest.raises(Refused, match=r"isn't permitted to use tips\.search"):
        call_with_json(gateway, token, "tips.search", text="xe đạp")
    entry = read_last_entry(app)
    assert (entry.outcome, entry.action, entry.actor) == ("refused", "tips.search", officer.label)
    with pytest.raises(Refused):
        call_with_json(gateway, evolve(officer, sign_in=evolve(limited, operations=frozenset())), "tips.list")


def test_files_are_returned_as_downloads(app: App, gateway: OperationGateway, officer: Actor) -> None:
    """A file is returned with a name and a media type."""
    report = app.reports.begin(officer, UNIT, "half-year", 2022)
    file = call_with_json(gateway, officer, "reports.render", report_id=report.id, format="json")
    assert isinstance(file, Download)
    assert (file.media_type, file.name.endswith(".json")) == ("application/json", True)
    assert gateway.find("reports.render").answer is Download


def test_answers_are_written_as_json(gateway: OperationGateway) -> None:
    """Pages and plain values are encoded as JSON."""
    assert json.loads(gateway.encode(Page((1, 2), "c"))) == {
        "items": [1, 2],
        "next": "c",
        "previous": "",
        "total": None,
        "is_capped": False,
        "damaged": 0,
    }
    assert gateway.encode(None) == b"null"


def test_unknown_operations_are_refused(gateway: OperationGateway, officer: Actor) -> None:
    """An unknown operation is refused as missing for every caller."""
    with pytest.raises(NotFound):
        gateway.call(officer, "tips.steal", {})


def test_threads_share_request_classes() -> None:
    """Request classes are built on first use, and all threads get the same classes."""
    with memory_app() as app:
        gateway = OperationGateway(app)
        start = Barrier(4)
        results: list[list[type]] = []

        def collect_request_classes() -> None:
            start.wait()
            results.append([operation.request for operation in gateway.operations.values()])

        threads = [Thread(target=collect_request_classes) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 4
        assert all(classes == results[0] for classes in results)
