from __future__ import annotations

import attrs
import pytest

from alignkit.agreements import Agreement
from alignkit.decisions import STANDARD_RIGHTS, DecisionRule, Holder
from alignkit.documents import dumps, loads
from alignkit.editions import Edition
from alignkit.errors import DocumentError
from alignkit.findings import Finding
from alignkit.loops import find_loop
from alignkit.nouns import converter
from alignkit.parties import Affiliation, Membership, ReportingLine, Spell
from alignkit.presets import preset
from alignkit.reasons import find_reason
from alignkit.shapes import reader, writer
from alignkit.spans import BusinessDays, CalendarTime
from alignkit.tasks import Letter
from alignkit.trees import Tree

HEAD = '[agreement]\nid = "alder"\n'


def edition(text: str) -> Edition:
    """Return the edition of a document that begins with some text."""
    return loads(f"{text}\n{HEAD}").latest


def written(edition: Edition) -> str:
    return dumps(Agreement((edition,))).replace(HEAD, "").strip()


def faults(text: str) -> tuple[Finding, ...]:
    with pytest.raises(DocumentError) as caught:
        loads(f"{text}\n{HEAD}")
    return caught.value.findings


class TestNames:
    def test_a_name_stands_for_an_entry(self) -> None:
        found = edition(
            'loops = ["forecast"]\n'
            'reasons = ["no_budget"]\n'
            'decision_rights = ["deal_price"]'
        )

        assert found.loops == (find_loop("forecast"),)
        assert found.reasons == (find_reason("no_budget"),)
        assert found.decision_rights == (STANDARD_RIGHTS[2],)

    def test_an_unknown_name_is_told_with_a_near_one(self) -> None:
        (fault,) = faults('loops = ["forcast"]')

        assert (fault.code, fault.path) == ("AK-S005", "$.loops[0]")
        assert fault.help == "did you mean 'forecast'?"

    def test_an_entry_is_written_by_its_name(self) -> None:
        loops = (find_loop("plan_validation"), find_loop("forecast"))

        assert written(Edition(id="alder", loops=loops)) == (
            'loops = ["plan_validation", "forecast"]'
        )


class TestPresets:
    def test_a_table_goes_over_the_entry_that_it_names(self) -> None:
        (loop,) = edition(
            'loops = [{ preset = "forecast", reply_within = "2 business days" }]'
        ).loops

        assert loop == attrs.evolve(find_loop("forecast"), reply_within=BusinessDays(2))

    def test_what_differs_is_written_over_the_entry(self) -> None:
        loop = attrs.evolve(find_loop("forecast"), silence_after=CalendarTime(days=40))

        assert written(Edition(id="alder", loops=(loop,))) == (
            '[[loops]]\npreset = "forecast"\nsilence_after = "40 days"'
        )

    def test_what_lacks_something_of_the_entry_is_written_in_full(self) -> None:
        loop = attrs.evolve(find_loop("forecast"), decide_within=None)

        text = written(Edition(id="alder", loops=(loop,)))

        assert "preset" not in text
        assert loads(f"{HEAD}{text}").latest.loops == (loop,)

    def test_an_unknown_preset_is_told_with_a_near_one(self) -> None:
        (fault,) = faults('lifecycle = { preset = "standart" }')

        assert (fault.code, fault.path) == ("AK-S005", "$.lifecycle.preset")
        assert fault.help == "did you mean 'standard'?"

    def test_a_fault_over_an_entry_is_found_where_it_stands(self) -> None:
        (fault,) = faults(
            'loops = ["forecast", { preset = "win_loss", abuot = "2 days" }]'
        )

        assert (fault.code, fault.path) == ("AK-S002", "$.loops[1].abuot")
        assert fault.help == "did you mean 'about'?"


class TestLifecycle:
    TEXT = (
        'lifecycle.preset = "standard"\n'
        "lifecycle.most_returns = 2\n"
        'lifecycle.stages.sal.required = ["company.name"]'
    )

    def test_a_stage_is_changed_and_the_others_stay(self) -> None:
        standard = preset("standard")

        found = edition(self.TEXT).lifecycle

        assert found == attrs.evolve(
            standard,
            most_returns=2,
            stages=tuple(
                attrs.evolve(stage, required=("company.name",))
                if stage.id == "sal"
                else stage
                for stage in standard.stages
            ),
        )

    def test_only_what_differs_is_written(self) -> None:
        found = edition(self.TEXT)

        assert written(found) == (
            "[lifecycle]\n"
            'preset = "standard"\n'
            'stages = { sal = { required = ["company.name"] } }\n'
            "most_returns = 2"
        )

    def test_a_stage_that_the_entry_lacks_is_added(self) -> None:
        text = (
            'lifecycle.preset = "standard"\n'
            'lifecycle.stages.parked = { owner = "sales", path = "detour" }'
        )

        found = edition(text).lifecycle

        assert found is not None
        assert [stage.id for stage in found.stages][-2:] == ["churned", "parked"]
        assert 'parked = { owner = "sales", path = "detour" }' in written(
            Edition(id="alder", lifecycle=found)
        )

    def test_the_order_of_the_stages_is_kept(self) -> None:
        standard = preset("standard")
        turned = attrs.evolve(standard, stages=standard.stages[::-1])

        text = dumps(Agreement((Edition(id="alder", lifecycle=turned),)))

        assert loads(text).latest.lifecycle == turned


class TestAlone:
    def test_a_first_key_stands_for_its_table(self) -> None:
        read = reader(tuple[Membership, ...], converter())

        assert read("sdr") == (Membership(team="sdr"),)
        assert read(["sdr", {"team": "ae", "role": "lead"}]) == (
            Membership(team="sdr"),
            Membership(team="ae", role="lead"),
        )

    def test_what_is_neither_is_refused(self) -> None:
        (fault,) = faults("organization.people.kim.managers = 5")

        assert (fault.code, fault.path) == (
            "AK-S004",
            "$.organization.people.kim.managers",
        )
        assert fault.expected == "a name, or a table"

    def test_a_table_with_more_stays_a_table(self) -> None:
        write = writer(tuple[Affiliation, ...], converter())
        spell = Spell(until=None)

        assert write((Affiliation("marketing", spell),)) == "marketing"
        assert writer(ReportingLine, converter())(ReportingLine(manager="kim")) == "kim"

    def test_somebody_decides_alone_or_with_others(self) -> None:
        read, write = reader(Holder, converter()), writer(Holder, converter())
        alone, both = Holder(("sales",)), Holder(("sales", "marketing"))
        above = Holder(("sales",), escalates_to="cro")

        assert (read("sales"), read(["sales", "marketing"])) == (alone, both)
        assert (write(alone), write(both)) == ("sales", ["sales", "marketing"])
        assert read(write(above)) == above

    def test_a_rule_names_who_decides_beside_its_criterion(self) -> None:
        raw: Tree = {"if": {"field": "size", "at_least": 5}, "roles": ["cro"]}

        rule = reader(DecisionRule, converter())(raw)

        assert rule.holder == Holder(("cro",))
        assert writer(DecisionRule, converter())(rule) == raw


class TestLetters:
    def test_they_stand_as_in_a_chart(self) -> None:
        read = reader(tuple[Letter, ...], converter())
        write = writer(tuple[Letter, ...], converter())

        assert read("RA") == (Letter.RESPONSIBLE, Letter.ACCOUNTABLE)
        assert write(read("RA")) == "RA"

    def test_in_another_order_they_stand_as_words(self) -> None:
        turned = (Letter.ACCOUNTABLE, Letter.RESPONSIBLE)
        write = writer(tuple[Letter, ...], converter())
        read = reader(tuple[Letter, ...], converter())

        assert write(turned) == ["accountable", "responsible"]
        assert read(write(turned)) == turned

    def test_another_letter_is_refused(self) -> None:
        (fault,) = faults(
            "responsibilities.assignments = "
            '[{ task = "pricing", role = "cro", letters = "RX" }]'
        )

        assert (fault.code, fault.path) == (
            "AK-S005",
            "$.responsibilities.assignments[0].letters",
        )
