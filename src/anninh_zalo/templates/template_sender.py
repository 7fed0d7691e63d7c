"""Send template messages in place of plain ones."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from anninh_core.kernel.errors import DeliveryError, RecipientUnreachable, Unsupported
from anninh_core.ports.clock import Clock
from anninh_core.ports.health import Check
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.vocabulary.messages import OutgoingMessage, Place, Receipt
from anninh_zalo.api import catalogue
from anninh_zalo.api.calls import ApiCall, ApiClient, build_post_call
from anninh_zalo.errors.classify import Host
from anninh_zalo.sending import templates as bodies
from anninh_zalo.templates.catalogue import TemplateCatalogue, ZaloTemplate
from anninh_zalo.templates.health import check_templates
from anninh_zalo.templates.template_config import TemplateConfig, find_config, read_templates
from anninh_zalo.webhook.field_types import as_text

_CACHE_LIFETIME = timedelta(hours=1)
_BY_USER = "/v3.0/oa/message/template"
_BY_PHONE = "/message/template"
_NOT_IN_TRACKING_ID = re.compile(r"[^A-Za-z0-9]")


class TemplateSender:
    """Sends messages by the methods `template` (by user id) and `phone` of an official account.

    By user id Zalo accepts templates made since 2025-12-10, without buttons that answer; any other is refused, and the
    telephone is tried. The telephone number, which the person has shared with the account, is read again for each send
    and not stored.

    Args:
        template: `<purpose>` -> id of a template, `<purpose>.<parameter>` -> text of its parameter, with `{receipt}`,
            `{unit}`, `{district}`, `{text}`. A purpose cut before a dot covers all purposes that begin with it.
        phone_template: the same for the method `phone`; a purpose missing in it uses `template`.
        development: send only to telephone numbers of the account's administrators, at no cost.
        inside: name the user inside of `recipient`.

    Raises:
        ConfigurationError: an option is wrong; the message names it.
    """

    def __init__(
        self,
        api: ApiClient,
        services: AdapterServices,
        instance: str,
        template: Mapping[str, str],
        phone_template: Mapping[str, str] | None = None,
        *,
        development: bool = False,
        inside: bool = False,
    ) -> None:
        self._api = api
        self._services = services
        self._development = development
        self._inside = inside
        self._by_user = read_templates("template", template, instance)
        self._by_phone = read_templates("phone_template", phone_template or {}, instance)
        self.catalogue = TemplateCatalogue(api)
        self._cache = _TemplateCache(self.catalogue, services.clock)

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        """Send the template for a message by the method `template` or `phone`.

        Raises:
            Unsupported: another method, a group, or no template is set for the purpose.
            RecipientUnreachable: Zalo can't reach the person, or the person has shared no telephone number.
            RequestRejected: a value doesn't fit its parameter, or Zalo refuses the template.
            DeliveryError: as of any other call.
        """
        config = self._find_config(method, message)
        values = config.fill_fields(message)
        if (template := self._cache.get(config.id)) is not None:
            values = template.fit_values(values)
        call = (
            self._build_user_call(message, config, values)
            if method == "template"
            else self._build_phone_call(message, config, values)
        )
        data = self._api.ask(call).get("data")
        return Receipt(
            platform_id=_read_message_id(data),
            at=self._services.clock.now(),
            proof=method,
            rendering="\n".join(f"{name}: {value}" for name, value in values.items()),
        )

    def check(self) -> Sequence[Check]:
        """Check with Zalo that the configured templates exist, may be sent and have valid parameters."""
        return check_templates(self.catalogue, (*self._by_user.values(), *self._by_phone.values()))

    def _find_config(self, method: str, message: OutgoingMessage) -> TemplateConfig:
        if method not in ("template", "phone") or message.to.place is not Place.PERSON:
            raise Unsupported(
                "The method {method!r} can't send to a {place}: send a template to a person, by the method "
                "'template' or 'phone'.",
                method=method,
                place=message.to.place,
            )
        config = find_config(self._by_phone, message.purpose) if method == "phone" else None
        config = config or find_config(self._by_user, message.purpose)
        if config is None:
            option = "phone_template" if method == "phone" else "template"
            raise Unsupported(
                "This purpose has no template: set the option {option}.{purpose}.",
                option=option,
                purpose=message.purpose,
            )
        return config

    def _build_user_call(self, message: OutgoingMessage, config: TemplateConfig, values: Mapping[str, str]) -> ApiCall:
        return build_post_call(
            _BY_USER, bodies.user_template_body(message.to.id, config.id, values, inside=self._inside)
        )

    def _build_phone_call(self, message: OutgoingMessage, config: TemplateConfig, values: Mapping[str, str]) -> ApiCall:
        # Zalo allows "no special characters" in a tracking id, and a hyphen may be one.
        tracking_id = _NOT_IN_TRACKING_ID.sub("", message.key)
        number = self._fetch_shared_phone(message.to.id)
        body = bodies.phone_template_body(number, config.id, values, tracking_id, development=self._development)
        return build_post_call(_BY_PHONE, body, Host.BUSINESS)

    def _fetch_shared_phone(self, user_id: str) -> str:
        data = self._api.ask(catalogue.person_call(user_id)).get("data")
        shared = data.get("shared_info") if isinstance(data, dict) else None
        number = as_text(shared.get("phone")) if isinstance(shared, dict) else ""
        if not number or not number.strip("0"):
            raise RecipientUnreachable(
                "The person hasn't shared a telephone number with the account: send a message that asks for it."
            )
        return number


def _read_message_id(data: Any) -> str:
    """Return the message's id from a response; Zalo's two hosts name the field differently."""
    fields = data if isinstance(data, dict) else {}
    return as_text(fields.get("msg_id")) or as_text(fields.get("message_id"))


class _TemplateCache:
    """Caches each template of Zalo for an hour, in this process. Threads may share it."""

    def __init__(self, catalogue: TemplateCatalogue, clock: Clock) -> None:
        self._catalogue = catalogue
        self._clock = clock
        self._lock = Lock()
        self._entries: dict[str, tuple[datetime, ZaloTemplate | None]] = {}

    def get(self, id: str) -> ZaloTemplate | None:
        """Return a template, or None if Zalo doesn't return it: then only Zalo checks the values sent."""
        now = self._clock.now()
        with self._lock:
            cached_at, template = self._entries.get(id, (now - _CACHE_LIFETIME, None))
        if now - cached_at < _CACHE_LIFETIME:
            return template
        try:
            template = self._catalogue.get_template(id)
        except DeliveryError:
            template = None
        with self._lock:
            self._entries[id] = (now, template)
        return template
