from __future__ import annotations

from pathlib import Path

from alignkit.annotations import SARIF_SCHEMA, github_line, sarif_form
from alignkit.findings import Finding, Place, Severity

UNKNOWN_KEY = Finding(
    code="AK-S002",
    severity=Severity.ERROR,
    message="unknown key 'witin'",
    path="$.terms[0].witin",
    place=Place("agreements/north west.toml", 12, 3),
    help="did you mean 'within'?",
)
NO_REVIEW = Finding(
    code="AK-P001", severity=Severity.WARNING, message="no review date is agreed"
)


class TestGithubLine:
    def test_it_names_the_place_and_the_code(self) -> None:
        assert github_line(UNKNOWN_KEY) == (
            "::error file=agreements/north west.toml,line=12,col=3,title=AK-S002::"
            "unknown key 'witin' (at $.terms[0].witin); did you mean 'within'?"
        )

    def test_without_a_place_it_has_a_title_alone(self) -> None:
        assert github_line(NO_REVIEW) == (
            "::warning title=AK-P001::no review date is agreed"
        )

    def test_nothing_from_outside_can_begin_another_command(self) -> None:
        finding = Finding(
            code="AK-S002",
            severity=Severity.INFO,
            message="100 % of\n::error::it",
            place=Place("a,b:c.toml"),
        )

        assert github_line(finding) == (
            "::notice file=a%2Cb%3Ac.toml,title=AK-S002::100 %25 of%0A::error::it"
        )


class TestSarifForm:
    def test_it_is_one_run_with_a_rule_for_each_code(self) -> None:
        form = sarif_form([UNKNOWN_KEY, NO_REVIEW, UNKNOWN_KEY], version="1.2.3")

        result = {
            "ruleId": "AK-S002",
            "ruleIndex": 1,
            "level": "error",
            "message": {
                "text": "unknown key 'witin' (at $.terms[0].witin); "
                "did you mean 'within'?"
            },
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "agreements/north%20west.toml"},
                        "region": {"startLine": 12, "startColumn": 3},
                    },
                    "logicalLocations": [{"fullyQualifiedName": "$.terms[0].witin"}],
                }
            ],
        }
        assert form == {
            "$schema": SARIF_SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "alignkit",
                            "version": "1.2.3",
                            "rules": [{"id": "AK-P001"}, {"id": "AK-S002"}],
                        }
                    },
                    "columnKind": "unicodeCodePoints",
                    "results": [
                        result,
                        {
                            "ruleId": "AK-P001",
                            "ruleIndex": 0,
                            "level": "warning",
                            "message": {"text": "no review date is agreed"},
                        },
                        result,
                    ],
                }
            ],
        }

    def test_a_place_may_have_no_line_and_a_line_no_column(self) -> None:
        def region(place: Place) -> object:
            finding = Finding(
                code="AK-S001", severity=Severity.ERROR, message="no", place=place
            )
            match sarif_form([finding], version="1")["runs"]:
                case [{"results": [{"locations": [{"physicalLocation": found}]}]}]:
                    return found
                case _:
                    return None

        assert region(Place("a.toml")) == {"artifactLocation": {"uri": "a.toml"}}
        assert region(Place("a.toml", 3)) == {
            "artifactLocation": {"uri": "a.toml"},
            "region": {"startLine": 3},
        }

    def test_an_absolute_path_is_a_file_uri(self, tmp_path: Path) -> None:
        file = tmp_path / "a b.toml"
        finding = Finding(
            code="AK-S001",
            severity=Severity.ERROR,
            message="no",
            place=Place(str(file), 1, 1),
        )

        assert file.as_uri() in str(sarif_form([finding], version="1"))
