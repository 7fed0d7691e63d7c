"""The HTTP status of each error class."""

from collections.abc import Mapping

from anninh_core.kernel import errors

STATUS_CODES: Mapping[type[Exception], int] = {
    errors.AnninhError: 500,
    errors.BadInput: 422,
    errors.TooLarge: 413,
    errors.WrongStep: 409,
    errors.NotFound: 404,
    errors.FileWithheld: 404,
    errors.Refused: 403,
    errors.NotVisible: 404,
    errors.BadSignature: 401,
    errors.NotSignedIn: 401,
    errors.StepUpNeeded: 403,
    errors.AlreadyDone: 409,
    errors.Conflict: 409,
    errors.LeaseLost: 409,
    errors.Stale: 412,
    errors.TooManyRequests: 429,
    errors.ServiceUnavailable: 503,
    errors.Unsupported: 501,
    errors.StorageError: 503,
    errors.StorageBusy: 503,
    errors.StorageFull: 507,
    errors.NewerDatabase: 503,
    errors.DecryptionError: 410,
    errors.Purged: 410,
    errors.KeysUnavailable: 503,
    errors.Damaged: 500,
    errors.TooMuchDamage: 500,
    errors.DeliveryError: 502,
    errors.RetryLater: 503,
    errors.RecipientUnreachable: 502,
    errors.RequestRejected: 502,
    errors.MediaTooLarge: 413,
    errors.NeedsPerson: 409,
    errors.UnknownOutcome: 502,
    errors.PluginFailed: 500,
    errors.ConfigurationError: 500,
    errors.BadProfile: 500,
    errors.PluginRefused: 500,
    errors.MissingExtra: 501,
}
"""Error class -> HTTP status; a class that isn't listed has the status of its nearest base class. Other errors are a
500.
"""


def status_of(error: Exception) -> int:
    """Return the HTTP status for an error."""
    return next((STATUS_CODES[kind] for kind in type(error).__mro__ if kind in STATUS_CODES), 500)
