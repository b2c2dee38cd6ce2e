"""The graph of a stack as a picture: components by region, how many resources each holds, and who builds on whom."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from marquee.engine import Graph, Resource

GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Box:
    """One top-level component."""

    urn: str
    name: str
    kind: str
    """Last part of the type token."""
    region: str
    """Region of most of its resources, or `global` if it spans several."""
    count: int
    """Resources of a provider below it."""
    largest: tuple[tuple[str, int], ...]
    """The four commonest resource kinds and their numbers."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes in the order of registration, and edges (from, to): `from` uses an output of `to`."""

    title: str
    boxes: tuple[Box, ...]
    edges: tuple[tuple[str, str], ...]

    def by_region(self) -> Mapping[str, list[Box]]:
        """Region → its boxes; the global ones first."""
        found: dict[str, list[Box]] = defaultdict(list)
        for box in sorted(self.boxes, key=lambda box: box.region != GLOBAL):
            found[box.region].append(box)
        return found


def picture(graph: Graph) -> Picture:
    """What there is to draw of a graph."""
    tops = [resource for resource in graph if not resource.custom and resource.parent and graph.top(resource) is resource]
    owner = {resource.urn: graph.top(resource).urn for resource in graph}
    below: dict[str, list[Resource]] = defaultdict(list)
    for resource in graph:
        if resource.custom and not resource.type.startswith("pulumi:"):
            below[owner[resource.urn]].append(resource)
    edges = {
        (owner[resource.urn], owner[dependency])
        for resource in graph
        for dependency in resource.dependencies
        if dependency in owner and owner[dependency] != owner[resource.urn]
    }
    known = {top.urn for top in tops}
    return Picture(
        title=f"{graph.project} · {graph.stack}",
        boxes=tuple(_box(graph, top, below[top.urn]) for top in tops),
        edges=tuple(sorted(edge for edge in edges if set(edge) <= known)),
    )


def _box(graph: Graph, top: Resource, resources: Iterable[Resource]) -> Box:
    resources = list(resources)
    regions = {region_of(graph, resource) for resource in resources}
    kinds = Counter(resource.type.rpartition(":")[2] for resource in resources)
    region = next(iter(regions)) if len(regions) == 1 and top.name not in (GLOBAL, "account", "edge") else GLOBAL
    return Box(top.urn, top.name, top.type.rpartition(":")[2], region, len(resources), tuple(kinds.most_common(4)))


def region_of(graph: Graph, resource: Resource) -> str:
    """Region of a resource: that of its provider."""
    provider = graph.resources.get(resource.provider.rpartition("::")[0])
    region = provider.inputs.get("region") if provider else None
    return region if isinstance(region, str) else GLOBAL


def mermaid(drawn: Picture) -> str:
    """A Mermaid flowchart, as Markdown viewers render it."""
    ids = {box.urn: f"c{number}" for number, box in enumerate(drawn.boxes)}
    lines = ["flowchart LR"]
    for region, boxes in drawn.by_region().items():
        lines.append(f'  subgraph {region.replace("-", "_")}["{region}"]')
        lines += [f'    {ids[box.urn]}["{box.kind}<br/>{box.count} resources"]' for box in boxes]
        lines.append("  end")
    lines += [f"  {ids[source]} --> {ids[target]}" for source, target in drawn.edges]
    return "\n".join(lines) + "\n"


_WIDTH, _HEIGHT, _GAP, _HEAD = 250, 112, 26, 40  # pixels


def svg(drawn: Picture) -> str:
    """A picture of its own: a column a region, a box a component, an arrow where one builds on another."""
    columns = drawn.by_region()
    place = {
        box.urn: (_GAP + column * (_WIDTH + 3 * _GAP), 2 * _HEAD + row * (_HEIGHT + _GAP))
        for column, boxes in enumerate(columns.values())
        for row, box in enumerate(boxes)
    }
    width = len(columns) * (_WIDTH + 3 * _GAP)
    height = 2 * _HEAD + max((len(boxes) for boxes in columns.values()), default=0) * (_HEIGHT + _GAP) + _GAP
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="13"><title>{escape(drawn.title)}</title>'
        ),
        (
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0 8 4 0 8z" fill="#7a8699"/></marker></defs>'
        ),
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="{_GAP}" y="26" font-size="17" font-weight="600">{escape(drawn.title)}</text>',
    ]
    for column, region in enumerate(columns):
        x = _GAP + column * (_WIDTH + 3 * _GAP)
        parts.append(f'<text x="{x}" y="{2 * _HEAD - 12}" fill="#44546f" font-weight="600">{escape(region)}</text>')
    parts += [_arrow(place[source], place[target]) for source, target in drawn.edges if source in place and target in place]
    parts += [_drawn_box(box, *place[box.urn]) for box in drawn.boxes]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _arrow(source: tuple[int, int], target: tuple[int, int]) -> str:
    """From the side of a box that faces the other; within a column, a bow at the right."""
    (x1, y1), (x2, y2) = source, target
    y1, y2 = y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
    if x1 == x2:
        x1, x2, bend = x1 + _WIDTH, x2 + _WIDTH, 2 * _GAP
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 + bend} {y2} {x2} {y2}"
    else:
        x1, x2 = (x1, x2 + _WIDTH) if x1 > x2 else (x1 + _WIDTH, x2)
        middle = (x1 + x2) // 2
        path = f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
    return f'<path d="{path}" fill="none" stroke="#7a8699" stroke-width="1.3" marker-end="url(#tip)"/>'


def _drawn_box(box: Box, x: int, y: int) -> str:
    kinds = "".join(
        f'<text x="{x + 12}" y="{y + 56 + 15 * row}" fill="#44546f" font-size="11.5">{number} {escape(kind)}</text>'
        for row, (kind, number) in enumerate(box.largest)
    )
    return (
        f'<rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="#f4f7fb" stroke="#3d6fd9"/>'
        f'<text x="{x + 12}" y="{y + 22}" font-weight="600">{escape(box.kind)}</text>'
        f'<text x="{x + 12}" y="{y + 38}" fill="#44546f" font-size="11.5">{escape(box.name)} · {box.count} resources</text>{kinds}'
    )
