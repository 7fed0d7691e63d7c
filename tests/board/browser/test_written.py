"""In a browser with scripts the forms for texts save drafts, show previews, accept a picture, and lead through a
review.
"""

import pytest
from playwright.sync_api import FilePayload, expect
from tests.board.browser.conftest import Desk
from tests.board.browser.world import World
from tests.cleaning.pictures import jpeg

from anninh_core.domain.content.values import ItemState
from anninh_core.testing.kits.messenger.bench import PICTURE

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

HIDE = """
    Object.defineProperty(document, "hidden", {get: () => true});
    document.dispatchEvent(new Event("visibilitychange"));
"""
QUESTION = "Ông cho biết có ai nhìn thấy không?"


def test_preview_keeps_text_and_submits_nothing(desk: Desk, world: World) -> None:
    """The buttons to save and preview a draft don't submit the form, and the form keeps its text."""
    tip = world.pages["tip preview"].split("/")[2]
    desk.open(f"/tips/{tip}")
    form = desk.page.locator("#act-tips-ask-back")
    form.locator("textarea[name=question]").fill(QUESTION)
    form.locator("button[value=preview]").click()
    desk.page.wait_for_url("**/preview/tips.ask_back*")
    assert QUESTION in desk.page.inner_text("main")
    desk.page.locator("main a.button").click()
    desk.page.wait_for_selector("#act-tips-ask-back textarea")
    assert QUESTION in desk.page.input_value("#act-tips-ask-back textarea[name=question]")
    assert world.app.tips.get(world.officer, tip).question == ""


def test_draft_is_saved_while_typing(desk: Desk, world: World) -> None:
    """A draft is saved some seconds after typing began, before another page loads, and when the page is hidden; offline
    it is saved later.
    """
    id = world.pages["tip preview"].split("/")[2]
    desk.page.clock.install()
    desk.open("/tips")
    desk.page.locator(f"a.row[href*='{id}']").click()  # htmx opens the page, and loads the draft script with it.
    field, draft_status = (
        desk.page.locator(f"#act-tips-ask-back {selector}") for selector in ("textarea", "[data-unkept]")
    )
    field.wait_for()
    desk.page.wait_for_load_state("networkidle")
    field.fill("Một")
    with desk.page.expect_response("**/drafts?**"):
        desk.page.clock.fast_forward(5_000)
    expect(draft_status).to_contain_text("Bản nháp đã giữ lúc")
    assert get_question_draft(world, id) == "Một"

    desk.page.context.set_offline(True)
    field.fill("Một hai")
    desk.page.clock.fast_forward(5_000)
    expect(draft_status).to_contain_text("Chưa giữ được")
    assert field.input_value() == "Một hai"
    with desk.page.expect_response("**/drafts?**"):
        desk.page.context.set_offline(False)
    expect(draft_status).to_contain_text("Bản nháp đã giữ lúc")
    assert get_question_draft(world, id) == "Một hai"

    field.fill("Một hai ba")
    desk.page.locator("main a").first.click()
    desk.page.wait_for_selector("a.row")
    assert get_question_draft(world, id) == "Một hai ba"

    desk.open(f"/tips/{id}")
    desk.page.wait_for_load_state("networkidle")
    field.fill("Một hai ba bốn")
    with desk.page.expect_response("**/drafts?**"):
        desk.page.evaluate(HIDE)
    assert get_question_draft(world, id) == "Một hai ba bốn"


def test_submitted_text_leaves_no_draft(desk: Desk, world: World) -> None:
    """A submitted text leaves no draft, even if saving it was still pending."""
    tip = world.app.tips.record_walk_in(world.officer, "Có người lạ ở chợ", unit="hoa-lu").id
    desk.page.clock.install()
    desk.open(f"/tips/{tip}")
    note = desk.page.locator("#act-tips-add-note")
    desk.page.locator("summary", has_text="Viết ghi chú").click()
    note.locator("textarea").fill("Đã gọi điện")
    note.locator("button").first.click()
    desk.page.wait_for_selector("#result")
    desk.page.clock.fast_forward(20_000)
    desk.open(f"/tips/{tip}")
    assert "Đã gọi điện" in desk.page.inner_text(".note")
    assert world.app.drafts.list(world.officer, about=f"tip:{tip}") == ()


def get_question_draft(world: World, tip: str) -> str:
    """Return the text of the saved draft of a question about a tip."""
    return world.app.drafts.get(world.officer, f"tip:{tip}", part="question").words


def test_item_is_written_with_picture(desk: Desk, world: World) -> None:
    """A picture sent with a new item is attached to it, and the item's page opens."""
    desk.open("/content/new")
    form = desk.page.locator("#act-content-write")
    form.locator("[name='piece.title']").fill("Bài có ảnh")
    form.locator("[name='piece.body']").fill("Xem ảnh kèm theo.")
    form.locator("[name='piece.category']").select_option("crime_warning")
    form.locator("[name='piece.units'][value=hoa-lu]").check()
    broken = FilePayload(name="hong.png", mimeType="image/png", buffer=PICTURE)
    form.locator("[name='piece.attachments']").set_input_files([broken])
    form.locator("button").last.click()
    desk.page.wait_for_selector("[id$=attachments-error]")
    assert desk.page.input_value("[name='piece.title']") == "Bài có ảnh"
    file = FilePayload(name="anh.jpg", mimeType="image/jpeg", buffer=jpeg())
    desk.page.locator("[name='piece.attachments']").set_input_files([file])
    desk.page.locator("#act-content-write button").last.click()
    desk.page.wait_for_selector("main .notice.good")
    assert "anh.jpg" in desk.page.inner_text("main")
    items = world.app.content.search(world.officer, "Bài có ảnh").items
    assert [len(item.piece.attachments) for item in items] == [1]


def test_review_opens_next_gate_until_approval(desk: Desk, world: World) -> None:
    """The first unanswered gate is open; after all gates and the finding are answered, the item can be approved."""
    id = world.pages["review"].rpartition("/")[2]
    desk.open(f"/reviews/{id}")
    for number in range(len(world.app.district.gates)):
        form = desk.page.locator("details[open] form[id^=act-content-answer-gate]").first
        form.locator("input[name=passed][value=yes]").check()
        form.locator("[name=note]").fill("Đã đối chiếu")
        form.locator("button").first.click()
        answered = f".gate:nth-of-type({number + 1}) .said"
        desk.page.wait_for_selector(answered)
    desk.page.locator("summary", has_text="Trả lời phát hiện").click()
    desk.page.fill("form[id^=act-content-answer-finding] [name=words]", "Số của cơ quan")
    desk.page.locator("form[id^=act-content-answer-finding] button").first.click()
    desk.page.wait_for_selector(".finding .said")
    desk.page.locator("summary", has_text="Duyệt").click()
    desk.page.locator("#act-content-approve button").last.click()
    # The test waits until the form is gone, because `#result` of the previous answer was already on the page.
    desk.page.wait_for_selector("#act-content-approve", state="detached")
    assert world.app.content.get(world.officer, id).state is ItemState.APPROVED
