"""The sandbox as a process of its own, started by `python -m anninh_zalo.testing`."""

import argparse
import json
import shlex
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from threading import Event
from typing import NoReturn, TypeVar

from anninh_core.kernel.errors import ConfigurationError
from anninh_zalo.testing.clock import TurnedClock
from anninh_zalo.testing.sandbox import CALLBACK, Sandbox

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None, program: str = "python -m anninh_zalo.testing") -> int:
    """Serve a sandbox with an application, an official account and a bot, until Ctrl-C or SIGTERM.

    The first line printed is JSON: all addresses, and what the application needs to speak to the sandbox. With a proxy,
    the second line exports the environment variables for a client's shell.

    Args:
        arguments: arguments; those of the command line if None.
        program: name of the program in its help.

    Raises:
        MissingExtra: a proxy is requested and the extra `sandbox` isn't installed.
        ConfigurationError: a port can't be used.
    """
    options = _read_options(arguments, program)
    # SIGTERM is handled like Ctrl-C, so that temporary files are removed.
    previous_handler = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _serve(options)
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, previous_handler)


def _serve(options: argparse.Namespace) -> NoReturn:
    sandbox = Sandbox(TurnedClock())
    app = sandbox.app(
        options.callback, options.webhook, id=options.app_id, secret=options.secret, oa_secret=options.oa_secret
    )
    account = sandbox.account("Sandbox")
    bot = sandbox.bot("Bot Sandbox")
    with ExitStack() as stack:
        serving = stack.enter_context(_listen(sandbox.serve, options.port))
        proxy = None if options.proxy is None else stack.enter_context(_listen(sandbox.proxy, options.proxy))
        connection_info = {
            **{name: serving.base(name) for name in ("oauth", "openapi", "business", "bot-api", "sandbox")},
            "app_id": app.id,
            "secret": app.secret,
            "oa_secret": app.oa_secret,
            "oa_id": account.id,
            "bot_token": bot.token,
            **({"proxy": proxy.address, "ca_file": str(proxy.ca_file)} if proxy else {}),
        }
        _print_connection_info(connection_info, proxy.environment if proxy else {})
        while True:
            Event().wait()


def _listen(begin: Callable[[int], AbstractContextManager[T]], port: int) -> AbstractContextManager[T]:
    try:
        return begin(port)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        raise ConfigurationError(
            "Port {port} can't be used ({reason}): choose another one, or leave it out to use any free port.",
            port=port,
            reason=why,
        ) from error


def _read_options(arguments: Sequence[str] | None, program: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=program, description="A pretend Zalo on loopback.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; any free one if not given")
    parser.add_argument("--webhook", default="", help="address that events are posted to")
    parser.add_argument("--callback", default=CALLBACK, help="address that the permission page comes back to")
    parser.add_argument("--app-id", default="", help="id of the application")
    parser.add_argument("--secret", default="", help="secret of the application")
    parser.add_argument("--oa-secret", default="", help="secret that signs webhooks")
    parser.add_argument(
        "--proxy",
        type=int,
        nargs="?",
        const=0,
        metavar="PORT",
        help="be a forward proxy for Zalo's hosts too, with a certificate of its own; needs anninh[sandbox]",
    )
    return parser.parse_args(arguments)


def _print_connection_info(connection_info: Mapping[str, str], environment: Mapping[str, str]) -> None:
    exports = [f"{name}={shlex.quote(value)}" for name, value in environment.items()]
    lines = [json.dumps(connection_info), *([f"export {' '.join(exports)}"] if exports else [])]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ConfigurationError as wrong:
        sys.exit(f"anninh: {wrong}")
