"""Health checks of the configured templates: they exist, may be sent, and their parameters are filled."""

from collections.abc import Iterator, Sequence

from anninh_core.kernel.errors import DeliveryError, RequestRejected
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_zalo.templates.catalogue import TemplateCatalogue, ZaloTemplate
from anninh_zalo.templates.template_config import TemplateConfig

CHECK_NAME = "templates"
"""How these checks are called."""


def template_checks(catalogue: TemplateCatalogue, used: Sequence[TemplateConfig]) -> Sequence[Check]:
    """Return what an operator should know of the templates in use; nothing where none is set. Doesn't raise."""
    if not used:
        return ()
    return (*(check for config in used for check in _check_template(catalogue, config)), _check_quota(catalogue))


def _check_template(catalogue: TemplateCatalogue, used: TemplateConfig) -> Iterator[Check]:
    subject = f"template {used.id} (option {used.option})"
    try:
        template = catalogue.get_template(used.id)
    except RequestRejected:
        yield problem(
            CHECK_NAME, f"{subject}: Zalo has none of this id", "correct the id, or have the template approved"
        )
        return
    except DeliveryError as error:
        yield warning(CHECK_NAME, f"{subject} can't be looked at: {error}", "see to that, then look again")
        return
    if not template.is_enabled:
        state = template.state or "not told"
        yield problem(
            CHECK_NAME, f"{subject} can't be sent: its state is {state}", "have it approved, or choose another one"
        )
    elif template.quality == "LOW":
        yield warning(
            CHECK_NAME, f"{subject}: its quality is low, and Zalo will disable it", "write a better one in time"
        )
    mismatches = list(_find_mismatches(template, used))
    yield from (
        problem(CHECK_NAME, f"{subject}: {mismatch}", "change the options, or the template") for mismatch in mismatches
    )
    if template.is_enabled and not mismatches:
        yield ok(CHECK_NAME, f"{subject} is enabled and its parameters fit")


def _find_mismatches(found: ZaloTemplate, used: TemplateConfig) -> Iterator[str]:
    """Yield what is wrong with what fills a template, as far as it can be told before there is a message."""
    parameters = {field.name: field for field in found.fields}
    for name in used.fields:
        if name not in parameters:
            known_names = ", ".join(sorted(field.display_name for field in found.fields)) or "none"
            yield f"it has no parameter {name!r}, but {known_names}"
        elif parameters[name].most and used.min_length(name) > parameters[name].most:
            most = parameters[name].most
            yield f"parameter {name!r} takes {most} characters, and its text has {used.min_length(name)} at least"
    for name, field in parameters.items():
        if field.required and name not in used.fields:
            option = f"{used.option}.{field.display_name}"
            yield f"its parameter {field.display_name!r} isn't filled; give the option {option}"


def _check_quota(catalogue: TemplateCatalogue) -> Check:
    try:
        quota = catalogue.get_quota()
    except DeliveryError as error:
        return warning(CHECK_NAME, f"today's quota can't be looked at: {error}", "see to that, then look again")
    message = f"{quota.left} of today's {quota.daily} messages by template are left"
    return (
        ok(CHECK_NAME, message)
        if quota.left
        else warning(CHECK_NAME, message, "wait until tomorrow; Zalo raises the quota by quality")
    )
