"""May this lead change hands, what happened since, and what is due next?

A service over HTTP: it reads the clock at its edge, keeps a state for each subject in a
file of SQLite, and leaves every judgement to alignkit. Its README says how to start it.
"""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import attrs
import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

import alignkit as ak
from alignkit import sources, wire
from alignkit.states import SHARED_KINDS

Clock = Callable[[], datetime]
Form = dict[str, Any]
TABLES = """
pragma journal_mode = wal;
create table if not exists states (
  kind text, subject text, state text not null, primary key (kind, subject));
create table if not exists shared (event text primary key);
"""
OPEN = frozenset({ak.Status.PENDING, ak.Status.AT_RISK, ak.Status.BREACHED})
REFUSED = (ak.DocumentError, ak.EventError, ak.HandoffError, RequestValidationError)
VERDICTS = {"type": "array", "items": {"$ref": "#/components/schemas/Verdict"}}
OWN_SCHEMAS: Form = {
    "Findings": {"schema": {"type": "string"}, "findings": {"type": "array"}},
    "Taken": {"is_new": {"type": "boolean"}, "next_change_at": {}},
    "Due": {"as_of": {"type": "string", "format": "date-time"}, "due": VERDICTS},
}


@attrs.frozen
class Office:
    """An agreement, the file of the states, and the one clock that is read."""

    agreement: ak.Agreement
    file: Path
    clock: Clock

    @contextmanager
    def base(self, begin: str) -> Iterator[sqlite3.Connection]:
        """Open the file; all that is written is kept, or nothing of it."""
        connection = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        with closing(connection), connection:
            connection.execute(begin)
            yield connection

    def take(self, event: ak.Event) -> tuple[bool, ak.SubjectState]:
        """Take an event in, and say whether it is new [E3]."""
        with self.base("begin immediate") as base:
            before = self.state(base, event.subject)
            state = before.after(event)
            is_new = state != before
            if is_new and event.subject.kind in SHARED_KINDS:
                # That a colleague is away concerns all of her leads.
                text = json.dumps(event.to_dict())
                base.execute("insert into shared values (?)", [text])
                for other in self.states(base):
                    save(base, other.after(event))
            save(base, state)
        return is_new, state

    def state(self, base: sqlite3.Connection, subject: ak.Subject) -> ak.SubjectState:
        """Return the state of a subject, opened now if it is new."""
        query = "select state from states where kind = ? and subject = ?"
        for (text,) in base.execute(query, [subject.kind, subject.id]):
            return self.agreement.resume(json.loads(text))
        shared = base.execute("select event from shared").fetchall()
        return self.agreement.open(subject, [json.loads(text) for (text,) in shared])

    def states(self, base: sqlite3.Connection) -> list[ak.SubjectState]:
        """Return all states."""
        rows = base.execute("select state from states").fetchall()
        return [self.agreement.resume(json.loads(text)) for (text,) in rows]

    def due(self, as_of: datetime, most: int) -> list[ak.Verdict]:
        """Return the open promises that are due first, those past due before all."""
        with self.base("begin") as base:
            states = self.states(base)
        found = [one for state in states for one in state.verdicts(as_of=as_of)]
        dated = [(one.due_at, one) for one in found if one.status in OPEN]
        timed = [(at.astimezone(UTC), one) for at, one in dated if at is not None]
        return [one for _, one in sorted(timed, key=lambda pair: pair[0])[:most]]


def save(base: sqlite3.Connection, state: ak.SubjectState) -> None:
    """Write a state in the place of what was there."""
    row = [state.subject.kind, state.subject.id, json.dumps(state.to_dict())]
    base.execute("insert or replace into states values (?, ?, ?)", row)


async def body_of(request: Request) -> Mapping[str, object]:
    """Read a body strictly: a key that is given twice is a fault."""
    source = sources.read(await request.body(), "json")
    if source.findings:
        raise ak.DocumentError(source.findings)
    return source.tree  # type: ignore[return-value]  # alignkit refuses what is none


def office_of(request: Request) -> Office:
    """Return what the application works with."""
    return request.app.state.office  # type: ignore[no-any-return]


def content(schema: str) -> Form:
    """Describe a body by one of the schemas."""
    media = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"description": schema, "content": {"application/json": media}}


def speaks(answer: str, **asked: Form) -> Form:
    """Describe what a route gives, and what it takes."""
    answers = {200: content(answer), 422: content("Findings")}
    return {"responses": answers, "openapi_extra": asked}


Body = Annotated[Mapping[str, object], Depends(body_of)]
At = Annotated[Office, Depends(office_of)]
router = APIRouter()


@router.post("/handoffs", **speaks("Ruling", requestBody=content("Handoff")))
def check(body: Body, office: At) -> JSONResponse:
    """Say whether a handoff is right, and why not."""
    ruling = office.agreement.check_handoff(body, as_of=office.clock())
    return JSONResponse(ruling.to_dict())


@router.post("/events", **speaks("Taken", requestBody=content("Event")))
def take(body: Body, office: At) -> JSONResponse:
    """Take an event in; sent again, it changes nothing."""
    is_new, state = office.take(ak.Event.from_dict(body))
    at = state.next_change_at(as_of=office.clock())
    return JSONResponse({"is_new": is_new, "next_change_at": at and at.isoformat()})


@router.get("/due", **speaks("Due"))
def due(office: At, most: Annotated[int, Query(ge=1, le=1000)] = 20) -> JSONResponse:
    """Say which promises are due next."""
    as_of = office.clock()
    found = [wire.verdict_form(one) for one in office.due(as_of, most)]
    return JSONResponse({"as_of": as_of.isoformat(), "due": found})


def refuse(_: Request, error: Exception) -> JSONResponse:
    """Say all that is wrong with what was sent."""
    slips: list[Form] = getattr(error, "errors", list)()
    own = [ak.Finding.error("AK-S005", "", one["msg"]) for one in slips]
    form = wire.findings_form(getattr(error, "findings", own))
    return JSONResponse(form, status_code=422)


def described(app: FastAPI) -> Form:
    """Return the OpenAPI document, with the schemas that alignkit ships."""
    document = get_openapi(title=app.title, version=ak.__version__, routes=app.routes)
    schemas: Form = {
        name: {"type": "object", "properties": keys, "required": list(keys)}
        for name, keys in OWN_SCHEMAS.items()
    }
    for name in ("Handoff", "Event", "Ruling", "Verdict"):
        text = files("alignkit").joinpath(f"schemas/{name.lower()}.json").read_text()
        text = text.replace("#/$defs/", f"#/components/schemas/{name}/$defs/")
        schemas[name] = json.loads(text)
        del schemas[name]["$id"], schemas[name]["$schema"]
    return document | {"components": {"schemas": schemas}}


def create(agreement: ak.Agreement, file: Path, clock: Clock) -> FastAPI:
    """Return the application; all that it reads from outside is given."""
    with closing(sqlite3.connect(file)) as base:
        base.executescript(TABLES)
    app = FastAPI(title="Handoffs")
    app.state.office = Office(agreement, file, clock)
    app.include_router(router)
    for error in REFUSED:
        app.add_exception_handler(error, refuse)
    app.openapi = lambda: described(app)  # type: ignore[method-assign]
    return app


if __name__ == "__main__":
    agreed = ak.load(Path(__file__).with_name("agreement.toml"))
    kept = Path(*sys.argv[1:2] or ["states.db"])
    uvicorn.run(create(agreed, kept, lambda: datetime.now(UTC)))  # noqa: TID251  # Edge.
