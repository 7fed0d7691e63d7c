"""Definition of how data subjects' requests are stored."""

from anninh_core.domain.index_specs import RIGHTS_REQUEST_SPEC
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.usecase.kinds import Kind, format_hour

RIGHTS_REQUEST = Kind(
    spec=RIGHTS_REQUEST_SPEC,
    model=RightsRequest,
    columns=lambda request: {
        "state": request.state.value,
        "asks": request.kind.value,
        "conversation": request.conversation,
        "number": request.number,
        "received": format_hour(request.received_at),
        "restricts": request.restriction is not None,
    },
    scope=lambda request: f"rights_request:{request.id}",
    numbered=True,
)
