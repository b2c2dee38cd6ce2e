"""Which record answers: latency, place, failover and health, as Route 53 chooses."""

import pytest

from marquee.domain.regions import ZONES
from marquee.emulator.dns.health import Health
from marquee.emulator.dns.places import PLACES
from marquee.emulator.dns.records import Check, Record, plain
from marquee.emulator.dns.resolver import Resolver, Viewer, distance

NAME = "api.example.org"
IRELAND, VIRGINIA, SYDNEY = "eu-west-1", "us-east-1", "ap-southeast-2"


def record(name: str, alias: str | None = None, **more: object) -> Record:
    given: dict[str, object] = {
        "name": name, "type": "A", "values": (), "ttl": 60, "alias": alias, "evaluates_target": alias is not None, "health_check": None,
        "set_identifier": "", "region": None, "place": None, "failover": None,
    }  # fmt: skip
    return Record(**{**given, **more})  # pyright: ignore[reportArgumentType]


def leaf(region: str) -> Record:
    return record(f"{region}.{NAME}", f"x.{region}.amazonaws.com", set_identifier=region, health_check=region)


def nearest(*regions: str, name: str = NAME) -> list[Record]:
    return [record(name, f"{region}.{NAME}", set_identifier=region, region=region) for region in regions] + [leaf(one) for one in regions]


def resolver(records: list[Record], *, down: tuple[str, ...] = (), unreachable: tuple[str, ...] = ()) -> Resolver:
    return Resolver(records=records, healthy=lambda check: check not in down, reachable=lambda host: host not in unreachable)


def target(records: list[Record], viewer: Viewer, **state: tuple[str, ...]) -> str:
    answer = resolver(records, **state).resolve(NAME, "A", viewer)
    assert answer is not None
    return answer.target


@pytest.mark.parametrize(
    ("near", "expected"), [("eu-central-1", IRELAND), ("us-west-2", VIRGINIA), ("ap-northeast-1", SYDNEY), (SYDNEY, SYDNEY)]
)
def test_the_nearest_region_answers(near: str, expected: str) -> None:
    assert target(nearest(IRELAND, VIRGINIA, SYDNEY), Viewer(region=near)) == f"x.{expected}.amazonaws.com"


def test_a_region_whose_check_fails_is_passed_over_and_comes_back() -> None:
    records, viewer = nearest(IRELAND, VIRGINIA), Viewer(region=IRELAND)
    assert target(records, viewer, down=(IRELAND,)) == f"x.{VIRGINIA}.amazonaws.com"
    assert target(records, viewer) == f"x.{IRELAND}.amazonaws.com"


def test_a_target_that_does_not_work_is_passed_over_without_any_check() -> None:
    assert target(nearest(IRELAND, VIRGINIA), Viewer(region=IRELAND), unreachable=(f"x.{IRELAND}.amazonaws.com",)).startswith(
        f"x.{VIRGINIA}"
    )


def test_when_nothing_is_healthy_the_nearest_answers_all_the_same() -> None:
    assert target(nearest(IRELAND, VIRGINIA), Viewer(region=VIRGINIA), down=(IRELAND, VIRGINIA)) == f"x.{VIRGINIA}.amazonaws.com"


def placed() -> list[Record]:
    by_place = [
        record(NAME, f"{VIRGINIA}.{NAME}", set_identifier="country-DE", place="country-DE"),
        record(NAME, f"{IRELAND}.{NAME}", set_identifier="EU", place="EU"),
        record(NAME, f"nearest.{NAME}", set_identifier="elsewhere", place="country-*"),
    ]
    return by_place + nearest(IRELAND, VIRGINIA, SYDNEY, name=f"nearest.{NAME}")


@pytest.mark.parametrize(
    ("viewer", "expected"),
    [
        (Viewer(region=SYDNEY, country="DE", continent="EU"), VIRGINIA),
        (Viewer(region=SYDNEY, country="FR", continent="EU"), IRELAND),
        (Viewer(region=SYDNEY, country="JP", continent="AS"), SYDNEY),
        (Viewer(region=SYDNEY), SYDNEY),
    ],
)
def test_the_smallest_place_decides_and_latency_elsewhere(viewer: Viewer, expected: str) -> None:
    assert target(placed(), viewer) == f"x.{expected}.amazonaws.com"


def test_a_place_whose_region_fails_leaves_the_question_to_the_next_larger() -> None:
    germany = Viewer(region=SYDNEY, country="DE", continent="EU")
    assert target(placed(), germany, down=(VIRGINIA,)) == f"x.{IRELAND}.amazonaws.com"
    assert target(placed(), germany, down=(VIRGINIA, IRELAND)) == f"x.{SYDNEY}.amazonaws.com"


def test_standby_serves_only_when_all_others_fail() -> None:
    records = [
        record(NAME, f"nearest.{NAME}", set_identifier="primary", failover="PRIMARY"),
        record(NAME, f"{SYDNEY}.{NAME}", set_identifier="secondary", failover="SECONDARY"),
        *nearest(IRELAND, VIRGINIA, name=f"nearest.{NAME}"),
        leaf(SYDNEY),
    ]
    viewer = Viewer(region=SYDNEY)
    assert target(records, viewer, down=(IRELAND,)) == f"x.{VIRGINIA}.amazonaws.com"
    assert target(records, viewer, down=(IRELAND, VIRGINIA)) == f"x.{SYDNEY}.amazonaws.com"


def test_the_way_of_a_choice_is_told() -> None:
    answer = resolver(placed()).resolve(NAME, "A", Viewer(region=SYDNEY, country="JP"))
    assert answer is not None
    assert answer.path == ("elsewhere", SYDNEY, SYDNEY)


def test_a_loop_of_aliases_ends() -> None:
    records = [record(NAME, f"b.{NAME}"), record(f"b.{NAME}", NAME)]
    assert resolver(records).resolve(NAME, "A", Viewer(region=IRELAND)) is not None


def test_an_unknown_name_and_an_unknown_type_have_no_answer() -> None:
    found = resolver(nearest(IRELAND))
    assert found.resolve("other.example.org", "A", Viewer(region=IRELAND)) is None
    assert found.resolve(NAME, "MX", Viewer(region=IRELAND)) is None


def test_names_compare_without_case_and_final_dot() -> None:
    assert resolver(nearest(IRELAND)).resolve("API.Example.org.", "A", Viewer(region=IRELAND)) is not None
    assert plain("\\052.Example.org.") == "*.example.org"


def test_every_region_has_a_place_and_a_region_is_nearest_to_itself() -> None:
    assert PLACES.keys() == ZONES.keys()
    for region in PLACES:
        assert min(PLACES, key=lambda other: distance(region, other)) == region


def check(id: str, kind: str = "HTTPS", **more: object) -> Check:
    given: dict[str, object] = {
        "id": id, "kind": kind, "name": f"{id}.example.org", "path": "/health", "region": IRELAND, "children": (), "threshold": 2,
        "inverted": False,
    }  # fmt: skip
    return Check(**{**given, **more})  # pyright: ignore[reportArgumentType]


def test_an_endpoint_is_unhealthy_after_its_failures_in_a_row_and_healthy_after_one_success() -> None:
    answers = iter([200, 503, 503, 200])
    health = Health(checks=[check("deep")], get=lambda _: next(answers), alarm=lambda *_: "OK")
    seen = []
    for _ in range(4):
        health.check_once()
        seen.append(health.healthy("deep"))
    assert seen == [True, True, False, True]


@pytest.mark.parametrize(
    ("states", "expected"),
    [(["ALARM"], False), (["OK"], True), (["INSUFFICIENT_DATA"], True), (["ALARM", "INSUFFICIENT_DATA"], False), (["ALARM", "OK"], True)],
)
def test_an_alarm_counts_and_without_data_its_last_state(states: list[str], expected: bool) -> None:
    told = iter(states)
    health = Health(checks=[check("alarm", "CLOUDWATCH_METRIC")], get=lambda _: 200, alarm=lambda *_: next(told))
    for _ in states:
        health.check_once()
    assert health.healthy("alarm") is expected


def test_a_calculated_check_counts_its_children() -> None:
    both = check("both", "CALCULATED", children=("deep", "alarm"), threshold=2)
    either = check("either", "CALCULATED", children=("deep", "alarm"), threshold=1)
    health = Health(
        checks=[check("deep", threshold=1), check("alarm", "CLOUDWATCH_METRIC"), both, either], get=lambda _: 503, alarm=lambda *_: "OK"
    )
    health.check_once()
    assert (health.healthy("both"), health.healthy("either")) == (False, True)


def test_an_endpoint_that_cannot_be_reached_is_unhealthy() -> None:
    def refuse(_: str) -> int:
        raise ConnectionRefusedError

    health = Health(checks=[check("deep", threshold=1)], get=refuse, alarm=lambda *_: "OK")
    health.check_once()
    assert not health.healthy("deep")
