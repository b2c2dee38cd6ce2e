"""Packages of the emulated MediaPackage VOD: made once for all who ask, again after a failure, and gone when there is no room."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from marquee.emulator.media.pool import Pool
from marquee.emulator.services.vod_packages import Order, Packages, UnpackagedError


class Made(Packages):
    """In the place of the packager: a package of ten bytes, and how often it was made. `failing`: assets that cannot be."""

    def __init__(self, folder: Path, limit: int = 1000):
        super().__init__(Pool(1), folder, limit)
        self.made: list[str] = []
        self.failing: set[str] = set()

    def _make(self, order: Order, place: Path) -> Path:
        self.made.append(order.asset["Id"])
        if order.asset["Id"] in self.failing:
            raise UnpackagedError(order.asset["Id"])
        place.mkdir(parents=True)
        (place / "index.m3u8").write_bytes(b"0123456789")
        return place


def order(name: str, configuration: str = "cmaf", made: str = "now") -> Order:
    asset: dict[str, Any] = {"Id": name, "Arn": f"arn:{name}", "CreatedAt": made}
    return Order(asset=asset, configuration={"Arn": f"arn:{configuration}"}, region="eu-west-1")


def test_all_who_ask_meanwhile_get_the_same_package(tmp_path: Path) -> None:
    packages = Made(tmp_path)

    async def ask() -> set[Path]:
        impatient = asyncio.create_task(packages.folder(order("film")))
        await asyncio.sleep(0)
        impatient.cancel()
        return set(await asyncio.gather(*(packages.folder(order("film")) for _ in range(20))))

    assert len(asyncio.run(ask())) == 1
    assert packages.made == ["film"]


def test_each_configuration_and_each_making_of_an_asset_has_its_own(tmp_path: Path) -> None:
    packages = Made(tmp_path)

    async def ask() -> set[Path]:
        return {await packages.folder(each) for each in (order("film"), order("film", "dash"), order("film", made="later"), order("film"))}

    assert len(asyncio.run(ask())) == 3


def test_a_failure_is_not_kept(tmp_path: Path) -> None:
    packages = Made(tmp_path)
    packages.failing.add("film")

    async def ask() -> Path:
        with pytest.raises(UnpackagedError, match="film"):
            await packages.folder(order("film"))
        packages.failing.clear()
        return await packages.folder(order("film"))

    assert asyncio.run(ask()).is_dir()
    assert packages.made == ["film", "film"]


def test_who_was_not_asked_for_longest_makes_room(tmp_path: Path) -> None:
    packages = Made(tmp_path, limit=25)

    async def ask() -> list[bool]:
        places = {name: await packages.folder(order(name)) for name in ("a", "b")}
        await packages.folder(order("a"))
        places["c"] = await packages.folder(order("c"))
        return [places[name].exists() for name in "abc"]

    assert asyncio.run(ask()) == [True, False, True]
