"""A province with its own indicators: from residents' messages to its own half-year form, over three communes.

Run it with a folder: `python examples/own_indicators/own_indicators.py out`; each run creates a new one inside. The
profile in `tinh_mau/` is all that is special to the province, and no code.
"""

import sys
from datetime import date, datetime
from pathlib import Path
from tempfile import mkdtemp

from anninh_core import App, MessengerSettings, Parts, Settings, load_profile, open_app
from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat, UnsafeLocalUsers, pump

PROFILE = Path(__file__).parent / "tinh_mau"
REASONS = {"resolved": "handled", "unfounded": "checked", "refused": "competence"}
SAID = (  # Each tip has a unit, a category, a final state ("" if it stays open) and a message.
    ("xa-thuong", "crime", "resolved", "Đêm qua nhà tôi bị kẻ gian vào lấy trộm xe máy"),
    ("xa-thuong", "public_order", "unfounded", "Quán karaoke đầu xã mở loa rất to sau 23 giờ"),
    ("xa-thuong", "traffic", "", "Xe tải đỗ chắn hết ngã ba, mấy hôm nay suýt tai nạn"),
    ("xa-ha", "crime", "refused", "Có nhóm thanh niên đánh bạc ăn tiền ở bãi sông"),
    ("phuong-trung", "crime", "", "Có người gọi điện giả danh công an, lừa chuyển tiền"),
)


def receive_tips(app: App, chat: MockChat, users: UnsafeLocalUsers) -> None:
    """Send the residents' messages, and let officers triage them, and settle some."""
    officer = users.appoint("Cán bộ Tin", "tinh-mau", "tip_officer")
    for number, (unit, category, end, text) in enumerate(SAID):
        chat.says(chat.person(f"Người dân {number}"), text)
        pump(app, chat)
        tip = app.tips.list(officer).items[0]
        app.tips.triage(officer, tip.id, category=category, unit=unit)
        if end:
            handler = app.tips.routing.suggest_handler(officer, tip.id)
            app.tips.assign(officer, tip.id, unit=handler.unit, officers=[officer.id])
            app.tips.settle(officer, tip.id, TipState(end), answer="Đã xử lý. Cảm ơn ông/bà.", reason=REASONS[end])


def submit_reports(app: App, users: UnsafeLocalUsers) -> str:
    """Submit and accept the form of each commune, and return the id of the province's form, consolidated from them."""
    chief = users.appoint("Lãnh đạo Duyệt", "tinh-mau", "report_chief", "standing_officer")
    for number, unit in enumerate(("xa-thuong", "xa-ha", "phuong-trung"), 1):
        officer = users.appoint(f"Cán bộ {unit}", unit, "report_officer")
        draft = app.reports.begin(officer, unit, "sau-thang", 2026)
        app.reports.write(officer, draft.id, "difficulties", "Sóng điện thoại ở một số thôn còn yếu.")
        app.reports.submit(officer, draft.id, number=number, issued_on=date(2026, 6, 18), signer="Người Ký Mẫu")
        app.reports.accept(chief, draft.id)
    return app.reports.consolidate(chief, "sau-thang", 2026).id


def main(out: Path) -> None:
    """Write the province's form as DOCX into a new folder, and print its figures."""
    out.mkdir(parents=True, exist_ok=True)
    out = Path(mkdtemp(prefix="tinh-mau-", dir=out))
    clock = FixedClock(datetime(2026, 3, 2, 8, tzinfo=VIETNAM))
    mock = MessengerSettings(type="mock", options={"path": "chat.jsonl"})
    settings = Settings(plugins=("embedded", "formatters", "opinions", "mock"), messengers={"oa": mock})
    with open_app(load_profile(PROFILE), settings.resolve_paths(out), Parts(clock=clock)) as app:
        users = UnsafeLocalUsers(app)  # Authentication is your task: here every officer is trusted.
        receive_tips(app, MockChat(clock, path=out / "chat.jsonl"), users)
        clock.set(datetime(2026, 6, 18, 8, tzinfo=VIETNAM))
        reader = users.appoint("Cán bộ Xem", "tinh-mau", "report_chief")
        id = submit_reports(app, users)
        for figure in app.reports.document(reader, id).figures:
            if figure.indicator in app.district.indicators:
                print(f"{figure.name}: {figure.value} {figure.unit_of_measure}")
        file = app.reports.render(reader, id, "docx")
        (out / file.name).write_bytes(file.data)
        print(out / file.name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
