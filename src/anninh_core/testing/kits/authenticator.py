"""The conformance kit for authenticators: rules A-01 to A-10."""

import re
from datetime import timedelta

import pytest
from attrs import evolve, field, frozen

from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import Authenticated, Authenticator, SignInMethod, SignInRequest
from anninh_core.testing.apps import memory_app
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.workflows.accounts.admission import Admission

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LONGEST_FRESH = timedelta(hours=1)
_HARD = ("", " ", "Bearer", "Bearer ", "x" * 100_000, "đêm hội \u0300\U0001f600", "a\x00b", "%s%n", "é" * 9, "\ud800")


@frozen(kw_only=True)
class AuthenticatorCase:
    """An authenticator with the requests that test it.

    Attributes:
        officer: officer whom `good` identifies.
        good: request with valid credentials.
        wrong: requests with wrong credentials of its kind: unknown, altered, of another place.
        ended: requests with credentials that were valid once.
        secrets: strings that no error may contain.
        carrier: lower-case name of the header with the credentials.
        is_fresh: whether `good` shows a second factor.
    """

    authenticator: Authenticator
    officer: str
    good: SignInRequest
    wrong: tuple[SignInRequest, ...]
    ended: tuple[SignInRequest, ...] = ()
    secrets: tuple[str, ...] = field(repr=False)
    carrier: str = "authorization"
    is_fresh: bool = False


class AuthenticatorConformance(ConformanceKit, kit=True):
    """Rules that an authenticator has to keep. Override the fixture `case`."""

    @pytest.fixture
    def case(self) -> AuthenticatorCase:
        """Return the authenticator with right and wrong requests. To be overridden."""
        raise NotImplementedError("override the fixture case with one that returns an AuthenticatorCase")

    def test_nothing_of_its_own(self, case: AuthenticatorCase) -> None:
        """A-01 A request without credentials of its kind yields None: without a header, and with headers for others."""
        for headers in ({}, {"accept": "*/*"}, {"x-unknown": case.secrets[0]}):
            assert case.authenticator.authenticate(evolve(case.good, headers=headers)) is None

    def test_known(self, case: AuthenticatorCase) -> None:
        """A-02 A request with valid credentials yields its officer and the method of authentication, also if it is
        repeated.
        """
        first = _authenticate(case)
        assert first.officer == case.officer
        assert _authenticate(case) == first

    def test_never_vouched_for(self, case: AuthenticatorCase) -> None:
        """A-03 No request from outside is vouched for: the method says how the officer was identified."""
        assert _authenticate(case).sign_in.method is not SignInMethod.VOUCHED

    def test_wrong(self, case: AuthenticatorCase) -> None:
        """A-04 Wrong credentials of its kind raise `NotSignedIn`, never None: the next authenticator isn't asked."""
        assert case.wrong
        for request in case.wrong:
            with pytest.raises(NotSignedIn):
                case.authenticator.authenticate(request)

    def test_ended(self, case: AuthenticatorCase) -> None:
        """A-05 Credentials that have ended or were revoked raise `NotSignedIn` as well."""
        for request in case.ended:
            with pytest.raises(NotSignedIn):
                case.authenticator.authenticate(request)

    def test_told_alike(self, case: AuthenticatorCase) -> None:
        """A-06 Every refusal has the same words, so that they don't show the reason."""
        assert len({_get_refusal_text(case, request) for request in (*case.wrong, *case.ended)}) == 1

    def test_no_secret_shown(self, case: AuthenticatorCase) -> None:
        """A-07 No secret is in an error, nor in the repr of a request, of the authenticator or of its result."""
        texts = [_get_refusal_text(case, request) for request in (*case.wrong, *case.ended)]
        texts += [repr(case.good), repr(case.authenticator), repr(_authenticate(case))]
        assert not [text for text in texts for secret in case.secrets if secret in text]

    def test_hard_input(self, case: AuthenticatorCase) -> None:
        """A-08 A request with an unusual value in its header, such as an empty or endless one or any letters, is
        refused or yields None.
        """
        for value in (*_HARD, *(f"Bearer {value}" for value in _HARD)):
            request = evolve(case.good, headers={case.carrier: value})
            try:
                assert case.authenticator.authenticate(request) is None
            except NotSignedIn as refusal:
                assert value.strip()[:50] not in str(refusal) or len(value.strip()) < 2  # noqa: PT017  either is right

    def test_fresh_only_if_shown(self, case: AuthenticatorCase) -> None:
        """A-09 A second factor counts only if one was shown, for an hour at most, and never for chat or token."""
        sign_in = _authenticate(case).sign_in
        now = case.good.now
        assert sign_in.is_fresh(now) is case.is_fresh
        assert not sign_in.is_fresh(now + _LONGEST_FRESH)
        if sign_in.method in (SignInMethod.CHAT, SignInMethod.TOKEN):
            assert not case.is_fresh

    def test_not_on_record(self, case: AuthenticatorCase) -> None:
        """A-10 An authenticated officer who isn't on record is refused."""
        assert _NAME.fullmatch(case.authenticator.name)
        with memory_app() as elsewhere:
            admission = Admission(elsewhere.internals.services, [case.authenticator])
            with pytest.raises(NotSignedIn):
                admission.admit(case.good)


def _authenticate(case: AuthenticatorCase) -> Authenticated:
    authenticated = case.authenticator.authenticate(case.good)
    assert authenticated is not None
    return authenticated


def _get_refusal_text(case: AuthenticatorCase, request: SignInRequest) -> str:
    with pytest.raises(NotSignedIn) as refused:
        case.authenticator.authenticate(request)
    return str(refused.value)
