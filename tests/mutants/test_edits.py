from __future__ import annotations

from tests.mutants.edits import edits, mutant
from tests.mutants.wings import sources

TEXT = '''
"""A module."""
MOST = 3

class Door:
    def is_open(self, hour: int | None = 2) -> bool | None:
        """Say whether it is open."""
        if hour is None:
            raise ValueError(f"no hour of {24}")
        assert isinstance(hour, int | str)
        return 9 <= hour
'''


class TestEdits:
    def test_each_thing_in_a_function_is_changed_by_itself(self) -> None:
        assert [(one.line, one.before, one.after) for one in edits("doors", TEXT)] == [
            (
                8,
                "if hour is None: raise ValueError(f'no hour of {24}')",
                "if not hour is None: raise ValueError(f'no hour of {24}')",
            ),
            (8, "hour is None", "hour is not None"),
            (11, "return 9 <= hour", "return None"),
            (11, "9 <= hour", "9 < hour"),
            (11, "9 <= hour", "9 > hour"),
            (11, "9", "10"),
        ]

    def test_a_mutant_differs_in_one_place(self) -> None:
        found = {}
        for edit in edits("doors", TEXT):
            names: dict[str, type] = {}
            exec(compile(mutant(TEXT, edit.index), "doors", "exec"), names)  # noqa: S102
            found[edit.after] = names["Door"]().is_open

        assert found["9 < hour"](9) is False
        assert found["9 > hour"](9) is False
        assert found["9 > hour"](8) is True
        assert found["10"](9) is False
        assert found["return None"](9) is None

    def test_every_operator_has_a_change(self) -> None:
        text = """
def told(one, other):
    for each in one:
        if not each:
            continue
        if each == -1 and other:
            break
        other += min(each, 2) * 3 if True else other // 4
        yield each
    print(one | other)
"""

        changed = {one.after for one in edits("told", text)}

        assert {
            "each",
            "break",
            "continue",
            "1",
            "each != -1",
            "each == -1 or other",
            "pass",
            "max(each, 2)",
            "min(each, 2) // 3",
            "other * 4",
            "False",
            "one & other",
        } <= changed


class TestSources:
    def test_every_module_of_both_wings_has_something_to_change(self) -> None:
        assert all(edits(module, text) for module, text in sources().items())
