"""The copy: the same words in every form, one's own only, with the files, and none of it kept."""

import io
import json
import re
from collections.abc import Iterable
from enum import StrEnum
from zipfile import ZipFile

import pytest
from tests.messaging.conftest import THEFT, Launch
from tests.workflows.rights.conftest import NAME, Ask, Office, prove
from tests.workflows.rights.test_played import closed, reported

from anninh_core.app import App
from anninh_core.domain.conversations.files import files_of
from anninh_core.domain.conversations.model import MESSAGE, message_scope
from anninh_core.domain.identity.states import DisclosureState, IdentityField
from anninh_core.domain.moderation.states import PostState
from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.rights.handling import CATEGORIES
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.domain.rights.states import RequestState
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.profile.keys import WORDING
from anninh_core.testing import Dialog
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.messages import Attachment
from anninh_core.workflows.rights.copies import SCHEMA

PICTURE = b"\x89PNG one of hers"
OTHERS = "Ông Tư xóm 3 nói bà ấy nói dối"


@pytest.fixture
def request_(app: App, dialog: Dialog, ask: Ask, launch: Launch, office: Office) -> RightsRequest:
    """Somebody who reported with a picture, spoke in a group beside others, and asks for a copy."""
    group = launch()
    dialog.says(NAME, "Chào cả xóm", group.title)
    dialog.says("Người Khác", OTHERS, group.title)
    dialog.says(NAME, THEFT, attachments=[Attachment("image", url="https://mock.invalid/files/f1", name="xe.jpg")])
    tip = app.tips.list(office.handler).items[0]
    (message,) = app.conversations.history(office.handler, f"tip:{tip.id}").items
    stored = app.internals.context.storage.records.get(MESSAGE.name, message.id)
    assert stored is not None
    scope = message_scope(app.internals.context.open_record(MESSAGE, stored))
    blob = files_of(app.internals.runner, scope).put(PICTURE)
    run_step(app.internals.services.conversations.keep_attachment, system("router"), message.id, 0, blob, scope)
    return prove(app, office.checker, office.data, ask(NAME, "cho tôi xem dữ liệu của tôi"))


def test_the_machine_form(app: App, request_: RightsRequest, office: Office) -> None:
    """Names its schema, has every category, and no word of anybody else."""
    copy = app.rights.export(office.data, request_.id, format="json", way="office")
    data = json.loads(copy.content)
    assert (data["schema"], data["request"]) == (SCHEMA, request_.number)
    assert tuple(data["records"]) == CATEGORIES
    (account,) = data["records"]["accounts"]
    assert account["name"] == NAME
    assert account["address"]
    assert [one["text"] for one in data["records"]["group_messages"]] == ["Chào cả xóm"]
    assert [one["file"] for one in data["records"]["files"]] == ["xe.jpg"]
    assert THEFT in {one["text"] for one in data["records"]["messages"]}
    assert OTHERS not in copy.content.decode()


@pytest.mark.parametrize("format", ["html", "markdown", "docx", "pdf"])
def test_the_readable_forms(app: App, request_: RightsRequest, office: Office, format: str) -> None:
    """Are made of the same; twice at one moment it is the same file, and each handing over is on record."""
    pytest.importorskip({"docx": "docx", "pdf": "typst"}.get(format, "json"))
    one, other = (app.rights.export(office.data, request_.id, format=format, way="post") for _ in range(2))
    assert one.content == other.content
    assert [h.sha256 for h in app.rights.request(office.data, request_.id).handovers] == [one.sha256] * 2
    if format in ("html", "markdown"):
        text = one.content.decode()
        assert all(word in text for word in ("xe máy", "khiếu nại", "Tin đã báo", "Lời của người khác"))
        assert OTHERS not in text


def test_the_readable_form_speaks_like_people(app: App, request_: RightsRequest, office: Office) -> None:
    """Hours and days as people write them, and words for what a program calls `proven` or `image`."""
    text = app.rights.export(office.data, request_.id, format="markdown", way="post").content.decode()
    assert re.search(r"\d\d:\d\d \d\d/\d{1,2}/\d{4}", text)
    assert not re.search(r"\d{4}-\d\d-\d\dT", text)
    assert ("đã xác minh người yêu cầu" in text, "hình ảnh" in text) == (True, True)
    assert not re.search(r"\b(proven|image)\b", text)


@pytest.mark.parametrize(
    ("about", "codes"),
    [
        ("state", RequestState),
        ("post", PostState),
        ("identity", IdentityField),
        ("disclosure", DisclosureState),
        ("erasure", ErasureState),
    ],
)
def test_every_code_has_its_word(app: App, about: str, codes: Iterable[StrEnum]) -> None:
    """A profile that has all it must have says each of them."""
    assert not [code for code in codes if f"rights.{about}.{code}" not in WORDING]
    assert all(app.district.say(f"rights.{about}.{code}") != code for code in codes)


def test_archive_contains_forms_and_files(app: App, request_: RightsRequest, office: Office) -> None:
    """Has both forms and what was sent, byte by byte."""
    copy = app.rights.export(office.data, request_.id, format="zip", way="office")
    with ZipFile(io.BytesIO(copy.content)) as archive:
        names = archive.namelist()
        assert [re.sub(r"DL-\w+", "DL", name) for name in names] == ["DL.html", "DL.json", "files/001-1"]
        assert archive.read(names[-1]) == PICTURE


def test_what_is_no_copy(app: App, ask: Ask, request_: RightsRequest, office: Office) -> None:
    """A format that isn't one, a way that the profile hasn't, a request for another thing."""
    for format, way in (("csv", "office"), ("json", "pigeon")):
        with pytest.raises(BadInput):
            app.rights.export(office.data, request_.id, format=format, way=way)
    deletion = prove(app, office.checker, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    with pytest.raises(WrongStep, match="asks for deletion"):
        app.rights.export(office.data, deletion.id, format="json", way="office")


def test_officers_words_stay(app: App, dialog: Dialog, ask: Ask, office: Office) -> None:
    """What the reporter was told is in the copy; what officers wrote among themselves isn't."""
    tip = closed(app, office.handler, reported(app, dialog, office.handler))
    request = prove(app, office.checker, office.data, ask(NAME, "cho tôi xem dữ liệu của tôi"))
    text = app.rights.export(office.data, request.id, format="json", way="office").content.decode()
    assert "Không có cơ sở." in text
    assert not any(word in text for word in (office.handler.id, "no_evidence", tip.id))
