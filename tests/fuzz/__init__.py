"""Damaged input, put to the public face: documents, handoffs, events, logs and states.

One input is a function of a `random.Random`, and so whoever can stand for one can draw
it: Hypothesis, which shrinks what it finds, or atheris, which looks for new branches.
"""
