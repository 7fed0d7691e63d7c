"""The domain modules: one package per subject. Domain modules never import each other."""

from anninh_core._lazy import lazy

lazy(__name__)
