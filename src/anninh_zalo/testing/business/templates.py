"""What templates there are."""

from typing import Any

from anninh_zalo.testing.call import Call, Route
from anninh_zalo.testing.state import Template
from anninh_zalo.testing.wire import Json, Refused

_STATUS = {1: "ENABLE", 2: "PENDING_REVIEW", 3: "REJECT", 4: "DISABLE"}


def listed(call: Call) -> list[Json]:
    """GET /template/all."""
    status = call.whole("status", 0, 4)
    found = [one for one in call.account.templates.values() if status in (0, one.status)]
    offset = call.whole("offset", 0, 10**9)
    return [_brief(template) for template in found[offset : offset + call.whole("limit", 100, 100)]]


def info(call: Call) -> Json:
    """GET /template/info/v2."""
    template = _named(call)
    params = [
        {"name": name, "require": True, "type": "STRING", "maxLength": most, "minLength": 0, "acceptNull": False}
        for name, most in template.params.items()
    ]
    return _brief(template) | {"listParams": params, "price": template.price, "timeout": 7_200_000}


def sample(call: Call) -> Json:
    """GET /template/sample-data."""
    return {name: name[:most] for name, most in _named(call).params.items()}


def _named(call: Call) -> Template:
    template = call.account.templates.get(call.text("template_id"))
    if template is None:
        raise Refused(-109, "template_id is invalid")
    return template


def _brief(template: Template) -> dict[str, Any]:
    return {
        "templateId": int(template.id) if template.id.isdecimal() else template.id,
        "templateName": template.name,
        "status": _STATUS[template.status],
        "templateQuality": "HIGH",
    }


def tags(_call: Call) -> list[str]:
    """GET /message/template-tag: the kinds of templates that may be sent."""
    return ["OTP", "TRANSACTION", "CUSTOMER_CARE"]


def quality(_call: Call) -> Json:
    """GET /quality."""
    return {"oaCurrentQuality": "HIGH", "oa7dayQuality": "HIGH"}


ROUTES = (
    Route("GET", "/template/all", listed),
    Route("GET", "/template/info/v2", info),
    Route("GET", "/template/sample-data", sample),
    Route("GET", "/message/template-tag", tags),
    Route("GET", "/quality", quality),
)
