"""Lifecycles that are ready to use.

Most teams count in one of a few funnels: the one that HubSpot and Marketo made common,
one of the two demand waterfalls, one for products that sell themselves, one for named
accounts. Each is a plain value to start from; `attrs.evolve` or a document changes what
is different at home. The limits of a company (how often a lead may come back, what a
stage demands) are in none of them, because the two teams have to agree on those.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from alignkit.errors import UnknownPresetError
from alignkit.lifecycle import Lifecycle
from alignkit.stages import Move, Stage, StageCategory, StageKind, StagePath


def _stage(
    id: str,
    owner: str,
    label: str,
    category: StageCategory = StageCategory.ONGOING,
    *,
    is_clocked: bool = False,
    is_optional: bool = False,
    **aliases: tuple[str, ...],
) -> Stage:
    return Stage(
        id=id,
        owner=owner,
        kind=StageKind.CLOCKED if is_clocked else StageKind.INVENTORY,
        category=category,
        label=label,
        aliases=aliases,
        is_optional=is_optional,
    )


def _detour(
    id: str,
    owner: str,
    label: str,
    category: StageCategory,
    **aliases: tuple[str, ...],
) -> Stage:
    return Stage(
        id=id,
        owner=owner,
        path=StagePath.DETOUR,
        category=category,
        label=label,
        aliases=aliases,
    )


def _forward(*path: str) -> tuple[Move, ...]:
    """Return leave for every move ahead, one stage or several at a time."""
    return tuple(
        Move(from_stages=path[:place], to_stage=to)
        for place, to in enumerate(path)
        if place
    )


def _off_and_on(open_stages: tuple[str, ...], qualifies_at: str) -> tuple[Move, ...]:
    """Return the moves off the path and back onto it that every funnel needs.

    A lead that qualified may be sent back a stage (it was not taken) or be recycled,
    any lead in work may be disqualified, and each comes back to where it can qualify.
    """
    place = open_stages.index(qualifies_at)
    before, later = open_stages[place - 1], open_stages[place:]
    return (
        Move(from_stages=(qualifies_at,), to_stage=before, needs_reason=True),
        Move(from_stages=later, to_stage="recycled", needs_reason=True),
        Move(from_stages=("recycled",), to_stage=before),
        Move(from_stages=("recycled",), to_stage=qualifies_at),
        Move(
            from_stages=(*open_stages, "recycled"),
            to_stage="disqualified",
            needs_reason=True,
        ),
        Move(from_stages=("disqualified",), to_stage=before, needs_reason=True),
        Move(from_stages=("disqualified",), to_stage=qualifies_at, needs_reason=True),
    )


_RECYCLED = _detour(
    "recycled",
    "marketing",
    "Recycled",
    StageCategory.ON_HOLD,
    espocrm=("Recycled",),
    frappe=("Nurture",),
    marketo=("Recycled",),
    salesforce=("Recycled",),
    zoho=("Contact in Future",),
)
_DISQUALIFIED = _detour(
    "disqualified",
    "marketing",
    "Disqualified",
    StageCategory.LOST,
    dynamics365=("Cannot Contact", "Canceled", "Lost", "No Longer Interested"),
    espocrm=("Dead",),
    frappe=("Junk", "Unqualified"),
    marketo=("Disqualified",),
    salesforce=("Closed - Not Converted",),
    zoho=("Junk Lead", "Lost Lead", "Not Qualified"),
)
_LOST = _detour("lost", "sales", "Lost", StageCategory.LOST, marketo=("Lost",))
_INACTIVE = _detour(
    "inactive", "marketing", "Inactive", StageCategory.ON_HOLD, marketo=("Inactive",)
)
_CHURNED = _detour("churned", "sales", "Churned", StageCategory.LOST)
_LOSES = (
    Move(from_stages=("opportunity",), to_stage="lost", needs_reason=True),
    Move(from_stages=("lost",), to_stage="recycled"),
    Move(from_stages=("lost",), to_stage="opportunity", needs_reason=True),
)
_CHURNS = (
    Move(from_stages=("customer",), to_stage="churned", needs_reason=True),
    Move(from_stages=("churned",), to_stage="opportunity", needs_reason=True),
)

_OPEN = StageCategory.OPEN
_WON = StageCategory.WON

_STANDARD = Lifecycle(
    id="standard",
    stages=(
        _stage(
            "subscriber",
            "marketing",
            "Subscriber",
            _OPEN,
            hubspot=("subscriber",),
            marketo=("Anonymous", "New Names"),
        ),
        _stage(
            "lead",
            "marketing",
            "Lead",
            _OPEN,
            dynamics365=("New",),
            espocrm=("New",),
            frappe=("New",),
            hubspot=("lead",),
            marketo=("Prospect",),
            salesforce=("Open - Not Contacted",),
            zoho=("Not Contacted",),
        ),
        _stage(
            "mql",
            "joint",
            "Marketing qualified",
            _OPEN,
            is_clocked=True,
            espocrm=("Assigned",),
            hubspot=("marketingqualifiedlead",),
            marketo=("Lead",),
            salesforce=("Marketing Qualified",),
            zoho=("Pre-Qualified",),
        ),
        _stage(
            "sal",
            "sales",
            "Sales accepted",
            is_clocked=True,
            dynamics365=("Contacted",),
            espocrm=("In Process",),
            frappe=("Contacted",),
            marketo=("Sales Lead",),
            salesforce=("Working - Contacted",),
            zoho=("Attempted to Contact", "Contacted"),
        ),
        _stage(
            "sql",
            "sales",
            "Sales qualified",
            dynamics365=("Qualified",),
            frappe=("Qualified",),
            hubspot=("salesqualifiedlead",),
            salesforce=("Closed - Converted",),
        ),
        _stage(
            "opportunity",
            "sales",
            "Opportunity",
            espocrm=("Converted",),
            frappe=("Converted",),
            hubspot=("opportunity",),
            marketo=("Opportunity",),
        ),
        _stage(
            "customer",
            "sales",
            "Customer",
            _WON,
            hubspot=("customer",),
            marketo=("Customer",),
        ),
        _stage("evangelist", "joint", "Evangelist", _WON, hubspot=("evangelist",)),
        _RECYCLED,
        _DISQUALIFIED,
        _LOST,
        _INACTIVE,
        _CHURNED,
    ),
    moves=(
        *_forward("subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer"),
        Move(from_stages=("customer",), to_stage="evangelist"),
        *_off_and_on(("subscriber", "lead", "mql", "sal", "sql", "opportunity"), "mql"),
        *_LOSES,
        Move(from_stages=("subscriber", "lead", "recycled"), to_stage="inactive"),
        Move(from_stages=("inactive",), to_stage="lead"),
        Move(from_stages=("inactive",), to_stage="mql"),
        Move(from_stages=("inactive",), to_stage="recycled"),
        Move(from_stages=("inactive",), to_stage="disqualified", needs_reason=True),
        Move(from_stages=("customer", "evangelist"), to_stage="mql"),
        Move(from_stages=("customer", "evangelist"), to_stage="opportunity"),
        *_CHURNS,
        Move(from_stages=("evangelist",), to_stage="churned", needs_reason=True),
        Move(from_stages=("churned",), to_stage="recycled"),
    ),
    qualifies_at="mql",
    entries=("subscriber", "lead"),
)

_WATERFALL_2006 = Lifecycle(
    id="waterfall_2006",
    stages=(
        _stage("inquiry", "marketing", "Inquiry", _OPEN),
        _stage("mql", "joint", "Marketing qualified", _OPEN, is_clocked=True),
        _stage("sal", "sales", "Sales accepted", is_clocked=True),
        _stage("sql", "sales", "Sales qualified"),
        _stage("won", "sales", "Closed/won", _WON),
        _RECYCLED,
        _DISQUALIFIED,
    ),
    moves=(
        *_forward("inquiry", "mql", "sal", "sql", "won"),
        *_off_and_on(("inquiry", "mql", "sal", "sql"), "mql"),
    ),
    qualifies_at="mql",
)

_WATERFALL_2012 = Lifecycle(
    id="waterfall_2012",
    stages=(
        _stage("inquiry", "marketing", "Inquiry", _OPEN),
        _stage("aql", "marketing", "Automation qualified", _OPEN),
        _stage("tal", "marketing", "Teleprospecting accepted", is_clocked=True),
        _stage("tql", "marketing", "Teleprospecting qualified"),
        _stage("tgl", "marketing", "Teleprospecting generated", is_optional=True),
        _stage("mql", "joint", "Marketing qualified", _OPEN, is_clocked=True),
        _stage("sal", "sales", "Sales accepted", is_clocked=True),
        _stage("sgl", "sales", "Sales generated", is_optional=True),
        _stage("sql", "sales", "Sales qualified"),
        _stage("won", "sales", "Won", _WON),
        _RECYCLED,
        _DISQUALIFIED,
    ),
    moves=(
        *_forward("inquiry", "aql", "tal", "tql"),
        Move(from_stages=("inquiry", "aql", "tal", "tql", "tgl"), to_stage="mql"),
        Move(from_stages=("mql",), to_stage="sal"),
        Move(from_stages=("mql", "sal", "sgl"), to_stage="sql"),
        Move(from_stages=("sal", "sgl", "sql"), to_stage="won"),
        Move(from_stages=("tal",), to_stage="aql", needs_reason=True),
        Move(from_stages=("tal", "tql", "tgl"), to_stage="recycled", needs_reason=True),
        Move(from_stages=("tgl", "sgl"), to_stage="disqualified", needs_reason=True),
        Move(from_stages=("sgl",), to_stage="recycled", needs_reason=True),
        *_off_and_on(("inquiry", "aql", "tal", "tql", "mql", "sal", "sql"), "mql"),
    ),
    qualifies_at="mql",
    entries=("inquiry", "tgl", "sgl"),
)

_HUBSPOT = Lifecycle(
    id="hubspot",
    stages=(
        _stage("subscriber", "marketing", "Subscriber", _OPEN, hubspot=("subscriber",)),
        _stage("lead", "marketing", "Lead", _OPEN, hubspot=("lead",)),
        _stage(
            "mql",
            "joint",
            "Marketing qualified lead",
            _OPEN,
            is_clocked=True,
            hubspot=("marketingqualifiedlead",),
        ),
        _stage("sql", "sales", "Sales qualified lead", hubspot=("salesqualifiedlead",)),
        _stage("opportunity", "sales", "Opportunity", hubspot=("opportunity",)),
        _stage("customer", "sales", "Customer", _WON, hubspot=("customer",)),
        _stage("evangelist", "joint", "Evangelist", _WON, hubspot=("evangelist",)),
        _detour(
            "other", "marketing", "Other", StageCategory.ON_HOLD, hubspot=("other",)
        ),
    ),
    moves=(
        *_forward("subscriber", "lead", "mql", "sql", "opportunity", "customer"),
        Move(from_stages=("customer",), to_stage="evangelist"),
        Move(
            from_stages=("mql", "sql", "opportunity"),
            to_stage="lead",
            needs_reason=True,
        ),
        Move(
            from_stages=("subscriber", "lead", "mql", "sql", "opportunity", "customer"),
            to_stage="other",
            needs_reason=True,
        ),
        Move(from_stages=("other",), to_stage="lead"),
        Move(from_stages=("other",), to_stage="mql"),
    ),
    qualifies_at="mql",
    entries=("subscriber", "lead"),
)

_PRODUCT_LED = Lifecycle(
    id="product_led",
    stages=(
        _stage("lead", "marketing", "Signed up", _OPEN),
        _stage("activated", "marketing", "Activated", _OPEN),
        _stage("pql", "joint", "Product qualified", _OPEN, is_clocked=True),
        _stage("opportunity", "sales", "Opportunity"),
        _stage("customer", "sales", "Customer", _WON),
        _RECYCLED,
        _DISQUALIFIED,
        _LOST,
        _CHURNED,
    ),
    moves=(
        *_forward("lead", "activated", "pql", "opportunity", "customer"),
        *_off_and_on(("lead", "activated", "pql", "opportunity"), "pql"),
        *_LOSES,
        *_CHURNS,
        Move(from_stages=("customer",), to_stage="pql"),
    ),
    qualifies_at="pql",
)

_ACCOUNT_BASED = Lifecycle(
    id="account_based",
    stages=(
        _stage("qualified", "marketing", "Qualified account", _OPEN),
        _stage("aware", "marketing", "Aware", _OPEN),
        _stage("engaged", "marketing", "Engaged", _OPEN),
        _stage("mqa", "joint", "Marketing qualified account", _OPEN, is_clocked=True),
        _stage("saa", "sales", "Sales accepted account", is_clocked=True),
        _stage("opportunity", "sales", "Opportunity"),
        _stage("customer", "sales", "Customer", _WON),
        _RECYCLED,
        _DISQUALIFIED,
        _LOST,
        _CHURNED,
    ),
    moves=(
        *_forward(
            "qualified", "aware", "engaged", "mqa", "saa", "opportunity", "customer"
        ),
        # Accounts are staged by what is observed of them, so interest may fade.
        Move(from_stages=("aware", "engaged"), to_stage="qualified"),
        Move(from_stages=("engaged",), to_stage="aware"),
        *_off_and_on(
            ("qualified", "aware", "engaged", "mqa", "saa", "opportunity"), "mqa"
        ),
        *_LOSES,
        *_CHURNS,
        Move(from_stages=("customer",), to_stage="mqa"),
    ),
    qualifies_at="mqa",
)

PRESETS: Mapping[str, Lifecycle] = MappingProxyType(
    {
        one.id: one
        for one in (
            _STANDARD,
            _WATERFALL_2006,
            _WATERFALL_2012,
            _HUBSPOT,
            _PRODUCT_LED,
            _ACCOUNT_BASED,
        )
    }
)
"""The lifecycles by name.

`standard` joins the stages of HubSpot and Marketo with the acceptance by sales of the
SiriusDecisions waterfalls; `waterfall_2006` and `waterfall_2012` are those, with the
two detours that a rejection needs; `hubspot` has HubSpot's own stages, which know
neither acceptance nor recycling; `product_led` and `account_based` count trials and
accounts.
"""


def preset(name: str) -> Lifecycle:
    """Return one of the lifecycles that come with the library.

    Raises:
        UnknownPresetError: If there is none of that name; it names the others.

    Example:
        >>> [stage.id for stage in preset("waterfall_2006").stages]
        ['inquiry', 'mql', 'sal', 'sql', 'won', 'recycled', 'disqualified']
    """
    if name not in PRESETS:
        raise UnknownPresetError(name, tuple(PRESETS))
    return PRESETS[name]
