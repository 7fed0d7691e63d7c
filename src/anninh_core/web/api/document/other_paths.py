"""The OpenAPI document's parts about paths that are no operations: sign-in, uploads, downloads, events, and health."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from anninh_core.domain.accounts.views import NewSession, PasskeyOffer, SignInRedirect
from anninh_core.operations.downloads import DownloadTicket
from anninh_core.web.api.document.problems import refer_to_problems
from anninh_core.web.api.document.schemas import build_components, describe_file_response
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

OTHER_TAGS = (
    {"name": "session", "description": "Signing in and out."},
    {"name": "files", "description": "Files on their way in and out."},
    {"name": "events", "description": "What changes."},
    {"name": "health", "description": "How the server is."},
)

_DOWNLOAD_REQUEST = {
    "title": "DownloadRequest",
    "description": "Which operation answers the file, and with which arguments.",
    "type": "object",
    "properties": {
        "operation": {"type": "string", "maxLength": 100},
        "arguments": {"type": "object", "description": "As the operation takes them.", "additionalProperties": True},
    },
    "required": ["operation"],
    "additionalProperties": False,
}


@frozen
class _SignIn:
    """A way to sign in, as the OpenAPI document describes it."""

    id: str
    summary: str
    takes: Any
    answers: Any
    example: Mapping[str, object]


_SIGN_IN: Mapping[str, _SignIn] = {
    "sign-in": _SignIn(
        "sign_in",
        "Begin a session by name and password, and by a code where the account has a second factor.",
        SignInByPassword,
        NewSession,
        {"name": "lan", "password": "…", "code": "123456"},
    ),
    "sign-in/chat-code": _SignIn(
        "send_chat_code",
        "Have a one-time code sent to the chat that is bound to an officer; whether there is one isn't told.",
        ChatCodeRequest,
        None,
        {"name": "lan"},
    ),
    "sign-in/chat": _SignIn(
        "sign_in_by_chat_code",
        "Begin a session by the code that was sent to the officer's chat. It never takes a second factor.",
        SignInByChatCode,
        NewSession,
        {"name": "lan", "code": "ABCD2345"},
    ),
    "sign-in/passkey/options": _SignIn(
        "begin_passkey_sign_in",
        "Tell what a person's device is asked for a passkey, if the settings name a domain.",
        PasskeySignInRequest,
        PasskeyOffer,
        {},
    ),
    "sign-in/passkey": _SignIn(
        "sign_in_by_passkey",
        "Begin a session by what the device answered. It counts as a second factor.",
        SignInByPasskey,
        NewSession,
        {"ticket": "…", "credential": "{…}"},
    ),
    "sign-in/provider": _SignIn(
        "begin_provider_sign_in",
        "Tell where to sign in at the authority's service, if the settings name one.",
        ProviderSignInRequest,
        SignInRedirect,
        {"fresh": False},
    ),
    "sign-in/provider/callback": _SignIn(
        "sign_in_by_provider",
        "Begin a session by what came back from the authority's service.",
        SignInByProvider,
        NewSession,
        {"ticket": "…", "state": "…", "code": "…"},
    ),
    "set-up": _SignIn(
        "set_up",
        "Set sign-in name and password by a setup code, once. It begins no session.",
        AccountSetUp,
        OfficerId,
        {"code": "ABCD-2345-EFGH", "name": "lan", "password": "…"},
    ),
}


_ANSWERS = (NewSession, OfficerId, PasskeyOffer, SignInRedirect, DownloadTicket)


def other_paths(prefix: str) -> dict[str, Any]:
    """Return the OpenAPI descriptions of the paths below `prefix` that are no operations, such as sign-in and
    uploads.
    """
    return {
        **{prefix + path: {"post": _describe_sign_in(way)} for path, way in _SIGN_IN.items()},
        prefix + "uploads": {"post": _describe_upload()},
        prefix + "downloads": {"post": _describe_download_request()},
        prefix + "downloads/{id}": {"get": _describe_download()},
        prefix + "events": {"get": _describe_events()},
        prefix + "health": {"get": _describe_health()},
    }


def build_other_schemas() -> Mapping[str, Any]:
    """Return the schemas that the descriptions of sign-in, uploads and the other special paths refer to."""
    return {
        **build_components(*(way.takes for way in _SIGN_IN.values()), *_ANSWERS),
        "DownloadRequest": _DOWNLOAD_REQUEST,
        "UploadTicket": _describe_object(
            "UploadTicket", "An uploaded file.", id="Name it where an operation takes a file."
        ),
        "Health": _describe_object("Health", "That the server answers.", status="`ok`."),
    }


def _describe_object(title: str, description: str, **texts: str) -> dict[str, Any]:
    parts = {name: {"type": "string", "description": text} for name, text in texts.items()}
    return {"title": title, "description": description, "type": "object", "properties": parts, "required": [*texts]}


def _describe_response(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"200": {"description": description, "content": content}}


def _describe_sign_in(way: _SignIn) -> dict[str, Any]:
    content = {"schema": _refer_to_schema(way.takes), "example": way.example}
    answer = {"type": "null"} if way.answers is None else _refer_to_schema(way.answers)
    return {
        "operationId": way.id,
        "tags": ["session"],
        "summary": way.summary,
        "security": [],
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            "200": {"description": "It does.", "content": {"application/json": {"schema": answer}}},
            **refer_to_problems(401, 404, 413, 415, 422, 429, 503),
        },
    }


def _refer_to_schema(type: Any) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{type.__name__}"}


def _describe_upload() -> dict[str, Any]:
    return {
        "operationId": "upload",
        "tags": ["files"],
        "summary": "Upload a file, and get the id by which operations take it for 24 hours.",
        "parameters": [
            {
                "name": "name",
                "in": "query",
                "required": True,
                "description": "File name without a folder.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
            }
        ],
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        },
        "responses": {
            **_describe_response("The id.", "UploadTicket"),
            **refer_to_problems(401, 403, 413, 415, 422, 429, 503),
        },
    }


def _describe_download_request() -> dict[str, Any]:
    example = {"operation": "reports.render", "arguments": {"report_id": "…", "format": "docx"}}
    content = {"schema": {"$ref": "#/components/schemas/DownloadRequest"}, "example": example}
    return {
        "operationId": "prepare_download",
        "tags": ["files"],
        "summary": "Get the id by which you get an operation's file for 15 minutes; nothing is carried out yet.",
        "description": "For operations that answer a file, change nothing and take no second factor.",
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            **_describe_response("The id.", "DownloadTicket"),
            **refer_to_problems(401, 404, 413, 415, 422, 429, 503),
        },
    }


def _describe_download() -> dict[str, Any]:
    return {
        "operationId": "download",
        "tags": ["files"],
        "summary": "Get the file of an id: the operation is carried out, with the same permissions and the same trace.",
        "parameters": [
            {
                "name": "id",
                "in": "path",
                "required": True,
                "description": "As it was given to you.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 6_000},
            }
        ],
        "responses": {
            "200": describe_file_response(),
            **refer_to_problems(401, 403, 404, 409, 410, 422, 429, 500, 503),
        },
    }


def _describe_events() -> dict[str, Any]:
    return {
        "operationId": "events",
        "tags": ["events"],
        "summary": "Hear what changes, for as long as the connection stands.",
        "description": "Each event is JSON with `kind` and `id` of a record that you may read, its `version`, and "
        "`badges`: what happened to it. What happened while nobody listened isn't told: read your lists after "
        "connecting.",
        "responses": {
            "200": {
                "description": "Events, one after another.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **refer_to_problems(401, 429, 503),
        },
    }


def _describe_health() -> dict[str, Any]:
    return {
        "operationId": "health",
        "tags": ["health"],
        "summary": "Tell that the server answers.",
        "security": [],
        "responses": {**_describe_response("It does.", "Health"), **refer_to_problems(429)},
    }
