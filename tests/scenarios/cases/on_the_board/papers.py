"""Tasks of the day besides those in `day`: a post in the group, a difficulty of a commune, and the report up to its
signature.
"""

from datetime import datetime

from tests.scenarios.cases.on_the_board.office import Office

from anninh_core.domain.programme.duty import make_duty_id
from anninh_core.domain.reports.rules import section_keys
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock
from anninh_core.usecase import system

ADVERTISEMENT = "Bán sim số đẹp, vay tiền nhanh không thế chấp, nhắn tin cho em"
_DUTY = make_duty_id("report", "roll-out", 2021, "ninh-hoa")


def moderate_post(office: Office, group: str) -> None:
    """Decide about a post by the charter, and let another officer decide about its author's appeal."""
    office.says("Anh Bán", ADVERTISEMENT, group)
    moderator = office.seats["moderator"]
    chief = office.seats["chief"]
    path = moderator.link("/posts", "/posts/0")
    moderator.send(
        path, "/moderation/decide", {"action": "delete", "rule": "advertising", "text": "Trái nội quy nhóm."}
    )
    office.process_events()
    assert "nội quy" in office.read_last_text("Anh Bán")
    office.says("Anh Bán", "Tôi không đồng ý, tôi cho sim chứ không bán")
    # An officer can't decide about the appeal against their own ruling.
    assert not moderator.offers(path, "/moderation/decide_appeal")
    chief.send(path, "/moderation/decide_appeal", {"uphold": "yes", "text": "Giữ nguyên, vì có rao vay tiền."})
    office.process_events()
    assert "Giữ nguyên, vì có rao vay tiền." in office.read_last_text("Anh Bán")


def tell_of_difficulty(office: Office) -> None:
    """Let a commune raise a difficulty, let the district answer it, and let the commune close it."""
    reporter = office.seats["reporter"]
    chief = office.seats["chief"]
    reporter.send("/reports/difficulties", "/programme/raise_difficulty", {"text": "Ban quản trị chỉ có hai người"})
    path = reporter.link("/reports/difficulties", "/reports/difficulties/0")
    chief.send(path, "/programme/answer_difficulty", {"text": "Huyện cử thêm một người"})
    assert "Huyện cử thêm một người" in reporter.open(path)
    reporter.send(path, "/programme/close_difficulty", {"text": "Đã có người trực đêm"})


def sign_report(office: Office) -> None:
    """Write the commune's report, sign it with a fresh code, and let the district accept it."""
    clock = office.app.internals.context.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime(2021, 9, 17, 8, tzinfo=VIETNAM))
    office.app.internals.services.programme.duties.open_duties(system("clock"), "roll-out", 2021)
    for name in ("reporter", "chief"):
        office.sign_in_again(name)
    reporter = office.seats["reporter"]
    chief = office.seats["chief"]
    reporter.send(f"/reports/duties/{_DUTY}", "/reports/begin", {})
    path = reporter.link(f"/reports/duties/{_DUTY}", "/reports/roll-out")
    template = office.app.district.templates[office.app.district.obligation("roll-out").template]
    for key in section_keys(template):
        reporter.send(f"{path}/words/{key}", "/reports/write", {"text": "Đã thực hiện theo kế hoạch."})
    signature = {"number": "21", "issued_on": "2021-09-17", "confirmed": "yes"}
    if reporter.asks_code(path, "/reports/submit"):
        signature["code"] = office.code("reporter")
    reporter.send(path, "/reports/submit", signature)
    chief.send(path, "/reports/accept", {})
    assert "Đã xác nhận" in reporter.open(f"/reports/duties/{_DUTY}")
