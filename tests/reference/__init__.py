"""Business time worked out the slow way, to hold the quick way against.

Nothing here imports alignkit, keeps a table of open time, or knows a shortcut. `clocks`
reads a zone's clock by asking zoneinfo what it shows at an instant, and nothing else.
`plans` says what a calendar says, as plain numbers. `stretches` lays open time out day
by day from that, and `counting` walks along it. `minutes` is a second model, which
shares no step with the first: it watches the clock on the wall minute by minute.
"""
