"""What a page's script asks a device, by which somebody shows a passkey."""

import json
from typing import Any

from starlette.responses import Response


def send_offer(offer: Any) -> Response:
    """Return a `PasskeyOffer` for the script."""
    said = {"ticket": offer.ticket, "options": offer.options}
    return Response(json.dumps(said), media_type="application/json")
