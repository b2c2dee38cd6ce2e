"""Lines of the emulator beside those of what it emulates for. Fails when the emulator becomes the larger part."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PRODUCT = ("components", "runtime", "policy")


def lines(folder: str) -> int:
    """Lines that are neither blank nor comment in the Python below `folder`."""
    texts = (path.read_text(encoding="utf-8").splitlines() for path in (ROOT / folder).rglob("*.py"))
    return sum(1 for text in texts for line in text if line.strip() and not line.lstrip().startswith("#"))


def main() -> int:
    """Print the two figures; exit code 1 if the emulator is not the smaller one."""
    emulator = lines("marquee/emulator")
    product = {folder: lines(folder) for folder in PRODUCT}
    print(f"emulator {emulator} lines; {' + '.join(f'{name} {count}' for name, count in product.items())} = {sum(product.values())} lines")
    if emulator >= sum(product.values()):
        print("the emulator has outgrown what it is there for: move behaviour to a library, or drop it")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
