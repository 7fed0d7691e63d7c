"""The page on which an administrator lets an application act for an official account."""

from collections.abc import Mapping
from datetime import timedelta
from html import escape
from urllib.parse import urlencode

from anninh_zalo.testing.state import SandboxAccount, SandboxApplication, SandboxCode
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, SandboxRefusal
from anninh_zalo.testing.world import World

LIFE = timedelta(minutes=10)


def ask(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer GET /v4/oa/permission with the consent form, or with a redirect to the callback if the sandbox consents at
    once.
    """
    app = _find_app(world, request.query)
    if not world.accounts:
        raise SandboxRefusal(-14012, "There is no official account; create one in the sandbox")
    if not world.variants.consents_at_once:
        return HttpAnswer.html(_build_consent_page(world, request.query))
    return _redirect_to_callback(world, app, request.query, next(iter(world.accounts.values())))


def accept_consent_form(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer POST /v4/oa/permission, the submitted consent form, with a redirect to the callback."""
    form = request.form()
    if form.get("oa_id") not in world.accounts:
        raise SandboxRefusal(-14012, "Invalid official account")
    return _redirect_to_callback(world, _find_app(world, form), form, world.accounts[form["oa_id"]])


def _find_app(world: World, params: Mapping[str, str]) -> SandboxApplication:
    app = world.apps.get(params.get("app_id", ""))
    if app is None or not app.active:
        raise SandboxRefusal(-14002, "Invalid app id")
    if params.get("redirect_uri") != app.callback:
        raise SandboxRefusal(-14003, "Invalid redirect uri")
    return app


def _redirect_to_callback(
    world: World, app: SandboxApplication, params: Mapping[str, str], account: SandboxAccount
) -> HttpAnswer:
    code = world.ids.token("code")
    challenge = params.get("code_challenge") or app.challenge
    world.codes[code] = SandboxCode(app=app, account=account, challenge=challenge, until=world.now() + LIFE)
    query = {"code": code, "oa_id": account.id}
    if "state" in params and world.variants.echoes_state:
        query["state"] = params["state"]
    separator = "&" if "?" in app.callback else "?"
    return HttpAnswer(302, b"", {"location": f"{app.callback}{separator}{urlencode(query)}"})


def _build_consent_page(world: World, params: Mapping[str, str]) -> str:
    hidden_fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in params.items()
    )
    choices = "".join(
        f'<option value="{account.id}">{escape(account.name)}</option>' for account in world.accounts.values()
    )
    return (
        "<!doctype html><title>Sandbox: permission</title>"
        f"<h1>Let application {escape(params['app_id'])} act for an official account?</h1>"
        f'<form method="post">{hidden_fields}<select name="oa_id">{choices}</select> <button>Allow</button></form>'
    )
