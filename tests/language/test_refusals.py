"""A refusal reads the same in Python, over HTTP, on the command line and on the board."""

from collections.abc import Iterator
from contextlib import chdir

import pytest
from attrs import frozen
from click.testing import CliRunner
from tests.board.visitor import Visitor
from tests.cli.conftest import grant_all_roles
from tests.language.refusals import Interfaces, Refusal
from tests.support.sign_in import enrol

from anninh_core.app import load_settings, open_app
from anninh_core.board import create_board
from anninh_core.cli.root import anninh
from anninh_core.domain.content import ItemContent
from anninh_core.domain.tips import TipState
from anninh_core.profile import load_profile
from anninh_core.testing.local_users import UnsafeLocalUsers


@frozen
class RefusalOffice:
    """An app with a triaged tip, a settled one, an item, an inquiry, a report and a group."""

    interfaces: Interfaces
    triaged: str
    settled: str
    item: str
    inquiry: str
    report: str
    stranger: str

    def refuse_for_triaged_tip(self, operation: str, **given: object) -> Refusal:
        return Refusal(operation, f"/tips/{self.triaged}", ("tip_id", self.triaged), given)

    def refuse_for_settled_tip(self, operation: str, **given: object) -> Refusal:
        return Refusal(operation, f"/tips/{self.settled}", ("tip_id", self.settled), given)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RefusalOffice]:
    folder = tmp_path_factory.mktemp("refusals") / "hoa-lu"
    assert CliRunner().invoke(anninh, ["init", str(folder), "--mock"]).exit_code == 0
    settings = load_settings(folder)
    with chdir(folder), open_app(load_profile(settings.profile), settings) as app:
        me = UnsafeLocalUsers(app).get_actor(settings.local_user)
        grant_all_roles(app, me)
        triaged, settled = (app.tips.record_walk_in(me, words, unit="ninh-hoa") for words in ("Đánh bạc", "Mất xe đạp"))
        app.tips.triage(me, triaged.id, category="crime", legal_kind="crime_report")
        app.tips.triage(me, settled.id, category="crime", legal_kind="crime_report")
        app.tips.settle(me, settled.id, TipState.RESOLVED, answer="Đã tìm thấy xe.", reason="found")
        piece = ItemContent(title="Cảnh giác", body="Lừa đảo qua mạng.", category="crime_warning", units=("hoa-lu",))
        visitor = Visitor(create_board(app)).enter(enrol(app, me.id, "mau"))
        yield RefusalOffice(
            Interfaces(app, me, folder, visitor),
            triaged=triaged.id,
            settled=settled.id,
            item=app.content.write(me, "hoa-lu", piece).id,
            inquiry=app.inquiries.record_walk_in(me, "Tạm trú thế nào?", unit="ninh-hoa").id,
            report=app.reports.begin(me, "ninh-hoa", "roll-out", 2021).id,
            stranger=UnsafeLocalUsers(app).appoint("Trần Mẫu", "hoa-lu").id,
        )


def test_a_refusal_names_state_and_next_act(office: RefusalOffice) -> None:
    """A refusal names the state by its label, and the next act by the interface's own name."""
    texts = office.interfaces.provoke(office.refuse_for_triaged_tip("tips.answer"))
    assert texts.python == texts.english
    assert texts.english.endswith("is triaged: settle it with `tips.settle` before you answer.")
    assert "đang ở trạng thái “đã phân loại”: hãy thực hiện `tips.settle` trước rồi mới gửi trả lời" in texts.vietnamese
    assert "“đã phân loại”: hãy thực hiện `anninh tips settle` trước rồi mới gửi trả lời" in texts.command
    assert "“đã phân loại”: hãy thực hiện “Kết luận” trước rồi mới gửi trả lời" in texts.board[0]


def test_lists_use_labels_and_local_dates(office: RefusalOffice) -> None:
    """States in lists have labels too, and dates have the Vietnamese order."""
    texts = office.interfaces.provoke(
        office.refuse_for_settled_tip("tips.settle", outcome="resolved", answer="Xong.", reason="handled")
    )
    assert "was settled as resolved on 20" in texts.python
    for text in (texts.vietnamese, texts.command, *texts.board):
        assert "được kết luận ngày " in text
        assert "là “đã giải quyết”" in text
    wrong_step = office.interfaces.provoke(office.refuse_for_settled_tip("tips.verify"))
    assert "đã trả lời, có đề nghị xem xét lại, đang xem xét lại" in wrong_step.board[0]


def test_a_form_marks_the_wrong_field(office: RefusalOffice) -> None:
    """A reason that the profile lacks is marked at its field, and the other interfaces list the valid reasons."""
    texts = office.interfaces.provoke(
        office.refuse_for_triaged_tip("tips.settle", outcome="resolved", answer="Xong.", reason="dunno")
    )
    assert texts.code == "bad_input"
    general, marked = texts.board
    assert general.startswith("Có ô chưa đúng")
    for text in (texts.vietnamese, texts.command, marked):
        assert "“dunno” không phải lý do để kết luận tin là “đã giải quyết”" in text
        assert "handled (Đã xử lý xong)" in text


def test_the_board_names_people_units_and_its_own_record(office: RefusalOffice) -> None:
    """The board shows names instead of ids, and calls the screen's own record `này` ("this")."""
    assign = office.refuse_for_triaged_tip("tips.assign", unit="ninh-hoa", officers=[office.stranger])
    _, marked = office.interfaces.provoke(assign).board
    assert marked.startswith("Cán bộ Trần Mẫu không có vai trò xử lý tin của xã Ninh Hòa")
    inquiry = Refusal("inquiries.close", f"/inquiries/{office.inquiry}", ("inquiry_id", office.inquiry))
    assert "Câu hỏi này đang ở trạng thái “chờ trả lời”" in office.interfaces.provoke(inquiry).board[0]


def test_refused_author_reads_the_reason(office: RefusalOffice) -> None:
    """On every interface an author who is refused reads that a second person must review."""
    refusal = Refusal("content.approve", f"/reviews/{office.item}", ("item_id", office.item))
    texts = office.interfaces.provoke(refusal)
    for text in (texts.vietnamese, texts.command, texts.board[0]):
        assert "hãy nhờ người khác duyệt" in text


def test_no_interface_mixes_languages(office: RefusalOffice) -> None:
    """A refusal in Vietnamese has no English words, and one in English no Vietnamese words."""
    about_report = ("report_id", office.report)
    refusals = (
        office.refuse_for_triaged_tip("tips.close"),
        office.refuse_for_triaged_tip("tips.merge", into=office.triaged, answer="Trùng"),
        office.refuse_for_triaged_tip("tips.unmerge", reason="x"),
        office.refuse_for_triaged_tip("tips.transfer", to=" ", answer="Đã chuyển", reason="competence"),
        office.refuse_for_settled_tip("tips.ask_back", question="Xe màu gì?"),
        Refusal("content.submit", f"/content/{office.item}", ("item_id", office.item)),
        Refusal("reports.accept", f"/reports/{office.report}", about_report),
    )
    for refusal in refusals:
        texts = office.interfaces.provoke(refusal)
        for text in (texts.vietnamese, texts.command, *texts.board):
            assert not {" the ", " can't ", " isn't ", " write "} & {f" {word} " for word in text.split()}, text
        assert texts.python.isascii() or "Cảnh giác" in texts.python
