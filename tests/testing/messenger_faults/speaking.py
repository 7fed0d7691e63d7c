"""Faults in sending: texts, recipients, quotes, and reports of failures."""

import html
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from attrs import evolve
from tests.testing.messenger_faults.bot import Bot, CalledBot
from tests.testing.messenger_faults.platform import GROUP, MAX_TEXT, Json

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RecipientUnreachable, RetryLater, UnknownOutcome
from anninh_core.ports.messengers.messenger import ABILITIES, Verdict
from anninh_core.vocabulary.capability import Capabilities
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

log = logging.getLogger(__name__)


class TokenInTheError(CalledBot):
    """The client's text about a refused connection is passed on with the token in its address."""

    def on_refused(self, error: OSError) -> DeliveryError:
        return RetryLater(f"no connection: {error}")


class TokenInTheLostConnection(CalledBot):
    """The client's text about a broken connection is passed on with the token in its address."""

    def on_lost(self, error: OSError, *, sends: bool) -> DeliveryError:
        return UnknownOutcome(f"the connection broke: {error}")


class TokenInTheCause(CalledBot):
    """The error's cause has the address with the token."""

    def ask(self, method: str, *, sends: bool, **params: Any) -> Json:
        try:
            return self.read(*self.platform.call(method, self.token, params)[::2], sends=sends)
        except ConnectionRefusedError as error:
            raise RetryLater("no connection") from error
        except OSError as error:
            raise UnknownOutcome("the connection broke") from error


class TokenInTheLog(CalledBot):
    """Every call is logged with the token in its address."""

    def ask(self, method: str, *, sends: bool, **params: Any) -> Json:
        log.info("POST /bot%s/%s", self.token, method)
        return super().ask(method, sends=sends, **params)


class WordsInTheLog(CalledBot):
    """Every message is logged with its text."""

    def send_part(self, message: OutgoingMessage, text: str, index: int) -> int:
        log.debug("sending %s", text)
        return super().send_part(message, text, index)


class PersonInTheError(CalledBot):
    """The error names the unreachable recipient."""

    def send_part(self, message: OutgoingMessage, text: str, index: int) -> int:
        try:
            return super().send_part(message, text, index)
        except RecipientUnreachable as error:
            raise RecipientUnreachable(f"{message.to.id} has blocked the bot") from error


class WordsInTheError(CalledBot):
    """The error contains the text that was sent."""

    def send_part(self, message: OutgoingMessage, text: str, index: int) -> int:
        try:
            return super().send_part(message, text, index)
        except DeliveryError as error:
            error.add_note(f"while sending {text!r}")
            raise


class DelayIsDropped(CalledBot):
    """The delay that the platform requires is dropped."""

    def delay(self, answer: Json) -> timedelta | None:
        return None


class DelayIsShortened(CalledBot):
    """Delays are limited to ten seconds."""

    def delay(self, answer: Json) -> timedelta | None:
        return min(timedelta(seconds=answer["retry_after"]), timedelta(seconds=10))


class DelayInMilliseconds(CalledBot):
    """Seconds are taken for milliseconds."""

    def delay(self, answer: Json) -> timedelta | None:
        return timedelta(milliseconds=answer["retry_after"])


class SendsWithoutQuote(CalledBot):
    """A quote is dropped silently."""

    def quoted(self, message: OutgoingMessage) -> int:
        return 0


class BeginsAgain(CalledBot):
    """An interrupted long text is sent again from its beginning."""

    def parts_sent(self, message: OutgoingMessage) -> int:
        return 0


class LosesTheRest(CalledBot):
    """An interrupted long text counts as sent."""

    def parts_sent(self, message: OutgoingMessage) -> int:
        return 99 if super().parts_sent(message) else 0


class CopiesToTheGroup(CalledBot):
    """A copy of each reply goes to the group."""

    def send_part(self, message: OutgoingMessage, text: str, index: int) -> int:
        self.ask("sendMessage", sends=True, chat=GROUP, text=text)
        return super().send_part(message, text, index)


class GroupTextGoesToAPerson(CalledBot):
    """The minus sign of a group's id is dropped, so that its message goes to a person."""

    def chat(self, message: OutgoingMessage) -> int:
        return abs(int(message.to.id))


class ReceiptOfItsChat(CalledBot):
    """The chat's id is taken for the message's id."""

    def send(self, message: OutgoingMessage) -> Receipt:
        return evolve(super().send(message), platform_id=message.to.id)


class NaiveReceipt(CalledBot):
    """A receipt's time has no zone."""

    def send(self, message: OutgoingMessage) -> Receipt:
        receipt = super().send(message)
        return evolve(receipt, at=receipt.at.replace(tzinfo=None))


class RefusedIsUnknown(CalledBot):
    """A refused connection counts as an unknown outcome, so that each message waits for a person."""

    def on_refused(self, error: OSError) -> DeliveryError:
        return UnknownOutcome("no connection")


class LostIsRetried(CalledBot):
    """A lost response counts as not sent, so that the message is sent twice."""

    def on_lost(self, error: OSError, *, sends: bool) -> DeliveryError:
        return RetryLater("the connection broke")


class TriesAgainItself(CalledBot):
    """A call without a response is repeated at once."""

    def ask(self, method: str, *, sends: bool, **params: Any) -> Json:
        try:
            return super().ask(method, sends=sends, **params)
        except UnknownOutcome:
            return super().ask(method, sends=sends, **params)


class BrokenServerIsRetried(CalledBot):
    """An unreadable response counts as not sent."""

    def on_garbage(self, status: int, *, sends: bool) -> Json:
        raise RetryLater(f"no answer that can be read (HTTP {status})")


class PageIsAnError(CalledBot):
    """A web page instead of a response raises the JSON library's error."""

    def read(self, status: int, body: bytes, *, sends: bool) -> Json:
        answer = json.loads(body)
        return super().read(status, body, sends=sends) if answer else {}


class PageIsSuccess(CalledBot):
    """HTTP 200 counts as success, whatever the body contains."""

    def on_garbage(self, status: int, *, sends: bool) -> Json:
        return {"number": 1} if status == 200 else super().on_garbage(status, sends=sends)


class TokenIsRetried(CalledBot):
    """A refused token is tried again and again, and no operator is notified."""

    def refusal(self, status: int, answer: Json) -> DeliveryError:
        error = super().refusal(status, answer)
        return RetryLater(str(error)) if isinstance(error, NeedsPerson) else error


class BlockedIsRetried(CalledBot):
    """A person who blocked the bot is written to again and again."""

    def refusal(self, status: int, answer: Json) -> DeliveryError:
        return RetryLater("not now") if status == 403 else super().refusal(status, answer)


class AnyAddress(CalledBot):
    """An address of another messenger is accepted as its own."""

    def check(self, message: OutgoingMessage) -> None:
        own = evolve(message.to, messenger=self.instance)
        super().check(evolve(message, to=own))


class EmptyIsSent(CalledBot):
    """A message without text counts as sent."""

    def check(self, message: OutgoingMessage) -> None:
        super().check(message if message.text.strip() else evolve(message, text="x"))

    def parts(self, text: str) -> list[str]:
        return super().parts(text if text.strip() else "…")


class CutsLongTexts(CalledBot):
    """A long text is cut off."""

    def parts(self, text: str) -> list[str]:
        return [text[: MAX_TEXT - 1] + "…"] if len(text) > MAX_TEXT else [text]


class EscapesMarkup(CalledBot):
    """Texts are escaped for a platform that shows them unchanged."""

    def parts(self, text: str) -> list[str]:
        return super().parts(html.escape(text))


class DropsPictures(CalledBot):
    """Pictures are dropped silently."""

    def check(self, message: OutgoingMessage) -> None:
        super().check(evolve(message, attachments=()))


class ClaimsEverything(CalledBot):
    """Every ability is reported as available."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities("the bot", dict.fromkeys(ABILITIES, super().capabilities.of("send_person")))


class LeavesAbilitiesOut(CalledBot):
    """Missing abilities aren't reported."""

    @property
    def capabilities(self) -> Capabilities:
        complete = super().capabilities
        return evolve(complete, abilities={name: complete.of(name) for name in self.full})


class LetsStorageTroubleOut(CalledBot):
    """While the adapter's state is unavailable, sending raises an error of the storage."""

    def parts_sent(self, message: OutgoingMessage) -> int:
        return int(self.services.state.get(f"sent {message.key}").value or b"0")


class AnswersWhatItCannot(CalledBot):
    """Looking up a message is reported as impossible, but isn't refused."""

    def reconcile(self, message: OutgoingMessage, since: datetime) -> Verdict:
        return Verdict.UNKNOWN


FAULTS: Mapping[type[Bot], str] = {
    TokenInTheError: "M-21",
    TokenInTheLostConnection: "M-21",
    TokenInTheCause: "M-21",
    TokenInTheLog: "M-21",
    WordsInTheLog: "M-21",
    PersonInTheError: "M-19",
    WordsInTheError: "M-19",
    DelayIsDropped: "M-22",
    DelayIsShortened: "M-22",
    DelayInMilliseconds: "M-22",
    SendsWithoutQuote: "M-23",
    BeginsAgain: "M-24",
    LosesTheRest: "M-24",
    CopiesToTheGroup: "M-25",
    GroupTextGoesToAPerson: "M-04",
    ReceiptOfItsChat: "M-26",
    NaiveReceipt: "M-01",
    RefusedIsUnknown: "M-15",
    LostIsRetried: "M-15",
    TriesAgainItself: "M-15",
    BrokenServerIsRetried: "M-15",
    PageIsAnError: "M-15",
    PageIsSuccess: "M-15",
    TokenIsRetried: "M-15",
    BlockedIsRetried: "M-15",
    AnyAddress: "M-07",
    EmptyIsSent: "M-06",
    CutsLongTexts: "M-05",
    EscapesMarkup: "M-03",
    DropsPictures: "M-18",
    ClaimsEverything: "M-33",
    LeavesAbilitiesOut: "M-30",
    LetsStorageTroubleOut: "M-80",
    AnswersWhatItCannot: "M-32",
}
"""Faulty messenger -> number of the rule that must find its fault."""
