"""Rules of the messenger kit about the options from which a messenger is built: insecure and unknown options are
refused.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.options import FILE_SUFFIX, AcceptedOptions
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.messenger.bench import BuildsMessenger, MessengerBench

BLANKS = {"empty": "", "spaces": "  ", "line": "\r\n", "invisible": "\u00a0\u200b"}
MISSPELT_VALUE = "value-4711"


def _read_declaration(messenger: Messenger) -> AcceptedOptions:
    """Return the options that a messenger's class declares; the declaration is empty if the class has none."""
    declaration: AcceptedOptions = getattr(type(messenger), "accepted_options", AcceptedOptions())
    return declaration


def _catch_refusal(builds: BuildsMessenger, options: Mapping[str, str]) -> str | None:
    """Return the message with which options are refused, or None if a messenger is built from them."""
    try:
        messenger = builds(options)
    except ConfigurationError as error:
        return str(error)
    messenger.close()
    return None


def _misspell(name: str) -> str:
    """Return a name with a letter inserted after its first letter, so that no family of options contains it."""
    return f"{name[:1]}q{name[1:]}"


class MessengerOptions(MessengerBench, ConformanceKit, kit=True):
    """Rules that a messenger isn't built from a blank secret, or from an option that it would ignore."""

    @pytest.fixture
    def secret_options(
        self, messenger: Messenger, options: Mapping[str, str] | None, secrets: Sequence[str]
    ) -> Mapping[str, bool]:
        """Return the secret options, each with whether its value may come from a file."""
        messenger_options = _require_options(options)
        declared = _read_declaration(messenger).all_secrets
        names = [name for name in messenger_options if name in declared or messenger_options[name] in secrets]
        if not names:
            pytest.skip("none of the fixture `options` is a secret: declare it, or give its value in `secrets`")
        return {name: name in declared for name in names}

    @pytest.mark.parametrize("blank", BLANKS)
    def test_blank_secret(
        self,
        options: Mapping[str, str],
        secret_options: Mapping[str, bool],
        builds: BuildsMessenger,
        tmp_path: Path,
        blank: str,
    ) -> None:
        """M-124 A blank or empty secret, also in a file, is refused by `ConfigurationError` that names the option."""
        file = tmp_path / "blank-secret"
        file.write_text(BLANKS[blank], encoding="utf-8", newline="")
        for name, has_file in secret_options.items():
            others = {other: value for other, value in options.items() if other != name}
            blank_options = {name: BLANKS[blank]}
            if has_file:
                blank_options[name + FILE_SUFFIX] = str(file)
            for option, value in blank_options.items():
                refusal = _catch_refusal(builds, {**others, option: value})
                assert refusal is not None, (
                    f"{option} may hold nothing, and whoever signs with an empty secret is believed: declare "
                    f"`accepted_options = AcceptedOptions(secrets=({name!r},))` and build from what its `read` returns"
                )
                assert name in refusal, f"the refusal doesn't name the option {name}"

    def test_unknown_option(self, options: Mapping[str, str] | None, builds: BuildsMessenger) -> None:
        """M-125 An unknown option is refused by `ConfigurationError` that names it and not its value."""
        messenger_options = _require_options(options)
        builds(messenger_options).close()
        for option in (*map(_misspell, messenger_options), "no-such-option"):
            refusal = _catch_refusal(builds, {**messenger_options, option: MISSPELT_VALUE})
            assert refusal is not None, (
                f"{option} is ignored, so a misspelt option is lost in silence: declare `accepted_options`, and build "
                "from what its `read` returns"
            )
            assert option in refusal, f"the refusal doesn't name the option {option}"
            assert MISSPELT_VALUE not in refusal, f"the refusal repeats the value of {option}, which may be a secret"


def _require_options(options: Mapping[str, str] | None) -> Mapping[str, str]:
    """Return the options of the tested messenger; skip the rule if the test doesn't give them."""
    if options is None:
        pytest.skip("the fixture `options` doesn't give the options of the fixture `messenger`")
    return options
