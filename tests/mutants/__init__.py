"""Mutation testing: is every line of the time and judgement wings held by a test?

A mutant is a module in which one small thing is changed. A test that fails kills it;
one that no test kills shows a rule that nobody would miss.
"""
