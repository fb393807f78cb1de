"""Every target, by its name."""

from __future__ import annotations

from typing import Any

from tests.fuzz.documents import DOCUMENTS
from tests.fuzz.events import EVENTS
from tests.fuzz.handoffs import HANDOFFS
from tests.fuzz.logs import LOGS
from tests.fuzz.states import STATES
from tests.fuzz.targets import Target

TARGETS: dict[str, Target[Any]] = {
    target.name: target for target in (DOCUMENTS, HANDOFFS, EVENTS, LOGS, STATES)
}
