"""Runs of clients that others wrote against the pretend Zalo, and what was written down of them.

    python -m tests.zalo.clients.runs CLIENT=PYTHON …

runs each client in a Python that has it installed, through the proxy, and writes its results down in `results.json`.
`python -m tests.docs.generated` makes a page of that.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from anninh_zalo.testing import Sandbox, TurnedClock
from anninh_zalo.testing.oauth.permission import LIFE
from anninh_zalo.testing.oauth.tokens import challenge
from anninh_zalo.testing.state import SandboxCode

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
VERIFIER, CODE, PHONE = "v" * 43, "code-to-log-in", "84000000001"


def read_results() -> dict[str, dict[str, str]]:
    """Return what was written down: client -> call -> "" or what it failed with."""
    results: dict[str, dict[str, str]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def run_client(client: str, python: str) -> dict[str, str]:
    """Let a client make its calls, in a Python that has it, and return what each came to."""
    sandbox = Sandbox(TurnedClock())
    told = _furnish(sandbox)
    with sandbox.proxy() as proxy:
        process = subprocess.run(
            [python, str(HERE / "calls.py"), client],
            input=json.dumps(told),
            capture_output=True,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"], **proxy.environment},
            check=True,
        )
    results: dict[str, str] = json.loads(process.stdout)
    return {call: _without(result, told) for call, result in results.items()}


def _furnish(sandbox: Sandbox) -> dict[str, str]:
    """Make an account with a follower and a template, a bot with somebody who wrote to it, and a code to log in by."""
    app, account, bot = sandbox.app(), sandbox.account("Xã Thử"), sandbox.bot("Bot Thử")
    pair, template = sandbox.grant(app, account), account.template("receipt", {"code": 10})
    person, chat = account.person("Thử Văn An", phone=PHONE, follows=True), bot.person("Thử Văn An")
    person.says("chào")
    for text in ("một", "hai"):  # for the two calls of one client that ask for updates
        chat.says(text)
    other, world = sandbox.account("Xã Thử Hai"), sandbox.world  # logging in would end the first account's tokens
    world.codes[CODE] = SandboxCode(
        app=app, account=other.account, challenge=challenge(VERIFIER), until=world.now() + LIFE
    )
    return {
        "app_id": app.id,
        "secret": app.secret,
        "access_token": pair.access,
        "refresh_token": pair.refresh,
        "code": CODE,
        "verifier": VERIFIER,
        "user_id": person.id,
        "phone": PHONE,
        "template_id": template.id,
        "bot_token": bot.token,
        "chat_id": chat.chat_id,
    }


def _without(result: str, told: Mapping[str, str]) -> str:
    """Return a result in which ids and secrets of this run are called by their names."""
    for name, value in told.items():
        result = result.replace(value, f"<{name}>")
    return result


def main(arguments: Sequence[str]) -> None:
    """Run clients, and write down what came of it."""
    results = read_results()
    for client, _, python in (argument.partition("=") for argument in arguments):
        results[client] = run_client(client, python)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
