"""A copy of personal data has the same content in every format, only the applicant's own data, and the files; it isn't
stored.
"""

import io
import json
import re
from collections.abc import Iterable
from enum import StrEnum
from zipfile import ZipFile

import pytest
from tests.messaging.conftest import THEFT, Launch
from tests.workflows.rights.conftest import NAME, Ask, RightsOffice, record_proof
from tests.workflows.rights.test_played import close_tip, report_theft

from anninh_core.app import App
from anninh_core.domain.conversations.files import get_file_storage
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
def copy_request(app: App, dialog: Dialog, ask: Ask, launch: Launch, office: RightsOffice) -> RightsRequest:
    """A request for a copy by a resident who reported with a picture and wrote in a group with others."""
    group = launch()
    dialog.says(NAME, "Chào cả xóm", group.title)
    dialog.says("Người Khác", OTHERS, group.title)
    dialog.says(NAME, THEFT, attachments=[Attachment("image", url="https://mock.invalid/files/f1", name="xe.jpg")])
    tip = app.tips.list(office.handler).items[0]
    (message,) = app.conversations.history(office.handler, f"tip:{tip.id}").items
    stored = app.internals.context.storage.records.get(MESSAGE.name, message.id)
    assert stored is not None
    scope = message_scope(app.internals.context.open_record(MESSAGE, stored))
    blob = get_file_storage(app.internals.runner, scope).put(PICTURE)
    run_step(app.internals.services.conversations.keep_attachment, system("router"), message.id, 0, blob, scope)
    return record_proof(app, office.checker, office.data, ask(NAME, "cho tôi xem dữ liệu của tôi"))


def test_json_copy_has_own_data_only(app: App, copy_request: RightsRequest, office: RightsOffice) -> None:
    """The JSON copy names its schema, and has every category and no words of other people."""
    copy = app.rights.export(office.data, copy_request.id, format="json", way="office")
    data = json.loads(copy.content)
    assert (data["schema"], data["request"]) == (SCHEMA, copy_request.number)
    assert tuple(data["records"]) == CATEGORIES
    (account,) = data["records"]["accounts"]
    assert account["name"] == NAME
    assert account["address"]
    assert [item["text"] for item in data["records"]["group_messages"]] == ["Chào cả xóm"]
    assert [item["file"] for item in data["records"]["files"]] == ["xe.jpg"]
    assert THEFT in {item["text"] for item in data["records"]["messages"]}
    assert OTHERS not in copy.content.decode()


@pytest.mark.parametrize("format", ["html", "markdown", "docx", "pdf"])
def test_readable_copies_are_reproducible(
    app: App, copy_request: RightsRequest, office: RightsOffice, format: str
) -> None:
    """A readable copy has the same content as the JSON copy without words of other people, is the same byte by byte
    each time, and each handover is recorded.
    """
    pytest.importorskip({"docx": "docx", "pdf": "typst"}.get(format, "json"))
    first, second = (app.rights.export(office.data, copy_request.id, format=format, way="post") for _ in range(2))
    assert first.content == second.content
    assert [handover.sha256 for handover in app.rights.request(office.data, copy_request.id).handovers] == [
        first.sha256
    ] * 2
    if format in ("html", "markdown"):
        text = first.content.decode()
        assert all(word in text for word in ("xe máy", "khiếu nại", "Tin đã báo", "Lời của người khác"))
        assert OTHERS not in text


def test_readable_copy_translates_codes(app: App, copy_request: RightsRequest, office: RightsOffice) -> None:
    """A readable copy has times and days as people write them, and Vietnamese words for codes such as `proven` or
    `image`.
    """
    text = app.rights.export(office.data, copy_request.id, format="markdown", way="post").content.decode()
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
def test_every_code_has_a_wording(app: App, about: str, codes: Iterable[StrEnum]) -> None:
    """The profile has a wording for every code that a copy can have."""
    assert not [code for code in codes if f"rights.{about}.{code}" not in WORDING]
    assert all(app.district.say(f"rights.{about}.{code}") != code for code in codes)


def test_archive_contains_forms_and_files(app: App, copy_request: RightsRequest, office: RightsOffice) -> None:
    """The archive has the HTML and JSON copies and the original files."""
    copy = app.rights.export(office.data, copy_request.id, format="zip", way="office")
    with ZipFile(io.BytesIO(copy.content)) as archive:
        names = archive.namelist()
        assert [re.sub(r"DL-\w+", "DL", name) for name in names] == ["DL.html", "DL.json", "files/001-1"]
        assert archive.read(names[-1]) == PICTURE


def test_invalid_copy_is_refused(app: App, ask: Ask, copy_request: RightsRequest, office: RightsOffice) -> None:
    """A copy is refused for an unknown format, for an unknown way of handing over, and for a request of another
    kind.
    """
    for format, way in (("csv", "office"), ("json", "pigeon")):
        with pytest.raises(BadInput):
            app.rights.export(office.data, copy_request.id, format=format, way=way)
    deletion = record_proof(app, office.checker, office.data, ask(NAME, "xóa dữ liệu của tôi"))
    with pytest.raises(WrongStep, match="asks for deletion"):
        app.rights.export(office.data, deletion.id, format="json", way="office")


def test_copy_omits_internal_data(app: App, dialog: Dialog, ask: Ask, office: RightsOffice) -> None:
    """A copy has the answer that the reporter got, but no officers' ids or internal codes."""
    tip = close_tip(app, office.handler, report_theft(app, dialog, office.handler))
    request = record_proof(app, office.checker, office.data, ask(NAME, "cho tôi xem dữ liệu của tôi"))
    text = app.rights.export(office.data, request.id, format="json", way="office").content.decode()
    assert "Không có cơ sở." in text
    assert not any(word in text for word in (office.handler.id, "no_evidence", tip.id))
