"""Event logs as files: JSON lines, and CSV with a mapping or without one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import attrs

import alignkit as ak
from tests.fuzz import seeds
from tests.fuzz.damage import CHUNKS, Tree, Words, damaged, scarred
from tests.fuzz.targets import Target, codes_of

_PLAIN = (
    b"id,lead,at,type,to_stage,owner,channel\n"
    b"1,L1,2026-03-02T10:00Z,stage_changed,mql,,\n"
    b"2,L1,2026-03-02T11:00Z,owner_assigned,,kim,\n"
    b"3,L1,2026-03-02T12:00Z,activity_logged,,,call\n"
)
_LEADS = (
    b"number,opened,closed,desk,employees,vip\n"
    b'INC1,7/3/2026 09:05,,"Desk, 3",120,true\n'
    b"INC1,7/3/2026 09:05,8/3/2026 02:30,Desk 4,?,false\n"
    b"INC2,29/3/2026 02:30,01/11/2026 01:30,,1.5e3,no\n"
)
_MAPPING: Tree = {
    "zone": "America/Denver",
    "missing": ["?"],
    "times": "%d/%m/%Y %H:%M",
    "numbers": ["employees"],
    "columns": {"lead": "number"},
    "events": [
        {
            "type": "lead_created",
            "rows": "first",
            "columns": {"at": "opened", "company.employees": "employees"},
        },
        {
            "type": "owner_assigned",
            "when": {"changed": ["desk"], "is": {"vip": ["true", "false"]}},
            "columns": {"at": "opened", "queue": "desk"},
            "values": {"owner": "kim", "actor.kind": "human"},
            "id": ["number", "desk"],
        },
        {
            "type": "custom",
            "rows": "last",
            "when": {"known": ["closed"]},
            "columns": {"at": "closed", "data.desk": "desk"},
            "values": {"name": "closed"},
        },
    ],
}
_WORDS = Words([_MAPPING])


@attrs.frozen
class Given:
    """A file, and what says how to read it."""

    name: str
    raw: bytes
    mapping: Tree = None


def draw(random: Random) -> Given:
    """Return a log in which something may be wrong."""
    kind = random.randrange(4)
    if kind == 0:
        lines = [
            damaged(random.choice(seeds.events()), random, seeds.fact_words())
            for _ in range(random.randrange(1, 5))
        ]
        texts = [json.dumps(line, default=str) for line in lines]
        given = Given("log.jsonl", "\n".join(texts).encode())
    elif kind == 1:
        given = Given("log.csv", _PLAIN)
    elif kind == 2:
        mapping = damaged(_MAPPING, random, _WORDS, is_native=True)
        given = Given("log.csv", _LEADS, mapping)
    else:
        given = Given("log.csv", _LEADS, _MAPPING)
    if random.random() < 0.6:
        given = attrs.evolve(given, raw=scarred(given.raw, random))
    if random.random() < 0.03:
        packed = gzip.compress(given.raw, mtime=0)
        packed = random.choice((packed, scarred(packed, random), given.raw))
        given = attrs.evolve(given, name=f"{given.name}.gz", raw=packed)
    if random.random() < 0.02:
        odd = random.choice(CHUNKS).decode("utf-8", "replace").replace("\0", "")
        given = attrs.evolve(given, name=f"{odd.replace('/', '')[:50]}.jsonl")
    return given


def put(given: Given) -> Iterator[str]:
    """Read it; what cannot be read is told, with its line."""
    with TemporaryDirectory(prefix="alignkit-") as folder:
        file = Path(folder, given.name)
        file.write_bytes(given.raw)
        try:
            events, review = ak.read_events(file, given.mapping)
        except ak.AlignkitError as error:
            yield from codes_of(error)
            return
    for finding in review:
        assert finding.place is not None
        assert str(finding)
        yield finding.code
    for event in events:
        assert ak.Event.from_dict(event.to_dict()) == event


LOGS = Target(name="logs", share=10, draw=draw, put=put)
