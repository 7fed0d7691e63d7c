"""Residents' questions: they are answered from articles, unanswered ones are listed, and one search finds
everything.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from attrs import evolve, frozen

from anninh_core.app import App, Settings
from anninh_core.domain.content import ItemContent
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.ports.storages.changes import entry_from
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile.knowledge import read_shipped_articles
from anninh_core.testing import Dialog, FixedClock, MockChat, UnsafeLocalUsers, memory_app, pump
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import Actor

MORNING = datetime(2026, 11, 26, 8, tzinfo=VIETNAM)  # 26 November 2026 is a Thursday.
TODAY = MORNING.date()
PLACEMENT = "Cho em hỏi xin học lớp một cho con ở đâu ạ"
PLACEMENT_AGAIN = "cho hoi xin hoc lop mot cho con o dau a"


@frozen
class InquiryDesk:
    """An app and the chat with its residents."""

    app: App
    dialog: Dialog
    clock: FixedClock
    lan: Actor

    def asked(self, name: str, text: str) -> Inquiry:
        """Let a resident ask a question in private, and return the inquiry."""
        self.dialog.says(name, text)
        return next(inquiry for inquiry in self.app.inquiries.list(self.lan).items if inquiry.question == text)

    def told(self, text: str, unit: str = "hoa-lu") -> Tip:
        return self.app.tips.record_walk_in(self.lan, text, unit=unit)

    def import_articles(self) -> None:
        self.app.inquiries.articles.load(self.lan, "hoa-lu", read_shipped_articles())

    def officer(self, unit: str, *roles: str) -> Actor:
        return UnsafeLocalUsers(self.app).appoint("Cán bộ Thử", unit, *roles)

    def deliver(self) -> None:
        self.app.worker.drain()


@pytest.fixture
def desk(storage: Storage) -> Iterator[InquiryDesk]:
    clock = FixedClock(MORNING)
    chat = MockChat(clock)
    district = evolve(shipped_district(), search_mode="scan" if isinstance(storage, MemoryStorage) else "tokens")
    settings = Settings(plugins=("opinions",))
    with memory_app(chat, clock=clock, district=district, settings=settings, storage=storage) as app:
        lan = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "tip_officer", "editor")
        yield InquiryDesk(app, Dialog(chat, lambda: pump(app, chat)), clock, lan)


def test_question_is_answered_from_an_article(desk: InquiryDesk) -> None:
    """A suggested article shows the matching passage, and the resident gets the article with its source."""
    desk.import_articles()
    inquiry = desk.asked("Chị Hoa", "Cho em hỏi làm lại cccd bị mất ở đâu ạ")
    best, *_ = desk.app.inquiries.suggest(desk.lan, inquiry.id)
    assert best.article.key == "can-cuoc-mat"
    assert {"mat", "lai"} <= set(best.matched)
    assert best.passage.text in best.article.editions[-1].text
    assert {word.lower() for word in best.passage.matched} & {"mất", "lại"}

    desk.app.inquiries.answer(desk.lan, inquiry.id, article=best.article.id)
    desk.deliver()
    reply = desk.dialog.hears("Chị Hoa", "Mất thẻ thì báo ngay")[0]
    assert reply
    answered = desk.app.inquiries.get(desk.lan, inquiry.id)
    assert (answered.state, answered.source) == (
        InquiryState.ANSWERED,
        "Luật Căn cước 26/2023/QH15; Nghị định 70/2024/NĐ-CP",
    )
    assert "thay đổi" in answered.answer


def test_an_officer_edits_an_article_before_it_goes_out(desk: InquiryDesk) -> None:
    """An edited article is sent with the officer's text and the article's source, and counts for the article."""
    desk.import_articles()
    inquiry = desk.asked("Anh Bình", "Cho hỏi thủ tục đăng ký tạm trú cho người thuê trọ thế nào ạ")
    best = desk.app.inquiries.suggest(desk.lan, inquiry.id)[0]
    desk.app.inquiries.answer(desk.lan, inquiry.id, article=best.article.id, text="Anh ra Công an xã sáng thứ Hai nhé.")
    desk.deliver()
    desk.dialog.hears("Anh Bình", "sáng thứ Hai.*Luật Cư trú 68/2020/QH14")
    assert desk.app.inquiries.get(desk.lan, inquiry.id).article == best.article.id


def test_expired_article_is_not_used(desk: InquiryDesk) -> None:
    """An expired article is not listed or suggested, and articles that are expired or never checked are listed as
    stale.
    """
    article = desk.app.inquiries.articles.write(
        desk.lan, "hoa-lu", title="Đổi tiền lẻ dịp tết", text="Đến ngân hàng.", source="Thông báo", until=TODAY
    )
    assert [listed.id for listed in desk.app.inquiries.articles.list(desk.lan)] == [article.id]
    assert [stale.why for stale in desk.app.inquiries.articles.list_stale(desk.lan)] == ["never_checked"]
    checked = desk.app.inquiries.articles.confirm(desk.lan, article.id)
    assert desk.app.inquiries.articles.list_stale(desk.lan) == ()
    desk.clock.advance(timedelta(days=1))
    assert desk.app.inquiries.articles.list(desk.lan) == ()
    assert [(stale.article, stale.why) for stale in desk.app.inquiries.articles.list_stale(desk.lan)] == [
        (checked, "run_out")
    ]


def test_an_article_of_one_commune_is_not_suggested_in_another(desk: InquiryDesk) -> None:
    """An article is only suggested in its area, whichever unit maintains it."""
    for area in ("ninh-hoa", "ninh-an"):
        desk.app.inquiries.articles.write(
            desk.lan, "hoa-lu", title="Lịch tiếp dân của xã", text=f"Ở {area}.", source="Thông báo", area=area
        )
    inquiry = desk.app.inquiries.record_walk_in(desk.lan, "Lịch tiếp dân của xã thế nào?", unit="ninh-hoa")
    suggestions = desk.app.inquiries.suggest(desk.lan, inquiry.id)
    assert [suggestion.article.area for suggestion in suggestions] == ["ninh-hoa"]


def test_repeated_import_keeps_articles(desk: InquiryDesk) -> None:
    """A repeated import keeps equal articles, adds an edition to changed ones, and leaves retired ones retired."""
    drafts = read_shipped_articles()
    assert len(desk.app.inquiries.articles.load(desk.lan, "hoa-lu", drafts).written) == len(drafts)
    assert len(desk.app.inquiries.articles.load(desk.lan, "hoa-lu", drafts).unchanged) == len(drafts)
    first, *others = drafts
    changed = evolve(first, edition=evolve(first.edition, text="Nay làm ở phường.", since=TODAY))
    result = desk.app.inquiries.articles.load(desk.lan, "hoa-lu", (changed, *others))
    assert (result.revised, len(result.unchanged)) == ((first.key,), len(others))
    article = desk.app.inquiries.articles.get(desk.lan, first.key)
    assert [edition.number for edition in article.editions] == [1, 2]

    desk.app.inquiries.articles.retire(desk.lan, article.id)
    assert desk.app.inquiries.articles.load(desk.lan, "hoa-lu", drafts).kept == (first.key,)


def test_waiting_is_counted_in_working_hours(desk: InquiryDesk) -> None:
    """The age of a waiting question is counted in working hours."""
    desk.clock.set(datetime(2026, 11, 27, 20, tzinfo=VIETNAM))
    inquiry = desk.asked("Chị Hoa", "Cho em hỏi làm hộ chiếu ở đâu ạ")
    desk.clock.set(datetime(2026, 11, 30, 8, 30, tzinfo=VIETNAM))
    (waiting,) = desk.app.inquiries.waiting(desk.lan).items
    assert (waiting.inquiry.id, waiting.hours <= 1.5) == (inquiry.id, True)
    assert desk.app.inquiries.waiting(desk.lan, hours=8).items == ()
    desk.clock.set(datetime(2026, 12, 2, 16, tzinfo=VIETNAM))
    assert [waiting_inquiry.inquiry.id for waiting_inquiry in desk.app.inquiries.waiting(desk.lan, hours=8).items] == [
        inquiry.id
    ]
    assert desk.app.inquiries.waiting(desk.lan, unit="ninh-an").items == ()


def test_repeated_question_is_proposed_as_article(desk: InquiryDesk) -> None:
    """Similar questions without an article are proposed for one, with the officer's answer, until the article
    exists.
    """
    desk.import_articles()
    first = desk.asked("Chị Hoa", PLACEMENT)
    assert desk.app.inquiries.articles.propose(desk.lan) == ()
    second = desk.asked("Anh Bình", PLACEMENT_AGAIN)
    desk.asked("Cô Sáu", "Cho em hỏi làm hộ chiếu ở đâu ạ")
    desk.app.inquiries.answer(desk.lan, first.id, text="Hỏi nhà trường nơi cư trú.")

    (proposal,) = desk.app.inquiries.articles.propose(desk.lan)
    assert {question.id for question in proposal.questions} == {first.id, second.id}
    assert proposal.answers == ("Hỏi nhà trường nơi cư trú.",)
    assert {"học", "lớp", "một"} <= {*proposal.words}

    desk.app.inquiries.articles.write(
        desk.lan,
        "hoa-lu",
        title="Xin học lớp một",
        text=proposal.answers[0],
        source="Thông báo của trường",
        phrases=("xin học lớp một cho con ở đâu",),
    )
    assert desk.app.inquiries.articles.propose(desk.lan) == ()
    assert desk.app.inquiries.suggest(desk.lan, second.id)[0].article.title == "Xin học lớp một"


def test_converted_tip_counts_as_inquiry(desk: InquiryDesk) -> None:
    """A tip that is converted to an inquiry no longer counts as a tip, and the inquiry keeps its reception."""
    tip = desk.told("Mất trộm xe máy ở chợ thì trình báo cần giấy tờ gì?")
    assert _get_district_total(desk, "tips_received") == 1
    inquiry = desk.app.tips.convert_to_inquiry(desk.lan, tip.id, reason="Chỉ hỏi thủ tục trình báo")
    converted = desk.app.tips.get(desk.lan, tip.id)
    assert (converted.state, converted.inquiry, inquiry.from_tip) == (TipState.BECAME_INQUIRY, inquiry.id, tip.id)
    assert inquiry.received_at == tip.received_at
    assert (_get_district_total(desk, "tips_received"), _get_district_total(desk, "inquiries_received")) == (0, 1)
    assert desk.app.tips.overdue(desk.lan).items == ()


def _get_district_total(desk: InquiryDesk, counter: str) -> int:
    counters = desk.app.internals.context.storage.counters
    return sum(counters.total([counter], ["hoa-lu"], TODAY, TODAY).values())


def test_conversion_sends_the_resident_nothing(desk: InquiryDesk) -> None:
    """The resident of a converted tip gets only the answer, and no further message about the conversion."""
    desk.dialog.says("Anh Bình", "Đêm qua nhà tôi bị mất trộm xe máy ở chợ")
    (tip,) = desk.app.tips.list(desk.lan).items
    desk.dialog.hears("Anh Bình", tip.receipt)
    inquiry = desk.app.tips.convert_to_inquiry(desk.lan, tip.id, reason="Đã trình báo, nay chỉ hỏi kết quả ở đâu")
    desk.deliver()
    desk.dialog.hears_nothing("Anh Bình")
    desk.app.inquiries.answer(desk.lan, inquiry.id, text="Hỏi ở Công an xã.")
    desk.deliver()
    desk.dialog.hears("Anh Bình", "Hỏi ở Công an xã")
    assert desk.app.inquiries.get(desk.lan, inquiry.id).state is InquiryState.ANSWERED


def test_answer_is_sent_without_control_characters(desk: InquiryDesk) -> None:
    """Control and direction characters are removed from the answer that is sent, but not from the record."""
    inquiry = desk.asked("Chị Hoa", "Cho em hỏi làm hộ chiếu ở đâu ạ")
    written = "Ra phòng 3\u202e gấp\x1b[31m nhé 👨‍👩‍👧"
    desk.app.inquiries.answer(desk.lan, inquiry.id, text=written)
    desk.deliver()
    reply = desk.dialog.hears("Chị Hoa", "Ra phòng 3.*").string
    assert "Ra phòng 3 gấp[31m nhé 👨‍👩‍👧" in reply
    assert not set(reply) & set("\x1b\u202e")
    assert desk.app.inquiries.get(desk.lan, inquiry.id).answer == written


def test_conversion_of_a_tip_is_restricted(desk: InquiryDesk) -> None:
    """A tip can't be converted without reason or permission, in an emergency, or if an officer is excluded from it."""
    tip = desk.told("Mất trộm xe máy ở chợ")
    with pytest.raises(BadInput, match="to a question needs a reason, since it leaves the statistics"):
        desk.app.tips.convert_to_inquiry(desk.lan, tip.id, reason=" ")
    with pytest.raises(Refused):
        desk.app.tips.convert_to_inquiry(desk.officer("hoa-lu", "board_admin"), tip.id, reason="hỏi")
    emergency = desk.app.tips.record_walk_in(desk.lan, "Đang đánh nhau to", unit="hoa-lu", emergency=True)
    with pytest.raises(BadInput, match="emergency"):
        desk.app.tips.convert_to_inquiry(desk.lan, emergency.id, reason="hỏi")
    chief = desk.officer("hoa-lu", "tip_supervisor")
    cousin = desk.officer("hoa-lu", "tip_officer")
    desk.app.tips.exclusions.add(chief, tip.id, cousin.id, "người nhà")
    with pytest.raises(BadInput, match="conflict of interest"):
        desk.app.tips.convert_to_inquiry(desk.lan, tip.id, reason="hỏi")
    decided = desk.told("Làm hộ khẩu ở đâu")
    desk.app.tips.convert_to_inquiry(desk.lan, decided.id, reason="Chỉ hỏi thủ tục")
    assert desk.app.tips.get(desk.lan, decided.id).state is TipState.BECAME_INQUIRY


def test_figures_of_answered_questions(desk: InquiryDesk) -> None:
    """Figures show received and answered questions, those answered at once, and the median working time until the
    answer, by unit.
    """
    slow = desk.app.inquiries.record_walk_in(desk.lan, "Làm hộ chiếu ở đâu?", unit="ninh-hoa")
    desk.clock.advance(timedelta(minutes=30))
    soon = desk.app.inquiries.record_walk_in(desk.lan, "Đăng ký tạm trú ở đâu?", unit="ninh-an")
    desk.app.inquiries.record_manual_answer(desk.lan, soon.id, "tại quầy")
    desk.clock.advance(timedelta(hours=2))
    desk.app.inquiries.record_manual_answer(desk.lan, slow.id, "qua điện thoại")
    desk.app.inquiries.record_walk_in(desk.lan, "Ai cấp giấy độc thân?", unit="ninh-an")

    figures = desk.app.inquiries.figures(desk.lan, TODAY, TODAY)
    assert (figures.received, figures.answered, figures.at_once, figures.unanswered) == (3, 2, 1, 1)
    assert figures.median_wait == timedelta(hours=1, minutes=15)
    assert {unit: unit_figures.median_wait for unit, unit_figures in figures.by_unit.items()} == {
        "ninh-an": timedelta(0),
        "ninh-hoa": timedelta(hours=2, minutes=30),
    }
    assert (_get_communes_total(desk, "inquiries_at_once"), _get_communes_total(desk, "inquiries_answered")) == (1, 2)
    with pytest.raises(BadInput, match="swap"):
        desk.app.inquiries.figures(desk.lan, TODAY, TODAY - timedelta(days=1))


def _get_communes_total(desk: InquiryDesk, counter: str) -> int:
    totals = desk.app.internals.context.storage.counters.total([counter], ["ninh-hoa", "ninh-an"], TODAY, TODAY)
    return sum(totals.values())


def test_one_search_finds_tips_questions_articles_and_items(desk: InquiryDesk) -> None:
    """A search finds tips, inquiries, articles and items, with kind and masked passage, and one journal entry lists the
    hits.
    """
    tip = desk.told("Có nhóm đốt pháo nổ ở xóm 3, gọi 0912 345 678")
    inquiry = desk.app.inquiries.record_walk_in(desk.lan, "Đốt pháo hoa ngày tết có được không?", unit="hoa-lu")
    desk.import_articles()
    item = desk.app.content.write(
        desk.lan,
        "hoa-lu",
        ItemContent(title="Không đốt pháo", body="Đốt pháo là sai.", category="crime_warning", units=("hoa-lu",)),
    )
    reader = desk.officer("hoa-lu", "tip_officer", "editor")

    results = desk.app.search(reader, "dot phao")
    entry = entry_from(desk.app.internals.context.storage.journal.read(limit=1000)[-1].content)
    assert (entry.action, entry.actor, entry.outcome) == ("search.find", reader.label, "read")
    assert {name.partition("@")[0] for name in entry.named} >= {f"{hit.kind}:{hit.id}" for hit in results.items}
    assert {(hit.kind, hit.id) for hit in results.items} >= {
        ("tip", tip.id),
        ("inquiry", inquiry.id),
        ("item", item.id),
    }
    articles = [hit.id for hit in results.items if hit.kind == "article"]
    assert "phao" in {desk.app.inquiries.articles.get(reader, id).key for id in articles}
    (of_tip,) = (hit for hit in results.items if hit.kind == "tip")
    assert of_tip.label == tip.receipt
    assert "0912" not in of_tip.passage.text
    assert [word.lower() for word in of_tip.passage.matched] == ["đốt", "pháo"]
    assert [hit.kind for hit in desk.app.search(reader, "dot phao", kinds=["item"]).items] == ["item"]


def test_search_hides_unreadable_records(desk: InquiryDesk) -> None:
    """A search leaves out kinds and records that the officer can't read, and refuses such a kind if it is named."""
    tip = desk.told("Đốt pháo nổ ở xóm 3")
    editor = desk.officer("hoa-lu", "reviewer")
    results = desk.app.search(editor, "phao")
    assert (results.kinds, results.items) == (("item",), ())
    with pytest.raises(Refused):
        desk.app.search(editor, "phao", kinds=["tip"])
    elsewhere = desk.officer("ninh-an", "tip_officer")
    assert desk.app.search(elsewhere, "phao").items == ()
    chief = desk.officer("hoa-lu", "tip_supervisor")
    cousin = desk.officer("hoa-lu", "tip_officer")
    desk.app.tips.exclusions.add(chief, tip.id, cousin.id, "người nhà")
    assert desk.app.search(cousin, "phao").items == ()
    with pytest.raises(BadInput, match="can't be searched: choose one of"):
        desk.app.search(desk.lan, "phao", kinds=["dream"])


def test_a_number_keeps_its_word(desk: InquiryDesk) -> None:
    """A search for "xóm 3" doesn't find "xóm 5", and ranks texts with the two words side by side first."""
    adjacent = desk.told("Trộm chó ở xom 3")
    apart = desk.told("Trộm 3 con chó, ở xóm Đông")
    desk.told("Trộm chó ở xóm 5")
    assert [hit.id for hit in desk.app.search(desk.lan, "xóm 3").items] == [adjacent.id, apart.id]


def test_slang_and_its_meaning_find_each_other(desk: InquiryDesk) -> None:
    """A slang word and its meaning find each other, in both modes of search and also in a phrase."""
    short = desk.told("Nó k trả tiền cho nhà em")
    full = desk.told("Họ không trả tiền cho tôi")
    for typed in ('"không trả"', '"k trả"', "ko tra"):
        assert {tip.id for tip in desk.app.tips.search(desk.lan, typed).items} == {short.id, full.id}


def test_the_same_diacritics_come_first(desk: InquiryDesk) -> None:
    """Texts with the diacritics of the search come first; without diacritics in the search the newest comes first."""
    crime = desk.told("Nó phạm tội nhiều lần")
    myself = desk.told("Tôi ở đây nhiều năm")
    assert [hit.id for hit in desk.app.search(desk.lan, "tội").items] == [crime.id, myself.id]
    assert [hit.id for hit in desk.app.search(desk.lan, "toi").items] == [myself.id, crime.id]


def test_shipped_articles_are_dated_and_sourced() -> None:
    """There are at least 25 shipped articles, each with dated laws, the writer's confidence, and a note that rules
    change.
    """
    drafts = read_shipped_articles()
    assert len(drafts) >= 25
    for draft in drafts:
        edition = draft.edition
        assert all(rule.number and rule.issued_on for rule in edition.rules), draft.key
        assert edition.rules, draft.key
        assert edition.confidence, draft.key
        assert "thay đổi" in edition.text.splitlines()[-1], draft.key
        assert max(rule.issued_on or date.max for rule in edition.rules) <= TODAY, draft.key
        assert len(draft.phrases) >= 3, draft.key
