from __future__ import annotations

from pathlib import Path

import pytest

from alignkit import overlays
from alignkit.documents import load
from alignkit.errors import DocumentError
from alignkit.overlays import Overlay
from alignkit.trees import DEFAULT_LIMITS

COMPANY = """\
[agreement]
id = "northwind"
version = "1"

[calendars.desk]
zone = "America/Denver"
week = { mon-fri = ["09:00-17:00"] }

[definitions.mql]
field = "score"
at_least = 60

[[terms]]
id = "first-response"
kind = "deadline"
party = "sales"
start = "owner_assigned"
within = "2 business hours"
calendar = "desk"

[[terms]]
id = "valid"
kind = "validity"
party = "marketing"
at = "handoff_offered"
meeting = "mql"
"""
REGION = """\
include = ["company.toml"]

[agreement]
version = "1-nordic"

[calendars.desk]
zone = "Europe/Oslo"

[definitions.mql]
any = [{ field = "score", at_least = 80 }]

[[terms]]
id = "valid"
party = "sales"

[[terms]]
id = "nordic"
kind = "validity"
party = "marketing"
at = "handoff_offered"
meeting = "mql"
"""


@pytest.fixture
def company(tmp_path: Path) -> Path:
    (tmp_path / "company.toml").write_text(COMPANY)
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def overlay(file: Path) -> Overlay:
    return overlays.load(file, DEFAULT_LIMITS)


def refusal(file: Path) -> tuple[str, str]:
    with pytest.raises(DocumentError) as caught:
        overlay(file)
    (finding,) = caught.value.findings
    assert finding.place is not None
    return finding.code, f"{Path(finding.place.file or '').name}:{finding.place.line}"


class TestLoad:
    def test_a_region_says_only_what_differs(self, company: Path) -> None:
        region = write(company, "nordic.toml", REGION)

        edition = load(region).latest

        assert (edition.id, edition.version) == ("northwind", "1-nordic")
        assert edition.calendars[0].hours.zone == "Europe/Oslo"
        assert str(edition.definitions[0].criterion) == "any of (score is at least 80)"
        assert [(term.id, term.party) for term in edition.terms] == [
            ("first-response", "sales"),
            ("valid", "sales"),
            ("nordic", "marketing"),
        ]

    def test_what_is_included_is_not_changed(self, company: Path) -> None:
        region = write(company, "nordic.toml", REGION)

        load(region)

        assert (company / "company.toml").read_text() == COMPANY
        assert load(company / "company.toml").latest.version == "1"

    def test_a_part_is_located_in_the_file_that_says_it(self, company: Path) -> None:
        region = overlay(write(company, "nordic.toml", REGION))

        places = [
            region.locate(path)
            for path in (
                ("agreement", "id"),
                ("agreement", "version"),
                ("calendars", "desk", "zone"),
                ("calendars", "desk", "week", "mon-fri"),
                ("definitions", "mql", "any", 0, "at_least"),
                ("terms", 0, "within"),
                ("terms", 1, "party"),
                ("terms", 1, "meeting"),
                ("terms", 2, "meeting"),
                ("nowhere",),
            )
        ]

        assert [f"{Path(place.file or '').stem}:{place.line}" for place in places] == [
            "company:2",
            "nordic:4",
            "nordic:7",
            "company:7",
            "nordic:10",
            "company:18",
            "nordic:14",
            "company:26",
            "nordic:21",
            "nordic:1",
        ]

    def test_a_fault_is_told_in_the_file_that_has_it(self, company: Path) -> None:
        broken = COMPANY.replace("2 business hours", "2 busines hours")
        write(company, "company.toml", broken)
        region = write(company, "nordic.toml", REGION.replace("Oslo", "Osslo"))

        with pytest.raises(DocumentError) as caught:
            load(region)

        assert [str(one.place).rpartition("/")[2] for one in caught.value.findings] == [
            "company.toml:18:1",
            "nordic.toml:7:1",
        ]

    def test_a_later_include_goes_over_an_earlier_one(self, company: Path) -> None:
        write(company, "parts/emea.yaml", "agreement: {version: emea}\n")
        file = write(
            company,
            "all.json",
            '{"include": ["company.toml", "parts/emea.yaml"]}',
        )

        assert load(file).latest.version == "emea"

    def test_an_include_may_include(self, company: Path) -> None:
        write(company, "nordic.toml", REGION)
        file = write(
            company,
            "oslo.toml",
            'include = ["nordic.toml"]\n[agreement]\nversion = "oslo"\n',
        )

        found = overlay(file)

        assert load(file).latest.version == "oslo"
        assert Path(found.locate(("terms", 0, "within")).file or "").stem == "company"

    def test_a_list_is_replaced_as_a_whole(self, company: Path) -> None:
        file = write(
            company,
            "lists.toml",
            'include = ["company.toml"]\n'
            '[calendars.desk]\nweek = { sat = ["09:00-10:00"] }\n',
        )

        found = overlay(file)

        assert isinstance(found.tree, dict)
        assert found.tree["calendars"] == {
            "desk": {"zone": "America/Denver", "week": {"sat": ["09:00-10:00"]}}
        }

    @pytest.mark.parametrize(
        ("include", "code"),
        [
            ('["a.toml"]', "AK-S011"),
            ('["../other.toml"]', "AK-S012"),
            ('["sub/../../other.toml"]', "AK-S012"),
            ('["/etc/passwd"]', "AK-S012"),
            ('["C:/x.toml"]', "AK-S012"),
            ('["x\\\\y.toml"]', "AK-S012"),
            ('["absent.toml"]', "AK-S013"),
            ('["."]', "AK-S013"),
            ('["notes.txt"]', "AK-S005"),
            ('"company.toml"', "AK-S004"),
            ("[1]", "AK-S004"),
        ],
    )
    def test_what_must_not_be_included_is_refused(
        self, company: Path, include: str, code: str
    ) -> None:
        write(company, "notes.txt", "notes")
        file = write(company, "a.toml", f"# first\ninclude = {include}\n")

        assert refusal(file) == (code, "a.toml:2")

    def test_a_file_that_is_not_there_comes_with_advice(self, company: Path) -> None:
        file = write(company, "a.toml", 'include = ["absent.toml"]\n')

        with pytest.raises(DocumentError) as caught:
            load(file)

        (finding,) = caught.value.findings
        assert finding.message == (
            "'absent.toml' cannot be included: No such file or directory"
        )
        assert finding.help == (
            "name a file by its path from the directory of this document"
        )

    def test_files_that_include_each_other_are_refused(self, tmp_path: Path) -> None:
        file = write(tmp_path, "a.toml", 'include = ["b.toml"]\n')
        write(tmp_path, "b.toml", '\n\ninclude = ["a.toml"]\n')

        assert refusal(file) == ("AK-S011", "b.toml:3")

    def test_a_link_that_leads_out_is_refused(self, tmp_path: Path) -> None:
        write(tmp_path, "other.toml", "")
        file = write(tmp_path, "here/a.toml", 'include = ["link.toml"]\n')
        (tmp_path / "here" / "link.toml").symlink_to(tmp_path / "other.toml")

        assert refusal(file) == ("AK-S012", "a.toml:1")

    def test_an_included_file_in_a_folder_may_include_one_above_it(
        self, company: Path
    ) -> None:
        write(company, "parts/b.toml", 'include = ["../company.toml"]\n')
        file = write(company, "a.toml", 'include = ["parts/b.toml"]\n')

        assert load(file).latest.id == "northwind"

    def test_a_flood_of_includes_is_refused(self, tmp_path: Path) -> None:
        names = ", ".join(['"b0.toml"'] * 10)
        file = write(tmp_path, "a.toml", f"include = [{names}]\n")
        for at in range(20):
            text = (
                f"include = [{', '.join([f'{chr(34)}b{at + 1}.toml{chr(34)}'] * 10)}]\n"
            )
            write(tmp_path, f"b{at}.toml", text)
        write(tmp_path, "b20.toml", "[agreement]\n")

        assert refusal(file)[0] == "AK-S008"

    def test_a_list_at_the_root_cannot_be_included(self, tmp_path: Path) -> None:
        write(tmp_path, "b.json", "[]")
        file = write(tmp_path, "a.toml", 'include = ["b.json"]\n')

        assert refusal(file)[0] == "AK-S004"
