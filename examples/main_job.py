"""The main job in one file: residents write, officers answer, a reviewed item is published, a report is rendered.

Run it with a folder: `python examples/main_job.py out`; each run creates a new one inside. `anninh demo` runs the same
plan at full length.
"""

import sys
from datetime import date, datetime
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from anninh_core import MessengerSettings, Parts, Settings, load_profile, open_app
from anninh_core.demo import load_corpus
from anninh_core.domain.content import ItemContent
from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat, UnsafeLocalUsers, pump


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    out = Path(mkdtemp(prefix="main-job-", dir=out))
    clock = FixedClock(datetime(2021, 8, 20, 8, tzinfo=VIETNAM))
    chat = MockChat(clock, path=out / "chat.jsonl")  # The chat is the residents' side of the mock messenger.
    mock = MessengerSettings(type="mock", options={"path": "chat.jsonl"})
    settings = Settings(plugins=("embedded", "formatters", "opinions", "mock"), messengers={"oa": mock})

    with open_app(load_profile("hoa_lu_2021"), settings.resolve_paths(out), Parts(clock=clock)) as app:
        users = UnsafeLocalUsers(app)  # Authentication is your task: here every officer is trusted.
        lan = users.appoint("Cán bộ Lan", "hoa-lu", "board_admin", "tip_officer", "editor", "standing_officer")
        minh = users.appoint("Cán bộ Minh", "hoa-lu", "reviewer", "report_chief", "steering_chair")
        app.worker.tick()  # The tick opens the plan's obligations for every commune.

        communes = [unit.id for unit in app.district.units_at_level("commune", date(2021, 8, 20))]
        for unit in communes:
            title = f"Nhóm Zalo An ninh {app.district.unit(unit).name}"
            group = app.groups.establish(lan, unit, kind="commune", title=title, messenger="oa")
            app.groups.seat(lan, group.id, "owner", officer=lan.id, name="Cán bộ Lan")
            app.groups.launch(lan, group.id)

        for line in load_corpus():  # These are messages of residents to the official account until the first report.
            if line.group or "{receipt}" in line.text or line.at > datetime(2021, 9, 14, 17, tzinfo=VIETNAM):
                continue
            clock.set(line.at)
            chat.says(chat.person(line.name, line.sender), line.text, attachments=line.attachments)
            pump(app, chat)  # This delivers the webhook and runs the worker.

        for tip in app.tips.list(lan, limit=500).items:
            app.tips.triage(lan, tip.id, category=tip.category or "situation", unit="ninh-hoa")
            app.tips.assign(lan, tip.id, unit=app.tips.routing.suggest_handler(lan, tip.id).unit, officers=[lan.id])
            answer = "Công an đã kiểm tra và xử lý. Cảm ơn ông/bà."
            app.tips.settle(lan, tip.id, TipState.RESOLVED, answer=answer, reason="handled")
            app.tips.answer(lan, tip.id)
        app.worker.drain()

        content = ItemContent(
            title="Cảnh giác lừa đảo qua điện thoại",
            body="Công an không làm việc qua điện thoại và không yêu cầu chuyển tiền.",
            category="crime_warning",
            units=("hoa-lu",),
            source_name="Bộ Công an",
            source_url="https://bocongan.gov.vn",
        )
        item = app.content.submit(lan, app.content.write(lan, "hoa-lu", content).id)
        for gate in app.district.gates:  # A second person answers the four gates.
            app.content.answer_gate(minh, item.id, gate.id, True, "Đã kiểm tra.")
        app.content.approve(minh, item.id)
        app.content.publish(lan, item.id)
        app.worker.drain()

        clock.set(datetime(2021, 9, 16, 9, tzinfo=VIETNAM))
        file = app.reports.render(lan, app.reports.begin(lan, "ninh-hoa", "roll-out", 2021).id, "docx")
        (out / file.name).write_bytes(file.data)
        states = ", ".join(f"{tip.receipt} {tip.state}" for tip in app.tips.list(lan, limit=3).items)
        print(f"{len(chat.messages())} messages; newest tips: {states}; report: {out / file.name}")


main(Path(sys.argv[1] if len(sys.argv) > 1 else gettempdir()))
