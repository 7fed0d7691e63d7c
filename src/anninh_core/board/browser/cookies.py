"""The cookies that keep the session and the language."""

from starlette.requests import Request
from starlette.responses import Response

from anninh_core.board.config import BoardConfig

_LANGUAGE = "anninh_language"
_YEAR = 365 * 24 * 3600


class Cookies:
    """Reads and writes the cookies.

    Over TLS the session cookie's name begins with `__Host-`, so that no neighbouring host can set it.
    """

    def __init__(self, config: BoardConfig) -> None:
        self._secure = config.is_https
        self._session = "__Host-anninh" if config.is_https else "anninh_board"

    def read_session(self, request: Request) -> str:
        """Return the session token, or ""."""
        return request.cookies.get(self._session, "")

    def read_language(self, request: Request) -> str:
        """Return the chosen language, or ""."""
        return request.cookies.get(_LANGUAGE, "")

    def set_session(self, response: Response, token: str) -> None:
        """Set the session cookie; the browser drops it when it is closed."""
        response.set_cookie(self._session, token, path="/", secure=self._secure, httponly=True, samesite="lax")

    def delete_session(self, response: Response) -> None:
        """Delete the session cookie."""
        response.delete_cookie(self._session, path="/", secure=self._secure, httponly=True, samesite="lax")

    def set_language(self, response: Response, language: str) -> None:
        """Set the cookie of the chosen language, for a year."""
        response.set_cookie(
            _LANGUAGE, language, max_age=_YEAR, path="/", secure=self._secure, httponly=True, samesite="lax"
        )
