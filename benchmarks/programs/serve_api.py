"""A town's web server with the JSON API, without a worker. Argument: the town's folder.

Prints as JSON the URL, the session of an officer who has an account, the officer, and a tip; serves until SIGTERM.
"""

import json
import logging
import sys
from pathlib import Path

from anninh_core.app.settings import ApiSettings, DoorSettings, RateSettings
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import system
from anninh_core.web import serve
from benchmarks.town import list_tip_texts, open_town

UNIT = "hoa-lu"
_PASSWORD = "bốn con bò ăn cỏ"  # noqa: S105  of an officer who lives for seconds
_UNHURRIED = RateSettings(per_minute=100_000, burst=10_000)


def main(folder: str) -> None:
    logging.disable(logging.WARNING)
    door = DoorSettings(api=ApiSettings(account_pace=_UNHURRIED, address_pace=_UNHURRIED))
    with open_town(Path(folder), door=door) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", UNIT, "tip_officer", "auditor")
        app.accounts.set_up(app.accounts.invite(system("setup"), officer.id).code, "lan", _PASSWORD)
        tip = app.tips.record_walk_in(officer, list_tip_texts()[0], unit=UNIT)
        server_info = {
            "token": app.accounts.sign_in("lan", _PASSWORD).token,
            "officer": officer.id,
            "tip": tip.id,
        }
        serve(app, port=0, api=True, ready=lambda url: print(json.dumps({**server_info, "url": url}), flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
