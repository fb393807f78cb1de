"""The service keeps what it is told, whatever it is sent, and as its document says."""

from __future__ import annotations

import importlib.util
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import alignkit as ak

for package in ("fastapi", "httpx", "uvicorn"):
    pytest.importorskip(
        package, reason=f"{package} is missing; pip install --group examples"
    )

import httpx  # noqa: E402  # Once they are known to be there.
import uvicorn  # noqa: E402

FOLDER = Path(__file__).parents[1] / "examples" / "handoff_service"
HANDOFFS = Path(__file__).parents[1] / "docs" / "how-to" / "check-a-handoff"
NOON = datetime(2026, 4, 8, 17, tzinfo=UTC)
OFFERED = {
    "id": "1",
    "lead": "L1",
    "at": "2026-04-08T16:20:00Z",
    "type": "handoff_offered",
    "to_party": "sales",
}
CALLED = {
    "id": "2",
    "lead": "L1",
    "at": "2026-04-08T16:40:00Z",
    "type": "activity_logged",
    "channel": "call",
    "direction": "outbound",
}


def service() -> ModuleType:
    """Return the module of the example, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("service", FOLDER / "service.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@attrs.define
class Running:
    """The service, listening on this machine, at a moment that a test may change."""

    url: str
    now: datetime

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Running]]:
    """Start the service on a file, and stop it in the end."""
    module = service()
    agreement = ak.load(FOLDER / "agreement.toml")
    folder = tmp_path_factory.mktemp("states")
    started: list[tuple[uvicorn.Server, threading.Thread]] = []

    def run(name: str) -> Running:
        running = Running("", NOON)
        app = module.create(agreement, folder / name, lambda: running.now)
        config = uvicorn.Config(app, log_level="critical", ws="none", lifespan="off")
        server = uvicorn.Server(config)
        listening = socket.create_server(("127.0.0.1", 0))
        running.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        started.append((server, thread))
        return running

    yield run
    for server, thread in started:
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture
def fresh(run: Callable[[str], Running], request: pytest.FixtureRequest) -> Running:
    """Start the service on a file of its own."""
    return run(f"{request.node.name}.db")


@pytest.fixture(scope="module")
def shared(run: Callable[[str], Running]) -> Running:
    """Start the service once for everything that is only sent at it."""
    return run("shared.db")


def due(client: httpx.Client) -> list[tuple[str, str, str, str]]:
    answer = client.get("/due").raise_for_status().json()
    keys = ("subject", "term", "status", "due_at")
    return [tuple(one[key] for key in keys) for one in answer["due"]]


class TestExample:
    def test_it_is_short(self) -> None:
        text = (FOLDER / "service.py").read_text(encoding="utf-8")

        assert len(text.splitlines()) <= 200


class TestHandoffs:
    def test_it_answers_as_the_library_does(self, shared: Running) -> None:
        payload = (HANDOFFS / "lead.json").read_bytes()
        agreement = ak.load(FOLDER / "agreement.toml")
        ruling = agreement.check_handoff(json.loads(payload), as_of=NOON)

        with shared.client() as client:
            answer = client.post("/handoffs", content=payload)

        assert answer.status_code == 200
        assert answer.json() == ruling.to_dict()
        assert answer.json()["answer"] == "refuse"

    def test_all_faults_are_told_at_once(self, shared: Running) -> None:
        with shared.client() as client:
            answer = client.post("/handoffs", json={"lead": 7, "at": "2026-04-08"})

        assert answer.status_code == 422
        codes = [one["code"] for one in answer.json()["findings"]]
        assert codes == ["AK-S004", "AK-S023", "AK-S003"]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (b"", "AK-S001"),
            (b'{"lead": "L1", "lead": "L2"}', "AK-S006"),
            (b"\xff", "AK-S009"),
            (b"[" * 100_000, "AK-S008"),
            (b'"' + b"x" * 3_000_000 + b'"', "AK-S008"),
            (b"7", "AK-S004"),
        ],
        ids=["empty", "twice", "bytes", "deep", "large", "number"],
    )
    def test_what_is_no_payload_is_refused(
        self, text: bytes, code: str, shared: Running
    ) -> None:
        with shared.client() as client:
            answers = [
                client.post(path, content=text) for path in ("/handoffs", "/events")
            ]

        for answer in answers:
            assert answer.status_code == 422
            assert answer.json()["findings"][0]["code"] == code


class TestEvents:
    def test_a_promise_is_due_until_it_is_kept(self, fresh: Running) -> None:
        with fresh.client() as client:
            offered = client.post("/events", json=OFFERED).json()
            open_ = due(client)
            client.post("/events", json=CALLED)
            kept = due(client)

        # Four hours from 11:20 in Chicago; a warning after three of them.
        assert offered == {
            "is_new": True,
            "next_change_at": "2026-04-08T14:20:00-05:00",
        }
        assert open_ == [("L1", "first-call", "pending", "2026-04-08T15:20:00-05:00")]
        assert kept == []

    def test_an_event_sent_again_changes_nothing(self, fresh: Running) -> None:
        with fresh.client() as client:
            first = client.post("/events", json=OFFERED).json()
            before = due(client)
            again = client.post("/events", json=OFFERED).json()

            assert again == {**first, "is_new": False}
            assert due(client) == before

    def test_what_is_past_due_comes_first(self, fresh: Running) -> None:
        with fresh.client() as client:
            client.post("/events", json=OFFERED)
            early = {**OFFERED, "lead": "L0", "at": "2026-04-07T16:20:00Z"}
            client.post("/events", json=early)
            fresh.now = NOON + timedelta(hours=2)

            assert [one[0::2] for one in due(client)] == [
                ("L0", "breached"),
                ("L1", "pending"),
            ]
            (first,) = client.get("/due", params={"most": 1}).json()["due"]
            assert first["subject"] == "L0"

    def test_what_concerns_everybody_is_kept_for_those_who_come_later(
        self, fresh: Running
    ) -> None:
        away = {
            "id": "9",
            "subject_kind": "person",
            "subject": "kim",
            "at": "2026-04-08T12:00:00Z",
            "type": "person_unavailable",
            "start": "2026-04-08T12:00:00Z",
            "end": "2026-04-10T12:00:00Z",
        }
        with fresh.client() as client:
            client.post("/events", json=OFFERED)
            told = [client.post("/events", json=away).json() for _ in range(2)]
            client.post("/events", json={**OFFERED, "lead": "L2"})

            assert [one["is_new"] for one in told] == [True, False]
            assert [one[0] for one in due(client)] == ["L1", "L2"]

    def test_events_that_come_at_once_are_all_kept(self, fresh: Running) -> None:
        def send(number: int) -> bool:
            event = {**CALLED, "id": f"call-{number % 8}"}
            with fresh.client() as client:
                answer = client.post("/events", json=event).raise_for_status().json()
                return bool(answer["is_new"])

        with ThreadPoolExecutor(8) as pool:
            new = list(pool.map(send, range(16)))

        assert sum(new) == 8

    def test_what_was_kept_is_there_after_a_restart(
        self, run: Callable[[str], Running]
    ) -> None:
        with run("restart.db").client() as client:
            client.post("/events", json=OFFERED)

        with run("restart.db").client() as client:
            assert [one[0] for one in due(client)] == ["L1"]
            assert client.post("/events", json=OFFERED).json()["is_new"] is False


class TestDue:
    @pytest.mark.parametrize("most", ["0", "1001", "many"])
    def test_a_number_that_does_not_fit_is_refused(
        self, most: str, shared: Running
    ) -> None:
        with shared.client() as client:
            answer = client.get("/due", params={"most": most})

        assert answer.status_code == 422
        (found,) = answer.json()["findings"]
        assert found["code"] == "AK-S005"
        assert found["message"].startswith("Input should be ")


PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["L1", "sales", "call", "2026-04-08T16:20:00Z", "1", "", "\x00é"])
)


def values(schema: dict[str, Any], types: list[str]) -> st.SearchStrategy[object]:
    """Return objects in the words of a schema, as a careless sender writes them."""
    keys = st.sampled_from([*schema, "typo"])
    inner = (
        PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(keys, PLAIN, max_size=2)
    )
    needed = st.fixed_dictionaries(
        {"at": st.sampled_from(["2026-04-08T16:20:00Z", "1700-01-01T00:00:00Z"])},
        optional={
            "id": st.sampled_from("12"),
            "lead": st.sampled_from(["L1", "L2"]),
            "to_party": st.just("sales"),
            "type": st.sampled_from(types),
        },
    )
    return st.builds(
        lambda base, extra: {**base, **extra},
        needed,
        st.dictionaries(keys, inner, max_size=4),
    )


@pytest.fixture(scope="module")
def document(shared: Running) -> dict[str, Any]:
    """Return the OpenAPI document of the service."""
    with shared.client() as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
    return found


class TestDocument:
    def test_it_carries_our_schemas(self, document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        text = json.dumps(document)

        assert document["openapi"].startswith("3.1")
        assert {"Handoff", "Event", "Ruling", "Verdict"} <= set(schemas)
        assert '"#/$defs/' not in text
        for schema in schemas.values():
            Draft202012Validator.check_schema(schema)

    @pytest.mark.parametrize("path", ["/handoffs", "/events"])
    def test_whatever_is_sent_gets_an_answer_that_it_describes(
        self, path: str, document: dict[str, Any], shared: Running
    ) -> None:
        operation = document["paths"][path]["post"]
        asked = _schema(operation["requestBody"], document)
        parts = [asked, *asked.get("$defs", {}).values()]
        keys = {key: 1 for part in parts for key in part.get("properties", {})}
        takes = Draft202012Validator({**document, **asked})
        told = {
            int(code): Draft202012Validator({**document, **_schema(one, document)})
            for code, one in operation["responses"].items()
        }
        types = ["handoff_offered", "activity_logged", "leads_merged", "lead_created"]

        with shared.client() as client:

            @settings(max_examples=40, deadline=None)
            @example(body=OFFERED)
            @given(body=values(keys, types))
            def send(body: dict[str, object]) -> None:
                answer = client.post(path, json=body)

                assert answer.status_code in told
                told[answer.status_code].validate(answer.json())
                if answer.status_code == 422:
                    assert all(
                        one["code"].startswith("AK-")
                        for one in answer.json()["findings"]
                    )
                else:
                    takes.validate(body)

            send()
            due_ = Draft202012Validator(
                {**document, **document["components"]["schemas"]["Due"]}
            )
            due_.validate(client.get("/due", params={"most": 1000}).json())


def _schema(body: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a body in a document."""
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found
