"""The pretend Zalo as one object."""

from typing import TYPE_CHECKING

from anninh_core.kernel.clock import SystemClock
from anninh_core.ports.clock import Clock
from anninh_zalo.testing import console, hosts
from anninh_zalo.testing.ids import IdGenerator
from anninh_zalo.testing.oauth.tokens import grant
from anninh_zalo.testing.simulation.accounts import SandboxOfficialAccount
from anninh_zalo.testing.simulation.bots import BotAccount
from anninh_zalo.testing.state import SandboxApplication, SandboxGrant
from anninh_zalo.testing.variants import Variants
from anninh_zalo.testing.webhooks import PostWebhook, WebhookDelivery, post
from anninh_zalo.testing.wire import HttpAnswer, HttpRequest, LostAnswer
from anninh_zalo.testing.world import World

if TYPE_CHECKING:
    from anninh_zalo.testing.carriers.asgi import SandboxApp
    from anninh_zalo.testing.carriers.proxy import SandboxProxy
    from anninh_zalo.testing.carriers.server import SandboxServer
    from anninh_zalo.testing.carriers.transport import SandboxTransport

CALLBACK = "https://anninh.invalid/zalo/callback"
"""Where administrators come back to, unless the application says otherwise."""


class Sandbox:
    """Zalo's hosts in one object, with people, groups and webhooks. Safe to use from several threads.

    Four ways to speak to it: `asgi`, `transport()` for an `httpx.Client` in the same process, `serve()` on loopback,
    and `proxy()` for clients that know Zalo's hosts by their names alone. A host is chosen by its name, or by the first
    segment of the path: `/oauth`, `/openapi`, `/business`, `/bot-api`.

    Args:
        clock: tells the time; one that tests turn makes days pass.
        seed: of the ids; the same one makes the same ids again.
        manners: readings of what documentation and experience contradict each other about.
        post: brings webhooks to their address; over HTTP, unless told otherwise.
    """

    def __init__(
        self, clock: Clock | None = None, seed: int = 0, manners: Variants | None = None, post: PostWebhook = post
    ) -> None:
        self.world = World(clock or SystemClock(), IdGenerator(seed), manners or Variants(), post=post)

    def app(
        self, callback: str = CALLBACK, webhook: str = "", *, id: str = "", secret: str = "", oa_secret: str = ""
    ) -> SandboxApplication:
        """Make an application."""
        return console.make_app(self.world, callback, webhook, id=id, secret=secret, oa_secret=oa_secret)

    def account(self, name: str, id: str = "") -> SandboxOfficialAccount:
        """Make an official account."""
        return console.make_account(self.world, name, id)

    def bot(self, name: str, token: str = "") -> BotAccount:
        """Make a bot; its name has to begin with "Bot"."""
        return console.make_bot(self.world, name, token)

    def grant(self, app: SandboxApplication, account: SandboxOfficialAccount) -> SandboxGrant:
        """Let an application act for an account and return its tokens, without the permission page."""
        with self.world.lock:
            return grant(self.world, app, account.account)

    def media(self, content: bytes, name: str) -> str:
        """Let a file be fetched and return where, for something that a person sends."""
        return console.add_media(self.world, content, name)

    def forget_media(self, url: str) -> None:
        """Let a link die."""
        console.forget_media(self.world, url)

    def fail_next(self, name: str | int, path: str = "", times: int = 1) -> None:
        """Let the next calls fail whose path contains `path`.

        Args:
            name: one of `CALL_FAILURES`, or a code of the platform.
            path: as the host sees it, for example "/v3.0/oa/message/cs"; "" is any.
            times: how many calls.

        Raises:
            BadInput: no failure has this name.
        """
        with self.world.lock:
            self.world.script.add(name, path, times)

    def trick_next(self, name: str) -> None:
        """Play a trick on the next webhooks: "duplicate", or "reorder" for two in the other order.

        Raises:
            BadInput: no trick has this name.
        """
        console.trick(self.world, name)

    def probe(self, app: SandboxApplication) -> None:
        """Press "test" in the console: an empty object without a signature goes to the webhook."""
        console.probe(self.world, app)

    def deliver_due(self) -> int:
        """Deliver the webhooks that are due, in this thread, and return how many were tried."""
        return console.deliver(self.world)

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """Return the webhooks that were tried, oldest first."""
        with self.world.lock:
            return [*self.world.queue.tried]

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Return method and path of every call, oldest first."""
        with self.world.lock:
            return [*self.world.calls]

    def answer(self, request: HttpRequest) -> HttpAnswer | LostAnswer:
        """Answer a request, or lose the answer if a script says so."""
        name, inside = hosts.resolve(request)
        if name not in hosts.HOSTS:
            return hosts.answer(self.world, name, inside)
        with self.world.lock:
            self.world.calls.append((inside.method, inside.path))
            failure = self.world.script.take(inside.path)
            instead = failure.before(name, hosts.HOSTS[name].refuse) if failure else None
            if instead is not None:
                return instead
            answer = hosts.answer(self.world, name, inside)
            return failure.after(answer) if failure else answer

    @property
    def asgi(self) -> "SandboxApp":
        """Return the sandbox as an ASGI application.

        Raises:
            MissingExtra: the extra `web` isn't installed.
        """
        from anninh_zalo.testing.carriers.asgi import SandboxApp  # noqa: PLC0415  only those who want it need starlette

        return SandboxApp(self)

    def transport(self) -> "SandboxTransport":
        """Return a transport: `httpx.Client(transport=sandbox.transport())` speaks to the sandbox, not to Zalo.

        Raises:
            MissingExtra: the extra `zalo` isn't installed.
        """
        from anninh_zalo.testing.carriers.transport import SandboxTransport  # noqa: PLC0415  only those who want it need httpx

        return SandboxTransport(self)

    def serve(self, port: int = 0, *, delivers: bool = True) -> "SandboxServer[Sandbox]":
        """Serve the sandbox on loopback and deliver webhooks, until the end of the `with` block.

        Args:
            port: 0 takes any free one.
            delivers: whether webhooks go out by themselves; otherwise with each `deliver_due`.
        """
        from anninh_zalo.testing.carriers.server import SandboxServer  # noqa: PLC0415  only those who want it need sockets

        return SandboxServer(self, port, delivers=delivers)

    def proxy(self, port: int = 0) -> "SandboxProxy":
        """Be a forward proxy on loopback for the names of Zalo's hosts, until the end of the `with` block.

        Clients whose hosts are written in their code need nothing but its `environment`.

        Args:
            port: 0 takes any free one.

        Raises:
            MissingExtra: the extra `sandbox` isn't installed.
        """
        from anninh_zalo.testing.carriers.proxy import SandboxProxy  # noqa: PLC0415  only those who want it need trustme

        return SandboxProxy(self, hosts.NAMES, port)
