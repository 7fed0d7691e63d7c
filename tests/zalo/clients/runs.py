"""Runs third-party clients against the simulated Zalo, and stores their results.

        python -m tests.zalo.clients.runs CLIENT=PYTHON npm:CLIENT=FOLDER …

runs each client through the proxy, in a Python that has it installed or in a folder into which npm installed it, and
stores the results in `results.json`. `python -m tests.docs.generated` makes a page of them. If the folder has its own
Node, as the package `node` installs it, that Node runs; otherwise the one on the path.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from anninh_zalo.testing import Sandbox, TurnedClock
from anninh_zalo.testing.oauth.permission import LIFE
from anninh_zalo.testing.oauth.tokens import compute_challenge
from anninh_zalo.testing.state import SandboxCode

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
NPM = "npm:"  # The prefix of clients that npm installs.
VERIFIER = "v" * 43
CODE = "code-to-log-in"
PHONE = "84000000001"


def read_results() -> dict[str, dict[str, str]]:
    """Return the stored results: client -> call -> "" or its error."""
    results: dict[str, dict[str, str]] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return results


def run_client(client: str, home: str) -> dict[str, str]:
    """Run the calls of a client in its installation, and return the result of each call."""
    sandbox = Sandbox(TurnedClock())
    inputs = _fill_sandbox(sandbox)
    command, folder = _build_command(client, home)
    with sandbox.proxy() as proxy:
        completed = subprocess.run(
            command,
            cwd=folder,
            input=json.dumps(inputs),
            capture_output=True,
            encoding="utf-8",
            env={"PATH": os.environ["PATH"], **proxy.environment},
            check=True,
        )
    results: dict[str, str] = json.loads(completed.stdout)
    return {call: _mask_inputs(result, inputs) for call, result in results.items()}


def _build_command(client: str, home: str) -> tuple[list[str], Path]:
    """Return the command that makes a client's calls, and its working directory."""
    if not client.startswith(NPM):
        return [home, str(HERE / "calls.py"), client], HERE
    own_node = Path(home, "node_modules", ".bin", "node")
    return [str(own_node.resolve()) if own_node.exists() else "node", str(HERE / "calls.mjs"), client], Path(home)


def _fill_sandbox(sandbox: Sandbox) -> dict[str, str]:
    """Create an account with a follower and a template, a bot with a chat, and a login code; return their ids and
    secrets.
    """
    app = sandbox.app()
    account = sandbox.account("Xã Thử")
    bot = sandbox.bot("Bot Thử")
    pair = sandbox.grant(app, account)
    template = account.template("receipt", {"code": 10})
    person = account.person("Thử Văn An", phone=PHONE, follows=True)
    bot_user = bot.person("Thử Văn An")
    person.says("chào")
    for text in ("một", "hai"):  # There are two messages, because one client has two calls that read an update each.
        bot_user.says(text)
    # The login code is for another account, because a login to the first account would invalidate its tokens.
    other = sandbox.account("Xã Thử Hai")
    world = sandbox.world
    world.codes[CODE] = SandboxCode(
        app=app, account=other.account, challenge=compute_challenge(VERIFIER), until=world.now() + LIFE
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
        "chat_id": bot_user.chat_id,
    }


def _mask_inputs(result: str, inputs: Mapping[str, str]) -> str:
    """Return a result in which this run's ids and secrets are replaced by their names."""
    for name, value in inputs.items():
        result = result.replace(value, f"<{name}>")
    return result


def main(arguments: Sequence[str]) -> None:
    """Run the given clients, and store their results."""
    results = read_results()
    for client, _, home in (argument.partition("=") for argument in arguments):
        results[client] = run_client(client, home)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
