"""A town's board with signed-in officers. Arguments: the town's folder, the number of officers, the number of tips.

Prints as JSON the URL, the officers' sessions and the tips; serves until SIGTERM.
"""

import json
import logging
import sys
from itertools import cycle, islice
from pathlib import Path

from anninh_core import Actor, App
from anninh_core.app.settings import DoorSettings
from anninh_core.board import create_board
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.web.server import AsgiServer
from benchmarks.town import list_tip_texts, open_town

UNIT = "hoa-lu"
_PASSWORD = "bốn con bò ăn cỏ"  # noqa: S105  of officers who live for seconds


def sign_in(app: App, boss: Actor, number: int) -> str:
    """Create an officer with an account, and return the token of their session."""
    officer = UnsafeLocalUsers(app).appoint(f"Cán bộ {number}", UNIT, "tip_officer")
    app.accounts.set_up(app.accounts.invite(boss, officer.id).code, f"canbo{number}", _PASSWORD)
    return app.accounts.sign_in(f"canbo{number}", _PASSWORD).token


def main(folder: str, officers: str, tips: str) -> None:
    logging.disable(logging.WARNING)
    with open_town(Path(folder), door=DoorSettings()) as app:
        clerk = UnsafeLocalUsers(app).appoint("Cán bộ nhập tin", UNIT, "tip_officer")
        texts = islice(cycle(list_tip_texts()), int(tips))
        ids = [app.tips.record_walk_in(clerk, text, unit=UNIT).id for text in texts]
        boss = UnsafeLocalUsers(app).appoint("Quản trị", UNIT, "standing_officer")
        tokens = [sign_in(app, boss, number) for number in range(int(officers))]
        server = AsgiServer(create_board(app), app.internals.web_settings, port=0)
        print(json.dumps({"url": server.url, "tokens": tokens, "tips": ids}), flush=True)
        server.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
