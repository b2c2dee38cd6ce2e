"""The pictures of the stacks: what they show, and that the committed ones are current."""

from xml.etree import ElementTree as ET

from marquee.cli._picture import GLOBAL, Box, mermaid, picture, svg
from marquee.engine import Graph
from tests.graph.conftest import ROOT, platform


def test_committed_pictures_are_current(stack: str, preview: Graph) -> None:
    drawn = picture(preview)
    for path, text in ((f"{stack}.svg", svg(drawn)), (f"{stack}.mmd", mermaid(drawn))):
        assert (ROOT / "docs" / "graphs" / path).read_text(encoding="utf-8") == text, f"run `marquee graph --stack {stack}`"


def test_each_region_and_component_is_a_box(stack: str, preview: Graph) -> None:
    drawn = picture(preview)
    regions = [region["name"] for region in platform(stack)["regions"]]
    found = {place: sorted(box.kind for box in boxes) for place, boxes in drawn.by_region().items()}
    several = len(regions) > 1
    everywhere = ["Delivery", "KeyProvider", "MediaPipeline", "RegionBaseline", "RegionalPlane", *(["MediaReplication"] if several else [])]
    expected = {region: list(everywhere) for region in regions} | {GLOBAL: ["AccountBaseline", "Edge", "GlobalPlane"]}
    expected["eu-west-1"] += ["AccessLogs", "Live", "SigningKeys", "TokenKeys", "Viewers"]
    expected[GLOBAL if several else "eu-west-1"].append("ApiName")  # of the primary region, with a certificate in each
    expected.setdefault("us-east-1", []).append("Routing")  # CloudFront's and Route 53's region, whatever the stack's are
    assert found == {place: sorted(kinds) for place, kinds in expected.items()}
    assert sum(box.count for box in drawn.boxes) == sum(r.custom and not r.type.startswith("pulumi:") for r in preview)


def test_regions_build_on_the_global_parts_and_never_on_each_other(preview: Graph) -> None:
    drawn = picture(preview)
    box_of = {box.urn: box for box in drawn.boxes}
    regions = {box.region for box in drawn.boxes} - {GLOBAL}

    def of_a_region(box: Box) -> bool:
        """What the stack has once, such as the keys that all regions sign with, has no region in its name."""
        return any(region in box.name for region in regions)

    between = [(box_of[source], box_of[target]) for source, target in drawn.edges]
    across = {(source.kind, target.kind) for source, target in between if of_a_region(source) and of_a_region(target)
              and source.region != target.region}  # fmt: skip
    assert across == ({("MediaReplication", "MediaPipeline")} if "MediaReplication" in {box.kind for box in drawn.boxes} else set())
    onto = {source.kind for source, target in between if not of_a_region(source) and of_a_region(target)}
    assert onto == {"Edge", "Routing", "SigningKeys", "TokenKeys"}  # the edge and names build on regions, keys on the home's dead letters


def test_the_svg_is_well_formed_and_names_every_component(preview: Graph) -> None:
    drawn = picture(preview)
    text = "".join(ET.fromstring(svg(drawn)).itertext())  # noqa: S314 our own output
    assert all(box.name in text and box.kind in text for box in drawn.boxes)
