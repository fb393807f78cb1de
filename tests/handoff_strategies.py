"""What Hypothesis draws handoffs from: every handoff that can exist."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from alignkit.events import Actor, ActorKind
from alignkit.handoffs import Handoff, Occasion
from alignkit.values import attributes as flat
from tests.event_strategies import dates, moments, texts, trees


def _maybe(drawn: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | drawn


def _ids() -> st.SearchStrategy[object]:
    return _maybe(st.lists(texts(), max_size=3))


def _truths() -> st.SearchStrategy[object]:
    return _maybe(st.booleans())


def actors() -> st.SearchStrategy[Actor]:
    """Who hands a lead over."""
    return st.builds(
        Actor,
        id=st.none() | texts(),
        kind=st.sampled_from(ActorKind),
        team=st.none() | texts(),
    )


@st.composite
def handoffs(draw: st.DrawFn) -> Handoff:
    """Handoffs of which anything may be known or not."""
    known = flat(
        {
            "company": draw(trees()),
            "contact": draw(trees()),
            **{f"x{key}": held for key, held in draw(trees()).items()},
        }
    )
    named = _maybe(texts())
    counts = _maybe(st.integers(0, 10**20))
    paths = st.sampled_from([path for path, _ in known] or [""])
    make: Callable[..., Handoff] = Handoff
    return make(
        lead=draw(texts()),
        at=draw(moments()),
        to_party=draw(texts()),
        actor=draw(st.none() | actors()),
        attributes=known,
        since=draw(
            st.dictionaries(paths, moments(), max_size=2) if known else st.just({})
        ),
        happened=draw(
            st.dictionaries(
                texts(), st.lists(dates() | moments(), max_size=3), max_size=2
            )
        ),
        consent=draw(st.dictionaries(texts(), st.booleans(), max_size=2)),
        occasion=draw(_maybe(st.sampled_from(Occasion))),
        offered_at=draw(_maybe(moments())),
        rests_until=draw(st.none() | dates() | moments()),
        cycle=draw(_maybe(st.integers(1, 10**20))),
        **draw(
            st.fixed_dictionaries(
                {},
                optional={
                    **dict.fromkeys(("from_party", "from_stage", "to_stage"), named),
                    **dict.fromkeys(("reason", "note", "owner", "campaign"), named),
                    **dict.fromkeys(("owner_load", "returns", "attempts"), counts),
                    **dict.fromkeys(("previous_owners", "duplicates"), _ids()),
                    "open_opportunities": _ids(),
                    **dict.fromkeys(("suppressed", "is_qualified"), _truths()),
                    **dict.fromkeys(("conversation", "attempts_complete"), _truths()),
                },
            )
        ),
    )
