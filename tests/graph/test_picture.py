"""The pictures of the stacks: what they show, and that the committed ones are current."""

from xml.etree import ElementTree as ET

from marquee.cli._picture import GLOBAL, mermaid, picture, svg
from marquee.engine import Graph
from tests.graph.conftest import ROOT, platform


def test_committed_pictures_are_current(stack: str, preview: Graph) -> None:
    drawn = picture(preview)
    for path, text in ((f"{stack}.svg", svg(drawn)), (f"{stack}.mmd", mermaid(drawn))):
        assert (ROOT / "docs" / "graphs" / path).read_text(encoding="utf-8") == text, f"run `marquee graph --stack {stack}`"


def test_each_region_and_component_is_a_box(stack: str, preview: Graph) -> None:
    drawn = picture(preview)
    regions = [region["name"] for region in platform(stack)["regions"]]
    assert set(drawn.by_region()) == {GLOBAL, *regions, "us-east-1"}  # where the edge is, whatever the stack's regions are
    everywhere = {"RegionalPlane", "MediaPipeline", "RegionBaseline", "KeyProvider", "Playback", "Invalidations"}
    for region in regions:
        assert {box.kind for box in drawn.by_region()[region]} >= everywhere
    assert {box.kind for box in drawn.by_region()[regions[0]]} - everywhere >= {"Live", "SigningKeys", "TokenKeys", "Viewers"}
    assert sum(box.count for box in drawn.boxes) == sum(r.custom and not r.type.startswith("pulumi:") for r in preview)


def test_regions_build_on_the_global_parts_and_never_on_each_other(preview: Graph) -> None:
    drawn = picture(preview)
    box_of = {box.urn: box for box in drawn.boxes}
    regions = {box.region for box in drawn.boxes} - {GLOBAL}
    between = [(box_of[source], box_of[target]) for source, target in drawn.edges]
    assert between
    for source, target in between:
        if source.region == GLOBAL or source.kind == "MediaReplication" or not any(region in source.name for region in regions):
            continue  # the edge, names and copies build on regions
        # What the stack has once is in one region too, such as the keys that all regions sign with.
        once = not any(region in target.name for region in regions)
        assert once or target.region in (GLOBAL, source.region), (source.name, target.name)


def test_the_svg_is_well_formed_and_names_every_component(preview: Graph) -> None:
    drawn = picture(preview)
    text = "".join(ET.fromstring(svg(drawn)).itertext())  # noqa: S314 our own output
    assert all(box.name in text and box.kind in text for box in drawn.boxes)
