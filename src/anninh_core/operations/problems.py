"""Codes of errors, and general texts about each class of errors for people."""

from collections.abc import Mapping

from attrs import frozen

from anninh_core._moved import keep_old_imports
from anninh_core.kernel import errors
from anninh_core.language.catalogue import Language, translate
from anninh_core.language.phrasing import Phrasing


@frozen
class Words:
    """General text about a class of errors: a title and a sentence."""

    title: str
    detail: str


PROBLEMS: Mapping[str, Words] = {
    "internal_error": Words(
        "Internal error", "The server failed, and the reason isn't shown here. Give the operator the incident's id."
    ),
    "bad_input": Words("Invalid input", "A value of the request isn't valid; nothing was changed."),
    "bad_arguments": Words(
        "Invalid arguments", "Some arguments aren't valid; nothing was changed. `errors` names each of them."
    ),
    "key_reused": Words(
        "Idempotency key used for another request",
        "This Idempotency-Key was sent before with another body; nothing was done. Use a new key for a new act.",
    ),
    "too_large": Words("Too large", "More was sent than is allowed; nothing was changed."),
    "wrong_step": Words(
        "Not possible in this state", "The record's state doesn't allow this step: read it again and decide."
    ),
    "not_found": Words("Not found", "It doesn't exist, or you aren't permitted to know of it."),
    "file_withheld": Words(
        "File withheld", "The file exists but isn't shown, since it may do harm; its original can be requested."
    ),
    "refused": Words("Refused", "You aren't permitted to do this here: an officer with the right role is."),
    "bad_signature": Words(
        "Signature doesn't match",
        "This event doesn't come from the platform, or the two sides have "
        "different secrets: check the secret on both sides.",
    ),
    "not_signed_in": Words("Not signed in", "The request comes from an unknown person: sign in, or sign in again."),
    "step_up_needed": Words(
        "Second factor needed", "This needs a second factor that was shown just now: show it and ask again."
    ),
    "already_done": Words("Already done", "This request was carried out before; nothing was done twice."),
    "conflict": Words("Changed by another person", "Another person has changed the record: read it again and decide."),
    "stale": Words(
        "The record has changed", "The record has changed since you read it; nothing was done. Read it again."
    ),
    "unsupported": Words("Not supported", "This server's set-up doesn't support it."),
    "storage_error": Words(
        "Storage doesn't answer", "The storage failed; what wasn't acknowledged wasn't kept. Try again later."
    ),
    "storage_full": Words(
        "Storage is full", "There is no room for the upload; nothing was kept. The operator has to free space."
    ),
    "decryption_error": Words(
        "Can't be opened any more", "The text here can't be opened: it was purged or is damaged."
    ),
    "damaged": Words(
        "A record can't be opened",
        "A record can't be opened: it or its key was altered or lost. An operator can find and restore it.",
    ),
    "delivery_error": Words("Messenger failed", "The messenger's platform didn't do what it was asked for."),
    "retry_later": Words("Messenger asks to wait", "The messenger's platform asks to wait: try again later."),
    "needs_person": Words("A person must act first", "A person must act before this can continue."),
    "unknown_outcome": Words("Unknown outcome", "It may or may not have been carried out: check before you try again."),
    "busy": Words("Too busy", "Too many requests are being handled; nothing was done. Try again later."),
    "too_many_requests": Words(
        "Too many requests",
        "Too many requests came from here at once; nothing was done. Wait as long as `Retry-After` says.",
    ),
    "service_unavailable": Words(
        "A service doesn't answer",
        "A service that this depends on doesn't answer as it should; nothing was done. Try again later.",
    ),
    "configuration_error": Words(
        "The set-up is wrong", "The server's set-up has to be corrected first: the operator finds it in the log."
    ),
    "bad_request": Words("Not readable", "The request can't be read; nothing was done."),
    "method_not_allowed": Words(
        "Method not allowed", "This address doesn't accept this method; `Allow` lists those that it accepts."
    ),
    "request_timeout": Words("Too slow", "The request didn't arrive in time; nothing was done. Send it again."),
    "unsupported_media_type": Words(
        "Content type not accepted", "Operations accept a JSON object: send it with Content-Type: application/json."
    ),
}
"""Code of an error class -> English text about it. A class without a text has that of its nearest base class."""


def get_problem_words(code: str, language: Language) -> Words:
    """Return the general text about an error code of the table in a language."""
    words = PROBLEMS[code]
    return Words(translate(words.title, language), translate(words.detail, language))


def get_error_code(error: BaseException) -> str:
    """Return the code of an error: its class in snake case; `internal_error` for an error of another library."""
    return _get_class_code(type(error))


def find_text_code(kind: type[BaseException]) -> str:
    """Return the code with the text about an error's class: its own, or that of its nearest base class."""
    codes = (_get_class_code(cls) for cls in kind.__mro__ if issubclass(cls, Exception))
    return next((code for code in codes if code in PROBLEMS), "internal_error")


def explain_error(error: BaseException, phrasing: Phrasing) -> str:
    """Return an error's message for people: the fault and the remedy.

    Returns:
        The error's own sentence in the reader's language. For an error of another library, in Vietnamese, the general
        text about its class, with the error's own text in brackets.
    """
    if phrasing.language == "en" or isinstance(error, errors.AnninhError | errors.ConfigurationError):
        return phrasing.error(error)
    general = get_problem_words(find_text_code(type(error)), phrasing.language).detail
    text = " ".join(str(error).split())
    return f"{general} [{text}]" if text else general


def _get_class_code(kind: type[BaseException]) -> str:
    if issubclass(kind, errors.AnninhError | errors.ConfigurationError):
        return kind.code
    return "internal_error"


keep_old_imports(__name__)
