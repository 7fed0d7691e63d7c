"""What people read of an error in another language: a sentence for its class, and the error's own words behind it."""

from collections.abc import Mapping
from gettext import gettext

from anninh_core.cli.language.speaking import marked, spoken
from anninh_core.kernel import errors

_NOT_THERE = marked("There is no such thing, or it isn't yours to know of.")
_SENTENCES: Mapping[type[BaseException], str] = {
    errors.AlreadyDone: marked("This was done before; nothing was done twice."),
    errors.BadInput: marked("Something given doesn't fit; nothing was changed."),
    errors.ConfigurationError: marked("Something has to be set up first."),
    errors.Conflict: marked("Somebody else changed the record meanwhile; look again and decide anew."),
    errors.DecryptionError: marked("What was written here can't be opened any more."),
    errors.DeliveryError: marked("The messenger's platform did not do what it was asked for."),
    errors.MissingExtra: marked("A part of the program isn't installed here."),
    errors.NotFound: _NOT_THERE,
    errors.NotVisible: _NOT_THERE,
    errors.NotSignedIn: marked("Nobody is signed in: sign in, or sign in again."),
    errors.Refused: marked("You may not do this here; somebody with the right role can."),
    errors.Stale: marked("The record isn't any more as you saw it; nothing was done. Look again."),
    errors.StepUpNeeded: marked("This takes a second factor shown just now."),
    errors.StorageError: marked("The storage failed; what was not confirmed was not kept."),
    errors.TooLarge: marked("This is more than is taken; nothing was changed."),
    errors.TooManyRequests: marked("Too much was tried at once; wait a while."),
    errors.Unsupported: marked("What is set up here can't do this."),
    errors.WrongStep: marked("The record's state doesn't allow this step now."),
    OSError: marked("A file can't be read or written."),
}


def explain_error(error: BaseException, sentence: str) -> str:
    """Return an error in the language that is spoken: in English, `sentence` alone.

    Args:
        error: what went wrong.
        sentence: its own words. They name the value and the way out, and are English.
    """
    if spoken() == "en":
        return sentence
    general = next((_SENTENCES[kind] for kind in type(error).__mro__ if kind in _SENTENCES), "")
    return f"{gettext(general)} [{sentence}]" if general else sentence
