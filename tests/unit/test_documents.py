from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import get_args

import pytest

from alignkit.actions import Action, Evidence
from alignkit.agreements import Agreement
from alignkit.criteria import AllOf, Criterion, Field, Meets, field, happened
from alignkit.decisions import DecisionRight, DecisionRule, Holder
from alignkit.documents import dumps, load, loads
from alignkit.editions import Calendar, Definition, Edition, Signature
from alignkit.errors import DocumentError, UnfitValueError, UnreadableFileError
from alignkit.holidays import FixedDate, Holiday, HolidayList, HolidaySource
from alignkit.hours import BusinessHours
from alignkit.judgements import MOST_LEVELS
from alignkit.loops import STANDARD_LOOPS
from alignkit.ownership import Assignment, ResponsibilityMatrix
from alignkit.parties import (
    Affiliation,
    Membership,
    Organization,
    Party,
    Person,
    Role,
    Spell,
    Team,
)
from alignkit.patterns import Pattern
from alignkit.periods import PeriodKind, Recurrence
from alignkit.presets import PRESETS, preset
from alignkit.promises import (
    Attempts,
    Cadence,
    Clock,
    Deadline,
    Duration,
    Keeping,
    Promise,
    Quality,
    Target,
    Validity,
    Volume,
)
from alignkit.reasons import STANDARD_REASONS
from alignkit.sources import Format
from alignkit.spans import CalendarTime, Elapsed, span
from alignkit.tasks import Letter
from alignkit.terms import Exclusion, Excuses, Step, Term
from alignkit.trees import Limits

EACH_FORMAT = pytest.mark.parametrize("format", get_args(Format))

WHOLE = """\
[agreement]
id = "northwind-2026"
version = "2"
effective_from = 2026-04-01T00:00:00-06:00
review_by = 2026-12-31
signed = [{ party = "sales", by = "cro", on = 2026-03-20 }]

[parties.sales]
calendar = "denver"

[calendars.denver]
zone = "America/Denver"
week = { mon-fri = ["08:00-12:00", "13:00-17:00"] }
holidays = { "2026-07-03" = "Independence Day, observed" }

[definitions.mql]
all = [
  { field = "company.industry", one_of = ["manufacturing", "logistics"] },
  { any = [{ field = "score", at_least = 60 }, { happened = "demo", times = 2 }] },
]

[actions.qualifying_touch]
actors = ["human"]
channels = ["call", "email"]
evidence = { call = { needs_outcome = true, at_least = "1 second" } }

[[terms]]
id = "first-response"
kind = "deadline"
party = "sales"
counterpart = "mql-quality"
start = { event = "owner_assigned", stage = "mql" }
stop = "qualifying_touch"
within = "2 business hours"
calendar = "denver"
targets = [{ if = { field = "source", is = "demo" }, within = "15 business minutes" }]
warn_at = "80%"
escalate = [{ at = "100%", notify = "manager" }, { at = "200%", action = "reassign" }]

[[terms]]
id = "mql-quality"
kind = "quality"
party = "marketing"
counterpart = "first-response"
of = "handoff_offered"
meeting = "mql"
at_least = "4/5"
per = "month"
min_sample = 20
"""

THIRTY_DAYS = CalendarTime(days=30)
DENVER = BusinessHours(
    "America/Denver",
    {"mon-fri": ["08:00-12:00", "13:00-17:00"]},
    holidays={date(2026, 7, 3): "Independence Day, observed"},
)
NORTHWIND = Agreement(
    (
        Edition(
            id="northwind-2026",
            version="2",
            effective_from=datetime.fromisoformat("2026-04-01T00:00:00-06:00"),
            review_by=date(2026, 12, 31),
            signed=(Signature("sales", "cro", date(2026, 3, 20)),),
            parties=(Party("sales", "denver"),),
            calendars=(Calendar("denver", DENVER),),
            definitions=(
                Definition(
                    "mql",
                    field("company.industry").one_of("manufacturing", "logistics")
                    & (field("score").at_least(60) | happened("demo", times=2)),
                ),
            ),
            actions=(
                Action(
                    id="qualifying_touch",
                    channels=("call", "email"),
                    evidence=(
                        Evidence(
                            channel="call",
                            needs_outcome=True,
                            at_least=Elapsed(seconds=1),
                        ),
                    ),
                ),
            ),
            terms=(
                Term(
                    id="first-response",
                    party="sales",
                    counterpart="mql-quality",
                    promise=Deadline(
                        clock=Clock(
                            start=(Pattern(event="owner_assigned", stage=("mql",)),),
                            stop=(Pattern(event="qualifying_touch"),),
                        ),
                        within=span("2 business hours"),
                        targets=(
                            Target(
                                field("lead.source").is_("demo"),
                                span("15 business minutes"),
                            ),
                        ),
                    ),
                    calendar="denver",
                    warn_at=Fraction(4, 5),
                    escalate=(
                        Step(at=Fraction(1), notify="manager"),
                        Step(at=Fraction(2), action="reassign"),
                    ),
                ),
                Term(
                    id="mql-quality",
                    party="marketing",
                    counterpart="first-response",
                    promise=Quality(
                        of=(Pattern(event="handoff_offered"),),
                        meeting="mql",
                        share=Keeping(
                            at_least=Fraction(4, 5),
                            per=PeriodKind.MONTH,
                            min_sample=20,
                        ),
                    ),
                ),
            ),
        ),
    )
)

CLOCK = Clock(start=(Pattern(event="owner_assigned"),))
PROMISES: dict[str, Promise] = {
    "deadline": Deadline(clock=CLOCK, within=span("45 days before due, preceding")),
    "cadence": Cadence(
        of=(Pattern(event="activity_logged"),),
        rule=Recurrence("FREQ=WEEKLY", date(2026, 1, 1)),
    ),
    "attempts": Attempts(
        clock=CLOCK, at_least=6, within=span("10 business days"), channels=3
    ),
    "duration": Duration(stages=("mql", "sal"), at_most=span("30 days")),
    "volume": Volume(
        of=(Pattern(event="stage_changed", where={"to_stage": "mql"}),),
        goal=Decimal("120.50"),
        per=PeriodKind.QUARTER,
    ),
    "quality": Quality(
        of=(Pattern(event="handoff_offered"),),
        share=Keeping(at_least=Fraction(2, 3)),
        followed_by=(Pattern(event="handoff_accepted"),),
    ),
    "validity": Validity(at=(Pattern(event="handoff_offered"),), meeting="mql"),
}


def an_edition(**parts: object) -> Agreement:
    mql = Definition("mql", field("score").at_least(60))
    given: dict[str, object] = {"definitions": (mql,), **parts}
    return Agreement((Edition(id="northwind", **given),))  # type: ignore[arg-type]


def told(error: pytest.ExceptionInfo[DocumentError]) -> list[tuple[str, str, str]]:
    return [
        (finding.code, finding.path, str(finding.place).removeprefix("<text>:"))
        for finding in error.value.findings
    ]


class TestLoads:
    def test_a_document_says_what_it_says(self) -> None:
        assert loads(WHOLE) == NORTHWIND

    @EACH_FORMAT
    def test_bytes_are_read_as_text_is(self, format: Format) -> None:
        text = dumps(NORTHWIND, format)

        assert loads(text.encode(), format) == NORTHWIND

    def test_every_fault_is_told_at_once_and_in_its_place(self) -> None:
        broken = (
            WHOLE.replace("review_by = 2026-12-31", "review_by = 2026-12-31T00:00:00")
            .replace('by = "cro"', "by = 5")
            .replace("America/Denver", "America/Denvr")
            .replace('mon-fri = ["08', 'mon-fry = ["8')
            .replace("at_least = 60", "atleast = 60")
            .replace("needs_outcome = true", "needs_outcome = 1")
            .replace('party = "sales"\ncount', 'party = "salse"\ncount')
            .replace("2 business hours", "2 busines hours")
            .replace('calendar = "denver"\ntarg', 'calendar = "denvr"\ntarg')
            .replace('at = "100%"', 'at = "100"')
            .replace('kind = "quality"', 'kind = "qualty"')
        )

        with pytest.raises(DocumentError) as caught:
            loads(broken)

        assert told(caught) == [
            ("AK-S004", "$.agreement.review_by", "5:1"),
            ("AK-S004", "$.agreement.signed[0].by", "6:30"),
            ("AK-T002", "$.calendars.denver.zone", "12:1"),
            ("AK-T008", "$.calendars.denver.week.mon-fry", "13:10"),
            ("AK-T008", "$.calendars.denver.week.mon-fry[0]", "13:21"),
            ("AK-S002", "$.definitions.mql.all[1].any[0].atleast", "19:31"),
            (
                "AK-S004",
                "$.actions.qualifying_touch.evidence.call.needs_outcome",
                "25:23",
            ),
            ("AK-T007", "$.terms[0].within", "34:1"),
            ("AK-S005", "$.terms[0].escalate[0].at", "38:15"),
            ("AK-S005", "$.terms[1].kind", "42:1"),
        ]

    def test_names_that_lead_nowhere_are_told_beside_other_faults(self) -> None:
        broken = (
            WHOLE.replace('party = "sales"\ncount', 'party = "salse"\ncount')
            .replace("2 business hours", "2 busines hours")
            .replace('calendar = "denver"\ntarg', 'calendar = "denvr"\ntarg')
        )

        with pytest.raises(DocumentError) as caught:
            loads(broken)

        assert told(caught) == [
            ("AK-S007", "$.terms[0].party", "30:1"),
            ("AK-T007", "$.terms[0].within", "34:1"),
            ("AK-S007", "$.terms[0].calendar", "35:1"),
        ]

    def test_what_the_whole_refuses_is_told_beside_other_faults(self) -> None:
        broken = WHOLE.replace('version = "2"', 'version = ""')

        with pytest.raises(DocumentError) as caught:
            loads(broken.replace("2026-12-31", '"soon"'))

        assert told(caught) == [
            ("AK-S005", "$.agreement.version", "3:1"),
            ("AK-S005", "$.agreement.review_by", "5:1"),
        ]

    def test_an_edition_is_a_table(self) -> None:
        with pytest.raises(DocumentError) as caught:
            loads("editions = [1, { agreement = { id = 'a' } }]")

        assert told(caught) == [("AK-S004", "$.editions[0]", "1:13")]

    def test_names_lead_to_a_party_that_cannot_be_read(self) -> None:
        broken = WHOLE.replace(
            '[parties.sales]\ncalendar = "denver"',
            '[parties.brokers]\ncalendar = "denvr"\ncolour = "red"',
        ).replace('party = "sales"\ncount', 'party = "brokers"\ncount')

        with pytest.raises(DocumentError) as caught:
            loads(broken)

        assert told(caught) == [
            ("AK-S007", "$.parties.brokers.calendar", "9:1"),
            ("AK-S002", "$.parties.brokers.colour", "10:1"),
        ]

    @pytest.mark.parametrize("key", ["parties", "calendars", "definitions", "terms"])
    def test_what_should_hold_several_may_be_nothing_of_the_kind(
        self, key: str
    ) -> None:
        with pytest.raises(DocumentError) as caught:
            loads(f"{key} = 5\n[agreement]\nid = 'a'\n")

        assert told(caught) == [("AK-S004", f"$.{key}", "1:1")]

    @pytest.mark.parametrize(
        ("format", "text", "place"),
        [
            ("toml", '[agreement]\nid = "a"\nversoin = "2"\n', "3:1"),
            ("yaml", "agreement:\n  id: a\n  versoin: '2'\n", "3:3"),
            ("json", '{"agreement": {\n  "id": "a",\n  "versoin": "2"}}', "3:3"),
        ],
    )
    def test_a_misspelt_key_is_told_with_the_nearest_in_every_format(
        self, format: Format, text: str, place: str
    ) -> None:
        with pytest.raises(DocumentError) as caught:
            loads(text, format)

        assert told(caught) == [("AK-S002", "$.agreement.versoin", place)]
        assert caught.value.findings[0].help == "did you mean 'version'?"

    @pytest.mark.parametrize(
        ("key", "code"),
        [
            ("warn_at = true", "AK-S004"),
            ('warn_at = "4/0"', "AK-S005"),
            ('warn_at = "80 percent"', "AK-S005"),
            ("title = 5", "AK-S004"),
            ("goals = 'growth'", "AK-S004"),
            ("adopts_changes = 'yes'", "AK-S004"),
            ("adopts_changes = 1", "AK-S004"),
            ("effective_from = 2026-01-01T09:00:00", "AK-T001"),
            ("effective_from = '2026-01-01T09:00:00.1234567Z'", "AK-S005"),
            ("effective_from = 2026-01-01", "AK-S004"),
            ("capacity = { per_day = 5.0, relaxed = '1 day' }", "AK-S004"),
            ("capacity = { per_day = '5', relaxed = '1 day' }", "AK-S004"),
            ("capacity = { per_day = 0, relaxed = '1 day' }", "AK-S005"),
            ("capacity = { per_day = 5 }", "AK-S003"),
            ("waiting = 'laed'", "AK-S005"),
            ("applies_to = 'demo'", "AK-S004"),
            ("applies_to = { field = 'a' }", "AK-S003"),
            ("applies_to = { field = 'a', is = 1, known = true }", "AK-S005"),
            ("applies_to = { field = 'a', known = false }", "AK-S005"),
            ("applies_to = { field = 'a', is = 09:00:00 }", "AK-S004"),
            (
                "applies_to = { field = 'a', within_next = '4 business hours' }",
                "AK-S005",
            ),
            ("applies_to = { all = [] }", "AK-S005"),
        ],
    )
    def test_nothing_is_taken_for_something_else(self, key: str, code: str) -> None:
        text = (
            f"[agreement]\nid = 'a'\n[[terms]]\nid = 'b'\nkind = 'validity'\n"
            f"party = 'sales'\nmeeting = 'mql'\nat = 'handoff_offered'\n{key}\n"
            "[definitions.mql]\nfield = 'score'\nat_least = 60\n"
        )

        with pytest.raises(DocumentError) as caught:
            loads(text)

        assert [finding.code for finding in caught.value.findings] == [code]
        assert {
            finding.place.line for finding in caught.value.findings if finding.place
        } == {9}

    @pytest.mark.parametrize(
        ("format", "text"),
        [
            ("toml", "# nothing"),
            ("yaml", "# nothing"),
            ("yaml", "just text"),
            ("json", "[]"),
            ("json", "5"),
            ("toml", "editions = []"),
            ("toml", "editions = [{}]"),
            ("toml", "agreement = 'a'"),
        ],
    )
    def test_what_is_no_agreement_is_refused(self, format: Format, text: str) -> None:
        with pytest.raises(DocumentError):
            loads(text, format)

    def test_editions_of_two_agreements_are_refused(self) -> None:
        text = "editions = [{ agreement = { id = 'a' } }, { agreement = { id = 'b' } }]"

        with pytest.raises(DocumentError) as caught:
            loads(text)

        assert told(caught) == [("AK-S005", "$.editions", "1:1")]

    def test_limits_are_those_that_are_asked_for(self) -> None:
        with pytest.raises(DocumentError) as caught:
            loads(WHOLE, limits=Limits(keys=10))

        assert caught.value.findings[0].code == "AK-S008"


class TestArguments:
    @pytest.mark.parametrize("given", [None, 3, ["id"]])
    def test_what_is_no_text_is_refused(self, given: object) -> None:
        with pytest.raises(UnfitValueError) as caught:
            loads(given)  # type: ignore[arg-type]

        assert (caught.value.noun, caught.value.field) == ("document", "text")

    @pytest.mark.parametrize("given", [None, Edition(id="northwind")])
    def test_what_is_no_agreement_is_not_written(self, given: object) -> None:
        with pytest.raises(UnfitValueError) as caught:
            dumps(given)  # type: ignore[arg-type]

        assert (caught.value.noun, caught.value.field) == ("document", "agreement")


class TestDumps:
    def test_the_canonical_text_is_as_plain_as_one_by_hand(self) -> None:
        assert dumps(an_edition(parties=(Party("sales", title="Sales"),))) == (
            "[agreement]\n"
            'id = "northwind"\n'
            "\n"
            "[parties]\n"
            'sales = { title = "Sales" }\n'
            "\n"
            "[definitions]\n"
            'mql = { field = "score", at_least = 60 }\n'
        )

    @EACH_FORMAT
    @pytest.mark.parametrize("kind", PROMISES)
    def test_every_kind_of_promise_is_read_back(
        self, kind: str, format: Format
    ) -> None:
        term = Term(
            id="b",
            party="sales",
            promise=PROMISES[kind],
            exclude=(Exclusion(Meets("mql"), "customer"),),
            excuses=Excuses(rests_while_unavailable=True),
        )
        agreement = an_edition(terms=(term,), actions=(Action(id="qualifying_touch"),))

        text = dumps(agreement, format)

        assert loads(text, format) == agreement
        assert kind in text

    @EACH_FORMAT
    @pytest.mark.parametrize("name", PRESETS)
    def test_every_preset_of_the_lifecycle_is_read_back(
        self, name: str, format: Format
    ) -> None:
        agreement = an_edition(lifecycle=preset(name))

        assert loads(dumps(agreement, format), format) == agreement

    @EACH_FORMAT
    def test_people_loops_reasons_and_tasks_are_read_back(self, format: Format) -> None:
        spell = Spell(date(2026, 1, 1), datetime(2026, 7, 1, tzinfo=UTC))
        agreement = an_edition(
            organization=Organization(
                teams=(Team("sdr", (Affiliation("marketing", spell),)),),
                roles=(Role("cmo", "marketing"),),
                people=(
                    Person(
                        id="dana",
                        memberships=(Membership(team="sdr"),),
                        absences=(spell,),
                    ),
                ),
                zone="Europe/Berlin",
            ),
            fields=(Field("company.employees", THIRTY_DAYS),),
            reasons=STANDARD_REASONS[:4],
            loops=STANDARD_LOOPS,
            responsibilities=ResponsibilityMatrix(
                assignments=(
                    Assignment(
                        task="lead_follow_up", role="cmo", letters=(Letter.ACCOUNTABLE,)
                    ),
                ),
                stand_ins=(("sales", "cro"), ("marketing", "cmo")),
            ),
        )

        assert loads(dumps(agreement, format), format) == agreement

    @EACH_FORMAT
    def test_calendars_of_every_kind_are_read_back(self, format: Format) -> None:
        source = HolidaySource(
            package="holidays",
            version="0.1",
            country="NO",
            subdivision=None,
            years=(2026,),
            language="nb",
        )
        noon = datetime(2026, 5, 3, 12, tzinfo=UTC)
        listed = HolidayList((Holiday(date(2026, 5, 17), "Grunnlovsdag"),), source)
        oslo = BusinessHours(
            "Europe/Oslo",
            {"mon-fri": ["22:00-06:00"], "sat": ["00:00-24:00"]},
            holidays=[date(2026, 1, 2)],
            dated={date(2026, 12, 24): [], date(2026, 12, 31): ["09:00-12:00:30.5"]},
            openings=[(noon - timedelta(days=2), noon - timedelta(days=1))],
            closings=[(noon, noon + timedelta(days=1))],
            holiday_rules=[listed, FixedDate("New Year", month=1, day=1)],
        )
        agreement = an_edition(
            calendars=(
                Calendar("oslo", oslo),
                Calendar("both", oslo & DENVER),
                Calendar("either", (oslo | DENVER) & DENVER),
            )
        )

        assert loads(dumps(agreement, format), format) == agreement

    def test_two_names_for_one_holiday_are_kept(self) -> None:
        day = date(2026, 1, 1)
        hours = BusinessHours("UTC", {"mon": ["09:00-10:00"]})
        text = dumps(an_edition(calendars=(Calendar("a", hours),))).replace(
            'a = { zone = "UTC"',
            'a = { holidays = [2026-01-01, { day = 2026-01-01, name = "New Year" }], '
            'zone = "UTC"',
        )

        agreement = loads(text)

        schedule = agreement.latest.calendars[0].hours.schedule
        assert schedule.holidays == (Holiday(day, "New Year"), Holiday(day, "holiday"))  # type: ignore[union-attr]
        assert loads(dumps(agreement)) == agreement

    @EACH_FORMAT
    def test_several_editions_stand_in_one_document(self, format: Format) -> None:
        later = Edition(
            id="northwind-2026",
            version="3",
            effective_from=datetime(2027, 1, 1, tzinfo=UTC),
        )
        agreement = NORTHWIND.amend(later)

        assert loads(dumps(agreement, format), format) == agreement

    def test_a_null_condition_is_said_in_toml_too(self) -> None:
        pattern = Pattern(event="owner_assigned", where={"owner": None})
        clock = Clock(start=(pattern,))
        term = Term(
            id="a",
            party="sales",
            promise=Deadline(clock=clock, within=span("1 day")),
        )
        agreement = an_edition(terms=(term,))

        text = dumps(agreement)

        assert 'owner = { "$null" = true }' in text
        assert loads(text) == agreement

    def test_dates_in_criteria_are_toml_s_own_and_tagged_elsewhere(self) -> None:
        criterion = field("renewed").at_least(date(2026, 1, 1))
        agreement = an_edition(definitions=(Definition("mql", criterion),))

        assert "at_least = 2026-01-01 " in dumps(agreement)
        assert '"at_least": { "$date": "2026-01-01" }' in dumps(agreement, "json")

    def test_moments_in_criteria_are_toml_s_own_and_tagged_elsewhere(self) -> None:
        criterion = field("renewed").at_most(datetime(2026, 1, 1, 9, tzinfo=UTC))
        agreement = an_edition(definitions=(Definition("mql", criterion),))

        text = dumps(agreement)

        assert "at_most = 2026-01-01T09:00:00+00:00 " in text
        assert loads(text) == agreement
        assert '"$moment": "2026-01-01T09:00:00+00:00"' in dumps(agreement, "json")

    @EACH_FORMAT
    def test_the_deepest_criterion_that_can_be_judged_is_read_back(
        self, format: Format
    ) -> None:
        criterion: Criterion = field("renewed").one_of(date(2026, 1, 1))
        for _ in range(MOST_LEVELS):
            criterion = AllOf([criterion])
        rule = DecisionRule(when=criterion, holder=Holder(("cro",)))
        price = DecisionRight(
            id="price", question="At what price?", default=rule.holder, rules=(rule,)
        )
        agreement = NORTHWIND.amend(
            Edition(
                id="northwind-2026",
                version="3",
                effective_from=datetime(2027, 1, 1, tzinfo=UTC),
                decision_rights=(price,),
            )
        )

        assert loads(dumps(agreement, format), format) == agreement


class TestLoad:
    def test_the_name_of_a_file_tells_how_it_is_written(self, tmp_path: Path) -> None:
        for format in get_args(Format):
            file = tmp_path / f"agreement.{format}"
            file.write_text(dumps(NORTHWIND, format), encoding="utf-8")

            assert load(file) == NORTHWIND

    def test_earlier_editions_may_come_in_any_order(self, tmp_path: Path) -> None:
        files = []
        for year in (2027, 2025, 2026):
            file = tmp_path / f"{year}.toml"
            file.write_text(
                f"[agreement]\nid = 'a'\nversion = '{year}'\n"
                f"effective_from = {year}-01-01T00:00:00Z\n"
            )
            files.append(file)

        agreement = load(*files)

        assert [one.version for one in agreement.editions] == ["2025", "2026", "2027"]

    def test_a_fault_names_its_file(self, tmp_path: Path) -> None:
        file = tmp_path / "agreement.toml"
        file.write_text("[agreement]\nidd = 'a'\n")

        with pytest.raises(DocumentError) as caught:
            load(file)

        assert [str(one.place) for one in caught.value.findings] == [
            f"{file}:1:2",
            f"{file}:2:1",
        ]

    def test_a_file_that_is_not_there_is_an_error_with_a_code(
        self, tmp_path: Path
    ) -> None:
        file = tmp_path / "agreement.toml"

        with pytest.raises(UnreadableFileError) as caught:
            load(file)

        assert caught.value.args == (str(file), "No such file or directory")
        assert isinstance(caught.value, OSError)
        assert isinstance(caught.value.__cause__, FileNotFoundError)

    @pytest.mark.parametrize("path", [None, 3, b"agreement.toml", ["agreement.toml"]])
    def test_what_names_no_file_is_refused(self, path: object) -> None:
        with pytest.raises(UnfitValueError) as caught:
            load(path)  # type: ignore[arg-type]

        assert (caught.value.noun, caught.value.field) == ("file", "path")
        assert caught.value.seen == repr(path)

    def test_no_file_has_a_nul_in_its_name(self) -> None:
        with pytest.raises(UnreadableFileError, match="holds a NUL character"):
            load("a\0b.toml")

    def test_a_file_without_a_known_format_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "agreement.txt"
        file.write_text(WHOLE)

        with pytest.raises(UnfitValueError):
            load(file)


class TestPage:
    @pytest.mark.parametrize("format", ["toml", "yaml"])
    def test_what_the_reference_shows_is_read(self, format: Format) -> None:
        page = Path(__file__).parents[2] / "docs" / "reference" / "documents.md"
        fences = page.read_text(encoding="utf-8").split("```")
        shown = [
            fence.removeprefix(f"{format}\n")
            for fence in fences[1::2]
            if fence.startswith(f"{format}\n")
        ]
        whole = [text for text in shown if "include" not in text]

        assert shown
        for text in whole:
            assert loads(text, format).editions
