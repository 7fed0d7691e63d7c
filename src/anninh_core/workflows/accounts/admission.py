"""Who is behind a call from outside: the authenticators are asked in turn, and the officer is looked up."""

from collections.abc import Sequence

from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.authenticator import Authenticator, SignInRequest
from anninh_core.usecase.actor import Actor, person
from anninh_core.workflows.accounts.sign_in import DOOR, refusal


class Admission:
    """Makes actors of persons for calls from outside, and never one of the program's own parts.

    Args:
        authenticators: asked in this order.
    """

    def __init__(self, services: Services, authenticators: Sequence[Authenticator]) -> None:
        self._door = services.accounts.door
        self.authenticators = tuple(authenticators)

    def admit(self, request: SignInRequest) -> Actor:
        """Return who is behind a call.

        Raises:
            NotSignedIn: nobody is known, or what was shown is wrong; or the officer isn't on record, or has no role.
            TooManyRequests: not now.
        """
        for authenticator in self.authenticators:
            known = authenticator.authenticate(request)
            if known is not None:
                try:
                    self._door.check_officer(DOOR, known.officer, authenticator.name)
                except NotSignedIn:
                    raise refusal() from None
                return person(known.officer, known.sign_in)
        raise refusal()
