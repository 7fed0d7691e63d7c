"""The sandbox's handlers for calls that read templates."""

from typing import Any

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.state import SandboxTemplate
from anninh_zalo.testing.wire import Json, SandboxRefusal

_STATUS = {1: "ENABLE", 2: "PENDING_REVIEW", 3: "REJECT", 4: "DISABLE"}


def list_templates(call: SandboxCall) -> list[Json]:
    """Answer GET /template/all with the account's templates."""
    status = call.whole("status", 0, 4)
    matches = [candidate for candidate in call.account.templates.values() if status in (0, candidate.status)]
    offset = call.whole("offset", 0, 10**9)
    return [_summary_json(template) for template in matches[offset : offset + call.whole("limit", 100, 100)]]


def get_template_info(call: SandboxCall) -> Json:
    """Answer GET /template/info/v2 with a template and its parameters."""
    template = _find_template(call)
    params = [
        {"name": name, "require": True, "type": "STRING", "maxLength": most, "minLength": 0, "acceptNull": False}
        for name, most in template.params.items()
    ]
    return _summary_json(template) | {"listParams": params, "price": template.price, "timeout": 7_200_000}


def get_sample_data(call: SandboxCall) -> Json:
    """Answer GET /template/sample-data with sample values of a template's parameters."""
    return {name: name[:most] for name, most in _find_template(call).params.items()}


def _find_template(call: SandboxCall) -> SandboxTemplate:
    template = call.account.templates.get(call.text("template_id"))
    if template is None:
        raise SandboxRefusal(-109, "template_id is invalid")
    return template


def _summary_json(template: SandboxTemplate) -> dict[str, Any]:
    return {
        "templateId": int(template.id) if template.id.isdecimal() else template.id,
        "templateName": template.name,
        "status": _STATUS[template.status],
        "templateQuality": "HIGH",
    }


def list_template_tags(_call: SandboxCall) -> list[str]:
    """Answer GET /message/template-tag with the kinds of templates that may be sent."""
    return ["OTP", "TRANSACTION", "CUSTOMER_CARE"]


def get_quality(_call: SandboxCall) -> Json:
    """Answer GET /quality with the quality of the account's messages."""
    return {"oaCurrentQuality": "HIGH", "oa7dayQuality": "HIGH"}


ROUTES = (
    SandboxRoute("GET", "/template/all", list_templates),
    SandboxRoute("GET", "/template/info/v2", get_template_info),
    SandboxRoute("GET", "/template/sample-data", get_sample_data),
    SandboxRoute("GET", "/message/template-tag", list_template_tags),
    SandboxRoute("GET", "/quality", get_quality),
)
