from alignkit.errors import (
    AlignkitError,
    MissingExtraError,
    NaiveMomentError,
    UnfitValueError,
)
from alignkit.findings import Finding, Place, Severity
from alignkit.version import __version__

__all__ = [
    "AlignkitError",
    "Finding",
    "MissingExtraError",
    "NaiveMomentError",
    "Place",
    "Severity",
    "UnfitValueError",
    "__version__",
]
