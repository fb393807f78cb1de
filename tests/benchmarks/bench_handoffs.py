"""How long it takes to rule on a handoff, beside others on the same rule and payload.

    python -m tests.benchmarks.bench_handoffs

The payload has 1.2 KB of JSON, and the agreement asks ten things of the lead beside
what its gate asks of the handoff. The others are put to the ten criteria alone, each in
the form that it takes; what each says of why is told beside its figure.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from alignkit.agreements import Agreement
from alignkit.criteria import AllOf, Happened, Matches, field
from alignkit.editions import Definition, Edition
from alignkit.gates import Gate
from alignkit.handoffs import Handoff
from alignkit.spans import span
from tests.benchmarks.measuring import machine, medians, table, thousands

TIMES = 2_000
AS_OF = datetime(2026, 4, 8, 10, 30, tzinfo=UTC)
INDUSTRIES = ("manufacturing", "logistics", "retail", "energy")
COUNTRIES = ("US", "CA", "GB", "DE", "FR")
WORDS = ("head", "director", "vp", "chief", "manager", "lead")
PAYLOAD: Mapping[str, Any] = {
    "schema": "alignkit.handoff/1",
    "lead": "L-104233",
    "at": "2026-04-08T11:20:00+01:00",
    "from_party": "marketing",
    "to_party": "sales",
    "note": "Asked for a demo after the webinar and wants to speak before the summer.",
    "actor": {"id": "router-2", "kind": "automation", "team": "marketing-operations"},
    "owner": "priya.sharma",
    "owner_load": 23,
    "campaign": "spring-fleet-2026",
    "company": {
        "name": "Northern Haulage Limited",
        "industry": "logistics",
        "employees": 120,
        "country": "GB",
        "revenue": 18500000,
        "website": "https://northern-haulage.example",
    },
    "contact": {
        "name": "Joan Ellison",
        "title": "Head of Fleet Operations",
        "email": "joan.ellison@northern-haulage.example",
        "phone": "+44 20 7946 0100",
        "language": "en",
    },
    "attributes": {
        "source": "demo",
        "score": 62,
        "fit": "A",
        "lead_type": "new_business",
        "is_competitor": False,
        "budget": 40000,
    },
    "happened": {
        "demo_requested": ["2026-04-07T09:12:00+01:00"],
        "webinar": ["2026-03-19T16:00:00+00:00", "2026-02-12T16:00:00+00:00"],
        "pricing_viewed": [],
    },
    "consent": {"email": True, "call": True, "post": False},
    "suppressed": False,
    "duplicates": [],
    "open_opportunities": [],
    "cycle": 1,
    "returns": 0,
}
MQL = AllOf(
    (
        field("company.industry").one_of(*INDUSTRIES),
        field("company.employees").between(50, 5000),
        field("company.country").one_of(*COUNTRIES),
        Matches("contact.title", WORDS),
        field("contact.email").is_known(),
        field("score").at_least(40),
        field("lead_type").is_("new_business"),
        ~field("is_competitor").is_(True),
        field("budget").at_least(10_000),
        Happened(event="demo_requested", within=span("30 days")),
    )
)
AGREEMENT = Agreement(
    (
        Edition(
            id="bench",
            definitions=(Definition("mql", MQL),),
            gates=(
                Gate(
                    id="intake",
                    to_party="sales",
                    meets="mql",
                    consent=("email",),
                    most_open=40,
                ),
            ),
        ),
    )
)


def worse() -> dict[str, Any]:
    """Return the payload with five things that speak against it."""
    return {
        **PAYLOAD,
        "company": {**PAYLOAD["company"], "employees": 12, "industry": "banking"},
        "attributes": {**PAYLOAD["attributes"], "score": 31, "budget": None},
        "duplicates": ["L-88"],
    }


def ruled(payload: Mapping[str, Any]) -> object:
    """Rule on a mapping, to the last finding with its text."""
    return [
        one.message for one in AGREEMENT.check_handoff(payload, as_of=AS_OF).findings
    ]


def plain(payload: Mapping[str, Any]) -> bool:
    """Answer as a function would that somebody wrote for this rule alone."""
    company, lead = payload["company"], payload["attributes"]
    since = AS_OF - timedelta(days=30)
    return (
        company["industry"] in INDUSTRIES
        and 50 <= company["employees"] <= 5000
        and company["country"] in COUNTRIES
        and any(word in payload["contact"]["title"].lower() for word in WORDS)
        and bool(payload["contact"]["email"])
        and lead["score"] >= 40
        and lead["lead_type"] == "new_business"
        and lead["is_competitor"] is not True
        and lead["budget"] >= 10_000
        and any(
            since <= datetime.fromisoformat(at) <= AS_OF
            for at in payload["happened"]["demo_requested"]
        )
    )


def others() -> Iterator[tuple[str, str, Callable[[], object]]]:
    """Yield the others that are installed, with what each says of why."""
    yield "a plain function", "nothing", partial(plain, PAYLOAD)
    for package, maker in (
        ("pydantic", _pydantic),
        ("zen", _zen),
        ("json_logic", _json_logic),
        ("rule_engine", _rule_engine),
    ):
        if importlib.util.find_spec(package) is not None:
            yield maker()


def _pydantic() -> tuple[str, str, Callable[[], object]]:
    import pydantic

    industries = pydantic.create_model(
        "Company",
        industry=(
            str,
            pydantic.Field(pattern="^(manufacturing|logistics|retail|energy)$"),
        ),
        employees=(int, pydantic.Field(ge=50, le=5000)),
        country=(str, pydantic.Field(pattern="^(US|CA|GB|DE|FR)$")),
    )
    contact = pydantic.create_model(
        "Contact",
        title=(str, pydantic.Field(pattern="(?i)head|director|vp|chief|manager|lead")),
        email=(str, ...),
    )
    lead = pydantic.create_model(
        "Attributes",
        score=(int, pydantic.Field(ge=40)),
        lead_type=(str, pydantic.Field(pattern="^new_business$")),
        is_competitor=(bool, ...),
        budget=(int, pydantic.Field(ge=10_000)),
    )
    happened = pydantic.create_model("Happened", demo_requested=(list[datetime], ...))
    model = pydantic.create_model(
        "Payload",
        company=(industries, ...),
        contact=(contact, ...),
        attributes=(lead, ...),
        happened=(happened, ...),
    )
    says = "every field, coded; no rule across fields or time"
    return "pydantic", says, partial(model.model_validate, PAYLOAD)


def _zen() -> tuple[str, str, Callable[[], object]]:
    import zen

    text = (
        "company.industry in ['manufacturing','logistics','retail','energy']"
        " and company.employees >= 50 and company.employees <= 5000"
        " and company.country in ['US','CA','GB','DE','FR']"
        " and contains(lower(contact.title), 'head')"
        " and contact.email != null and attributes.score >= 40"
        " and attributes.lead_type == 'new_business'"
        " and attributes.is_competitor == false and attributes.budget >= 10000"
        " and len(happened.demo_requested) >= 1"
    )
    ready = zen.compile_expression(text)
    return "zen-engine", "nothing", partial(ready.evaluate, dict(PAYLOAD))


def _json_logic() -> tuple[str, str, Callable[[], object]]:
    import json_logic

    rule = {
        "and": [
            {"in": [{"var": "company.industry"}, list(INDUSTRIES)]},
            {"<=": [50, {"var": "company.employees"}, 5000]},
            {"in": [{"var": "company.country"}, list(COUNTRIES)]},
            {"in": ["Head", {"var": "contact.title"}]},
            {"!=": [{"var": "contact.email"}, None]},
            {">=": [{"var": "attributes.score"}, 40]},
            {"==": [{"var": "attributes.lead_type"}, "new_business"]},
            {"!": [{"var": "attributes.is_competitor"}]},
            {">=": [{"var": "attributes.budget"}, 10_000]},
            {"!!": [{"var": "happened.demo_requested"}]},
        ]
    }
    return "json-logic", "nothing", partial(json_logic.jsonLogic, rule, dict(PAYLOAD))


def _rule_engine() -> tuple[str, str, Callable[[], object]]:
    import rule_engine

    rule = rule_engine.Rule(
        "company['industry'] in ['manufacturing','logistics','retail','energy']"
        " and company['employees'] >= 50 and company['employees'] <= 5000"
        " and company['country'] in ['US','CA','GB','DE','FR']"
        " and contact['title'] =~~ 'Head|Director|VP|Chief|Manager|Lead'"
        " and contact['email'] != null and attributes['score'] >= 40"
        " and attributes['lead_type'] == 'new_business'"
        " and attributes['is_competitor'] == false and attributes['budget'] >= 10000"
        " and happened['demo_requested'].length >= 1"
    )
    return "rule-engine", "nothing", partial(rule.matches, dict(PAYLOAD))


def _often(work: Callable[[], object]) -> None:
    for _ in range(TIMES):
        work()


def tables() -> Iterator[str]:
    """Yield the table as soon as it is measured."""
    handoff = Handoff.from_dict(PAYLOAD)
    bad = worse()
    rows: list[tuple[str, str, Callable[[], object]]] = [
        (
            "alignkit, a mapping that passes, to all findings",
            "every question, with evidence",
            partial(ruled, PAYLOAD),
        ),
        (
            "alignkit, a mapping with five faults, with their text",
            "every question, with evidence",
            partial(ruled, bad),
        ),
        (
            "alignkit, a value, to its outcome",
            "nothing yet",
            lambda: AGREEMENT.check_handoff(handoff, as_of=AS_OF).outcome,
        ),
        (
            "alignkit, reading the mapping alone",
            "",
            partial(Handoff.from_dict, PAYLOAD),
        ),
        ("json.loads alone", "", partial(json.loads, json.dumps(PAYLOAD))),
        *others(),
    ]
    taken = medians({name: partial(_often, work) for name, _, work in rows}, rounds=3)
    base = taken["a plain function"]
    told = [
        [
            name,
            thousands(taken[name] / TIMES * 1e6),
            thousands(taken[name] / base),
            says,
        ]
        for name, says, _ in rows
    ]
    size = len(json.dumps(PAYLOAD))
    head = ["what", "µs", "times a plain function", "says why"]
    yield table(f"One handoff of {size:,} bytes of JSON, ten criteria", head, told)


if __name__ == "__main__":
    print(f"Measured on {machine('alignkit')}.\n")
    for measured in tables():
        print(measured, flush=True)
