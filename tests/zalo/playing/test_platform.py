"""The pretend Zalo in a play: people's messages arrive signed, and the account's messages reach them."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.zalo.playing.conftest import BEGIN, Played

from anninh_core.demo import load_corpus
from anninh_core.kernel.errors import ConfigurationError, RecipientUnreachable
from anninh_core.kernel.text import nfc
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.messages import Attachment, DeliveryReport, Place
from anninh_zalo.simulation import pretended


def test_message_arrives_signed_over_http(played: Played) -> None:
    """A message arrives signed over HTTP with the platform's id and the play's time, without the sender's name as on
    the real platform.
    """
    resident = played.platform.person("Bà Tý", "r-010")
    played.platform.says(resident, "Cháy nhà ở xóm 3")

    message = played.message()

    assert (message.text, message.sent_at, message.sender_name) == ("Cháy nhà ở xóm 3", BEGIN, "")
    assert (message.sender.id, message.conversation) == (resident, message.sender)
    assert [message.id] == played.platform.said()


def test_whole_corpus_arrives_unchanged(played: Played) -> None:
    """Every line of the demo arrives with its text, attachments and places."""
    for line in load_corpus():
        played.platform.says(played.platform.person(line.name, line.sender), line.text, attachments=line.attachments)

        message = played.message()

        assert message.text == nfc(line.text), line.id
        assert [part.kind for part in message.attachments] == [part.kind for part in line.attachments], line.id
        places = [(part.latitude, part.longitude) for part in message.attachments]
        assert places == [(part.latitude, part.longitude) for part in line.attachments], line.id


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file"])
def test_sent_media_can_be_fetched(played: Played, kind: str) -> None:
    """Attachments can be fetched from the pretend platform, with a default name if the play gives none."""
    resident = played.platform.person("Bà Tý")
    played.platform.says(resident, "xem giúp tôi", attachments=[Attachment(kind)])

    (part,) = played.message().attachments
    response = httpx.get(part.url)

    assert part.kind == kind
    assert response.status_code == 200
    assert response.content


def test_people_are_identified_by_key(played: Played) -> None:
    """Two people of one name are distinct, and the same key gives the same person."""
    first = played.platform.person("Anh Hải", "r-1")
    other = played.platform.person("Anh Hải", "r-2")

    assert first != other
    assert played.platform.person("Anh Hải", "r-1") == first
    assert played.platform.person("Anh Hải") not in (first, other)


def test_reply_has_the_quoted_id(played: Played) -> None:
    """A reply has the platform's id of the quoted message."""
    resident = played.platform.person("Bà Tý")
    played.platform.says(resident, "mất xe")
    played.heard()
    played.platform.says(resident, "biển số 35", reply_to=played.platform.said()[0])

    assert played.message().reply_to == played.platform.said()[0]


def test_writer_joins_the_group_once(played: Played) -> None:
    """A person joins a group once, before their first message, and their messages come from the group."""
    group = played.group("Nhóm An ninh xã Ninh Hòa")
    resident = played.platform.person("Bà Tý")
    for text in ("chào cả nhà", "cháu nó cài cho"):
        played.platform.says(resident, text, group=group)
        message = played.message()
        assert (message.text, message.conversation.place, message.conversation.id) == (text, Place.GROUP, group)

    joined = [request for request in played.door.got if b'"user_join_group"' in request.body]
    assert len(joined) == 1
    assert played.platform.groups() == {group: "Nhóm An ninh xã Ninh Hòa"}


def test_account_message_reaches_its_person(played: Played) -> None:
    """A message of the account reaches only its person, and its arrival is reported to the webhook."""
    resident = played.platform.person("Bà Tý")
    other = played.platform.person("Anh Đạt")
    receipt = played.tell(resident, "Đã tiếp nhận")

    assert played.platform.heard(resident) == ["Đã tiếp nhận"]
    assert played.platform.heard(other) == []
    (report,) = (part for part in played.heard() if isinstance(part, DeliveryReport))
    assert report.platform_id == receipt.platform_id


def test_each_new_day_opens_conversations(played: Played) -> None:
    """Each new day everyone opens the chat, so that conversations don't close after 7 days of silence."""
    officer = played.platform.person("Lê Văn Thường Trực")
    played.pass_days(30)
    played.tell(officer, "còn nghe được")

    played.clock.advance(timedelta(days=8))
    with pytest.raises(RecipientUnreachable):
        played.tell(officer, "quá lâu rồi")

    assert played.platform.heard(officer) == ["còn nghe được"]


def test_token_is_refreshed_over_days(played: Played) -> None:
    """The initial token ends after 25 hours and is refreshed for later messages."""
    officer = played.platform.person("Lê Văn Thường Trực")
    before = played.messenger.tokens.current()
    played.pass_days(2)
    played.tell(officer, "chào")

    assert played.messenger.tokens.current() != before


def test_many_messages_at_one_time_are_sent(played: Played) -> None:
    """No limit of a minute or month stops a play's messages, although its clock doesn't advance within a step."""
    officer = played.platform.person("Lê Văn Thường Trực")
    for number in range(300):
        played.tell(officer, f"tin {number}")

    assert len(played.platform.heard(officer)) == 300


def test_events_wait_for_delivery(played: Played) -> None:
    """Events wait for an explicit delivery, so that the play decides when the app receives them."""
    played.platform.says(played.platform.person("Bà Tý"), "chào")

    assert played.door.got == []
    assert played.platform.deliver() == 2  # a new person has opened the chat and written
    assert played.platform.deliver() == 0


def test_refused_event_is_redelivered(played: Played) -> None:
    """A refused event is delivered again after half a minute, and the play fails after the last attempt instead of
    losing the event.
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
    """The pretend Zalo exists only in the process, and is closed after its block."""
    with pretended(FixedClock(BEGIN), tmp_path / "play") as platform:
        address = platform.options["base.openapi"]
        assert httpx.get(address).status_code == 404
        assert not platform.lasts

    assert not (tmp_path / "play").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
