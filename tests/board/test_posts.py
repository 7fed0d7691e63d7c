"""Posts in groups are moderated on the board, without scripts."""

import pytest
from tests.board.people import enter
from tests.board.visitor import Visitor

from anninh_core.app import App
from anninh_core.domain.moderation.states import ModerationAction, PostState
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.vocabulary.opinions import Flag

ROUTER = system("router")
AUTHOR = "oa.author"


@pytest.fixture
def moderator(app: App) -> Actor:
    """An officer who moderates the posts of the district."""
    return UnsafeLocalUsers(app).appoint("Người quản lý", "hoa-lu", "moderator")


@pytest.fixture
def appeal_judge(app: App) -> Actor:
    """An officer who decides appeals."""
    return UnsafeLocalUsers(app).appoint("Thường trực", "hoa-lu", "standing_officer")


@pytest.fixture
def group(app: App) -> str:
    """Id of the group of Ninh Hòa."""
    admin = UnsafeLocalUsers(app).appoint("Quản trị", "hoa-lu", "board_admin")
    return app.groups.plan(admin, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa").id


@pytest.fixture
def post(app: App, group: str) -> str:
    """Id of a post that was flagged automatically."""
    flag = app.internals.services.moderation.flagging.flag
    return run_step(
        flag,
        ROUTER,
        "m1",
        "Thanh lý <b>giá sốc</b>",
        unit="ninh-hoa",
        group=group,
        conversation="oa.g1",
        author=AUTHOR,
        flags=[Flag("advertising", "giá sốc", "opinions")],
    ).id


def test_appeal_is_decided_by_another_officer(app: App, moderator: Actor, appeal_judge: Actor, post: str) -> None:
    """A moderator sees the broken rule, decides and confirms; another officer decides the appeal."""
    desk = enter(app, moderator, "kiemduyet")[0]
    posts_screen = desk.get("/posts")
    assert f"/posts/{post}" in posts_screen.main
    page = desk.get(f"/posts/{post}")
    assert "Không quảng cáo" in page.main
    assert "Nhóm Ninh Hòa" in page.main
    assert "&lt;b&gt;giá sốc" in page.main
    form = page.form("/moderation/decide")
    assert form.fields["rule"] == ["advertising"]
    ruled = desk.send(form, action="delete", text="Rao bán trong nhóm")
    assert "Đã xong: Quyết định về bài" in ruled.text
    assert f"/posts/{post}" in desk.get("/posts/tasks").main
    done = desk.send(ruled.form("/moderation/confirm_done"), proof="Đã gỡ lúc 9 giờ")
    assert "Đã gỡ lúc 9 giờ" in done.main
    app.internals.services.moderation.appeals.appeal(ROUTER, post, AUTHOR, "Tôi cho, không bán")
    moderator_page = desk.get(f"/posts/{post}")
    assert "Tôi cho, không bán" in moderator_page.main
    # no officer decides an appeal against the own ruling
    assert not moderator_page.has_form("/moderation/decide_appeal")
    second = enter(app, appeal_judge, "thuongtruc")[0]
    appeal_page = second.get(f"/posts/{post}")
    assert f"/posts/{post}" in second.get("/posts/appeals").main
    answered = second.send(appeal_page.form("/moderation/decide_appeal"), uphold="no", text="Đồng ý, đăng lại được")
    assert "Đồng ý, đăng lại được" in answered.main
    assert app.moderation.get(appeal_judge, post).state is PostState.OVERTURNED


def test_stale_post_form_keeps_its_text(app: App, moderator: Actor, post: str) -> None:
    """A form of a stale tab is refused, keeps its text, and can be sent for the current version."""
    desk = enter(app, moderator, "kiemduyet")[0]
    form = desk.get(f"/posts/{post}").form("/moderation/decide")
    run_step(
        app.internals.services.moderation.flagging.flag,
        ROUTER,
        "m1",
        "Thanh lý",
        unit="ninh-hoa",
        group="g1",
        conversation="oa.g1",
        flags=[Flag("scam_link", "link lạ", "opinions")],
    )
    stale = desk.send(form, action="remind", text="Nhắc cả nhóm")
    assert stale.status == 412
    again = stale.form("/moderation/decide")
    assert again.fields["text"] == ["Nhắc cả nhóm"]
    assert "Đã xong" in desk.send(again).text
    ruling = app.moderation.get(moderator, post).ruling
    assert ruling is not None
    assert ruling.action is ModerationAction.REMIND


def test_reading_posts_leaves_one_entry(app: App, moderator: Actor, post: str) -> None:
    """Reading a post or the list of posts leaves one journal entry."""
    desk = enter(app, moderator, "kiemduyet")[0]
    for path in ("/posts", f"/posts/{post}"):
        before = app.internals.context.storage.journal.head()[0]
        desk.get(path)
        assert app.internals.context.storage.journal.head()[0] == before + 1, path


def test_tip_officer_sees_no_posts(app: App, visitor: Visitor, post: str) -> None:
    """An officer who handles tips has neither list nor page of posts, and no menu link to them."""
    assert visitor.get(f"/posts/{post}").status == 403
    assert visitor.get("/posts").status == 403
    assert "/posts" not in visitor.get("/tips").text
