"""A program that renews the account's token again and again, beside another one that does the same."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from anninh_core.app import load_settings, open_app
from anninh_core.kernel.errors import RetryLater
from anninh_core.profile import load_profile
from anninh_zalo.oauth.refresher import TokenRefresher
from anninh_zalo.official import OfficialAccount


def main(folder: Path, times: int) -> None:
    """Find the current token stale until another one was had `times` times; tell how often, and how often not now."""
    settings = load_settings(folder)
    renewed = busy = 0
    with open_app(load_profile(settings.profile), settings) as app:
        messenger = app.internals.messengers["oa"]
        assert isinstance(messenger, OfficialAccount)
        ids = (messenger.options.app_id, messenger.options.oa_id)
        tokens = TokenRefresher(messenger.services, messenger.endpoint, *ids, rest=timedelta(0))  # as fast as it goes
        while renewed < times:
            stale = tokens.current()
            try:
                renewed += tokens.renew(stale) != stale
            except RetryLater:  # the other process is at it
                busy += 1
    sys.stdout.write(json.dumps({"renewed": renewed, "busy": busy}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
