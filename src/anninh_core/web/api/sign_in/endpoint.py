"""API calls for signing in over HTTP, which require no session."""

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
    """Signs people in over HTTP by password, chat code, passkey or the authority's sign-in service.

    Args:
        pace: rate limit of tries per address.
        patience: time limit for a body to arrive.
    """

    def __init__(self, app: App, pace: RequestRateLimiter, patience: timedelta) -> None:
        self._app = app
        self._pace = pace
        self._patience = patience
        self._threads = SignInThreads(app.internals.web_settings.connections)
        # The sign-in service has threads of its own, so that it delays no other sign-in if it doesn't answer.
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

    async def sign_in_by_password(self, request: ApiRequest, receive: Receive) -> Response:
        """Begin a session for a person who sends name, password and, with a second factor, its code."""
        credentials = await self._read_request(request, receive, self._by_password)
        client = _identify_client(request)
        return await self._run_sign_in(
            lambda: self._app.accounts.knows_place(credentials.name, client),
            lambda: self._app.accounts.sign_in(credentials.name, credentials.password, credentials.code, client=client),
        )

    async def send_chat_code(self, request: ApiRequest, receive: Receive) -> Response:
        """Send a one-time code to an officer's chat; the response doesn't reveal whether there is an account."""
        code_request = await self._read_request(request, receive, self._chat_code_request)
        client = _identify_client(request)
        return await self._run_sign_in(
            lambda: self._app.accounts.knows_place(code_request.name, client),
            lambda: self._app.accounts.request_chat_code(code_request.name, client=client),
        )

    async def by_chat_code(self, request: ApiRequest, receive: Receive) -> Response:
        """Begin a session for an officer who sends the code from the chat."""
        credentials = await self._read_request(request, receive, self._by_chat_code)
        client = _identify_client(request)
        return await self._run_sign_in(
            lambda: self._app.accounts.knows_place(credentials.name, client),
            lambda: self._app.accounts.sign_in_by_chat_code(credentials.name, credentials.code, client=client),
        )

    async def set_up(self, request: ApiRequest, receive: Receive) -> Response:
        """Set the name and password of an account for a person who sends a setup code."""
        account = await self._read_request(request, receive, self._set_up)
        client = _identify_client(request)

        def run_set_up() -> OfficerId:
            officer = self._app.accounts.set_up(account.code, account.name, account.password, client=client)
            return OfficerId(officer=officer)

        return await self._run_sign_in(knows_no_place, run_set_up)

    async def begin_by_passkey(self, request: ApiRequest, receive: Receive) -> Response:
        """Return the passkey challenge that a person's device must answer to sign in."""
        await self._read_request(request, receive, self._passkey_request)
        return _build_response(await self._threads.lookups.run(self._app.accounts.begin_passkey_sign_in))

    async def sign_in_by_passkey(self, request: ApiRequest, receive: Receive) -> Response:
        """Begin a session for a person whose device has answered the passkey challenge."""
        credentials = await self._read_request(request, receive, self._by_passkey)
        client = _identify_client(request)
        finish = self._app.accounts.finish_passkey_sign_in
        return await self._run_sign_in(
            lambda: self._app.accounts.knows_passkey_place(credentials.credential, client),
            lambda: finish(credentials.ticket, credentials.credential, client=client),
        )

    async def begin_at_provider(self, request: ApiRequest, receive: Receive) -> Response:
        """Return the address at which a person signs in at the authority's sign-in service."""
        provider_request = await self._read_request(request, receive, self._provider_request)
        begin = self._app.accounts.begin_provider_sign_in
        return _build_response(await self._provider_threads.run(begin, fresh=provider_request.fresh))

    async def sign_in_by_provider(self, request: ApiRequest, receive: Receive) -> Response:
        """Begin a session by the parameters with which the authority's sign-in service sent a person back."""
        credentials = await self._read_request(request, receive, self._by_provider)
        client = _identify_client(request)
        finish = self._app.accounts.finish_provider_sign_in
        session = await self._provider_threads.run(
            finish, credentials.ticket, credentials.state, credentials.code, issuer=credentials.iss, client=client
        )
        return _build_response(session)

    async def _run_sign_in(self, knows_place: Callable[[], bool], act: Callable[[], object]) -> Response:
        return _build_response(await self._threads.run(knows_place, act))

    async def _read_request(self, request: ApiRequest, receive: Receive, decoder: msgspec.json.Decoder[T]) -> T:
        """Return the decoded body of a sign-in request; an error about a value doesn't repeat the value, since it may
        be a secret.
        """
        self._pace.take(request.address)
        request.require_json()
        require_length(tuple(request.headers.items()), SMALL_BODY)
        with self._places.enter() as place:
            body = await read_body_in_time(receive, SMALL_BODY, place, self._patience)
        try:
            return decoder.decode(body)
        except DECODE_ERRORS:
            raise BadArguments(request.path, find_faults(body, decoder.type)) from None


def _build_response(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), headers=NO_STORE, media_type=JSON)


def _identify_client(request: ApiRequest) -> Client:
    """Return the client that a request comes from: its address, and its label for the session."""
    return Client(
        address=request.address,
        is_shared=request.is_address_shared,
        label=drop_hidden(request.headers.get("user-agent", ""))[:_MAX_LABEL],
    )
