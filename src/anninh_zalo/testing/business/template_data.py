"""Functions that find a call's template and fill in the values of its parameters."""

from anninh_zalo.testing.call import SandboxCall
from anninh_zalo.testing.state import SandboxTemplate
from anninh_zalo.testing.wire import SandboxRefusal


def find_template(call: SandboxCall, invalid: int) -> SandboxTemplate:
    """Return the template that a call names, if it is enabled.

    Raises:
        SandboxRefusal: with `invalid` if it doesn't exist, -131 if it isn't approved, -146 if it was disabled.
    """
    template = call.account.templates.get(call.text("template_id"))
    if template is None:
        raise SandboxRefusal(invalid, "template_id is invalid")
    if template.status == 4:
        raise SandboxRefusal(-146, "The template has been disabled due to low sending quality")
    if template.status != 1:
        raise SandboxRefusal(-131, "The template has not been approved")
    return template


def fill_template(call: SandboxCall, template: SandboxTemplate, missing: int, long: int) -> str:
    """Return the template's text: its name, and each parameter with its value.

    Raises:
        SandboxRefusal: with `missing` or `long` if a value is missing or too long.
    """
    data = call.get_object("template_data")
    for name, most in template.params.items():
        if not str(data.get(name, "")):
            raise SandboxRefusal(missing, f"Template data is missing: {name}")
        if len(str(data[name])) > most:
            raise SandboxRefusal(long, f"Template data is over {most} characters: {name}")
    return "\n".join([template.name, *(f"{name}: {data[name]}" for name in template.params)])
