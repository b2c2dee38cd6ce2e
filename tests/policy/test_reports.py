"""Reports: what stands first, what each format promises its reader, and that nothing from a stack becomes markup."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any, Final

import jsonschema
import pytest

from marquee.engine.findings import Finding
from marquee.policies import ControlInfo, Report, catalogue, report
from marquee.policies.formats import html, markdown, sarif
from tests.policy.harness import PACK, ROOT

NASTY: Final = "<script>alert(1)</script>|`a` **b** [c](d) \\| @team &lt; _e_\nnext"

# The parts of SARIF 2.1.0 that code scanning reads: oasis-tcs/sarif-spec, and GitHub's "SARIF support for code scanning".
_TEXT: Final = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_RULE: Final = {
    "type": "object",
    "required": ["id", "shortDescription"],
    "properties": {
        "id": {"type": "string", "minLength": 1},
        "shortDescription": _TEXT,
        "fullDescription": _TEXT,
        "help": _TEXT,
        "properties": {"properties": {"security-severity": {"type": "string", "pattern": r"^(10|\d)\.\d$"}, "tags": {"uniqueItems": True}}},
    },
}
_LOCATION: Final = {
    "type": "object",
    "required": ["physicalLocation", "logicalLocations"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {"required": ["uri"], "properties": {"uri": {"type": "string", "pattern": r"^[^/\\][^\\]*$"}}},
                "region": {"required": ["startLine"], "properties": {"startLine": {"type": "integer", "minimum": 1}}},
            },
        },
        "logicalLocations": {"type": "array", "items": {"required": ["fullyQualifiedName"]}},
    },
}
_RESULT: Final = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": _TEXT,
        "locations": {"type": "array", "minItems": 1, "maxItems": 10, "items": _LOCATION},
        "partialFingerprints": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
        "suppressions": {
            "type": "array",
            "items": {
                "required": ["kind", "justification"],
                "properties": {"kind": {"enum": ["inSource", "external"]}, "justification": {"type": "string", "minLength": 1}},
            },
        },
    },
}
SARIF: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name", "rules"],
                                "properties": {"name": {"type": "string"}, "rules": {"type": "array", "items": _RULE}},
                            }
                        },
                    },
                    "results": {"type": "array", "items": _RESULT},
                },
            },
        },
    },
}


def finding(
    control: str, text: str, *, level: Any = "mandatory", severity: str = "high", name: str = "thing", deferred: bool = False
) -> Finding:
    urn = f"urn:pulumi:s::p::aws:s3/bucket:Bucket::{name}" if name else ""
    return Finding(policy=control, pack="marquee", level=level, message=f"[{control} {severity}] {text}", urn=urn, deferred=deferred)


EXEMPTED: Final = "exempted until 2027-11-30 by ops: It is open (cidr). Fix: close it. Reason: A bastion with its own log."
FINDINGS: Final = (
    finding("E2", "deferred: kmsKeyArn is not known yet; the control decides at the update.", level="advisory", deferred=True),
    finding("E1", "Not encrypted. Fix: f", level="advisory"),
    finding("N1", EXEMPTED, level="advisory"),
    finding("P1", "Public. Fix: f", severity="low"),
    finding("I2", f"{NASTY}. Fix: {NASTY}", severity="critical", name="<b>a|b`c\\"),
    Finding(policy="pack", pack="marquee", level="mandatory", message="[X1 high] an exemption expired. Fix: renew it.", urn=""),
)


@pytest.fixture(scope="module")
def controls() -> tuple[ControlInfo, ...]:
    return catalogue(PACK)


@pytest.fixture(scope="module")
def found(controls: tuple[ControlInfo, ...]) -> Report:
    lines = {FINDINGS[1].urn: "components/storage/bucket.py:12"}
    return report(FINDINGS, controls, stack="prod|`x`", preview=True, resources=7, declared_at=lines)


def test_the_gravest_stand_first(found: Report) -> None:
    assert [(entry.control, entry.kind) for entry in found.entries] == [
        ("I2", "mandatory"),
        ("X1", "mandatory"),
        ("P1", "mandatory"),
        ("E1", "advisory"),
        ("N1", "exempted"),
        ("E2", "deferred"),
    ]
    assert not found.passed
    assert found.counts == {"mandatory": 3, "advisory": 1, "exempted": 1, "deferred": 1}
    assert found.deferred == {"E2": 1}


def test_an_entry_has_the_controls_fix_and_an_exemption_keeps_its_reason(found: Report, controls: tuple[ControlInfo, ...]) -> None:
    fixes = {control.id: control.fix for control in controls}
    assert {entry.control: entry.fix for entry in found.entries if entry.control != "X1"} == {
        name: fixes[name] for name in ("I2", "P1", "E1", "N1", "E2")
    }
    exempted = next(entry for entry in found.entries if entry.kind == "exempted")
    assert exempted.message.endswith("Reason: A bastion with its own log.")
    assert exempted.message.startswith("exempted until 2027-11-30 by ops: It is open (cidr).")


def test_only_advice_and_deferrals_pass(controls: tuple[ControlInfo, ...]) -> None:
    rest = report(FINDINGS[:3], controls, stack="dev", preview=True, resources=7)
    assert rest.passed
    assert rest.to_json()["passed"] is True
    assert report((), controls, stack="dev", preview=False, resources=0).shown() == ()


def test_json_counts_what_is_deferred_and_lists_the_rest(found: Report) -> None:
    data = found.to_json()
    assert data["deferred"] == {"E2": 1}
    assert [entry["control"] for entry in data["findings"]] == ["I2", "X1", "P1", "E1", "N1"]


def test_sarif_is_valid(found: Report, controls: tuple[ControlInfo, ...]) -> None:
    log = sarif(found, controls)
    jsonschema.Draft202012Validator.check_schema(SARIF)
    jsonschema.validate(log, SARIF)
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert {result["ruleId"]: result["level"] for result in run["results"]} == {
        "I2": "error",
        "X1": "error",
        "P1": "error",
        "E1": "warning",
        "N1": "note",
    }


def test_sarif_is_empty_and_valid_without_findings(controls: tuple[ControlInfo, ...]) -> None:
    log = sarif(report((), controls, stack="dev", preview=True, resources=3), controls)
    jsonschema.validate(log, SARIF)
    assert log["runs"][0]["results"] == []


def test_sarif_places_exist_and_only_exempted_findings_are_suppressed(found: Report, controls: tuple[ControlInfo, ...]) -> None:
    results = {result["ruleId"]: result for result in sarif(found, controls)["runs"][0]["results"]}
    places = {name: result["locations"][0]["physicalLocation"] for name, result in results.items()}
    assert places["E1"]["artifactLocation"]["uri"] == "components/storage/bucket.py"
    assert places["E1"]["region"]["startLine"] == 12
    assert all((ROOT / place["artifactLocation"]["uri"]).is_file() for place in places.values())
    assert [name for name, result in results.items() if "suppressions" in result] == ["N1"]
    assert "A bastion with its own log." in results["N1"]["suppressions"][0]["justification"]


def test_a_fingerprint_tells_findings_apart_and_survives_a_move(controls: tuple[ControlInfo, ...]) -> None:
    def prints(lines: dict[str, str]) -> list[str]:
        log = sarif(report((*FINDINGS, FINDINGS[3]), controls, stack="s", preview=True, resources=1, declared_at=lines), controls)
        return [result["partialFingerprints"]["controlAndResource/v1"] for result in log["runs"][0]["results"]]

    before, after = prints({FINDINGS[1].urn: "a.py:1"}), prints({FINDINGS[1].urn: "a.py:99"})
    assert before == after
    assert len(set(before)) == len(before)


def test_markdown_rows_have_the_columns_of_their_table(found: Report) -> None:
    rows = [line for line in markdown(found).splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {7}
    assert not any("\\" in row for row in rows)


def test_markdown_shows_what_a_stack_says_and_obeys_none_of_it(found: Report) -> None:
    text = markdown(found)
    row = next(line for line in text.splitlines() if line.startswith("| I2"))
    assert not re.search(r"<(?!/?code>|!-- -->)|`|\*\*|\]\(|@team", row)
    shown = unescape(row.replace("<!-- -->", ""))
    assert "<script>alert(1)</script>|`a` **b** [c](d) \\| @team &lt; _e_ next" in shown
    assert "<code>prod|`x`</code>" in unescape(text)


class Page(HTMLParser):
    """Tags and text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.titles: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.titles += [value or "" for name, value in attrs if name == "title"]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_shows_what_a_stack_says_and_obeys_none_of_it(found: Report) -> None:
    page = Page()
    page.feed(html(found))
    assert set(page.tags) <= {"html", "meta", "title", "style", "h1", "p", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert page.tags.count("tr") == 1 + len(found.shown())
    assert page.tags.count("td") == 6 * len(found.shown())
    assert NASTY in page.text
    assert FINDINGS[4].urn in page.titles


def test_html_needs_nothing_beside_it(found: Report) -> None:
    assert not re.search(r"\b(src|href)=|url\(|@import", html(found))
