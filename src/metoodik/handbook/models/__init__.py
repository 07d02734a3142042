"""The write side's records: pages in the writing desk, versions in clearance, files taken in."""

from metoodik.handbook.models.facts import Fact, FactCheck, FactVersion
from metoodik.handbook.models.imports import ImportBatch, ImportedFile
from metoodik.handbook.models.pages import GuidancePage, HandbookPage, SectionPage
from metoodik.handbook.models.releases import Release
from metoodik.handbook.models.restrictions import RestrictionExtension, RestrictionGround, RestrictionReminder
from metoodik.handbook.models.reviews import PassageComment, Review, ReviewRequest
from metoodik.handbook.models.translation import PhraseAgreement, PhraseException, SegmentTranslation
from metoodik.handbook.models.upkeep import LinkCheck, PageReview, ReviewInterval, ReviewReminder
from metoodik.handbook.models.versions import Version

__all__ = [
    "Fact",
    "FactCheck",
    "FactVersion",
    "GuidancePage",
    "HandbookPage",
    "ImportBatch",
    "ImportedFile",
    "LinkCheck",
    "PageReview",
    "PassageComment",
    "PhraseAgreement",
    "PhraseException",
    "Release",
    "RestrictionExtension",
    "RestrictionGround",
    "RestrictionReminder",
    "Review",
    "ReviewInterval",
    "ReviewReminder",
    "ReviewRequest",
    "SectionPage",
    "SegmentTranslation",
    "Version",
]
