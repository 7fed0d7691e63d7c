"""Views of accounts. A secret leaves the process once, in the result of the call that created it."""

from datetime import datetime

from attrs import field

from anninh_core.domain.accounts.model import NoticeKind
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.usecase.views import view


@view
class AccountView:
    """An account as seen by its owner and by officers who grant roles.

    Attributes:
        name: sign-in name, "" before it was set up.
        has_second_factor: whether a sign-in by password also needs a code.
        passkeys: number of passkeys.
        recovery_codes: number of unused recovery codes.
        invited_until: end of the setup code's validity, None without a setup code.
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
    """A notice that the owner of an account sees at the next sign-in.

    Attributes:
        by: label of the actor who changed the account, as in the journal.
    """

    at: datetime
    kind: NoticeKind
    by: str


@view
class NewSession:
    """A new session.

    Attributes:
        token: token that the client sends from now on; it isn't stored.
        session: id of the session.
        ends_at: end of the session if it isn't used meanwhile.
        fresh_until: until when the second factor counts as just shown, None without a second factor.
        notices: changes that others made to the account since the last sign-in.
    """

    token: str = field(repr=False)
    session: str
    officer: str
    ends_at: datetime
    fresh_until: datetime | None
    notices: tuple[NoticeView, ...]


@view
class PasskeyOffer:
    """A request to the person's device for a passkey.

    Attributes:
        options: JSON for the browser's `navigator.credentials`.
        ticket: to be returned with the device's response; valid once.
        until: end of its validity, exclusive.
    """

    options: str = field(repr=False)
    ticket: str = field(repr=False)
    until: datetime


@view
class PasskeyRow:
    """A passkey in the list of its owner.

    Attributes:
        name: name that the owner chose.
        used_at: time of the last use, or None.
    """

    id: str
    name: str
    added_at: datetime
    used_at: datetime | None


@view
class SignInRedirect:
    """Redirect of a person to the authority's sign-in service.

    Attributes:
        url: to be opened in the person's browser.
        ticket: kept secret by the client, and sent with the service's response.
        until: end of its validity, exclusive.
    """

    url: str = field(repr=False)
    ticket: str = field(repr=False)
    until: datetime


@view
class SessionRow:
    """A session in the list of its owner.

    Attributes:
        seen_at: time of the last use, to some minutes.
        is_current: whether the request came in this session.
        client: name of the client program, according to the program itself.
        ends_at: end of the session if it isn't used meanwhile.
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
    """An API token in a list, without the token itself.

    Attributes:
        operations: the only operations allowed; None for all.
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
    """A new API token.

    Attributes:
        token: token that the program sends; it isn't stored.
    """

    id: str
    token: str = field(repr=False)
    until: datetime


@view
class SetupCode:
    """A code for setting sign-in name and password, once. Hand it over in person.

    Attributes:
        code: the code, which isn't stored.
    """

    officer: str
    code: str = field(repr=False)
    until: datetime


@view
class TotpEnrolment:
    """Secret for an authenticator app.

    Attributes:
        secret: for typing.
        uri: for a QR code.
    """

    secret: str = field(repr=False)
    uri: str = field(repr=False)


@view
class RecoveryCodes:
    """Recovery codes; each replaces a code of the authenticator app once.

    Attributes:
        codes: each valid once.
    """

    codes: tuple[str, ...] = field(repr=False)
