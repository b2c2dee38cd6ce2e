"""A contact sheet: the title at a glance, as one PNG of the thumbnails that players show, or of a short title's own pictures."""

import re
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

from marquee.cli._renditions import Renditions
from marquee.cli._tools import ffmpeg

_COLUMNS: Final = 4
_MOST: Final = 12
_FEW: Final = 4
_WIDTH: Final = 240  # pixels of a picture that is no thumbnail
_CUE: Final = re.compile(r"^(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$", re.MULTILINE)


class _Thumbnail(NamedTuple):
    sheet: str
    x: int
    y: int
    width: int
    height: int


def contact_sheet(renditions: Renditions, thumbnails: str, path: Path, *, master: Path, seconds: float) -> Path:
    """Write up to twelve thumbnails, spread over the title, to the PNG at `path`.

    A title shorter than four of them (there is one each ten seconds) is shown by twelve pictures of `master`, the file that it came from.
    """
    shown = _spread([_Thumbnail(name, *map(int, box)) for name, *box in _CUE.findall(renditions.text(thumbnails))])
    path.parent.mkdir(parents=True, exist_ok=True)
    if len(shown) < _FEW:
        pictures = f"fps={_MOST / seconds:.6f},scale={_WIDTH}:-2,tile={_COLUMNS}x{_MOST // _COLUMNS}:padding=4:margin=4"
        ffmpeg(["-i", master.resolve(), "-map", "0:V:0", "-vf", pictures, "-frames:v", "1", path.resolve()], path.parent)
        return path
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sheets = list(dict.fromkeys(each.sheet for each in shown))
        for number, name in enumerate(sheets):
            (folder / f"{number}.jpg").write_bytes(renditions.read(name))
        inputs = [part for number in range(len(sheets)) for part in ("-i", f"{number}.jpg")]
        ffmpeg([*inputs, "-filter_complex", _graph(shown, sheets), "-map", "[sheet]", "-frames:v", "1", path.resolve()], folder)
    return path


def _spread(found: list[_Thumbnail]) -> list[_Thumbnail]:
    count = min(_MOST, len(found))
    return [found[index * len(found) // count] for index in range(count)]


def _graph(shown: list[_Thumbnail], sheets: list[str]) -> str:
    """Cut each thumbnail out of its sheet, and tile them in order."""
    uses = {name: [index for index, each in enumerate(shown) if each.sheet == name] for name in sheets}
    parts = [f"[{number}:v]split={len(uses[name])}" + "".join(f"[s{index}]" for index in uses[name]) for number, name in enumerate(sheets)]
    parts += [f"[s{index}]crop={each.width}:{each.height}:{each.x}:{each.y}[t{index}]" for index, each in enumerate(shown)]
    columns = min(_COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    together = "".join(f"[t{index}]" for index in range(len(shown)))
    parts.append(f"{together}concat=n={len(shown)},tile={columns}x{rows}:padding=4:margin=4[sheet]")
    return ";".join(parts)
