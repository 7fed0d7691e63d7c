"""Refreshes the account's token repeatedly, while another process does the same."""

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
    """Refresh the account's token `times` times, and print the number of refreshes and of refused attempts."""
    settings = load_settings(folder)
    renewed = busy = 0
    with open_app(load_profile(settings.profile), settings) as app:
        messenger = app.internals.messengers["oa"]
        assert isinstance(messenger, OfficialAccount)
        ids = (messenger.options.app_id, messenger.options.oa_id)
        # The refresher makes no pause between refreshes.
        tokens = TokenRefresher(messenger.services, messenger.endpoint, *ids, rest=timedelta(0))
        while renewed < times:
            stale = tokens.current()
            try:
                renewed += tokens.renew(stale) != stale
            except RetryLater:  # A refresh is refused while the other process refreshes the token.
                busy += 1
    sys.stdout.write(json.dumps({"renewed": renewed, "busy": busy}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
