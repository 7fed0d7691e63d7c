"""Texts that officers write for tests in a browser: an answered question, an article, an item in review, a draft."""

from collections.abc import Callable, Mapping

from anninh_core.app import App
from anninh_core.domain.content.values import ItemContent
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor

_BODY = (
    "Không đưa mã OTP cho bất kỳ ai, kể cả người tự xưng là công an. Khi nhận cuộc gọi lạ, hãy tắt máy và gọi lại số "
    "của công an xã. Nếu đã chuyển tiền, gọi ngân hàng ngay rồi báo công an, số 0912 345 678."
)


def write(app: App, officer: Actor, say: Callable[[str, str], None], tip: str) -> Mapping[str, str]:
    """Write an inquiry, an article, items and a draft, and return the addresses of their pages by name."""
    say("Người hỏi", "Cho tôi hỏi làm căn cước công dân ở đâu?")
    inquiry = app.inquiries.list(officer, limit=1).items[0]
    article = app.inquiries.articles.write(
        officer,
        unit="hoa-lu",
        title="Làm căn cước công dân",
        text="Làm căn cước công dân tại công an huyện, giờ hành chính. Mang theo sổ hộ khẩu. Lệ phí 30.000 đồng.",
        source="Luật Căn cước công dân 2014",
        phrases=("làm căn cước công dân ở đâu",),
    )
    app.inquiries.add_note(officer, inquiry.id, "Bà con xóm 3 hỏi nhiều lần, nên đăng lên nhóm.")
    draft, item = _write_items(app)
    app.tips.add_note(officer, tip, "Đã gọi công an viên xóm 3, hẹn chiều nay xuống xem.")
    app.drafts.save(officer, f"tip:{tip}", "Ông cho biết chiếc xe màu gì, biển số bao nhiêu?", part="question")
    return _map_page_addresses(tip, inquiry.id, article.id, draft=draft, item=item)


def _map_page_addresses(tip: str, inquiry: str, article: str, *, draft: str, item: str) -> Mapping[str, str]:
    return {
        "inquiries": "/inquiries",
        "inquiries all": "/inquiries/all",
        "inquiry": f"/inquiries/{inquiry}",
        "inquiry new": "/inquiries/new",
        "inquiry from an article": f"/inquiries/{inquiry}?article={article}",
        "inquiry preview": f"/inquiries/{inquiry}/preview?article={article}",
        "articles": "/inquiries/articles",
        "article": f"/inquiries/articles/{article}",
        "article new": f"/inquiries/articles/new?of={inquiry}",
        "items": "/content",
        "item": f"/content/{draft}",
        "item new": "/content/new",
        "item preview": f"/content/{draft}/preview",
        "reviews": "/reviews",
        "review": f"/reviews/{item}",
        "tip preview": f"/tips/{tip}/preview/tips.ask_back",
    }


def _write_items(app: App) -> tuple[str, str]:
    """Write a draft and a submitted item as an editor, and return their ids."""
    editor = UnsafeLocalUsers(app).appoint("Biên Tập Viên Mẫu", "hoa-lu", "editor")
    piece = ItemContent(
        title="Cảnh giác kẻ giả danh công an gọi điện lừa đảo",
        body=_BODY,
        category="crime_warning",
        units=("hoa-lu",),
        source_name="Công an tỉnh",
    )
    draft, item = (app.content.write(editor, "hoa-lu", piece).id for _ in range(2))
    app.content.submit(editor, item)
    return draft, item
