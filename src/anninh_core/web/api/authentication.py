"""Who calls: the authenticators of an app are asked in their order."""

from anninh_core.app.app import App
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.usecase.actor import Actor
from anninh_core.web.api.calls import Authenticate
from anninh_core.web.api.request import ApiRequest


def app_authentication(app: App) -> Authenticate:
    """Return what tells who calls an app."""

    def authenticate(request: ApiRequest) -> Actor:
        raise NotSignedIn("nobody is signed in")

    return authenticate
