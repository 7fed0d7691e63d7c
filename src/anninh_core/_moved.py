"""Old import paths of names that moved to another module: plugins may use them until 1.0, with a warning.

The page `docs/howto/migrate_a_plugin.md` lists them for plugin authors.
"""

import sys
import warnings
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

PAGE = "docs/howto/migrate_a_plugin.md"

MOVED: Mapping[str, Mapping[str, str]] = {
    "anninh_core": {"anninh_core.operations": "Door=OperationGateway"},
    "anninh_core.door": {"anninh_core.operations": "BadArguments Door=OperationGateway"},
    "anninh_core.door.problems": {
        "anninh_core.operations.problems": "explain_error worded_code=find_text_code words_of=get_problem_words"
    },
    "anninh_core.kernel": {
        "anninh_core.kernel.collate": "name_key sort_key",
        "anninh_core.kernel.dates": (
            "Month Period add_months document_date document_number end_of_day last_day_before local_date number_vi "
            "percent_vi short_date vietnam_time"
        ),
        "anninh_core.kernel.errors": (
            "AlreadyDone AnninhError BadInput BadProfile ConfigurationError Conflict DecryptionError DeliveryError "
            "MediaTooLarge MissingExtra NeedsPerson NewerDatabase NotFound PluginFailed PluginRefused "
            "RecipientUnreachable Refused RequestRejected RetryLater Stale StorageBusy StorageError TooLarge "
            "UnknownOutcome Unsupported WrongStep"
        ),
        "anninh_core.kernel.ids": "require_id uuid7",
        "anninh_core.kernel.redact.finding": "find_personal_data",
        "anninh_core.kernel.redact.model": "PersonalDataMatch PersonalKind",
        "anninh_core.kernel.refs": "Ref",
        "anninh_core.kernel.search.query": (
            "Phrase Prefilter TermQuery extract_terms find_unsearchable parse_query slang_terms typed_words"
        ),
        "anninh_core.kernel.text": "clip expand_slang place_tones same_text words",
        "anninh_core.kernel.worktime": "TimeBlock WorkCalendar add_days_24h",
    },
    "anninh_core.kernel.crypto.signing": {"anninh_core.kernel.crypto.signing": "find_uncertified=find_uncertified_key"},
    "anninh_core.operations.problems": {"anninh_core.operations.problems": "words_of=get_problem_words"},
    "anninh_core.plugins": {"anninh_core.plugins": "Failure=PluginFailure"},
    "anninh_core.ports.storages.dumping": {"anninh_core.ports.validation": "check_row fit_record"},
    "anninh_core.profile": {"anninh_core.profile": "shipped_profiles=list_shipped_profiles"},
    "anninh_core.profile.knowledge": {"anninh_core.profile.knowledge": "shipped_articles=read_shipped_articles"},
    "anninh_core.profile.loader": {"anninh_core.profile.loader": "shipped_profiles=list_shipped_profiles"},
    "anninh_core.testing.kits.members": {
        "anninh_core.plugins.members": "find_missing_members find_refused_arguments",
    },
    "anninh_core.testing.kits.plugin.subjects": {
        "anninh_core.testing.kits.plugin.subjects": "questions=build_questions",
    },
    "anninh_core.testing.kits.storage.base": {
        "anninh_core.testing.kits.storage.base": (
            "make_told=make_checked_storage require_whole=require_all_members settle_inbox=build_inbox_settlement "
            "settle_outbox=build_outbox_settlement"
        ),
    },
    "anninh_core.testing.kits.storage.search": {"anninh_core.testing.kits.storage.search": "terms=build_terms"},
    "anninh_core.testing.mock": {
        "anninh_core.testing.mock.adapter": "MockMessenger",
        "anninh_core.testing.mock.lines": "ChatMessage",
        "anninh_core.testing.mock.service": "MockChat",
    },
    "anninh_core.vocabulary.files.claims": {
        "anninh_core.vocabulary.files.claims": "with_ending=replace_extension",
    },
    "anninh_core.vocabulary.files.shown": {
        "anninh_core.vocabulary.files.shown": "ending_of=get_extension name_file=build_shown_name",
    },
    "anninh_core.vocabulary.files.states": {"anninh_core.vocabulary.files": "Cleaning FileReason Scan"},
    "anninh_core.vocabulary.former_operations": {
        "anninh_core.vocabulary.former_operations": (
            "current_name=get_current_name current_names=get_current_names first_name=get_original_name"
        ),
    },
    "anninh_core.vocabulary.places": {
        "anninh_core.vocabulary.places": "by_letters=group_by_unaccented_form group_by_letters=group_by_unaccented_form"
    },
    "anninh_core.vocabulary.places.labels": {"anninh_core.vocabulary.units": "label_units"},
    "anninh_core.vocabulary.places.names": {
        "anninh_core.vocabulary.places": (
            "Holding PlaceName PlaceNames PlaceWords by_letters=group_by_unaccented_form fold_number split_accented"
        ),
    },
    "anninh_core.vocabulary.purposes": {"anninh_core.vocabulary.purposes": "purpose_of=find_purpose"},
    "anninh_core.vocabulary.rights.rules": {"anninh_core.vocabulary.rights": "RightsKind RightsLimit RightsRules"},
    "anninh_core.vocabulary.written_phrases": {
        "anninh_core.vocabulary.written_phrases": (
            "consists_of_written=consists_of_accented_phrases find_written=find_accented_phrases "
            "iter_spans=iter_phrase_spans"
        ),
    },
}
"""Names that moved, by their old module and then by their new module; `Old=New` for a name that changed as well."""


def keep_old_imports(module: str, *removed: str) -> None:
    """Keep old import paths working: imports of names that moved out of `module`, and of its removed submodules.

    Args:
        module: the module's `__name__`.
        removed: names of its submodules that no longer exist.
    """
    for name in (module, *(f"{module}.{child}" for child in removed)):
        _install_old_names(sys.modules.setdefault(name, ModuleType(name)))


def _install_old_names(module: ModuleType) -> None:
    def __getattr__(name: str) -> Any:  # noqa: N807  it becomes the module's own
        return find_moved_object(module.__name__, name)

    vars(module).update(__getattr__=__getattr__)


def find_moved_object(module: str, name: str) -> Any:
    """Return the object that formerly was `name` in `module`, and warn the caller's caller that the name has moved.

    Raises:
        AttributeError: no name `name` moved out of `module`.
    """
    for new_module, names in MOVED.get(module, {}).items():
        for entry in names.split():
            old_name, _, new_name = entry.partition("=")
            if old_name == name:
                current = f"{new_module}.{new_name or name}"
                text = f"{module}.{name} is now {current}; the old name works until 1.0, see {PAGE}"
                warnings.warn(text, DeprecationWarning, stacklevel=3)
                return getattr(import_module(new_module), new_name or name)
    raise AttributeError(f"module {module!r} has no attribute {name!r}")
