"""A use case that no interface mentions appears in Python, on the board, in the API's document and in its reference."""

import json
from inspect import signature

from tests.board.people import enter
from tests.board.visitor import NOW
from tests.support.toy_use_cases import add_toy_use_cases

from anninh_core.app import App
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.opinions import Flag
from anninh_core.web.api.document.openapi import build_document
from anninh_core.web.api.document.served import describe_subjects


def flag_a_post(app: App) -> str:
    """Return the id of an automatically flagged post."""
    admin = UnsafeLocalUsers(app).appoint("Quản trị", "hoa-lu", "board_admin")
    group = app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa").id
    return run_step(
        app.internals.services.moderation.flagging.flag,
        system("router"),
        "m1",
        "Thanh lý giá sốc",
        unit="ninh-hoa",
        group=group,
        conversation="oa.g1",
        author="oa.author",
        flags=[Flag("advertising", "giá sốc", "opinions")],
    ).id


def test_new_use_case_has_a_form() -> None:
    """A new use case is a form on its record's page, with an input for the type of each field, and is carried out."""
    with add_toy_use_cases(), memory_app(clock=FixedClock(NOW)) as app:
        post = flag_a_post(app)
        moderator = UnsafeLocalUsers(app).appoint("Người quản lý", "hoa-lu", "moderator")
        desk = enter(app, moderator, "kiemduyet")[0]
        page = desk.get(f"/posts/{post}")
        form = page.form("/moderation/note_call")
        assert {"words", "day"} <= form.fields.keys()
        assert [sign for sign in ('type="date"', 'name="urgent"', "<textarea") if sign not in page.main] == []
        sent = desk.send(form, words="Có người gọi", day="2021-09-01")
        assert (sent.status, sent.path) == (200, f"/posts/{post}?done=moderation.note_call")


def test_new_use_case_is_an_operation() -> None:
    """A new use case is a typed verb in Python and an operation in the API's document, and its result has the fields of
    its view.
    """
    with add_toy_use_cases(), memory_app(clock=FixedClock(NOW)) as app:
        post = flag_a_post(app)
        moderator = UnsafeLocalUsers(app).appoint("Người quản lý", "hoa-lu", "moderator")
        verb = getattr(app.moderation, "note_call")  # noqa: B009  type checkers don't know the toy
        assert "words: Words" in str(signature(verb))
        gateway = OperationGateway(app)
        document = build_document(gateway, describe_subjects(app))
        operation = document["paths"]["/api/v1/moderation.note_call"]["post"]
        assert operation["summary"] == "Note a call about a post."
        answer = gateway.encode(gateway.call(moderator, "moderation.moods", gateway.decode("moderation.moods", b"{}")))
        assert json.loads(answer) == [{"post": post, "shares": 7, "mood": "calm"}]
