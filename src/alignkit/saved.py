"""Saved states: a subject as far as its facts have come, put away and taken up again.

What is saved is the facts, and under which agreement they were judged. How far they
have brought the clocks is worked out again when they are taken up, so that nothing
that is saved can contradict the facts [E5].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alignkit.dockets import Docket
from alignkit.errors import EventError, StateError
from alignkit.events import Event, Subject, upcast
from alignkit.findings import Finding, did_you_mean
from alignkit.forms import Faults, fault, shown, text, wrong_type
from alignkit.states import VERSION, SubjectState, signed
from alignkit.values import told

_KEYS = ("schema", "agreement", "subject_kind", "subject", "facts", "shared")


def resumed(docket: Docket, mapping: Mapping[str, object]) -> SubjectState:
    """Return the state that a mapping of its JSON form describes.

    The agreement must be the one that it was saved under; editions may have been added
    to it since. A form of an older version is brought up to date.

    Raises:
        StateError: If anything is wrong with it; it carries a finding for each fault.

    Example:
        >>> from alignkit.editions import Edition
        >>> docket = Docket.of([Edition(id="northwind")])
        >>> state = SubjectState.of(docket, Subject(id="L1"))
        >>> resumed(docket, state.to_dict()) == state
        True
    """
    if not isinstance(mapping, Mapping):
        raise StateError((wrong_type("", "an object", mapping),))
    faults: Faults = []
    form = _current(mapping, faults)
    if faults:
        raise StateError(tuple(faults))
    faults += [_unknown(key) for key in form if key not in _KEYS]
    _check_agreement(form["agreement"], docket, faults)
    kind = text(form["subject_kind"], "subject_kind", faults)
    id_ = text(form["subject"], "subject", faults)
    facts = _events(form["facts"], "facts", faults)
    shared = _events(form["shared"], "shared", faults)
    if faults:
        raise StateError(tuple(faults))
    state = SubjectState.of(docket, Subject(kind=kind, id=id_), shared)
    return state.holding(facts)


def _current(form: Mapping[str, object], faults: Faults) -> Mapping[str, object]:
    missing = [key for key in _KEYS if key not in form]
    faults += [fault("AK-S003", f"{key!r} is missing", path=key) for key in missing]
    return form if missing else upcast(form, faults, noun="state", to=VERSION)


def _unknown(key: str) -> Finding:
    return fault(
        "AK-S002",
        f"unknown field {shown(key)} of a saved state",
        path=told(key)[:80],
        expected=f"one of {', '.join(_KEYS)}",
        seen=shown(key),
        help=did_you_mean(key, _KEYS),
    )


def _check_agreement(raw: object, docket: Docket, faults: Faults) -> None:
    """Add a fault where a state was saved under another agreement [V3]."""
    ours = signed(docket)
    if not isinstance(raw, Mapping) or not isinstance(raw.get("editions"), Sequence):
        faults.append(wrong_type("agreement", "the 'id' and the 'editions'", raw))
        return
    editions = list(raw["editions"])
    known = ours["editions"][: len(editions)]
    if raw.get("id") != ours["id"] or not editions or editions != known:
        faults.append(
            fault(
                "AK-S031",
                "it was saved under another agreement, or under other words of it",
                path="agreement",
                expected=f"{ours['id']}, as it was signed",
                seen=shown(raw.get("id")),
                help="open a new state under this agreement and give it the facts",
            )
        )


def _events(raw: object, path: str, faults: Faults) -> tuple[Event, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        faults.append(wrong_type(path, "a list of events", raw))
        return ()
    events: list[Event] = []
    for index, one in enumerate(raw):
        try:
            events.append(Event.from_dict(one))
        except EventError as error:
            faults += (
                finding.under(f"$.{path}[{index}]") for finding in error.findings
            )
    return tuple(events)
