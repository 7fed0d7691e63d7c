"""Reading requests: on the authority's own unit, and never by whom a conflict of interest keeps away."""

from collections.abc import Callable, Sequence

from attrs import frozen

from anninh_core.domain.rights.kind import RIGHTS_REQUEST
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.messages import Address

KeptAway = Callable[[ReadSession, Sequence[str]], tuple[str, ...]]
"""Accounts and cases of a person (`conversation:<id>`, `tip:<id>`) -> the marks of whoever may hear nothing of them."""
FindAccount = Callable[[ReadSession, Address], str]
"""Address -> the conversation id behind it, "" for none."""
FindCase = Callable[[ReadSession, str], str]
"""Receipt -> the case that was told at the desk or by phone under it, `tip:<id>`; "" for none, or one told by chat."""

SEE = "`anninh people requests` shows them"


def nobody(_session: ReadSession, _refs: Sequence[str]) -> tuple[str, ...]:
    """Keep nobody away."""
    return ()


@frozen(kw_only=True)
class RightsLookups:
    """What other subjects know that requests have to.

    Attributes:
        kept_away: tells who may hear nothing of a person.
        find_account: finds an account by its address.
        find_case: finds a case by its receipt.
    """

    kept_away: KeptAway = nobody
    find_account: FindAccount = lambda _session, _address: ""
    find_case: FindCase = lambda _session, _receipt: ""

    def load(self, session: ReadSession, request_id: str) -> RightsRequest:
        """Return a request that the actor may hold.

        Raises:
            NotVisible: there is none, it isn't the actor's by unit, or a conflict of interest keeps the actor away: it
                is about themselves, or about somebody with a case from which they are excluded.
        """
        request = session.get_permitted(RIGHTS_REQUEST, request_id, SEE)
        if not self.may_hold(session, request):
            truth = "a conflict of interest keeps the actor away from whoever asks"
            raise session.withhold(RIGHTS_REQUEST.name, request_id, truth, SEE, unit=request.unit)
        return request

    def may_hold(self, session: ReadSession, request: RightsRequest) -> bool:
        """Tell whether no conflict of interest keeps the actor away from a request."""
        return not session.is_barred(self.kept_away(session, request.refs))
