"""Failures that the sandbox can simulate, by name."""

from collections.abc import Callable, Mapping

from attrs import define, evolve, field

from anninh_core.kernel.errors import BadInput
from anninh_zalo.testing.wire import HttpAnswer, LostAnswer

Refuse = Callable[[int, str], HttpAnswer]
"""Function that builds a refusal in the format of one of the platform's hosts."""

_TEXTS: Mapping[str, str] = {
    "expired_token": "Access token has expired",
    "quota": "Out of quota",
    "rate_limit": "Your application has reached the limit of requests per minute",
    "recipient_gone": "The user is banned or has been inactive for more than 45 days",
    "rejected": "Parameter is invalid",
    "window_closed": "The user has not interacted with the OA in the past 7 days",
}
_HOSTS = ("openapi", "business", "oauth", "bot-api")
_BY_NAME: Mapping[str, tuple[int, int, int, int]] = {
    "expired_token": (-216, -124, -14020, 401),
    "quota": (-211, -144, -32, 429),
    "rate_limit": (-32, -100, -32, 429),
    "recipient_gone": (-227, -118, -14002, 404),
    "rejected": (-201, -1123, -118, 400),
    "window_closed": (-230, -139, -118, 404),
}
"""Name of a failure -> its error code on each of the platform's hosts."""

CODES: Mapping[str, Mapping[str, int]] = {
    host: {name: codes[at] for name, codes in _BY_NAME.items()} for at, host in enumerate(_HOSTS)
}
ANSWERS: Mapping[str, HttpAnswer] = {
    "server_error": HttpAnswer.html("<html><body><h1>502 Bad Gateway</h1></body></html>", 502),
    "not_json": HttpAnswer.html("<html><body>Under maintenance</body></html>"),
}
BEFORE: Mapping[str, LostAnswer] = {
    "lost_before": LostAnswer.CLOSED,
    "refused": LostAnswer.REFUSED,
    "timeout_before": LostAnswer.SILENT,
}
"""Failures that lose the response before the call is processed. Over HTTP a refused connection looks like a closed
one.
"""

AFTER: Mapping[str, LostAnswer] = {"lost_answer": LostAnswer.CLOSED, "timeout_after": LostAnswer.SILENT}
"""Failures that lose the response after the call is processed."""

TRICKS = ("duplicate", "reorder")
"""Tricks on webhooks: the next event is delivered twice, or the next two in reverse order."""

CUT_OFF = "cut_off"
"""Failure in which the call is processed, and its response is cut off in the middle."""

CALL_FAILURES = (*sorted([*_TEXTS, *ANSWERS, *BEFORE, *AFTER, CUT_OFF]),)


@define(kw_only=True)
class ScriptedFailure:
    """A failure for the next calls of the sandbox; `name` may be an error code of the platform."""

    name: str
    path: str
    left: int

    def before(self, host: str, refuse: Refuse) -> HttpAnswer | LostAnswer | None:
        """Return the failure's response in place of the call, or None if the call is to be processed."""
        if self.name in AFTER or self.name == CUT_OFF:
            return None
        if self.name in BEFORE:
            return BEFORE[self.name]
        if self.name in ANSWERS:
            return ANSWERS[self.name]
        text = f"{_TEXTS.get(self.name, 'Refused')} (scripted: {self.name})"
        return refuse(CODES[host].get(self.name) or int(self.name), text)

    def after(self, answer: HttpAnswer | LostAnswer) -> HttpAnswer | LostAnswer:
        """Return the response to a processed call, changed or lost by the failure."""
        if self.name == CUT_OFF and isinstance(answer, HttpAnswer):
            return evolve(answer, body=answer.body[: len(answer.body) // 2])
        return AFTER.get(self.name, answer)


@define(eq=False)
class FailureScript:
    """The failures scripted for the next calls, in the order in which they were added."""

    _waiting: list[ScriptedFailure] = field(factory=list)

    def add(self, name: str | int, path: str, times: int) -> None:
        """Make the next calls with a path that contains `path` fail.

        Raises:
            BadInput: unknown failure.
        """
        name = str(name)
        if name not in CALL_FAILURES and not name.lstrip("-").isdecimal():
            raise BadInput(
                "{name!r} isn't a failure: give an error code, or one of {allowed}.",
                name=name,
                allowed=tuple(CALL_FAILURES),
            )
        self._waiting.append(ScriptedFailure(name=name, path=path, left=times))

    def take(self, path: str) -> ScriptedFailure | None:
        """Return the failure for a call with this path, or None."""
        for failure in self._waiting:
            if failure.path in path:
                failure.left -= 1
                if failure.left <= 0:
                    self._waiting.remove(failure)
                return failure
        return None
