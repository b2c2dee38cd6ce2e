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
    assert set(drawn.by_region()) == {GLOBAL, *regions}
    for region in regions:
        assert {box.kind for box in drawn.by_region()[region]} == {"RegionalPlane", "MediaPipeline", "RegionBaseline"}
    assert sum(box.count for box in drawn.boxes) == sum(r.custom and not r.type.startswith("pulumi:") for r in preview)


def test_regions_build_on_the_global_parts_and_never_on_each_other(preview: Graph) -> None:
    drawn = picture(preview)
    region_of = {box.urn: box.region for box in drawn.boxes}
    assert drawn.edges
    for source, target in drawn.edges:
        assert region_of[target] in (GLOBAL, region_of[source])


def test_the_svg_is_well_formed_and_names_every_component(preview: Graph) -> None:
    drawn = picture(preview)
    text = "".join(ET.fromstring(svg(drawn)).itertext())  # noqa: S314 our own output
    assert all(box.name in text and box.kind in text for box in drawn.boxes)
