"""The pretend Zalo on a stage: what people say there comes in signed, and what the account says is heard."""

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


def test_a_message_comes_in_over_http(played: Played) -> None:
    """Signed, with the platform's id and the play's time; the name stays where it was, as on the real platform."""
    resident = played.platform.person("Bà Tý", "r-010")
    played.platform.says(resident, "Cháy nhà ở xóm 3")

    message = played.message()

    assert (message.text, message.sent_at, message.sender_name) == ("Cháy nhà ở xóm 3", BEGIN, "")
    assert (message.sender.id, message.conversation) == (resident, message.sender)
    assert [message.id] == played.platform.said()


def test_the_whole_corpus_comes_through(played: Played) -> None:
    """Every line of the demo arrives with its words, with as many attachments of the same kinds, and its places."""
    for line in load_corpus():
        played.platform.says(played.platform.person(line.name, line.sender), line.text, attachments=line.attachments)

        message = played.message()

        assert message.text == nfc(line.text), line.id
        assert [part.kind for part in message.attachments] == [part.kind for part in line.attachments], line.id
        places = [(part.latitude, part.longitude) for part in message.attachments]
        assert places == [(part.latitude, part.longitude) for part in line.attachments], line.id


@pytest.mark.parametrize("kind", ["image", "video", "audio", "file"])
def test_media_can_be_fetched(played: Played, kind: str) -> None:
    """What is sent along lies on the pretend platform, under a name of its kind where the play gives none."""
    resident = played.platform.person("Bà Tý")
    played.platform.says(resident, "xem giúp tôi", attachments=[Attachment(kind)])

    (part,) = played.message().attachments
    fetched = httpx.get(part.url)

    assert part.kind == kind
    assert fetched.status_code == 200
    assert fetched.content


def test_people_are_known_by_key(played: Played) -> None:
    """Two of one name are two people; who is asked for again is the same."""
    one = played.platform.person("Anh Hải", "r-1")
    other = played.platform.person("Anh Hải", "r-2")

    assert one != other
    assert played.platform.person("Anh Hải", "r-1") == one
    assert played.platform.person("Anh Hải") not in (one, other)


def test_a_reply_quotes(played: Played) -> None:
    """What is answered is named by the platform's id."""
    resident = played.platform.person("Bà Tý")
    played.platform.says(resident, "mất xe")
    played.heard()
    played.platform.says(resident, "biển số 35", reply_to=played.platform.said()[0])

    assert played.message().reply_to == played.platform.said()[0]


def test_who_speaks_in_a_group_joins_it(played: Played) -> None:
    """Once, before the first word; what is said there comes from the group."""
    group = played.group("Nhóm An ninh xã Ninh Hòa")
    resident = played.platform.person("Bà Tý")
    for text in ("chào cả nhà", "cháu nó cài cho"):
        played.platform.says(resident, text, group=group)
        message = played.message()
        assert (message.text, message.conversation.place, message.conversation.id) == (text, Place.GROUP, group)

    joined = [request for request in played.door.got if b'"user_join_group"' in request.body]
    assert len(joined) == 1
    assert played.platform.groups() == {group: "Nhóm An ninh xã Ninh Hòa"}


def test_what_the_account_writes_is_heard(played: Played) -> None:
    """By the person it is for, and its arrival is reported to the door."""
    resident = played.platform.person("Bà Tý")
    other = played.platform.person("Anh Đạt")
    receipt = played.tell(resident, "Đã tiếp nhận")

    assert played.platform.heard(resident) == ["Đã tiếp nhận"]
    assert played.platform.heard(other) == []
    (report,) = (one for one in played.heard() if isinstance(one, DeliveryReport))
    assert report.platform_id == receipt.platform_id


def test_people_can_be_written_to_as_long_as_days_begin(played: Played) -> None:
    """Zalo closes a conversation after 7 days of silence; each new day everybody looks in, which opens it again."""
    officer = played.platform.person("Lê Văn Thường Trực")
    played.pass_days(30)
    played.tell(officer, "còn nghe được")

    played.clock.advance(timedelta(days=8))
    with pytest.raises(RecipientUnreachable):
        played.tell(officer, "quá lâu rồi")

    assert played.platform.heard(officer) == ["còn nghe được"]


def test_tokens_are_renewed_as_days_go_by(played: Played) -> None:
    """The token that the stage hands over ends after 25 hours; what is sent later goes with the next one."""
    officer = played.platform.person("Lê Văn Thường Trực")
    before = played.messenger.tokens.current()
    played.pass_days(2)
    played.tell(officer, "chào")

    assert played.messenger.tokens.current() != before


def test_many_are_told_in_one_moment(played: Played) -> None:
    """The play's clock stands still in a step: no limit of a minute or a month holds its messages back."""
    officer = played.platform.person("Lê Văn Thường Trực")
    for number in range(300):
        played.tell(officer, f"tin {number}")

    assert len(played.platform.heard(officer)) == 300


def test_nothing_goes_out_by_itself(played: Played) -> None:
    """Events wait until somebody delivers them, so that the play decides when the app hears."""
    played.platform.says(played.platform.person("Bà Tý"), "chào")

    assert played.door.got == []
    assert played.platform.deliver() == 2  # somebody new has opened the chat, and has written
    assert played.platform.deliver() == 0


def test_a_refused_event_comes_again(played: Played) -> None:
    """After half a minute of the play's time; once the last try has failed, the play ends instead of losing it."""
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


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    """The pretend Zalo lives in the process, says so, and is gone after its block."""
    with pretended(FixedClock(BEGIN), tmp_path / "play") as platform:
        address = platform.options["base.openapi"]
        assert httpx.get(address).status_code == 404
        assert not platform.lasts

    assert not (tmp_path / "play").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(address)
