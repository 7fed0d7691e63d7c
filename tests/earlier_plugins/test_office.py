"""An app of today works with plugins of an earlier version, which it finds by their entry points."""

import hmac
import json
from datetime import datetime
from pathlib import Path

import pytest
from tests.earlier_plugins.conftest import Install

from anninh_core import App, MessengerSettings, Parts, Settings, load_profile, open_app
from anninh_core.domain.tips import TipState
from anninh_core.kernel.errors import PluginRefused
from anninh_core.plugins import DEFAULT_PLUGINS, Plugins
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary import WebhookRequest

SECRET = "key-of-the-letter-box"
PERSON = "p-4711"
SENT_AT = datetime.fromisoformat("2022-03-01T08:00:00+07:00")


def open_office(folder: Path) -> App:
    letter_box = MessengerSettings(type="letter_box", options={"outbox": str(folder / "outbox"), "secret": SECRET})
    settings = Settings(
        plugins=(*DEFAULT_PLUGINS, "letter_box", "text_lines", "call_list"),
        storage="call_list:///kept.db",
        messengers={"gate": letter_box},
    )
    parts = Parts(clock=FixedClock(SENT_AT))
    return open_app(load_profile("hoa_lu_2021"), settings.resolve_paths(folder), parts)


def write_letter(number: int, text: str) -> WebhookRequest:
    event = {"id": f"e-{number}", "kind": "message", "from": PERSON, "text": text, "at": SENT_AT.isoformat()}
    body = json.dumps(event).encode()
    return WebhookRequest(body, (("X-Signature", hmac.new(SECRET.encode(), body, "sha256").hexdigest()),))


def read_letters(folder: Path) -> list[str]:
    return [file.read_text(encoding="utf-8") for file in (folder / "outbox" / PERSON).glob("*.txt")]


def test_an_office_works_and_starts_again(install_package: Install, tmp_path: Path) -> None:
    """With earlier plugins, a letter becomes a tip with a receipt; after a restart the tip is answered, and a report is
    written.
    """
    install_package("letter_box", "text_lines", "call_list")
    with open_office(tmp_path) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer", "report_officer")
        app.intake.accept("gate", write_letter(1, "Có trộm xe ở xóm 3"))
        app.worker.drain()
        (tip,) = app.tips.list(officer).items
        journal = app.internals.context.storage.journal.head()
    receipts = read_letters(tmp_path)
    assert any(tip.receipt in receipt for receipt in receipts)

    with open_office(tmp_path) as app:
        assert app.internals.context.storage.journal.head() == journal
        app.intake.accept("gate", write_letter(1, "Có trộm xe ở xóm 3"))
        answer_tip(app, officer, tip.id)
        app.worker.drain()
        assert [kept.text for kept in app.tips.list(officer).items] == ["Có trộm xe ở xóm 3"]
        report = app.reports.begin(officer, "ninh-hoa", "half-year", 2022)
        rendered = app.reports.render(officer, report.id, "text_lines")
    (answer,) = {*read_letters(tmp_path)} - {*receipts}
    assert "Không có cơ sở." in answer
    assert "BÁO CÁO" in rendered.data.decode().splitlines()


def answer_tip(app: App, officer: Actor, tip: str) -> None:
    app.tips.triage(officer, tip, unit="ninh-hoa", category="crime", urgency="ordinary")
    app.tips.settle(officer, tip, TipState.UNFOUNDED, answer="Không có cơ sở.", reason="no_evidence")
    app.tips.answer(officer, tip)


def test_a_storage_that_lacks_a_member_isnt_opened(install_package: Install) -> None:
    """A storage that lacks a method of today's port is refused when it is opened, not when the method is first needed,
    and the error names the method.
    """
    install_package("ledger")
    with pytest.warns(DeprecationWarning, match="is now"):
        plugins = Plugins(["ledger"])
    sentence = r"The storage 'ledger' lacks queues\.rename_ended, .* docs/howto/migrate_a_plugin\.md lists the changes"
    with pytest.raises(PluginRefused, match=sentence):
        plugins.open_storage("ledger:///kept.db")
