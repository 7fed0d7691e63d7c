"""The nouns of an app: a class for each subject, with one line for each verb."""

from anninh_core._lazy import lazy

lazy(__name__)
