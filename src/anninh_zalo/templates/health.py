"""Health checks of the configured templates: they exist, may be sent, and their parameters are filled."""

from collections.abc import Iterator, Sequence

from anninh_core.kernel.errors import DeliveryError, RequestRejected
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.health import Check, ok, problem, warning
from anninh_zalo.templates.catalogue import TemplateCatalogue, ZaloTemplate
from anninh_zalo.templates.template_config import TemplateConfig

CHECK_NAME = "templates"
"""Name of the health checks of templates."""


def check_templates(catalogue: TemplateCatalogue, configs: Sequence[TemplateConfig]) -> Sequence[Check]:
    """Return the checks of the templates in use, empty if no template is configured. Doesn't raise."""
    if not configs:
        return ()
    return (*(check for config in configs for check in _check_template(catalogue, config)), _check_quota(catalogue))


def _check_template(catalogue: TemplateCatalogue, config: TemplateConfig) -> Iterator[Check]:
    try:
        template = catalogue.get_template(config.id)
    except RequestRejected:
        yield problem(
            CHECK_NAME,
            Sentence("Zalo has no template {template} (option {option}).", template=config.id, option=config.option),
            "Correct the id, or have the template approved.",
        )
        return
    except DeliveryError as error:
        yield warning(
            CHECK_NAME,
            Sentence(
                "Template {template} (option {option}) can't be checked. {reason}",
                template=config.id,
                reason=error,
                option=config.option,
            ),
            "Correct the cause, then run the check again.",
        )
        return
    if not template.is_enabled:
        state = template.state or "unknown"
        yield problem(
            CHECK_NAME,
            Sentence(
                "Template {template} (option {option}) can't be sent: its state is {state}.",
                template=config.id,
                state=state,
                option=config.option,
            ),
            "Have the template approved, or choose another one.",
        )
    elif template.quality == "LOW":
        yield warning(
            CHECK_NAME,
            Sentence(
                "The quality of template {template} (option {option}) is low, and Zalo will disable it.",
                template=config.id,
                option=config.option,
            ),
            "Write a better template in time.",
        )
    mismatches = list(_find_mismatches(template, config))
    yield from (
        problem(
            CHECK_NAME,
            Sentence(
                "Template {template} (option {option}) doesn't fit: {reason}.",
                template=config.id,
                reason=mismatch,
                option=config.option,
            ),
            "Change the options or the template.",
        )
        for mismatch in mismatches
    )
    if template.is_enabled and not mismatches:
        yield ok(
            CHECK_NAME,
            Sentence(
                "Template {template} (option {option}) is enabled and its parameters fit.",
                template=config.id,
                option=config.option,
            ),
        )


def _find_mismatches(template: ZaloTemplate, config: TemplateConfig) -> Iterator[str]:
    """Yield the problems with a template's configured parameters that don't depend on the message."""
    parameters = {field.name: field for field in template.fields}
    for name in config.fields:
        if name not in parameters:
            yield Sentence(
                "it has no parameter {parameter!r}, only {allowed}",
                parameter=name,
                allowed=sorted(field.display_name for field in template.fields),
            )
        elif parameters[name].most and config.compute_min_length(name) > parameters[name].most:
            most = parameters[name].most
            yield Sentence(
                "parameter {parameter!r} can have {most} characters, but its text has at least {count}",
                parameter=name,
                most=most,
                count=config.compute_min_length(name),
            )
    for name, field in parameters.items():
        if field.required and name not in config.fields:
            option = f"{config.option}.{field.display_name}"
            yield Sentence(
                "its parameter {parameter!r} isn't filled: set the option {option}",
                parameter=field.display_name,
                option=option,
            )


def _check_quota(catalogue: TemplateCatalogue) -> Check:
    try:
        quota = catalogue.get_quota()
    except DeliveryError as error:
        return warning(
            CHECK_NAME,
            Sentence("Today's quota can't be checked. {reason}", reason=error),
            "Correct the cause, then run the check again.",
        )
    message = Sentence("{count} of today's {most} messages by template are left.", count=quota.left, most=quota.daily)
    return (
        ok(CHECK_NAME, message)
        if quota.left
        else warning(CHECK_NAME, message, "Wait until tomorrow; Zalo raises the quota if the quality is good.")
    )
