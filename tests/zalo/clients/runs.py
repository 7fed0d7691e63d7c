"""Runs of clients that others wrote against the pretend Zalo, and what was written down of them.

    python -m tests.zalo.clients.runs CLIENT=PYTHON npm:CLIENT=FOLDER …

runs each client in a Python that has it installed, or in a folder into which npm installed it, through the proxy, and
writes its results down in `results.json`. `python -m tests.docs.generated` makes a page of that. A folder may hold a
Node of its own, as the package `node` brings one; otherwise the one of the path runs.
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
NPM = "npm:"  # before the names of clients that come from there
VERIFIER = "v" * 43
CODE = "code-to-log-in"
PHONE = "84000000001"


def read_results() -> dict[str, dict[str, str]]:
    """Return what was written down: client -> call -> "" or what it failed with."""
    results: dict[str, dict[str, str]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def run_client(client: str, home: str) -> dict[str, str]:
    """Let a client make its calls where it is installed, and return what each came to."""
    sandbox = Sandbox(TurnedClock())
    told = _furnish(sandbox)
    command, folder = _command(client, home)
    with sandbox.proxy() as proxy:
        process = subprocess.run(
            command,
            cwd=folder,
            input=json.dumps(told),
            capture_output=True,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"], **proxy.environment},
            check=True,
        )
    results: dict[str, str] = json.loads(process.stdout)
    return {call: _without(result, told) for call, result in results.items()}


def _command(client: str, home: str) -> tuple[list[str], Path]:
    """Return what makes the calls of a client, and in which folder."""
    if not client.startswith(NPM):
        return [home, str(HERE / "calls.py"), client], HERE
    own = Path(home, "node_modules", ".bin", "node")
    return [str(own.resolve()) if own.exists() else "node", str(HERE / "calls.mjs"), client], Path(home)


def _furnish(sandbox: Sandbox) -> dict[str, str]:
    """Make an account with a follower and a template, a bot with somebody who wrote to it, and a code to log in by."""
    app = sandbox.app()
    account = sandbox.account("Xã Thử")
    bot = sandbox.bot("Bot Thử")
    pair = sandbox.grant(app, account)
    template = account.template("receipt", {"code": 10})
    person = account.person("Thử Văn An", phone=PHONE, follows=True)
    chat = bot.person("Thử Văn An")
    person.says("chào")
    for text in ("một", "hai"):  # for the two calls of one client that ask for updates
        chat.says(text)
    # logging in would end the first account's tokens
    other = sandbox.account("Xã Thử Hai")
    world = sandbox.world
    world.codes[CODE] = SandboxCode(
        app=app, account=other.account, challenge=challenge(VERIFIER), until=world.now() + LIFE
    )
    return {
        "oa_id": account.id,
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
    for client, _, home in (argument.partition("=") for argument in arguments):
        results[client] = run_client(client, home)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
