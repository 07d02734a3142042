"""The editor's part of facts: a button that puts a mark into running text, and chips that show what a mark says."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail import features as draftail
from wagtail.rich_text.feature_registry import FeatureRegistry

SCRIPT, STYLE = "handbook/facts.js", "handbook/facts.css"


@hooks.register("register_rich_text_features")  # type: ignore[untyped-decorator]
def fact_features(features: FeatureRegistry) -> None:
    """`fact` is the button, `fact-chip` what marks look like. Both leave the text plain: the mark itself."""
    files = {"js": [SCRIPT], "css": {"all": [STYLE]}}
    features.register_editor_plugin("draftail", "fact", draftail.ControlFeature({"type": "fact"}, **files))
    features.register_editor_plugin("draftail", "fact-chip", draftail.DecoratorFeature({"type": "fact-chip"}, **files))
