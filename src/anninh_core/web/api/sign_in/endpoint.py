"""Signing in over HTTP: the calls that require no session."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import msgspec
from starlette.responses import Response
from starlette.types import Receive

from anninh_core.app.app import App
from anninh_core.domain.accounts.rules import Client
from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.hidden import drop_hidden
from anninh_core.operations import BadArguments
from anninh_core.operations.faults import find_faults
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.rate_limits import RequestRateLimiter
from anninh_core.web.api.replies import JSON, NO_STORE
from anninh_core.web.api.request import ApiRequest
from anninh_core.web.api.sign_in.requests import (
    AccountSetUp,
    ChatCodeRequest,
    OfficerId,
    PasskeySignInRequest,
    ProviderSignInRequest,
    SignInByChatCode,
    SignInByPasskey,
    SignInByPassword,
    SignInByProvider,
)
from anninh_core.web.api.sign_in.threads import SignInThreads, knows_no_place
from anninh_core.web.bodies.places import SMALL_BODY, BodyPlaces
from anninh_core.web.bodies.reading import read_body_in_time, require_length

_PROVIDER_THREADS = 2
_PROVIDER_WAITING = 16
_MAX_LABEL = 100

T = TypeVar("T")


class SignInEndpoint:
    """Signs people in.

    Args:
        pace: rate limit of tries per address.
        patience: time limit for a body to arrive.
    """

    def __init__(self, app: App, pace: RequestRateLimiter, patience: timedelta) -> None:
        self._app = app
        self._pace = pace
        self._patience = patience
        self._threads = SignInThreads(app.internals.web_settings.connections)
        # A provider that doesn't answer delays no other sign-in.
        self._provider_threads = CallThreads(_PROVIDER_THREADS, _PROVIDER_WAITING)
        self._places = BodyPlaces(1)
        self._by_password = msgspec.json.Decoder(SignInByPassword)
        self._chat_code_request = msgspec.json.Decoder(ChatCodeRequest)
        self._by_chat_code = msgspec.json.Decoder(SignInByChatCode)
        self._set_up = msgspec.json.Decoder(AccountSetUp)
        self._provider_request = msgspec.json.Decoder(ProviderSignInRequest)
        self._passkey_request = msgspec.json.Decoder(PasskeySignInRequest)
        self._by_passkey = msgspec.json.Decoder(SignInByPasskey)
        self._by_provider = msgspec.json.Decoder(SignInByProvider)

    async def by_password(self, request: ApiRequest, receive: Receive) -> Response:
        """Begin a session by name, password and code."""
        credentials = await self._read(request, receive, self._by_password)
        client = _client(request)
        return await self._sign_in(
            lambda: self._app.accounts.knows_place(credentials.name, client),
            lambda: self._app.accounts.sign_in(credentials.name, credentials.password, credentials.code, client=client),
        )

    async def send_chat_code(self, request: ApiRequest, receive: Receive) -> Response:
        """Send a code to an officer's chat; the response doesn't reveal whether there is an account."""
        code_request = await self._read(request, receive, self._chat_code_request)
        client = _client(request)
        return await self._sign_in(
            lambda: self._app.accounts.knows_place(code_request.name, client),
            lambda: self._app.accounts.request_chat_code(code_request.name, client=client),
        )

    async def by_chat_code(self, request: ApiRequest, receive: Receive) -> Response:
        """Begin a session by the code that was sent to the chat."""
        credentials = await self._read(request, receive, self._by_chat_code)
        client = _client(request)
        return await self._sign_in(
            lambda: self._app.accounts.knows_place(credentials.name, client),
            lambda: self._app.accounts.sign_in_by_chat_code(credentials.name, credentials.code, client=client),
        )

    async def set_up(self, request: ApiRequest, receive: Receive) -> Response:
        """Set name and password by a setup code."""
        account = await self._read(request, receive, self._set_up)
        client = _client(request)

        def set_up() -> OfficerId:
            officer = self._app.accounts.set_up(account.code, account.name, account.password, client=client)
            return OfficerId(officer=officer)

        return await self._sign_in(knows_no_place, set_up)

    async def begin_by_passkey(self, request: ApiRequest, receive: Receive) -> Response:
        """Return the request to a person's device for a passkey."""
        await self._read(request, receive, self._passkey_request)
        return _answer(await self._threads.lookups.run(self._app.accounts.begin_passkey_sign_in))

    async def by_passkey(self, request: ApiRequest, receive: Receive) -> Response:
        """Begin a session by the device's response."""
        credentials = await self._read(request, receive, self._by_passkey)
        client = _client(request)
        finish = self._app.accounts.finish_passkey_sign_in
        return await self._sign_in(
            lambda: self._app.accounts.knows_passkey_place(credentials.credential, client),
            lambda: finish(credentials.ticket, credentials.credential, client=client),
        )

    async def begin_at_provider(self, request: ApiRequest, receive: Receive) -> Response:
        """Return the address for signing in at the authority's service."""
        provider_request = await self._read(request, receive, self._provider_request)
        begin = self._app.accounts.begin_provider_sign_in
        return _answer(await self._provider_threads.run(begin, fresh=provider_request.fresh))

    async def by_provider(self, request: ApiRequest, receive: Receive) -> Response:
        """Begin a session by the parameters that came back from the authority's service."""
        credentials = await self._read(request, receive, self._by_provider)
        client = _client(request)
        finish = self._app.accounts.finish_provider_sign_in
        session = await self._provider_threads.run(
            finish, credentials.ticket, credentials.state, credentials.code, issuer=credentials.iss, client=client
        )
        return _answer(session)

    async def _sign_in(self, knows_place: Callable[[], bool], act: Callable[[], object]) -> Response:
        return _answer(await self._threads.run(knows_place, act))

    async def _read(self, request: ApiRequest, receive: Receive, decoder: msgspec.json.Decoder[T]) -> T:
        """Return the decoded request; an error about a value doesn't repeat the value, since it may be a secret."""
        self._pace.take(request.address)
        request.require_json()
        require_length(tuple(request.headers.items()), SMALL_BODY)
        with self._places.enter() as place:
            body = await read_body_in_time(receive, SMALL_BODY, place, self._patience)
        try:
            return decoder.decode(body)
        except DECODE_ERRORS:
            raise BadArguments(request.path, find_faults(body, decoder.type)) from None


def _answer(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), headers=NO_STORE, media_type=JSON)


def _client(request: ApiRequest) -> Client:
    """Return the client address and the session's label."""
    return Client(
        address=request.address,
        is_shared=request.is_address_shared,
        label=drop_hidden(request.headers.get("user-agent", ""))[:_MAX_LABEL],
    )
