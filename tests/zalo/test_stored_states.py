"""State that earlier versions stored can be read by this version, and these versions can read the state that this
version stores.
"""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import NeedsPerson
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.testing import FixedClock
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.history.position_store import PositionStore, ReadPosition
from anninh_zalo.oauth.tokens import Tokens, decode_tokens, encode_tokens
from anninh_zalo.sending.progress import MultipartProgress
from anninh_zalo.sending.uploads import LIFETIME, Uploader

EIGHT = datetime(2021, 9, 1, 8, 0, 0, 120000, tzinfo=VIETNAM)
PAIR = (
    b'{"access": "a-1", "refresh": "r-1", "access_until": "2021-09-02T09:00:00.120000+07:00", '
    b'"refresh_until": "2021-11-30T08:00:00.120000+07:00", "since": "2021-09-01T01:00:00.120000+00:00", '
    b'"before_access": "a-0", "before_refresh": "r-0", "spending": %s, "refused": %s}'
)
TOKENS = Tokens(
    access="a-1",
    refresh="r-1",
    access_until=EIGHT + timedelta(hours=25),
    refresh_until=EIGHT + timedelta(days=90),
    since=EIGHT.astimezone(UTC),
    before_access="a-0",
    before_refresh="r-0",
)


@pytest.fixture
def services() -> AdapterServices:
    return memory_services(FixedClock(EIGHT))


def read_stored_json(services: AdapterServices, name: str) -> dict[str, object]:
    """Return the JSON that is stored under a name, without the types of this project."""
    value: dict[str, object] = json.loads(services.state.get(name).value)
    return value


def test_stored_tokens_keep_their_format() -> None:
    """Stored tokens keep their names and formats, with and without a refresh in progress."""
    assert decode_tokens(PAIR % (b"null", b"false")) == TOKENS
    spending = decode_tokens(PAIR % (b'"2021-09-01T08:00:00.120000+07:00"', b"true"))
    assert spending is not None
    assert (spending.spending, spending.refused) == (EIGHT, True)
    stored = json.loads(encode_tokens(TOKENS))
    before = json.loads(PAIR % (b"null", b"false"))
    assert stored.keys() == before.keys()
    assert datetime.fromisoformat(stored["since"]) == datetime.fromisoformat(before["since"])


@pytest.mark.parametrize("value", [b"{}", b"[]", b"{", b"\xff", b'"a"', PAIR % (b'"soon"', b"false")])
def test_unreadable_tokens_need_a_new_login(value: bytes) -> None:
    """Unreadable tokens raise an error with the solution and without the stored content."""
    with pytest.raises(
        NeedsPerson, match="can't read the stored tokens: log in again with `anninh zalo login`"
    ) as caught:
        decode_tokens(value)
    assert caught.value.__context__ is None


def test_stored_progress_keeps_its_format(services: AdapterServices) -> None:
    """The stored progress of a message is the number of its parts and the ids of the parts that were sent."""
    key = "k\xe9"
    slot = f"progress:{hashlib.sha256(key.encode()).hexdigest()[0]}"
    services.state.put(slot, b'{"k\\u00e9": [3, ["m-1", "m-2"]]}', 0)
    progress = MultipartProgress(services.state)
    assert progress.sent_ids(key, 3) == ("m-1", "m-2")
    assert progress.record_found(key, 3, "m-3")
    assert read_stored_json(services, slot) == {key: [3, ["m-1", "m-2", "m-3"]]}


def test_stored_uploads_keep_their_format(services: AdapterServices) -> None:
    """A stored upload has an id and a time, and the file of an upload that Zalo has forgotten is uploaded again."""
    picture = b"\xff\xd8\xff picture"
    digest = hashlib.sha256(picture).hexdigest()
    key = hashlib.sha256(f"image\0\0{digest}".encode()).hexdigest()[:32]
    expired_at = (EIGHT - LIFETIME).isoformat()
    uploaded_at = EIGHT.isoformat()
    attachment = Attachment("image", "a.jpg", blob=services.blobs.put(picture))
    answers = iter(["new"])

    class UploadApi:
        def ask(self, _call: ApiCall) -> dict[str, object]:
            return {"data": {"attachment_id": next(answers)}}

    uploads = Uploader(UploadApi(), services)
    services.state.put("uploads", json.dumps({key: ["up-1", uploaded_at], "gone": ["up-0", expired_at]}).encode(), 0)
    assert uploads.upload(attachment).id == "up-1"
    services.state.put("uploads", json.dumps({key: ["up-1", expired_at]}).encode(), 1)
    assert uploads.upload(attachment).id == "new"
    (entry,) = read_stored_json(services, "uploads").values()
    assert isinstance(entry, list)
    assert [entry[0], datetime.fromisoformat(entry[1])] == ["new", EIGHT]


def test_stored_position_keeps_its_format(services: AdapterServices) -> None:
    """The stored position of a check for missed messages has times with time zones, and no entry for a check that isn't
    in progress.
    """
    value = (
        b'{"since": "2021-09-01T08:00:00.120000+07:00", "read": "2021-09-01T08:00:00.120000+07:00", '
        b'"due": "2021-09-01T01:00:00.120000+00:00", "done": "1970-01-01T00:00:00+00:00"}'
    )
    services.state.put("history person", value, 0)
    marks = PositionStore(services.state, "person")
    mark, version = marks.get()
    assert (mark, version) == (ReadPosition(since=EIGHT, read=EIGHT, due=EIGHT), 1)
    assert mark is not None
    lease = services.state.lease("history person", timedelta(minutes=1))
    with lease as fence:
        assert fence is not None
        assert marks.put(mark, version, fence) == 2
    assert read_stored_json(services, "history person").keys() == {"since", "read", "due", "done"}
