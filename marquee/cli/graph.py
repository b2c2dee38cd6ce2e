"""`marquee graph`: a picture of what a stack is made of."""

from pathlib import Path
from typing import Annotated

import typer

from marquee.cli._output import Json, Stack, console, print_json
from marquee.cli._project import project_dir, settings_of


def graph(
    stack: Stack = "dev",
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Folder for STACK.svg and STACK.mmd; default docs/graphs.")] = None,
    as_json: Json = False,
) -> None:
    """Draw the components of a stack by region, as SVG and as Mermaid. Deploys nothing.

    Example: marquee graph --stack prod --out /tmp
    """
    from marquee.cli._picture import mermaid, picture, svg  # noqa: PLC0415
    from marquee.engine import run  # noqa: PLC0415
    from marquee.engine.standin import StandIn  # noqa: PLC0415

    settings_of(stack)
    folder = out or project_dir() / "docs" / "graphs"
    drawn = picture(run(project_dir(), stack=stack, backend=StandIn(), preview=True))
    folder.mkdir(parents=True, exist_ok=True)
    files = {folder / f"{stack}.svg": svg(drawn), folder / f"{stack}.mmd": mermaid(drawn)}
    for path, text in files.items():
        path.write_text(text, encoding="utf-8")
    if as_json:
        print_json({"files": list(files), "components": len(drawn.boxes), "resources": sum(box.count for box in drawn.boxes)})
    else:
        console.print("\n".join(str(path) for path in files), highlight=False)
