"""When two processes refresh the tokens of one account, a refresh token is spent only once, and the stored pair is
always valid.
"""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from tests.zalo.scenarios import refresher

from anninh_core.app import load_settings, open_app
from anninh_core.profile import load_profile
from anninh_zalo.oauth.endpoint import TokenPair
from anninh_zalo.official import OfficialAccount
from anninh_zalo.testing import Sandbox

SETTINGS = """\
profile = "hoa_lu_2021"
storage = "{storage}"
plugins = ["embedded", "formatters", "assisted", "opinions", "zalo"]

[messengers.oa]
type = "zalo"
options = {{ {options} }}
"""
EACH = 500


def build_options(sandbox: Sandbox, base: str) -> tuple[str, TokenPair]:
    """Return the messenger's options for a simulated Zalo as TOML, and the first pair of tokens."""
    app = sandbox.app()
    account = sandbox.account("Công an thử")
    grant = sandbox.grant(app, account)
    by_name = {
        "app_id": app.id,
        "app_secret": app.secret,
        "oa_id": account.id,
        "oa_secret": app.oa_secret,
        **{f"base.{host}": f"{base}/{host}" for host in ("oauth", "openapi", "business")},
    }
    text = ", ".join(f"{json.dumps(name)} = {json.dumps(value)}" for name, value in by_name.items())
    return text, TokenPair(grant.access, grant.refresh, timedelta(hours=25))


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_concurrent_processes_lose_no_token(tmp_path: Path, request: pytest.FixtureRequest, engine: str) -> None:
    """Two processes with one database refresh the token over HTTP as often as requested, and no token is spent twice or
    lost.
    """
    storage = "sqlite:///anninh.db" if engine == "sqlite" else request.getfixturevalue("postgres_url")
    sandbox = Sandbox()
    with sandbox.serve() as serving:
        text, first = build_options(sandbox, serving.base())
        (tmp_path / "anninh.toml").write_text(SETTINGS.format(options=text, storage=storage), encoding="utf-8")
        settings = load_settings(tmp_path)
        with open_app(load_profile(settings.profile), settings) as app:
            messenger = app.internals.messengers["oa"]
            assert isinstance(messenger, OfficialAccount)
            messenger.tokens.adopt(first)
            command = [sys.executable, refresher.__file__, str(tmp_path), str(EACH)]
            processes = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
            results = [json.loads(process.communicate(timeout=300)[0]) for process in processes]
            stored = messenger.tokens.tokens()

    (grant,) = sandbox.world.grants.values()
    assert [process.returncode for process in processes] == [0, 0]
    assert [result["renewed"] for result in results] == [EACH, EACH]
    assert EACH <= grant.refreshed <= 2 * EACH
    assert grant.replayed == 0
    assert stored is not None
    assert (stored.access, stored.refresh, stored.spending) == (grant.access, grant.refresh, None)
