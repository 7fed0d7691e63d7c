"""Calls that read templates."""

from typing import Any

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.state import SandboxTemplate
from anninh_zalo.testing.wire import Json, SandboxRefusal

_STATUS = {1: "ENABLE", 2: "PENDING_REVIEW", 3: "REJECT", 4: "DISABLE"}


def list_templates(call: SandboxCall) -> list[Json]:
    """GET /template/all."""
    status = call.whole("status", 0, 4)
    matches = [candidate for candidate in call.account.templates.values() if status in (0, candidate.status)]
    offset = call.whole("offset", 0, 10**9)
    return [_summary(template) for template in matches[offset : offset + call.whole("limit", 100, 100)]]


def info(call: SandboxCall) -> Json:
    """GET /template/info/v2."""
    template = _find_template(call)
    params = [
        {"name": name, "require": True, "type": "STRING", "maxLength": most, "minLength": 0, "acceptNull": False}
        for name, most in template.params.items()
    ]
    return _summary(template) | {"listParams": params, "price": template.price, "timeout": 7_200_000}


def sample(call: SandboxCall) -> Json:
    """GET /template/sample-data."""
    return {name: name[:most] for name, most in _find_template(call).params.items()}


def _find_template(call: SandboxCall) -> SandboxTemplate:
    template = call.account.templates.get(call.text("template_id"))
    if template is None:
        raise SandboxRefusal(-109, "template_id is invalid")
    return template


def _summary(template: SandboxTemplate) -> dict[str, Any]:
    return {
        "templateId": int(template.id) if template.id.isdecimal() else template.id,
        "templateName": template.name,
        "status": _STATUS[template.status],
        "templateQuality": "HIGH",
    }


def tags(_call: SandboxCall) -> list[str]:
    """GET /message/template-tag: the kinds of templates that may be sent."""
    return ["OTP", "TRANSACTION", "CUSTOMER_CARE"]


def quality(_call: SandboxCall) -> Json:
    """GET /quality."""
    return {"oaCurrentQuality": "HIGH", "oa7dayQuality": "HIGH"}


ROUTES = (
    SandboxRoute("GET", "/template/all", list_templates),
    SandboxRoute("GET", "/template/info/v2", info),
    SandboxRoute("GET", "/template/sample-data", sample),
    SandboxRoute("GET", "/message/template-tag", tags),
    SandboxRoute("GET", "/quality", quality),
)
