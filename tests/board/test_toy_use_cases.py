"""A use case that no interface knows, in Python, on the board, in the API's document and its reference."""

import json
from inspect import signature

from tests.board.people import enter
from tests.board.visitor import NOW
from tests.support.toy_use_cases import toy_use_cases

from anninh_core.app import App
from anninh_core.operations import Door
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.opinions import Flag
from anninh_core.web.api.document.openapi import build_document
from anninh_core.web.api.document.served import describe_subjects


def flagged_post(app: App) -> str:
    """Return the id of a post that a machine flagged."""
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


def test_it_is_a_form_of_the_record_and_the_answer_comes_back() -> None:
    """Three fields are asked for by their kinds; the act is carried out by the page."""
    with toy_use_cases(), memory_app(clock=FixedClock(NOW)) as app:
        post = flagged_post(app)
        moderator = UnsafeLocalUsers(app).appoint("Người quản lý", "hoa-lu", "moderator")
        desk = enter(app, moderator, "kiemduyet")[0]
        page = desk.get(f"/posts/{post}")
        form = page.form("/moderation/note_call")
        assert {"words", "day"} <= form.fields.keys()
        assert [sign for sign in ('type="date"', 'name="urgent"', "<textarea") if sign not in page.main] == []
        sent = desk.send(form, words="Có người gọi", day="2021-09-01")
        assert (sent.status, sent.path) == (200, f"/posts/{post}?done=moderation.note_call")


def test_it_is_a_verb_an_operation_and_a_line_of_the_reference() -> None:
    """Typed in Python; in the document with its fields and its sentence; a field of its view is in the answer."""
    with toy_use_cases(), memory_app(clock=FixedClock(NOW)) as app:
        post = flagged_post(app)
        moderator = UnsafeLocalUsers(app).appoint("Người quản lý", "hoa-lu", "moderator")
        verb = getattr(app.moderation, "note_call")  # noqa: B009  type checkers don't know the toy
        assert "words: Words" in str(signature(verb))
        door = Door(app)
        document = build_document(door, describe_subjects(app))
        described = document["paths"]["/api/v1/moderation.note_call"]["post"]
        assert described["summary"] == "Note a call about a post."
        answer = door.encode(door.call(moderator, "moderation.moods", door.decode("moderation.moods", b"{}")))
        assert json.loads(answer) == [{"post": post, "shares": 7, "mood": "calm"}]
