"""`python -m anninh_zalo.testing`: the sandbox as a process."""

import argparse
import json
import sys
from collections.abc import Sequence
from threading import Event

from anninh_zalo.testing.clock import TurnedClock
from anninh_zalo.testing.sandbox import CALLBACK, Sandbox


def main(arguments: Sequence[str] | None = None, stop: Event | None = None) -> int:
    """Serve a sandbox with an application, an official account and a bot, until Ctrl-C.

    The first line printed is JSON: where everything is, and what the application needs to speak to it.
    """
    parser = argparse.ArgumentParser(prog="anninh zalo sandbox", description="A pretend Zalo on loopback.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; any free one if not given")
    parser.add_argument("--webhook", default="", help="address that events are posted to")
    parser.add_argument("--callback", default=CALLBACK, help="address that the permission page comes back to")
    parser.add_argument("--app-id", default="", help="id of the application")
    parser.add_argument("--secret", default="", help="secret of the application")
    parser.add_argument("--oa-secret", default="", help="secret that signs webhooks")
    options = parser.parse_args(arguments)
    sandbox = Sandbox(TurnedClock())
    app = sandbox.app(
        options.callback, options.webhook, id=options.app_id, secret=options.secret, oa_secret=options.oa_secret
    )
    account, bot = sandbox.account("Sandbox"), sandbox.bot("Bot Sandbox")
    with sandbox.serve(options.port) as serving:
        connection_info = {
            **{name: serving.base(name) for name in ("oauth", "openapi", "business", "bot-api", "sandbox")},
            "app_id": app.id,
            "secret": app.secret,
            "oa_secret": app.oa_secret,
            "oa_id": account.id,
            "bot_token": bot.token,
        }
        sys.stdout.write(json.dumps(connection_info) + "\n")
        sys.stdout.flush()
        try:
            (stop or Event()).wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
