"""Tasks: the work of selling and marketing, and whose it is by default.

Some work is done by sales alone, some by marketing alone, and some only by both; who
does not know which is which fights over it. `STANDARD_TASKS` is a catalogue of such
work. Each entry says whose it is, which letters each function holds unless an
organisation says otherwise, and from which row of the requirements it comes. It is
data, made to be overridden: "typically" is the strongest word that its sources use
(R159).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import assert_never

import attrs

from alignkit._fields import is_a, is_name, several, typed
from alignkit.errors import UnfitValueError, UnknownTaskError
from alignkit.goals import Aim, Horizon


class Ownership(enum.Enum):
    """Whose work a task is [O1]."""

    SALES = "sales"
    """Sales does it; marketing knows of it."""

    MARKETING = "marketing"
    """Marketing does it; sales knows of it."""

    JOINT = "joint"
    """Neither can do it well without the other."""

    @property
    def is_joint(self) -> bool:
        """Whether both teams work on it."""
        return self is Ownership.JOINT

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams that work on it.

        Example:
            >>> Ownership.JOINT.teams
            ('sales', 'marketing')
        """
        return ("sales", "marketing") if self.is_joint else (self.value,)

    @property
    def other(self) -> str | None:
        """The team that only has to know; None for a joint task.

        Example:
            >>> Ownership.SALES.other
            'marketing'
        """
        match self:
            case Ownership.SALES:
                return "marketing"
            case Ownership.MARKETING:
                return "sales"
            case Ownership.JOINT:
                return None
            case _:
                assert_never(self)


class Letter(enum.Enum):
    """What a role has to do with a task."""

    RESPONSIBLE = "responsible"
    """R: does the work."""

    ACCOUNTABLE = "accountable"
    """A: answers for the outcome, alone."""

    SUPPORT = "support"
    """S: helps with the work."""

    CONSULTED = "consulted"
    """C: is asked before it is done."""

    INFORMED = "informed"
    """I: is told."""

    @property
    def letter(self) -> str:
        """The one letter by which charts name it."""
        return self.value[0].upper()

    @property
    def is_work(self) -> bool:
        """Whether it takes part in the task, and is not only told [O3]."""
        return self is not Letter.INFORMED


def read_letters(text: str) -> tuple[Letter, ...]:
    """Return the letters of one cell of a chart, in the order R, A, S, C, I.

    Raises:
        UnfitValueError: If the text is empty, has another letter, or one twice.

    Example:
        >>> [letter.value for letter in read_letters("AR")]
        ['responsible', 'accountable']
    """
    known = {letter.letter: letter for letter in Letter}
    if not text or len(set(text)) < len(text) or not set(text) <= set(known):
        expected = "some of R, A, S, C and I, each once"
        raise UnfitValueError("assignment", "letters", expected, repr(text))
    return tuple(letter for mark, letter in known.items() if mark in text)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Task:
    """One kind of work, whose it is, and who takes part in it by default.

    Attributes:
        id: Its name, such as ``"lead_generation"``.
        title: What people call it.
        ownership: Whose work it is [O1].
        letters: For each function that takes part by default, its letters.
        aims: What it is for in the end (R118).
        horizon: How far ahead it looks, where that is its point (R10, R14).
        asks_outside: Whether somebody outside its team has to be asked (R16).
        tells: Further functions that have to know, if the organisation has them (R184).
        source: The rows of the requirements that it comes from; empty for a task of
            the organisation's own.

    Example:
        >>> find_task("crm_ownership").ownership
        <Ownership.JOINT: 'joint'>
        >>> find_task("personal_selling").default("sales")
        (<Letter.RESPONSIBLE: 'responsible'>, <Letter.ACCOUNTABLE: 'accountable'>)
    """

    id: str = attrs.field(validator=is_name)
    title: str = attrs.field(validator=is_name)
    ownership: Ownership = attrs.field(validator=is_a(Ownership))
    letters: tuple[tuple[str, tuple[Letter, ...]], ...] = ()
    aims: tuple[Aim, ...] = several(Aim, default=tuple(Aim))
    horizon: Horizon | None = None
    asks_outside: bool = False
    tells: tuple[str, ...] = several(str)
    source: tuple[str, ...] = several(str)

    def default(self, team: str) -> tuple[Letter, ...]:
        """Return the letters that a function holds by default."""
        return dict(self.letters).get(team, ())


def _task(  # noqa: PLR0913  (one argument a column of the table below)
    name: str,
    title: str,
    ownership: Ownership,
    letters: dict[str, str],
    source: str,
    *,
    aims: tuple[Aim, ...] = tuple(Aim),
    horizon: Horizon | None = None,
    asks_outside: bool = False,
    tells: tuple[str, ...] = (),
) -> Task:
    return Task(
        id=name,
        title=title,
        ownership=ownership,
        letters=tuple((team, read_letters(text)) for team, text in letters.items()),
        aims=aims,
        horizon=horizon,
        asks_outside=asks_outside,
        tells=tells,
        source=tuple(source.split()),
    )


_S, _M, _J = Ownership.SALES, Ownership.MARKETING, Ownership.JOINT
_SALES = {"sales": "RA", "marketing": "I"}
_MARKETING = {"marketing": "RA", "sales": "I"}
_ASKED = {"marketing": "RA", "sales": "C"}
_PRODUCT, _SUCCESS = {"product": "C"}, {"customer_success": "S"}
_BUYER, _FIRM = (Aim.CUSTOMER_VALUE,), (Aim.COMPANY_RESULTS,)
_SHORT, _LONG = Horizon.SHORT, Horizon.LONG

# A table, one task after the other: what it is called, whose it is, who takes part, and
# the rows of the requirements behind it. Work for both aims says nothing about them.
# fmt: off
STANDARD_TASKS: tuple[Task, ...] = (
    _task("account_management", "Manage accounts", _S, _SALES, "R141"),
    _task("personal_selling", "Sell in person", _S, _SALES, "R142"),
    _task("distributor_management", "Manage distributors", _S, _SALES, "R143"),
    _task("merchandising", "Merchandise at the point of sale", _S, _SALES, "R144"),
    _task("sales_compensation", "Design the pay of sellers", _S, _SALES, "R145",
          aims=_FIRM),
    _task("sales_management", "Manage the sales force otherwise", _S, _SALES, "R146",
          aims=_FIRM),
    _task("market_share_today", "Grow the share of today's market", _S, _SALES, "R10",
          aims=_FIRM, horizon=_SHORT),
    _task("needs_assessment", "Assess what the customer needs now", _S, _SALES, "R11",
          aims=_BUYER),
    _task("solution_fit", "Fit today's portfolio to the problem", _S, _SALES, "R12",
          aims=_BUYER),
    _task("deal_pricing", "Negotiate the price of one deal", _S,
          {"sales": "RA", "marketing": "C"}, "R13"),
    _task("lead_follow_up", "Follow up on leads handed over", _S, _SALES,
          "R5 R53 R110"),
    _task("proposal", "Propose and negotiate", _S, _SALES, "R26"),
    _task("closing", "Close new business with a customer", _S, _SALES, "R19 R26",
          aims=_FIRM),
    _task("implementation", "Put new business to work", _S, _SALES | _SUCCESS, "R27",
          aims=_BUYER),
    _task("retention", "Keep, satisfy and renew customers", _S, _SALES | _SUCCESS,
          "R39"),
    _task("business_reviews", "Show value in regular reviews", _S, _SALES, "R40",
          aims=_BUYER),
    _task("product_gap_report", "Report what buyers miss", _S,
          _SALES | {"product": "I"}, "R32 R34"),
    _task("message_feedback", "Say how the message lands", _S, _SALES, "R57"),
    _task("testimonial_nomination", "Name customers who would testify", _S, _SALES,
          "R59"),
    _task("list_review", "Review the lists of campaigns", _S, _SALES, "R61"),
    _task("market_research", "Research the market", _M, _MARKETING, "R147",
          aims=_BUYER),
    _task("competitive_analysis", "Analyse competitors", _M, _ASKED, "R148"),
    _task("segmentation", "Divide the market into segments", _M, _ASKED, "R149"),
    _task("positioning", "Position the brand for each segment", _M, _ASKED,
          "R38 R150"),
    _task("packaging", "Package the offering", _M, _MARKETING | _PRODUCT, "R151"),
    _task("marketing_management", "Manage marketing otherwise", _M, _MARKETING, "R152",
          aims=_FIRM),
    _task("market_share_ahead", "Grow the share of tomorrow's market", _M, _MARKETING,
          "R14", aims=_FIRM, horizon=_LONG),
    _task("market_sensing", "Spot trends, threats and openings", _M, _ASKED | _PRODUCT,
          "R15 R16 R36", horizon=_LONG, asks_outside=True),
    _task("campaigns", "Run campaigns over all channels", _M, _MARKETING, "R22"),
    _task("pre_qualification", "Raise awareness and pre-qualify", _M, _MARKETING,
          "R23"),
    _task("nurture", "Nurture those who are not ready", _M, _MARKETING, "R28 R96"),
    _task("win_loss_analysis", "Analyse wins and losses", _M, _ASKED, "R30"),
    _task("gap_decision", "Decide on the gaps that were reported", _M,
          _MARKETING | _PRODUCT, "R35"),
    _task("customer_content", "Give customers content and insight", _M, _MARKETING,
          "R42", aims=_BUYER),
    _task("renewal_brief", "Brief sales ahead of a renewal", _M, _MARKETING,
          "R44 R45"),
    _task("campaign_announcement", "Announce campaigns to sales", _M, _MARKETING,
          "R52"),
    _task("collateral_requests", "Answer requests for collateral", _M, _MARKETING,
          "R54"),
    _task("testimonials", "Keep testimonials and case studies", _M, _ASKED, "R58"),
    _task("launch_communication", "Tell everybody of a launch before it", _M,
          _MARKETING | {"call_centre": "I"}, "R181 R184", tells=("call_centre",)),
    _task("sales_strategy", "Formulate the sales strategy", _J,
          {"sales": "RA", "marketing": "R", "leadership": "C"}, "R138 R153"),
    _task("lead_generation", "Generate leads", _J, _ASKED, "R154"),
    _task("sales_collateral", "Make sales collateral", _J, _ASKED, "R138 R155"),
    _task("pricing", "Set prices", _J, _ASKED | {"leadership": "C"}, "R130 R156"),
    _task("forecasting", "Forecast sales", _J, {"sales": "RA", "marketing": "S"},
          "R157", aims=_FIRM),
    _task("joint_planning", "Plan together otherwise", _J,
          {"sales": "RA", "marketing": "R"}, "R71 R158"),
    _task("qualification_criteria", "Define a qualified lead", _J,
          {"marketing": "RA", "sales": "R"}, "R21 R109"),
    _task("brand_building", "Build the brand", _J, {"marketing": "RA", "sales": "S"},
          "R92"),
    _task("crm_ownership", "Own the CRM", _J,
          {"sales": "RA", "marketing": "S", "revenue_operations": "S"}, "R79"),
)
# fmt: on
"""The tasks of the source articles, each with its default letters."""


def find_task(task_id: str, among: Iterable[Task] = STANDARD_TASKS) -> Task:
    """Return the task of a name.

    Raises:
        UnknownTaskError: If there is none; it names those that there are.

    Example:
        >>> find_task("crm_ownership").title
        'Own the CRM'
        >>> find_task("crm_owner")
        Traceback (most recent call last):
            ...
        alignkit.errors.UnknownTaskError: no task is named 'crm_owner'; \
did you mean 'crm_ownership'?
    """
    by_id = {task.id: task for task in among}
    if task_id not in by_id:
        raise UnknownTaskError(task_id, tuple(by_id))
    return by_id[task_id]
