"""The developer console of the pretend Zalo, which creates applications, official accounts and bots."""

from anninh_core.kernel.errors import BadInput
from anninh_zalo.testing.failures import TRICKS
from anninh_zalo.testing.simulation.accounts import SandboxOfficialAccount
from anninh_zalo.testing.simulation.bots import BotAccount
from anninh_zalo.testing.simulation.group_simulation import pass_time
from anninh_zalo.testing.state import SandboxAccount, SandboxApplication, SandboxBot
from anninh_zalo.testing.world import World


def create_app(
    world: World, callback: str, webhook: str = "", *, id: str = "", secret: str = "", oa_secret: str = ""
) -> SandboxApplication:
    """Create an application in the developer console."""
    with world.lock:
        app = SandboxApplication(
            id=id or world.ids.number("app"),
            secret=secret or world.ids.token("app secret")[:20],
            oa_secret=oa_secret or world.ids.token("oa secret")[:20],
            callback=callback,
            webhook=webhook,
        )
        world.apps[app.id] = app
        return app


def create_account(world: World, name: str, id: str = "") -> SandboxOfficialAccount:
    """Create an official account in the sandbox."""
    with world.lock:
        account = SandboxAccount(id=id or world.ids.number("account"), name=name)
        world.accounts[account.id] = account
        return SandboxOfficialAccount(world, account)


def create_bot(world: World, name: str, token: str = "") -> BotAccount:
    """Create a bot in the sandbox.

    Raises:
        BadInput: its name doesn't begin with "Bot", or the token isn't `<number>:<secret>`.
    """
    if not name.startswith("Bot"):
        raise BadInput("{name!r} isn't a bot's name: begin the name with 'Bot'.", name=name)
    with world.lock:
        id = world.ids.number("bot")
        token = token or f"{id}:{world.ids.token('bot')[:40]}"
        if ":" not in token:
            raise BadInput("The token isn't a bot's token: write a number, a colon and a secret.")
        bot = SandboxBot(id=id, name=name, token=token)
        world.bots[token] = bot
        return BotAccount(world, bot)


def add_media(world: World, content: bytes, name: str) -> str:
    """Add a file to the media host, and return its address."""
    with world.lock:
        id = world.ids.hex("media")
        world.media[id] = (name, content)
        return f"{world.media_base}/{id}"


def remove_media(world: World, url: str) -> None:
    """Remove a file from the media host, so that its link is dead."""
    with world.lock:
        world.media.pop(url.rpartition("/")[2], None)


def apply_trick(world: World, name: str) -> None:
    """Apply a trick to the next webhooks.

    Raises:
        BadInput: unknown trick.
    """
    if name not in TRICKS:
        raise BadInput("{name!r} isn't a trick: choose one of {allowed}.", name=name, allowed=tuple(TRICKS))
    with world.lock:
        world.queue.tricks.append(name)


def probe_webhook(world: World, app: SandboxApplication) -> None:
    """Press "test" in the console: an empty object without a signature goes to the webhook."""
    with world.lock:
        world.queue.queue_probe(app, world.now())


def deliver_webhooks(world: World) -> int:
    """Post the webhooks that are due, one after the other, and return the number of attempts."""
    tried = 0
    while True:
        with world.lock:
            pass_time(world)
            delivery = world.queue.take(world.now())
        if delivery is None:
            return tried
        tried += 1
        try:
            status = world.post(delivery.url, delivery.headers, delivery.body)
        except TimeoutError:
            status = -1
        except OSError:
            status = 0
        with world.lock:
            world.queue.settle_attempt(delivery, status, world.now(), refused_too=world.variants.redelivers_refused)
            world.changed.notify_all()
