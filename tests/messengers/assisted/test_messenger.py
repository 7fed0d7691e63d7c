"""The assisted messenger passes the kit, and a person closes each of its tasks."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import (
    BadInput,
    ConfigurationError,
    NeedsPerson,
    NotFound,
    RequestRejected,
    RetryLater,
    Unsupported,
)
from anninh_core.messengers import AssistedMessenger
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import MessengerType, Verdict
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.testing.kits.messenger.conformance import MessengerConformance
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, Attachment, OutgoingMessage, Place, Receipt, WebhookRequest

GROUP = Address("nhom", Place.GROUP, "thon-thu")


class AssistedOutside:
    """The outside world for the kit: a paste is an incoming message, and a task is a delivered message."""

    def __init__(self, messenger: AssistedMessenger) -> None:
        self._messenger = messenger
        self._at = datetime(2021, 9, 2, 8, 0, tzinfo=VIETNAM)

    def incoming(self, text: str) -> WebhookRequest:
        self._at += timedelta(minutes=1)
        return WebhookRequest(json.dumps({"group": GROUP.id, "text": text, "at": self._at.isoformat()}).encode())

    def delivered(self) -> Sequence[tuple[Address, str]]:
        return [(Address("nhom", task.place, task.recipient), task.text) for task in self._messenger.tasks()]

    def fail(self, name: str) -> bool:
        return False


class TestAssistedMessenger(MessengerConformance):
    """Abilities that a person carries out are declared as partial, and the others as impossible."""

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, str]:
        return {"folder": str(tmp_path)}

    @pytest.fixture
    def messenger(self, services: AdapterServices, options: Mapping[str, str]) -> AssistedMessenger:
        return AssistedMessenger("nhom", dict(options), services)

    @pytest.fixture
    def person(self) -> Address:
        return Address("nhom", Place.PERSON, "p-1")

    @pytest.fixture
    def group(self) -> Address:
        return GROUP

    @pytest.fixture
    def outside(self, messenger: AssistedMessenger) -> AssistedOutside:
        return AssistedOutside(messenger)


def build_message(
    key: str = "k-1", text: str = "Chào bà con", attachments: Sequence[Attachment] = ()
) -> OutgoingMessage:
    return OutgoingMessage(key=key, to=GROUP, text=text, purpose="item.post", attachments=tuple(attachments))


@pytest.fixture
def services(anninh_clock: FixedClock) -> AdapterServices:
    return memory_services(anninh_clock)


@pytest.fixture
def assisted(tmp_path: Path, services: AdapterServices) -> AssistedMessenger:
    return AssistedMessenger("nhom", {"folder": str(tmp_path), "title.thon-thu": "Thôn Thử"}, services)


def send_waiting_message(assisted: AssistedMessenger, message: OutgoingMessage) -> None:
    with pytest.raises(NeedsPerson, match="waits on"):
        assisted.send(message)


def test_type_fits_the_port() -> None:
    """The class fits the port's `MessengerType`, which a plugin registers."""
    kind: MessengerType = AssistedMessenger
    assert kind.name == "assisted"


def test_send_is_done_when_a_person_confirms(assisted: AssistedMessenger, anninh_clock: FixedClock) -> None:
    """Until a person confirms, a send waits; afterwards the same send returns the receipt with the person's name as
    proof.
    """
    send_waiting_message(assisted, build_message())
    assert assisted.reconcile(build_message(), anninh_clock.now()) is Verdict.NOT_DELIVERED
    anninh_clock.advance(timedelta(minutes=5))
    receipt = assisted.confirm("k-1", "Thử Thị Bình", "https://chat.invalid/p/1")
    assert receipt == Receipt("https://chat.invalid/p/1", anninh_clock.now(), "confirmed by Thử Thị Bình")
    assert assisted.send(build_message()) == receipt
    assert assisted.reconcile(build_message(), anninh_clock.now()) is Verdict.DELIVERED


def test_sending_again_makes_no_second_task(assisted: AssistedMessenger) -> None:
    """Sending the same message again under the same key creates no second task."""
    send_waiting_message(assisted, build_message())
    send_waiting_message(assisted, build_message())
    assert [task.title for task in assisted.tasks()] == ["Thôn Thử"]


def test_key_of_another_message_is_refused(assisted: AssistedMessenger) -> None:
    """A send under the key of another waiting message is refused, and that message's task stays unchanged."""
    send_waiting_message(assisted, build_message())
    with pytest.raises(RequestRejected, match="another message"):
        assisted.send(build_message(text="Khác"))
    assert [task.text for task in assisted.tasks()] == ["Chào bà con"]


def test_first_confirmation_counts(assisted: AssistedMessenger) -> None:
    """A second confirmation changes nothing."""
    send_waiting_message(assisted, build_message())
    first = assisted.confirm("k-1", "Thử Thị Bình")
    assert assisted.confirm("k-1", "Thử Văn An", "https://chat.invalid/p/2") == first


def test_confirmation_names_task_and_person(assisted: AssistedMessenger) -> None:
    """A confirmation needs the name of a person and an existing task."""
    send_waiting_message(assisted, build_message())
    with pytest.raises(BadInput, match="name the person"):
        assisted.confirm("k-1", " ")
    with pytest.raises(NotFound, match="'k-9'"):
        assisted.confirm("k-9", "Thử Thị Bình")
    assert len(assisted.tasks()) == 1


def test_tasks_survive_a_restart(
    assisted: AssistedMessenger, tmp_path: Path, services: AdapterServices, anninh_clock: FixedClock
) -> None:
    """A new instance on the folder finds open and confirmed tasks of all days, oldest first."""
    send_waiting_message(assisted, build_message("k-2"))
    anninh_clock.advance(timedelta(days=1))
    send_waiting_message(assisted, build_message("k-1"))
    send_waiting_message(assisted, build_message("../k 3"))
    assisted.confirm("k-2", "Thử Thị Bình")
    restarted = AssistedMessenger("nhom", {"folder": str(tmp_path)}, services)
    assert [task.key for task in restarted.tasks()] == ["../k 3", "k-1"]
    assert [task.key for task in restarted.tasks(open_only=False)] == ["k-2", "../k 3", "k-1"]
    assert restarted.tasks(open_only=False) == assisted.tasks(open_only=False)
    assert {path.parent.name for path in tmp_path.rglob("*.json")} == {"2021-09-01", "2021-09-02"}
    assert restarted.confirm("../k 3", "Thử Thị Bình").proof == "confirmed by Thử Thị Bình"


def test_sheet_shows_tasks_and_confirmations(assisted: AssistedMessenger) -> None:
    """The sheet of a day has every task of that day, and shows who confirmed it."""
    send_waiting_message(assisted, build_message("k-1", "Một"))
    send_waiting_message(assisted, build_message("k-2", "Hai"))
    sheet = assisted.get_sheet_path(date(2021, 9, 1))
    assert sheet.name == "bang-viec-2021-09-01.html"
    text = sheet.read_text()
    assert "Một" in text
    assert "Hai" in text
    assisted.confirm("k-2", "Thử Thị Bình")
    assert "Confirmed by Thử Thị Bình" in sheet.read_text()


def test_sheet_day_is_vietnamese(assisted: AssistedMessenger, anninh_clock: FixedClock) -> None:
    """A task created at 00:30 in Vietnam is on the sheet of that day, although it is the day before in UTC."""
    anninh_clock.set(datetime(2021, 9, 2, 0, 30, tzinfo=VIETNAM))
    send_waiting_message(assisted, build_message())
    assert assisted.get_sheet_path(date(2021, 9, 2)).exists()


def test_files_are_private_and_whole(assisted: AssistedMessenger, tmp_path: Path) -> None:
    """The messenger's files are readable by the owner only, and no file is left half-written."""
    send_waiting_message(assisted, build_message())
    assisted.confirm("k-1", "Thử Thị Bình")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".json", ".html"}
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_unwritable_folder_defers_the_send(tmp_path: Path, services: AdapterServices) -> None:
    """With an unwritable folder a send is deferred with an error that names the folder, and leaves no task."""
    (tmp_path / "nhom").write_text("in the way")
    blocked = AssistedMessenger("nhom", {"folder": str(tmp_path)}, services)
    with pytest.raises(RetryLater, match="The task folder"):
        blocked.send(build_message())
    assert blocked.tasks() == []


def test_damaged_task_defers_every_operation(assisted: AssistedMessenger, tmp_path: Path) -> None:
    """With a damaged task file every operation is deferred with an error that names the folder."""
    send_waiting_message(assisted, build_message())
    next(tmp_path.rglob("k-1.json")).write_text("{")
    for operation in (lambda: assisted.send(build_message()), lambda: assisted.confirm("k-1", "An"), assisted.tasks):
        with pytest.raises(RetryLater, match=r"The task folder .*nhom can't be used \(.*\): check it"):
            operation()


def test_purged_picture_is_shown_by_name(assisted: AssistedMessenger, services: AdapterServices) -> None:
    """If the picture of an earlier task was purged, the sheet is still written, with the picture's name."""
    picture = services.blobs.put(PICTURE)
    send_waiting_message(assisted, build_message("k-1", attachments=[Attachment("image", "anh.png", blob=picture)]))
    services.blobs.delete(picture)
    send_waiting_message(assisted, build_message("k-2"))
    assert "<p>anh.png</p>" in assisted.get_sheet_path(date(2021, 9, 1)).read_text()


def test_unsupported_operation_gives_a_reason(assisted: AssistedMessenger) -> None:
    """Creating a group is refused with a reason for people."""
    with pytest.raises(Unsupported, match=r"'create group' isn't supported by .* \(impossible\): programs have no way"):
        assisted.create_group("Thôn Thử", [])


def test_options_are_checked(services: AdapterServices) -> None:
    """A missing folder, a misspelt option or wording and an unsuitable name are refused, and each error names the
    option.
    """
    invalid = {
        "is missing or empty: set": {},
        r"no option 'flder' \(did you mean 'folder'\?\)": {"folder": "x", "flder": "y"},
        "The task sheet doesn't use the option `wording": {"folder": "x", "wording.tittle": "y"},
    }
    for sentence, options in invalid.items():
        with pytest.raises(ConfigurationError, match=sentence):
            AssistedMessenger("nhom", options, services)
    with pytest.raises(ConfigurationError, match=r"'\.\./x'"):
        AssistedMessenger("../x", {"folder": "x"}, services)


def test_pasted_senders_keep_their_pseudonym(
    assisted: AssistedMessenger, tmp_path: Path, services: AdapterServices
) -> None:
    """The same name in the same group has the same pseudonym as sender, even after a restart; with another secret the
    pseudonym differs.
    """
    body = b'{"group":"thon-thu","name":"Thu Van An","text":"alo","at":"2021-09-02T08:00:00+07:00"}'
    options = {"folder": str(tmp_path)}
    restarted, elsewhere = (
        AssistedMessenger("nhom", options, instance_services) for instance_services in (services, memory_services())
    )
    assert assisted.parse(body) == restarted.parse(body) != elsewhere.parse(body)
