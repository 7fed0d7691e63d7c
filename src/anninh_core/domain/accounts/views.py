"""What of accounts may leave the process. Secrets leave once, in the answer to whoever made them."""

from datetime import datetime

from attrs import field

from anninh_core.domain.accounts.model import NoticeKind
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.usecase.views import view


@view
class AccountView:
    """An account as its owner, and whoever grants roles, sees it.

    Attributes:
        name: the sign-in name, "" before it was set up.
        has_second_factor: whether a sign-in takes a code too.
        passkeys: how many there are.
        recovery_codes: how many are left.
        invited_until: until when a code sets name and password, None for no such code.
    """

    officer: str
    name: str
    has_password: bool
    has_second_factor: bool
    passkeys: int
    recovery_codes: int
    password_set_at: datetime | None
    invited_until: datetime | None
    version: int


@view
class NoticeView:
    """What the owner of an account is shown at the next sign-in.

    Attributes:
        by: who did it, as the journal names actors.
    """

    at: datetime
    kind: NoticeKind
    by: str


@view
class NewSession:
    """A session that has just begun.

    Attributes:
        token: what is shown from now on; it is stored nowhere.
        session: its id.
        ends_at: when it ends if it isn't used meanwhile.
        fresh_until: until when the second factor that was shown counts as just shown, None where none was.
        notices: what others did to the account since the last sign-in.
    """

    token: str = field(repr=False)
    session: str
    officer: str
    ends_at: datetime
    fresh_until: datetime | None
    notices: tuple[NoticeView, ...]


@view
class PasskeyOffer:
    """What a device of the person is asked.

    Attributes:
        options: JSON, for the browser's `navigator.credentials`.
        ticket: shown with the device's answer; good once.
        until: it holds before this moment.
    """

    options: str = field(repr=False)
    ticket: str = field(repr=False)
    until: datetime


@view
class PasskeyRow:
    """A passkey in the list of its owner.

    Attributes:
        name: as the owner calls it.
        used_at: when it was last used, None for never.
    """

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


@view
class SignInRedirect:
    """Where a person signs in at the authority's sign-in service.

    Attributes:
        url: to be opened in the person's browser.
        ticket: kept by the program that asks, and shown with what comes back; it goes to nobody else.
        until: it holds before this moment.
    """

    url: str = field(repr=False)
    ticket: str = field(repr=False)
    until: datetime


@view
class SessionRow:
    """A session in the list of its owner.

    Attributes:
        seen_at: when it was last used, to some minutes.
        is_current: whether it is the one that asks.
        client: by which program, as it said itself.
        ends_at: when it ends by itself.
    """

    id: str
    method: SignInMethod
    client: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime
    is_current: bool
    version: int


@view
class TokenRow:
    """An API token in a list: everything but itself.

    Attributes:
        operations: operations for which it is good; None for all.
    """

    id: str
    officer: str
    name: str
    operations: tuple[str, ...] | None
    units: tuple[str, ...] | None
    made_at: datetime
    until: datetime
    is_over: bool
    version: int


@view
class NewToken:
    """An API token that was just made.

    Attributes:
        token: what the program shows; it is stored nowhere.
    """

    id: str
    token: str = field(repr=False)
    until: datetime


@view
class SetupCode:
    """A code that sets sign-in name and password, once. Hand it over in person.

    Attributes:
        code: stored nowhere.
    """

    officer: str
    code: str = field(repr=False)
    until: datetime


@view
class TotpEnrolment:
    """What an authenticator app takes in.

    Attributes:
        secret: for typing.
        uri: for a square code.
    """

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@view
class RecoveryCodes:
    """Codes of which each stands for one of the authenticator app, once.

    Attributes:
        codes: each good once.
    """

    codes: tuple[str, ...] = field(repr=False)
