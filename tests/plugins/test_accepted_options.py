"""Adapters are built only from options that they declare, and never with a blank secret."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest

from anninh_core.app import CollectorSettings, MessengerSettings, Settings
from anninh_core.app.settings import CourierSettings, HeadSettings
from anninh_core.kernel.errors import ConfigurationError, PluginRefused
from anninh_core.plugins import Plugins, hookimpl
from anninh_core.plugins.catalogue import Offer
from anninh_core.plugins.manager import list_installed_plugins
from anninh_core.ports.options import FILE_SUFFIX, AcceptedOptions
from anninh_core.testing import memory_app, memory_services

KINDS = ("messenger", "courier", "collector")
OWN = tuple(source.name for source in list_installed_plugins() if source.distribution == "anninh")
CATALOGUE = Plugins(OWN).catalogue
ADAPTERS = [offer for name in OWN for offer in CATALOGUE.offers(name) if offer.kind in KINDS]
BLANKS = {"empty": "", "spaces": "  ", "line": "\n", "invisible": "\ufeff\u200b"}


def get_accepted_options(offer: Offer) -> AcceptedOptions:
    accepted: AcceptedOptions = vars(offer.make)["accepted_options"]
    return accepted


def fill_options(accepted: AcceptedOptions) -> dict[str, str]:
    return dict.fromkeys((*accepted.required, *accepted.secrets), "x")


def build_adapter(offer: Offer, options: Mapping[str, str]) -> object:
    """Build the adapter of an offer directly, without the core."""
    if offer.kind == "messenger":
        return offer.make("mine", dict(options), memory_services())
    return offer.make(dict(options))


def open_app_with_adapter(
    kind: str, name: str, options: Mapping[str, str], plugins: Mapping[str, object] | None = None
) -> None:
    """Open and close an app with settings that name an adapter `mine`."""
    chosen = dict(options)
    match kind:
        case "messenger":
            settings = Settings(plugins=OWN, messengers={"mine": MessengerSettings(type=name, options=chosen)})
        case "courier":
            couriers = {"mine": CourierSettings(type=name, options=chosen)}
            settings = Settings(plugins=OWN, heads=HeadSettings(couriers=couriers))
        case _:
            collector = CollectorSettings(type=name, options=chosen, source_name="Công báo tỉnh")
            settings = Settings(plugins=OWN, collectors={"mine": collector})
    memory_app(settings=settings, plugins=plugins).close()


SECRETS = [(offer, name) for offer in ADAPTERS for name in get_accepted_options(offer).all_secrets]


def test_every_adapter_declares_its_options() -> None:
    """Each messenger, courier and collector of this project has `accepted_options`, and some of them have secrets."""
    assert {offer.kind for offer in ADAPTERS} >= {"messenger", "courier"}
    assert all(isinstance(get_accepted_options(offer), AcceptedOptions) for offer in ADAPTERS)
    assert SECRETS


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(("offer", "secret"), SECRETS, ids=lambda part: getattr(part, "name", part))
def test_blank_secrets_are_refused(offer: Offer, secret: str, blank: str, tmp_path: Path) -> None:
    """The adapter and the core each refuse a blank secret in the settings or in a file, and the error names the
    adapter, the option and the way out.
    """
    others = {name: value for name, value in fill_options(get_accepted_options(offer)).items() if name != secret}
    file = tmp_path / "secret"
    file.write_text(BLANKS[blank], encoding="utf-8", newline="")
    in_file = secret + FILE_SUFFIX
    for option, value, sentence in (
        (
            secret,
            BLANKS[blank],
            f"The secret '{secret}' of messenger 'mine' is empty: give its value, or set '{in_file}'",
        ),
        (in_file, str(file), f"messenger 'mine' can't be read from its file: the file of {in_file} is empty, so write"),
    ):
        options = others | {option: value}
        with pytest.raises(ConfigurationError, match=re.escape(sentence)):
            build_adapter(offer, options)
        with pytest.raises(ConfigurationError, match=re.escape(sentence)):
            open_app_with_adapter(offer.kind, offer.name, options)


@pytest.mark.parametrize("offer", ADAPTERS, ids=lambda offer: offer.name)
def test_misspelt_options_are_refused(offer: Offer) -> None:
    """The adapter and the core each refuse a misspelt option, and the error suggests the right name."""
    accepted = get_accepted_options(offer)
    names = (*accepted.required, *accepted.optional, *accepted.all_secrets)
    for name in (*names, *(family + "title" for family in accepted.families)):
        misspelt = f"{name[:1]}q{name[1:]}"
        expected = re.escape(
            f"has no option {misspelt!r} (did you mean {name!r}?): correct the name, or remove the option."
        )
        with pytest.raises(ConfigurationError, match=f"{offer.kind} '.*' {expected}"):
            build_adapter(offer, {**fill_options(accepted), misspelt: "x"})
        with pytest.raises(ConfigurationError, match=f"{offer.kind} 'mine' {expected}"):
            open_app_with_adapter(offer.kind, offer.name, {**fill_options(accepted), misspelt: "x"})


class UncheckedAdapter:
    """An adapter of any kind that checks no options."""

    name: ClassVar[str] = "trusting"
    accepted_options: ClassVar[AcceptedOptions] = AcceptedOptions(secrets=("token",))
    built_from: ClassVar[list[dict[str, str]]] = []

    def __init__(self, *arguments: Any) -> None:
        type(self).built_from.append(next(part for part in arguments if isinstance(part, dict)))

    def close(self) -> None: ...


class UndeclaredAdapter(UncheckedAdapter):
    """An adapter without a declaration of its options."""

    name = "undeclared"
    accepted_options: ClassVar[Any] = None
    built_from: ClassVar[list[dict[str, str]]] = []


class MisusedAttributeAdapter(UncheckedAdapter):
    """An adapter that uses the attribute `accepted_options` for something else."""

    accepted_options: ClassVar[Any] = ("token",)


def build_plugin(adapter: type[UncheckedAdapter]) -> object:
    """Return a plugin that registers an adapter as each kind."""

    class Plugin:
        @hookimpl
        def anninh_messengers(self) -> list[Any]:
            return [adapter]

        @hookimpl
        def anninh_couriers(self) -> list[Any]:
            return [adapter]

        @hookimpl
        def anninh_collectors(self) -> list[Any]:
            return [adapter]

    return Plugin()


@pytest.mark.parametrize("kind", KINDS)
def test_core_checks_declared_options(kind: str, tmp_path: Path) -> None:
    """The core checks declared options even if the adapter checks nothing, and passes a secret from a file as if the
    settings held it.
    """
    mine = {"mine": build_plugin(UncheckedAdapter)}
    UncheckedAdapter.built_from.clear()
    wrong = {
        f"The secret 'token' of {kind} 'mine' is empty: give its value, or set 'token_file'": {"token": " "},
        f"A required option of {kind} 'mine' is missing or empty: set 'token' / 'token_file'.": {},
        f"{kind} 'mine' has no option 'tokn' (did you mean 'token'?)": {"tokn": "x"},
        f"{kind} 'mine' has both 'token' and 'token_file': keep only one of them.": {"token": "x", "token_file": "x"},
        f"A secret of {kind} 'mine' can't be read from its file: the file of token_file can't be read": {
            "token_file": str(tmp_path / "none")
        },
    }
    for sentence, options in wrong.items():
        with pytest.raises(ConfigurationError, match=re.escape(sentence)):
            open_app_with_adapter(kind, "trusting", options, mine)
    assert not UncheckedAdapter.built_from

    file = tmp_path / "token"
    file.write_text("\ufeff1:abc\r\n", encoding="utf-8")
    open_app_with_adapter(kind, "trusting", {"token_file": str(file)}, mine)
    assert UncheckedAdapter.built_from == [{"token": "1:abc"}]


@pytest.mark.parametrize("kind", KINDS)
def test_undeclared_options_are_passed_unchanged(kind: str) -> None:
    """An adapter without declared options gets all options unchanged, and checks them itself."""
    UndeclaredAdapter.built_from.clear()
    open_app_with_adapter(
        kind, "undeclared", {"secret": "", "colour": "red"}, {"mine": build_plugin(UndeclaredAdapter)}
    )
    assert UndeclaredAdapter.built_from == [{"secret": "", "colour": "red"}]


def test_wrong_type_of_declaration_is_refused() -> None:
    """An adapter whose `accepted_options` has another type is refused, and the error says what to do."""
    with pytest.raises(
        PluginRefused, match=r"The `accepted_options` of the .* aren't an `AcceptedOptions`: declare them with"
    ):
        Plugins([], extra={"mine": build_plugin(MisusedAttributeAdapter)})
