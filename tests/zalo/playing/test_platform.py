"""In a simulated demo with the simulated Zalo, people's messages arrive signed, and the account's messages reach
people.
"""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.zalo.playing.conftest import BEGIN, SimulatedDemo

from anninh_core.demo import load_corpus
from anninh_core.kernel.errors import ConfigurationError, RecipientUnreachable
from anninh_core.kernel.text import nfc
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.messages import Attachment, DeliveryReport, Place
from anninh_zalo.simulation import serve_pretend_zalo


def test_message_arrives_signed_over_http(played: SimulatedDemo) -> None:
    """A message arrives signed over HTTP with the platform's id and the demo's time, and without the sender's name, as
    on the real platform.
    """
    resident = played.platform.person("Bà Tý", "r-010")
    played.platform.says(resident, "Cháy nhà ở xóm 3")

    message = played.receive_message()

    assert (message.text, message.sent_at, message.sender_name) == ("Cháy nhà ở xóm 3", BEGIN, "")
    assert (message.sender.id, message.conversation) == (resident, message.sender)
    assert [message.id] == played.platform.said()


def test_whole_corpus_arrives_unchanged(played: SimulatedDemo) -> None:
    """Every line of the demo's corpus arrives with its text, attachments and places."""
    for line in load_corpus():
        played.platform.says(played.platform.person(line.name, line.sender), line.text, attachments=line.attachments)

        message = played.receive_message()

        assert message.text == nfc(line.text), line.id
        assert [part.kind for part in message.attachments] == [part.kind for part in line.attachments], line.id
        places = [(part.latitude, part.longitude) for part in message.attachments]
        assert places == [(part.latitude, part.longitude) for part in line.attachments], line.id


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file"])
def test_sent_media_can_be_fetched(played: SimulatedDemo, kind: str) -> None:
    """Attachments can be fetched from the simulated platform, with a default name if the demo gives none."""
    resident = played.platform.person("Bà Tý")
    played.platform.says(resident, "xem giúp tôi", attachments=[Attachment(kind)])

    (part,) = played.receive_message().attachments
    response = httpx.get(part.url)

    assert part.kind == kind
    assert response.status_code == 200
    assert response.content


def test_people_are_identified_by_key(played: SimulatedDemo) -> None:
    """Two people with the same name are distinct, and the same key always gives the same person."""
    first = played.platform.person("Anh Hải", "r-1")
    other = played.platform.person("Anh Hải", "r-2")

    assert first != other
    assert played.platform.person("Anh Hải", "r-1") == first
    assert played.platform.person("Anh Hải") not in (first, other)


def test_reply_has_the_quoted_id(played: SimulatedDemo) -> None:
    """A reply has the platform's id of the quoted message."""
    resident = played.platform.person("Bà Tý")
    played.platform.says(resident, "mất xe")
    played.heard()
    played.platform.says(resident, "biển số 35", reply_to=played.platform.said()[0])

    assert played.receive_message().reply_to == played.platform.said()[0]


def test_writer_joins_the_group_once(played: SimulatedDemo) -> None:
    """A person joins a group once, before their first message, and their messages come from the group."""
    group = played.create_group("Nhóm An ninh xã Ninh Hòa")
    resident = played.platform.person("Bà Tý")
    for text in ("chào cả nhà", "cháu nó cài cho"):
        played.platform.says(resident, text, group=group)
        message = played.receive_message()
        assert (message.text, message.conversation.place, message.conversation.id) == (text, Place.GROUP, group)

    joined = [request for request in played.door.got if b'"user_join_group"' in request.body]
    assert len(joined) == 1
    assert played.platform.groups() == {group: "Nhóm An ninh xã Ninh Hòa"}


def test_account_message_reaches_its_person(played: SimulatedDemo) -> None:
    """A message of the account reaches only its person, and its arrival is reported to the webhook."""
    resident = played.platform.person("Bà Tý")
    other = played.platform.person("Anh Đạt")
    receipt = played.send_text(resident, "Đã tiếp nhận")

    assert played.platform.heard(resident) == ["Đã tiếp nhận"]
    assert played.platform.heard(other) == []
    (report,) = (part for part in played.heard() if isinstance(part, DeliveryReport))
    assert report.platform_id == receipt.platform_id


def test_each_new_day_opens_conversations(played: SimulatedDemo) -> None:
    """On each new day everyone opens the chat, so that conversations don't close after 7 days of silence."""
    officer = played.platform.person("Lê Văn Thường Trực")
    played.pass_days(30)
    played.send_text(officer, "còn nghe được")

    played.clock.advance(timedelta(days=8))
    with pytest.raises(RecipientUnreachable):
        played.send_text(officer, "quá lâu rồi")

    assert played.platform.heard(officer) == ["còn nghe được"]


def test_token_is_refreshed_over_days(played: SimulatedDemo) -> None:
    """The first access token ends after 25 hours, and is refreshed for later messages."""
    officer = played.platform.person("Lê Văn Thường Trực")
    before = played.messenger.tokens.current()
    played.pass_days(2)
    played.send_text(officer, "chào")

    assert played.messenger.tokens.current() != before


def test_many_messages_at_one_time_are_sent(played: SimulatedDemo) -> None:
    """No limit per minute or month stops the demo's messages, although its clock doesn't advance within a step."""
    officer = played.platform.person("Lê Văn Thường Trực")
    for number in range(300):
        played.send_text(officer, f"tin {number}")

    assert len(played.platform.heard(officer)) == 300


def test_events_wait_for_delivery(played: SimulatedDemo) -> None:
    """Events wait until they are delivered explicitly, so that the demo decides when the app receives them."""
    played.platform.says(played.platform.person("Bà Tý"), "chào")

    assert played.door.got == []
    assert played.platform.deliver() == 2  # A new person causes two events, because they open the chat and write.
    assert played.platform.deliver() == 0


def test_refused_event_is_redelivered(played: SimulatedDemo) -> None:
    """A refused event is delivered again after half a minute; after the last attempt the demo fails instead of losing
    the event.
    """
    resident = played.platform.person("Bà Tý")
    played.heard()
    played.door.status = 503
    played.platform.says(resident, "chào")
    assert played.platform.deliver() == 1
    assert played.platform.deliver() == 0

    played.clock.advance(timedelta(seconds=30))
    assert played.platform.deliver() == 1
    played.clock.advance(timedelta(hours=1))
    with pytest.raises(ConfigurationError, match="refused an event"):
        played.platform.deliver()


def test_play_leaves_no_files(tmp_path: Path) -> None:
    """The simulated Zalo exists only in the process, leaves no files, and is closed after its block."""
    with serve_pretend_zalo(FixedClock(BEGIN), tmp_path / "play") as platform:
        address = platform.options["base.openapi"]
        assert httpx.get(address).status_code == 404
        assert not platform.lasts

    assert not (tmp_path / "play").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
