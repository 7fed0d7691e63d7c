"""The sandbox's own API, `/sandbox/…`: programs in any language create people, perform their actions and advance the
clock.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Protocol, runtime_checkable

from anninh_core.kernel.errors import BadInput
from anninh_zalo.testing import bot_actions, console, switches
from anninh_zalo.testing.clock import to_milliseconds
from anninh_zalo.testing.oauth.tokens import grant_permission
from anninh_zalo.testing.simulation.accounts import SandboxOfficialAccount
from anninh_zalo.testing.simulation.messages import message_json
from anninh_zalo.testing.simulation.parts import SandboxAttachment
from anninh_zalo.testing.simulation.simulated_users import Person, SandboxVisitor
from anninh_zalo.testing.state import SandboxApplication, SandboxMessage
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, Json, SandboxRefusal
from anninh_zalo.testing.world import World

ACTS = (
    *("calls", "clicks", "clicks_chat", "follows", "joins", "leaves", "reacts", "refuses"),
    *("says", "says_in_group", "sees", "submits_info", "unfollows", "withdraws"),
)
"""Actions of people, by the names of `Person`'s methods."""

VISITOR_ACTS = ("says",)
"""Actions of visitors of the website's widget."""


@runtime_checkable
class AdjustableClock(Protocol):
    """A clock that can jump."""

    def advance(self, by: timedelta) -> Any:
        """Advance the clock by a span of time."""
        ...


def answer_call(world: World, request: HttpRequest) -> HttpAnswer:
    """Answer a call of the sandbox's own API; an error comes as HTTP 400 with a sentence."""
    handle = CALLS.get((request.method, request.path))
    if handle is None:
        calls = ", ".join(f"{method} /sandbox{path}" for method, path in CALLS)
        return HttpAnswer.json({"error": f"no such call; there are {calls}"}, status=404)
    try:
        parameters = request.json() if request.method == "POST" else dict(request.query)
        return HttpAnswer.json(handle(world, parameters))
    except KeyError as missing:
        return HttpAnswer.json({"error": f"{missing} is missing, or unknown"}, status=400)
    except (BadInput, SandboxRefusal, TypeError, ValueError) as error:
        text = error.text if isinstance(error, SandboxRefusal) else str(error)
        return HttpAnswer.json({"error": text}, status=400)


def get_overview(world: World, _params: Json) -> Json:
    """Return all objects of the sandbox, secrets included: nothing here is real."""
    with world.lock:
        return {
            "now": to_milliseconds(world.now()),
            "apps": [_app_json(app) for app in world.apps.values()],
            "accounts": [
                {
                    "oa_id": account.id,
                    "name": account.name,
                    "people": [_person_json(person) for person in account.people.values()],
                    "groups": [{"group_id": entry.id, "name": entry.name} for entry in account.groups.values()],
                    "assets": [{"asset_id": entry.id, "kind": entry.kind} for entry in account.assets.values()],
                }
                for account in world.accounts.values()
            ],
            "bots": [{"name": bot.name, "token": bot.token} for bot in world.bots.values()],
        }


def _app_json(app: SandboxApplication) -> Json:
    return {
        "app_id": app.id,
        "secret": app.secret,
        "oa_secret": app.oa_secret,
        "callback": app.callback,
        "webhook": app.webhook,
        "subscribed": app.subscribed,
    }


def _person_json(profile: Any) -> Json:
    return {"user_id": profile.id, "name": profile.name, "phone": profile.phone, "admin": profile.admin}


def _find_account(world: World, params: Json) -> SandboxOfficialAccount:
    return SandboxOfficialAccount(world, world.accounts[params.pop("oa_id")])


def _find_person(world: World, params: Json) -> Person | SandboxVisitor:
    account = _find_account(world, params)
    if "anonymous_id" in params:
        return account.find_visitor(params.pop("anonymous_id"))
    return account.find(params.pop("user_id"))


def add_app(world: World, params: Json) -> Json:
    """Create an application in the sandbox.

    Takes `callback`, perhaps `webhook`, `id`, `secret`, `oa_secret`.
    """
    return _app_json(console.create_app(world, **params))


def set_webhook(world: World, params: Json) -> Json:
    """Change the address of an application's webhook, and turn it on again.

    Takes `app_id`, `webhook`.
    """
    app = world.apps[params["app_id"]]
    app.webhook = params["webhook"]
    app.subscribed = True
    return _app_json(app)


def add_account(world: World, params: Json) -> Json:
    """Create an official account in the sandbox.

    Takes `name`, perhaps `id`.
    """
    return {"oa_id": console.create_account(world, **params).id}


def add_grant(world: World, params: Json) -> Json:
    """Issue a pair of tokens for an application and an account, as the console's explorer does.

    Takes `app_id`, `oa_id`.
    """
    with world.lock:
        pair = grant_permission(world, world.apps[params["app_id"]], world.accounts[params["oa_id"]])
        return {"access_token": pair.access, "refresh_token": pair.refresh}


def add_person(world: World, params: Json) -> Json:
    """Add a person who knows an official account.

    Takes `oa_id`, `name`, perhaps `phone`, `admin`, `follows`, `traits`.
    """
    return _person_json(_find_account(world, params).person(**params).profile)


def add_asset(world: World, params: Json) -> Json:
    """Buy an asset for a group.

    Takes `oa_id`, perhaps `kind`, `days`, `auto_renew`.
    """
    return {"asset_id": _find_account(world, params).asset(**params).id}


def add_template(world: World, params: Json) -> Json:
    """Add an approved template to an official account.

    Takes `oa_id`, `name`, `params` (name -> most characters), perhaps `by_uid`, `status`, `promotes`.
    """
    return {"template_id": _find_account(world, params).template(**params).id}


def perform_action(world: World, params: Json) -> Json:
    """Perform an action of a person or a visitor.

    Takes `oa_id`, `user_id` or `anonymous_id`, `act`, and the act's own, such as `text`, `parts`, `group_id`.
    """
    person = _find_person(world, params)
    name = params.pop("act")
    acts = ACTS if isinstance(person, Person) else VISITOR_ACTS
    if name not in acts:
        raise BadInput("{action!r} isn't a possible action: choose one of {allowed}.", action=name, allowed=tuple(acts))
    parts = [SandboxAttachment(part["kind"], part["payload"]) for part in params.pop("parts", ())]
    group = [params.pop("group_id")] if "group_id" in params else []
    text = [params.pop("text", "")] if parts else []
    result = getattr(person, name)(*group, *text, *parts, **params)
    return {"message_id": result.id} if isinstance(result, SandboxMessage) else {"result": result}


def list_received_messages(world: World, params: Json) -> Json:
    """Return the messages that a person or a visitor has received, oldest first.

    Takes `oa_id`, `user_id` or `anonymous_id`.
    """
    return {"heard": [message_json(message) for message in _find_person(world, params).heard]}


def send_operator_message(world: World, params: Json) -> Json:
    """Send a message that an operator of the account writes by hand.

    Takes `oa_id`, `to` (a person or a group), `text`.
    """
    return {"message_id": _find_account(world, params).operator_says(**params).id}


def send_event(world: World, params: Json) -> Json:
    """Send a webhook event that no action in the sandbox causes.

    Takes `oa_id`, `name`, and the event's own fields.
    """
    _find_account(world, params).event(params.pop("name"), **params)
    return {}


def advance_clock(world: World, params: Json) -> Json:
    """Advance the sandbox's clock.

    Takes `seconds`.
    """
    if not isinstance(world.clock, AdjustableClock):
        raise BadInput("This sandbox's clock can't be moved: give the sandbox a clock with `advance()`.")
    world.clock.advance(timedelta(seconds=float(params["seconds"])))
    return {"now": to_milliseconds(world.now())}


def fail_next(world: World, params: Json) -> Json:
    """Make the next API calls to the sandbox fail.

    Takes `name` (or a code), perhaps `path`, `times`.
    """
    with world.lock:
        world.script.add(params["name"], params.get("path", ""), int(params.get("times", 1)))
    return {}


def deliver_webhooks(world: World, _params: Json) -> Json:
    """Deliver the webhooks that are due."""
    return {"tried": console.deliver_webhooks(world)}


def list_deliveries(world: World, _params: Json) -> Json:
    """Return the attempted and the waiting webhooks."""
    with world.lock:
        lists = {"tried": world.queue.tried, "waiting": world.queue.waiting}
        return {
            name: [
                {"event_name": delivery.name, "status": delivery.status, "tries": delivery.tries}
                for delivery in entries
            ]
            for name, entries in lists.items()
        }


def add_media(world: World, params: Json) -> Json:
    """Add a file to the media host, for a person's attachment.

    Takes `name`, `content` in base64.
    """
    return {"url": console.add_media(world, b64decode(params["content"], validate=True), params["name"])}


def remove_media(world: World, params: Json) -> Json:
    """Remove a file from the media host, so that its link is dead.

    Takes `url`.
    """
    console.remove_media(world, params["url"])
    return {}


def add_visitor(world: World, params: Json) -> Json:
    """Add a visitor of the website's widget.

    Takes `oa_id`.
    """
    return {"anonymous_id": _find_account(world, params).visitor().profile.id}


def apply_trick(world: World, params: Json) -> Json:
    """Apply a trick to the next webhooks.

    Takes `name`.
    """
    console.apply_trick(world, params["name"])
    return {}


def probe_webhook(world: World, params: Json) -> Json:
    """Press "test" in the developer console, which sends a test request to the webhook.

    Takes `app_id`.
    """
    console.probe_webhook(world, world.apps[params["app_id"]])
    return {}


def revoke_permission(world: World, params: Json) -> Json:
    """Revoke an application's permission to act for an official account.

    Takes `oa_id`, `app_id`.
    """
    _find_account(world, params).revokes(world.apps[params["app_id"]])
    return {}


CALLS: Mapping[tuple[str, str], Callable[[World, Json], Json]] = {
    ("GET", "/"): get_overview,
    ("POST", "/apps"): add_app,
    ("POST", "/webhook"): set_webhook,
    ("POST", "/accounts"): add_account,
    ("POST", "/limits"): switches.set_limits,
    ("GET", "/manners"): switches.get_variants,
    ("POST", "/manners"): switches.set_variants,
    ("POST", "/grants"): add_grant,
    ("POST", "/revoke"): revoke_permission,
    ("POST", "/people"): add_person,
    ("POST", "/visitors"): add_visitor,
    ("POST", "/media"): add_media,
    ("POST", "/media/forget"): remove_media,
    ("POST", "/assets"): add_asset,
    ("POST", "/templates"): add_template,
    ("POST", "/acts"): perform_action,
    ("GET", "/heard"): list_received_messages,
    ("POST", "/operator"): send_operator_message,
    ("POST", "/events"): send_event,
    ("POST", "/clock"): advance_clock,
    ("POST", "/failures"): fail_next,
    ("POST", "/tricks"): apply_trick,
    ("POST", "/probe"): probe_webhook,
    ("POST", "/deliver"): deliver_webhooks,
    ("GET", "/deliveries"): list_deliveries,
    ("POST", "/bots"): bot_actions.add_bot,
    ("POST", "/bots/groups"): bot_actions.add_group,
    ("POST", "/bots/people"): bot_actions.add_person,
    ("POST", "/bots/acts"): bot_actions.perform_action,
    ("GET", "/bots/heard"): bot_actions.list_bot_messages,
}
