"""Duplicates: by which fields two records are one person, and for how long.

Somebody who fills in two forms makes two records, and is owed one answer. An agreement
may say which fields tell that two records are one person, and how far apart they may
begin; it says neither unless it is told to [E8].
"""

from __future__ import annotations

import attrs

from alignkit._fields import several, typed
from alignkit.criteria import Reach
from alignkit.errors import UnfitValueError


@attrs.frozen(kw_only=True, field_transformer=typed)
class Duplicates:
    """What makes a later record a duplicate of an earlier one [E8].

    Attributes:
        by: The fields that both have, with the same value in each, compared letter by
            letter: ``("contact.email",)``.
        within: How long after an earlier record a later one may begin.

    Raises:
        UnfitValueError: If no field is named.

    Example:
        >>> from alignkit.spans import span
        >>> rule = Duplicates(by=["contact.email"], within=span("30 days"))
        >>> str(rule.within)
        '30 days'
    """

    by: tuple[str, ...] = several(str, at_least=1)
    within: Reach

    def __attrs_post_init__(self) -> None:
        if not all(self.by):
            expected = "the path of a field, such as contact.email"
            raise UnfitValueError("duplicates", "by", expected, "empty text")
