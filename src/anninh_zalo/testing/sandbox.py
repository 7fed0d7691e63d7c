"""The pretend Zalo as one object."""

from typing import TYPE_CHECKING

from anninh_core.kernel.clock import SystemClock
from anninh_core.ports.clock import Clock
from anninh_zalo.testing import console, hosts
from anninh_zalo.testing.ids import IdGenerator
from anninh_zalo.testing.oauth.tokens import grant_permission
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
"""Default callback address of applications."""


class Sandbox:
    """Zalo's hosts in one object, with people, groups and webhooks. Threads may share it.

    Four ways to connect to it: `asgi`, `transport()` for an `httpx.Client` in the same process, `serve()` on loopback,
    and `proxy()` for clients that know Zalo's hosts by their names alone. A host is chosen by its name, or by the first
    segment of the path: `/oauth`, `/openapi`, `/business`, `/bot-api`.

    Args:
        clock: the platform's clock; with a clock that tests can advance, days pass.
        seed: seed of the ids; the same seed makes the same ids again.
        manners: variants of behaviour on which documentation and experience contradict each other.
        post: posts webhooks to their address; over HTTP by default.
    """

    def __init__(
        self, clock: Clock | None = None, seed: int = 0, manners: Variants | None = None, post: PostWebhook = post
    ) -> None:
        self.world = World(clock or SystemClock(), IdGenerator(seed), manners or Variants(), post=post)

    def app(
        self, callback: str = CALLBACK, webhook: str = "", *, id: str = "", secret: str = "", oa_secret: str = ""
    ) -> SandboxApplication:
        """Create an application."""
        return console.create_app(self.world, callback, webhook, id=id, secret=secret, oa_secret=oa_secret)

    def account(self, name: str, id: str = "") -> SandboxOfficialAccount:
        """Create an official account."""
        return console.create_account(self.world, name, id)

    def bot(self, name: str, token: str = "") -> BotAccount:
        """Create a bot, with a name that has to begin with "Bot"."""
        return console.create_bot(self.world, name, token)

    def grant(self, app: SandboxApplication, account: SandboxOfficialAccount) -> SandboxGrant:
        """Let an application act for an account and return its tokens, without the permission page."""
        with self.world.lock:
            return grant_permission(self.world, app, account.account)

    def media(self, content: bytes, name: str) -> str:
        """Add a file to the media host and return its address, for a person's attachment."""
        return console.add_media(self.world, content, name)

    def forget_media(self, url: str) -> None:
        """Remove a file from the media host, so that its link is dead."""
        console.remove_media(self.world, url)

    def fail_next(self, name: str | int, path: str = "", times: int = 1) -> None:
        """Make the next calls with a path that contains `path` fail.

        Args:
            name: one of `CALL_FAILURES`, or a code of the platform.
            path: as on the host, for example "/v3.0/oa/message/cs"; "" is any.
            times: number of calls.

        Raises:
            BadInput: unknown failure.
        """
        with self.world.lock:
            self.world.script.add(name, path, times)

    def trick_next(self, name: str) -> None:
        """Apply a trick to the next webhooks: "duplicate", or "reorder" for two in reverse order.

        Raises:
            BadInput: unknown trick.
        """
        console.apply_trick(self.world, name)

    def probe(self, app: SandboxApplication) -> None:
        """Press "test" in the console: an empty object without a signature goes to the webhook."""
        console.probe_webhook(self.world, app)

    def deliver_due(self) -> int:
        """Deliver the webhooks that are due, in this thread, and return the number of attempts."""
        return console.deliver_webhooks(self.world)

    @property
    def deliveries(self) -> list[WebhookDelivery]:
        """The attempted webhooks, oldest first."""
        with self.world.lock:
            return [*self.world.queue.tried]

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Method and path of every call, oldest first."""
        with self.world.lock:
            return [*self.world.calls]

    def answer(self, request: HttpRequest) -> HttpAnswer | LostAnswer:
        """Answer a request, or lose the response if a script requires it."""
        name, host_request = hosts.resolve_host(request)
        if name not in hosts.HOSTS:
            return hosts.answer_request(self.world, name, host_request)
        with self.world.lock:
            self.world.calls.append((host_request.method, host_request.path))
            failure = self.world.script.take(host_request.path)
            replacement = failure.before(name, hosts.HOSTS[name].refuse) if failure else None
            if replacement is not None:
                return replacement
            answer = hosts.answer_request(self.world, name, host_request)
            return failure.after(answer) if failure else answer

    @property
    def asgi(self) -> "SandboxApp":
        """The sandbox as an ASGI application.

        Raises:
            MissingExtra: the extra `web` isn't installed.
        """
        from anninh_zalo.testing.carriers.asgi import SandboxApp  # noqa: PLC0415  only those who want it need starlette

        return SandboxApp(self)

    def transport(self) -> "SandboxTransport":
        """Return a transport: `httpx.Client(transport=sandbox.transport())` calls the sandbox instead of Zalo.

        Raises:
            MissingExtra: the extra `zalo` isn't installed.
        """
        from anninh_zalo.testing.carriers.transport import SandboxTransport  # noqa: PLC0415  only those who want it need httpx

        return SandboxTransport(self)

    def serve(self, port: int = 0, *, delivers: bool = True) -> "SandboxServer[Sandbox]":
        """Serve the sandbox on loopback and deliver webhooks, until the end of the `with` block.

        Args:
            port: 0 takes any free one.
            delivers: whether webhooks are posted in the background; otherwise each `deliver_due` posts them.
        """
        from anninh_zalo.testing.carriers.server import SandboxServer  # noqa: PLC0415  only those who want it need sockets

        return SandboxServer(self, port, delivers=delivers)

    def proxy(self, port: int = 0) -> "SandboxProxy":
        """Run a forward proxy on loopback for the names of Zalo's hosts, until the end of the `with` block.

        Clients with hard-coded hosts need nothing but its `environment`.

        Args:
            port: 0 takes any free one.

        Raises:
            MissingExtra: the extra `sandbox` isn't installed.
        """
        from anninh_zalo.testing.carriers.proxy import SandboxProxy  # noqa: PLC0415  only those who want it need trustme

        return SandboxProxy(self, hosts.NAMES, port)
