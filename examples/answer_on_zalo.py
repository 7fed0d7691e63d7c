"""An answer on Zalo: a message within the seven days, and after them an approved template.

Run it anywhere: `python examples/answer_on_zalo.py`. Zalo is simulated: we call it over HTTP on loopback, and it calls
our webhook. With the real Zalo, omit `base.`, and `anninh zalo login` provides the tokens.
"""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from anninh_core import App, MessengerSettings, Parts, Settings, load_profile, open_app
from anninh_core.domain.tips import TipState
from anninh_core.kernel.dates import VIETNAM, vietnam_time
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase.actor import Actor
from anninh_core.web import open_background_server
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount
from anninh_zalo.testing import Person, Sandbox
from anninh_zalo.testing.webhooks import post


def main() -> None:
    clock = FixedClock(datetime(2026, 11, 2, 8, tzinfo=VIETNAM))
    # The long timeout is enough even on a busy machine.
    sandbox = Sandbox(clock, post=partial(post, patience=timedelta(minutes=1)))
    console = sandbox.app()
    account = sandbox.account("Công an huyện Hoa Lư")
    template = account.template("Kết quả xử lý tin báo", {"ma": 30, "noi": 60})  # Zalo has approved this template.
    admin = account.person("Quản trị", admin=True, follows=True)
    with TemporaryDirectory() as out, sandbox.serve(delivers=False) as zalo:
        options = {"app_id": console.id, "app_secret": console.secret, "admins": admin.id}
        options |= {"oa_id": account.id, "oa_secret": console.oa_secret}
        options |= {f"base.{host}": zalo.base(host) for host in ("oauth", "openapi", "business")}
        options |= {"template.tip.answer": template.id, "template.tip.answer.ma": "{receipt}"}
        oa = MessengerSettings(type="zalo", options=options | {"template.tip.answer.noi": "Công an {unit}"})
        settings = Settings(plugins=("embedded", "formatters", "opinions", "zalo"), messengers={"oa": oa})
        app = open_app(load_profile("hoa_lu_2021"), settings.resolve_paths(Path(out)), Parts(clock=clock))
        with app, open_background_server(app) as server_url:
            console.webhook = f"{server_url}/hook/oa"
            consent = sandbox.grant(console, account)  # These are the tokens from an administrator's consent.
            cast("OfficialAccount", app.internals.messengers["oa"]).tokens.adopt(
                TokenPair(consent.access, consent.refresh)
            )
            lan = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "board_admin", "tip_officer")
            an = account.person("Khuất Thị Thử")
            binh = account.person("Thử Văn An")

            an.says("Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2")
            deliver_and_work(app, sandbox)  # The event arrives, and the receipt is sent.
            settle_and_answer(app, lan, "Đã tìm thấy xe, mời ông/bà đến nhận.")
            binh.says("Có nhóm đánh bạc ở nhà văn hóa thôn")
            deliver_and_work(app, sandbox)
            clock.advance(timedelta(days=9))  # By now, no plain message may be sent to the person.
            settle_and_answer(app, lan, "Đã xử phạt 4 người. Cảm ơn ông/bà.")
            deliver_and_work(app, sandbox)
            print_messages(an)
            print_messages(binh)


def deliver_and_work(app: App, sandbox: Sandbox) -> None:
    """Deliver Zalo's webhooks, run the worker, and deliver the resulting reports of Zalo."""
    for _ in range(2):
        sandbox.deliver_due()
        app.worker.drain()


def settle_and_answer(app: App, officer: Actor, text: str) -> None:
    (tip,) = (tip for tip in app.tips.list(officer).items if tip.state == TipState.RECEIVED)
    app.tips.triage(officer, tip.id, category=tip.category or "situation", unit="ninh-hoa")
    app.tips.assign(officer, tip.id, unit="ninh-hoa", officers=[officer.id])
    app.tips.settle(officer, tip.id, TipState.RESOLVED, answer=text, reason="handled")
    app.tips.answer(officer, tip.id)


def print_messages(person: Person) -> None:
    print(f"# {person.profile.name}")
    for message in person.heard:
        print(f"{vietnam_time(message.at):%d/%m %H:%M} [{message.kind}] {message.text}")


main()
