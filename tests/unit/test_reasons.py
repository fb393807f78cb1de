from __future__ import annotations

import attrs
import pytest

from alignkit.errors import UnfitValueError, UnknownReasonError
from alignkit.findings import Severity
from alignkit.outcomes import Outcome
from alignkit.reasons import (
    STANDARD_REASONS,
    Disposition,
    Reason,
    ReasonGroup,
    Requirement,
    Showing,
    Tries,
    find_reason,
    override_reasons,
)
from alignkit.spans import CalendarTime


class TestReason:
    def test_only_a_recycled_lead_has_a_rest(self) -> None:
        with pytest.raises(UnfitValueError) as caught:
            Reason(
                code="x",
                group=ReasonGroup.CONTACT,
                disposition=Disposition.MERGE,
                rest=CalendarTime(days=3),
            )

        assert str(caught.value) == (
            "reason: rest does not fit: 3 days; "
            "expected a rest only where the lead is recycled"
        )

    def test_a_reason_has_a_code(self) -> None:
        with pytest.raises(ValueError, match="code"):
            Reason(
                code="", group=ReasonGroup.SYSTEM, disposition=Disposition.DISQUALIFY
            )


class TestLacks:
    def test_a_conversation_that_took_place_is_enough(self) -> None:
        assert find_reason("no_budget").lacks(conversation=True) == ()

    def test_nothing_said_means_nothing_done(self) -> None:
        (finding,) = find_reason("no_budget").lacks()

        assert (finding.code, finding.severity) == ("AK-L030", Severity.ERROR)

    def test_what_is_not_known_is_a_warning(self) -> None:
        (finding,) = find_reason("unreachable").lacks(attempts_complete=None)

        assert (finding.code, finding.severity) == ("AK-L031", Severity.WARNING)

    @pytest.mark.parametrize("note", [None, "", "  \n"])
    def test_a_blank_note_is_no_note(self, note: str | None) -> None:
        (finding,) = find_reason("other").lacks(note=note)

        assert (finding.code, finding.path) == ("AK-L032", "$.note")

    def test_a_reason_lists_all_that_it_lacks(self) -> None:
        strict = attrs.evolve(find_reason("price"), requires=tuple(Requirement))

        codes = [one.code for one in strict.lacks(attempts_complete=True)]

        assert codes == ["AK-L030", "AK-L032"]

    def test_a_reason_that_requires_nothing_lacks_nothing(self) -> None:
        assert find_reason("not_icp").lacks() == ()


class TestOutcome:
    def test_what_fails_decides_before_what_is_not_known(self) -> None:
        strict = attrs.evolve(find_reason("price"), requires=tuple(Requirement))
        shown = Showing(conversation=False, note=True)

        assert strict.outcome(shown) is Outcome.FAIL
        assert strict.outcome(attrs.evolve(shown, conversation=True)) is Outcome.UNKNOWN

    def test_what_is_there_passes(self) -> None:
        strict = attrs.evolve(find_reason("price"), requires=tuple(Requirement))
        shown = Showing(conversation=True, attempts_complete=True, note=True)

        assert (strict.outcome(shown), strict.lacking(shown)) == (Outcome.PASS, ())

    def test_a_reason_that_requires_nothing_passes_with_nothing(self) -> None:
        assert find_reason("not_icp").outcome(Showing()) is Outcome.PASS

    @pytest.mark.parametrize("shown", [None, True, False])
    def test_each_requirement_looks_at_its_own(self, *, shown: bool | None) -> None:
        names = {
            Requirement.CONVERSATION: "conversation",
            Requirement.COMPLETE_ATTEMPTS: "attempts_complete",
            Requirement.NOTE: "note",
        }
        outcomes = [
            needed.outcome(Showing(**{name: shown})) for needed, name in names.items()
        ]
        came = {None: Outcome.UNKNOWN, True: Outcome.PASS, False: Outcome.FAIL}

        assert outcomes == [came[shown]] * 3
        assert {needed: needed.field for needed in Requirement} == names


class TestTries:
    def test_too_few_never_suffice(self) -> None:
        assert Tries(3, is_all=False).suffice(2) is False
        assert Tries(3, is_all=True).suffice(2) is False

    def test_enough_suffice_only_where_nothing_else_is_asked(self) -> None:
        assert Tries(3, is_all=False).suffice(3) is None
        assert Tries(3, is_all=True).suffice(3) is True

    def test_of_a_number_that_is_not_known_nobody_can_tell(self) -> None:
        assert Tries(3, is_all=True).suffice(None) is None


class TestStandardReasons:
    def test_they_are_those_of_the_vocabulary(self) -> None:
        by_group = {
            group: {one.code for one in STANDARD_REASONS if one.group is group}
            for group in ReasonGroup
        }

        assert by_group == {
            ReasonGroup.CONTACT: {
                *("unreachable", "bad_contact_data", "insufficient_data"),
                *("recently_contacted", "do_not_contact"),
            },
            ReasonGroup.QUALIFICATION: {
                *("no_interest", "no_need", "no_budget", "no_authority", "bad_timing"),
                *("price", "not_icp", "missing_capability", "chose_competitor"),
                "slow_response",
            },
            ReasonGroup.IDENTITY: {
                *("is_competitor", "is_vendor", "student", "job_seeker", "duplicate"),
                *("existing_customer", "open_opportunity", "partner_lead"),
                "wrong_territory",
            },
            ReasonGroup.SYSTEM: {
                *("junk", "test_record", "sla_expired", "entered_in_error"),
                *("canceled", "other"),
            },
        }

    @pytest.mark.parametrize(
        ("code", "disposition"),
        [
            ("unreachable", Disposition.RECYCLE),
            ("insufficient_data", Disposition.RETURN_TO_FIX),
            ("bad_timing", Disposition.RECYCLE),
            ("not_icp", Disposition.DISQUALIFY),
            ("is_competitor", Disposition.SUPPRESS),
            ("duplicate", Disposition.MERGE),
            ("existing_customer", Disposition.REROUTE),
            ("wrong_territory", Disposition.REROUTE),
        ],
    )
    def test_each_decides_what_becomes_of_the_lead(
        self, code: str, disposition: Disposition
    ) -> None:
        assert find_reason(code).disposition is disposition

    def test_unreachable_takes_complete_attempts(self) -> None:
        assert find_reason("unreachable").requires == (Requirement.COMPLETE_ATTEMPTS,)

    def test_other_takes_a_note(self) -> None:
        assert find_reason("other").requires == (Requirement.NOTE,)

    def test_a_wrong_territory_counts_against_nobody(self) -> None:
        assert find_reason("wrong_territory").fixed_by is None

    def test_bad_data_counts_against_marketing_and_an_expiry_against_sales(
        self,
    ) -> None:
        assert find_reason("bad_contact_data").fixed_by == "marketing"
        assert find_reason("sla_expired").fixed_by == "sales"

    def test_only_an_entry_in_error_repairs_the_record(self) -> None:
        repairs = [one.code for one in STANDARD_REASONS if one.is_repair]

        assert repairs == ["entered_in_error"]

    def test_each_says_where_it_comes_from(self) -> None:
        assert all(reason.source for reason in STANDARD_REASONS)


class TestFindReason:
    def test_an_unknown_reason_is_told_the_nearest(self) -> None:
        with pytest.raises(UnknownReasonError) as caught:
            find_reason("no_bugdet")

        assert caught.value.code == "AK-L002"
        assert str(caught.value) == (
            "no reason is named 'no_bugdet'; did you mean 'no_budget'?"
        )

    def test_where_none_is_near_it_lists_them(self) -> None:
        with pytest.raises(UnknownReasonError) as caught:
            find_reason("x", [find_reason("junk"), find_reason("price")])

        assert str(caught.value) == (
            "no reason is named 'x'; choose one of junk, price"
        )


class TestOverrideReasons:
    def test_a_changed_reason_keeps_its_place(self) -> None:
        first, second = find_reason("junk"), find_reason("price")
        changed = attrs.evolve(first, fixed_by="sales")

        assert override_reasons([first, second], changed) == (changed, second)

    def test_a_new_reason_stands_last(self) -> None:
        own = attrs.evolve(find_reason("junk"), code="too_small")

        assert override_reasons([find_reason("price")], own)[-1] == own
