"""Assets and archives as files, since Terraform takes paths."""

import hashlib
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

from marquee.engine import Archive, Asset

_EPOCH = (1980, 1, 1, 0, 0, 0)  # equal content, equal zip


@dataclass(frozen=True)
class Files:
    """Writes what has no file of its own into `folder`; the same content goes to the same file."""

    folder: Path

    def path_of(self, value: Asset | Archive) -> str:
        """Path of the file, or the URI, that holds `value`."""
        if value.uri is not None:
            return value.uri
        if isinstance(value, Asset):
            return str(Path(value.path).absolute()) if value.path is not None else self._text(value.text or "")
        path = Path(value.path).absolute() if value.path is not None else None
        return str(path) if path is not None and not path.is_dir() else self._zip(value)

    def _text(self, text: str) -> str:
        target = self._target(text, ".txt")
        if not target.exists():
            target.write_text(text)
        return str(target)

    def _zip(self, archive: Archive) -> str:
        target = self._target(json.dumps(asdict(archive), sort_keys=True), ".zip")
        if not target.exists():
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
                self._pack(packed, archive, "")
        return str(target)

    def _pack(self, packed: zipfile.ZipFile, value: Asset | Archive, name: str) -> None:
        if isinstance(value, Archive) and value.assets is not None:
            for part, content in sorted(value.assets.items()):
                self._pack(packed, content, f"{name}/{part}".lstrip("/"))
        elif value.path is not None and Path(value.path).is_dir():
            root = Path(value.path)
            for file in sorted(path for path in root.rglob("*") if path.is_file()):
                _write(packed, f"{name}/{file.relative_to(root)}".lstrip("/"), file.read_bytes())
        elif value.path is not None:
            _write(packed, name or Path(value.path).name, Path(value.path).read_bytes())
        elif isinstance(value, Asset):
            _write(packed, name, (value.text or "").encode())

    def _target(self, content: str, suffix: str) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{hashlib.sha256(content.encode()).hexdigest()[:32]}{suffix}"


def _write(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    packed.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
