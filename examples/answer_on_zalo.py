"""An answer on Zalo: within the seven days it is a message, after them an approved template stands in for it.

Run it anywhere: `python examples/answer_on_zalo.py`. Zalo is the pretend one: we reach it over HTTP on loopback, and
its webhooks reach us so. With the real one, `base.` goes, and `anninh zalo login` brings the tokens.
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
    sandbox = Sandbox(clock, post=partial(post, patience=timedelta(minutes=1)))  # however busy this machine is
    console = sandbox.app()
    account = sandbox.account("Công an huyện Hoa Lư")
    template = account.template("Kết quả xử lý tin báo", {"ma": 30, "noi": 60})  # Zalo has approved it
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
            given = sandbox.grant(console, account)  # what an administrator's consent brings
            cast("OfficialAccount", app.internals.messengers["oa"]).tokens.adopt(TokenPair(given.access, given.refresh))
            lan = UnsafeLocalUsers(app).appoint("Cán bộ Lan", "hoa-lu", "board_admin", "tip_officer")
            an = account.person("Khuất Thị Thử")
            binh = account.person("Thử Văn An")

            an.says("Đêm qua nhà tôi bị mất trộm xe máy ở xóm 2")
            bring(app, sandbox)  # the event comes in, the receipt goes out
            answer(app, lan, "Đã tìm thấy xe, mời ông/bà đến nhận.")
            binh.says("Có nhóm đánh bạc ở nhà văn hóa thôn")
            bring(app, sandbox)
            clock.advance(timedelta(days=9))  # nobody may be written to by now
            answer(app, lan, "Đã xử phạt 4 người. Cảm ơn ông/bà.")
            bring(app, sandbox)
            show(an)
            show(binh)


def bring(app: App, sandbox: Sandbox) -> None:
    """Let Zalo post its webhooks, the worker work, and Zalo report what became of that."""
    for _ in range(2):
        sandbox.deliver_due()
        app.worker.drain()


def answer(app: App, officer: Actor, text: str) -> None:
    (tip,) = (tip for tip in app.tips.list(officer).items if tip.state == TipState.RECEIVED)
    app.tips.triage(officer, tip.id, category=tip.category or "situation", unit="ninh-hoa")
    app.tips.assign(officer, tip.id, unit="ninh-hoa", officers=[officer.id])
    app.tips.settle(officer, tip.id, TipState.RESOLVED, answer=text, reason="handled")
    app.tips.answer(officer, tip.id)


def show(person: Person) -> None:
    print(f"# {person.profile.name}")
    for heard in person.heard:
        print(f"{vietnam_time(heard.at):%d/%m %H:%M} [{heard.kind}] {heard.text}")


main()
