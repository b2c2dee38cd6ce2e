"""The registry: what AWS has stopped supporting, or has said when it will. Checked in November 2026.

A version under paid extended support counts as ended: it gets few fixes, and costs a multiple. Each group of rows names its source.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from guard.control import Env
from guard.node import Findings, Node
from guard.params import whole_number

YEAR: Final = 365
"""Days after its end for which a runtime counts as ended lately: most foreign lists of ended runtimes do not hold it yet."""
WARN: Final = whole_number("warnDays", "How many days before the end of support the warning begins.", 180)


class Product(StrEnum):
    """What has versions that end."""

    SERVICE = "service"
    LAMBDA = "Lambda runtime"
    AURORA_MYSQL = "aurora-mysql"
    AURORA_POSTGRESQL = "aurora-postgresql"
    MYSQL = "mysql"
    MARIADB = "mariadb"
    POSTGRES = "postgres"
    OPENSEARCH = "OpenSearch"
    ELASTICSEARCH = "Elasticsearch"
    EKS = "EKS"
    REDIS = "redis"


@dataclass(frozen=True, slots=True)
class End:
    """The end of one version."""

    product: Product
    version: str
    """Whole components: `13` means 13.4 too, `1.3` does not mean 1.31. For a service its token's module; `*` for all versions."""
    day: date
    """First day without support."""
    source: str
    instead: str = ""


def _ends(product: Product, source: str, rows: Mapping[str, str], instead: str = "") -> Iterator[End]:
    """Rows of one product: date → versions that end that day."""
    for day, versions in rows.items():
        yield from (End(product, version, date.fromisoformat(day), source, instead) for version in versions.split())


_SEARCH_OLD = "1.5 2.3 5.1 5.3 5.5 5.6 6.0 6.2 6.3 6.4 6.5 6.7 7.1 7.4 7.7 7.8"

REGISTRY: Final = (
    End(
        Product.SERVICE,
        "mediastore",
        date(2025, 11, 13),
        "AWS Elemental MediaStore User Guide, end of support notice",
        "S3 behind CloudFront, or MediaPackage v2",
    ),
    End(
        Product.SERVICE,
        "appmesh",
        date(2026, 9, 30),
        "AWS App Mesh User Guide, end of support notice",
        "ECS Service Connect or VPC Lattice",
    ),
    End(
        Product.SERVICE,
        "elastictranscoder",
        date(2025, 11, 13),
        "Amazon Elastic Transcoder Developer Guide, end of support notice",
        "MediaConvert",
    ),
    End(Product.SERVICE, "qldb", date(2025, 7, 31), "Amazon QLDB Developer Guide, end of support notice", "Aurora PostgreSQL"),
    End(
        Product.SERVICE,
        "pinpoint",
        date(2026, 10, 30),
        "Amazon Pinpoint API Reference, end of support notice",
        "AWS End User Messaging and Connect Customer Profiles",
    ),
    *_ends(
        Product.LAMBDA,
        "AWS Lambda Developer Guide, Lambda runtimes (deprecation dates)",
        {
            "2016-10-31": "nodejs",
            "2019-06-27": "dotnetcore1.0",
            "2019-05-30": "dotnetcore2.0",
            "2019-08-12": "nodejs6.10",
            "2020-03-05": "nodejs4.3 nodejs4.3-edge",
            "2020-03-06": "nodejs8.10",
            "2021-07-15": "python2.7",
            "2021-07-30": "nodejs10.x ruby2.5",
            "2022-01-05": "dotnetcore2.1",
            "2022-05-10": "dotnet5.0",
            "2022-07-18": "python3.6",
            "2023-03-31": "nodejs12.x",
            "2023-04-03": "dotnetcore3.1",
            "2023-12-04": "nodejs14.x python3.7",
            "2023-12-07": "ruby2.7",
            "2024-01-08": "go1.x java8 provided",
            "2024-05-14": "dotnet7",
            "2024-06-12": "nodejs16.x",
            "2024-10-14": "python3.8",
            "2024-12-20": "dotnet6",
            "2025-09-01": "nodejs18.x",
            "2025-12-15": "python3.9",
            "2026-03-31": "ruby3.2",
            "2026-04-30": "nodejs20.x",
            "2026-06-30": "provided.al2",
            "2026-10-31": "python3.10",
            "2026-11-10": "dotnet8 dotnet9",
            "2027-03-31": "ruby3.3",
            "2027-04-30": "nodejs22.x",
            "2027-06-30": "java8.al2 java11 java17 python3.11",
            "2028-03-31": "ruby3.4",
            "2028-04-30": "nodejs24.x",
            "2028-10-31": "python3.12",
            "2028-11-14": "dotnet10",
            "2029-03-31": "ruby4.0",
            "2029-06-30": "java8.al2023 java11.al2023 java17.al2023 java21 java25 provided.al2023 python3.13 python3.14",
        },
    ),
    *_ends(
        Product.AURORA_MYSQL,
        "Release Notes for Aurora MySQL, release calendars (end of standard support)",
        {"2023-02-28": "1", "2024-10-31": "2", "2028-04-30": "3"},
    ),
    *_ends(
        Product.AURORA_POSTGRESQL,
        "Release Notes for Aurora PostgreSQL, release calendars (end of standard support)",
        {
            "2022-04-30": "9",
            "2023-01-31": "10",
            "2024-02-29": "11",
            "2025-02-28": "12",
            "2026-02-28": "13",
            "2027-02-28": "14",
            "2028-02-29": "15",
            "2029-02-28": "16",
            "2030-02-28": "17",
        },
    ),
    *_ends(
        Product.POSTGRES,
        "Amazon RDS for PostgreSQL Release Notes, release calendar (end of standard support)",
        {
            "2022-04-30": "9",
            "2023-04-30": "10",
            "2024-02-29": "11",
            "2025-02-28": "12",
            "2026-02-28": "13",
            "2027-02-28": "14",
            "2028-02-29": "15",
            "2029-02-28": "16",
            "2030-02-28": "17",
        },
    ),
    *_ends(
        Product.MYSQL,
        "Amazon RDS User Guide, MySQL versions (end of standard support)",
        {"2021-02-09": "5.5", "2022-03-01": "5.6", "2024-02-29": "5.7", "2026-07-31": "8.0", "2029-07-31": "8.4"},
    ),
    *_ends(
        Product.MARIADB,
        "Amazon RDS User Guide, MariaDB versions (end of standard support)",
        {
            "2023-10-23": "10.3",
            "2025-02-28": "10.4",
            "2026-02-28": "10.5",
            "2026-07-31": "10.6",
            "2028-02-29": "10.11",
            "2029-05-31": "11.4",
        },
    ),
    *_ends(
        Product.OPENSEARCH,
        "Amazon OpenSearch Service Developer Guide, supported versions (end of standard support)",
        {"2025-11-07": "1.0 1.1 1.2 2.3 2.5 2.7 2.9"},
    ),
    *_ends(
        Product.ELASTICSEARCH,
        "Amazon OpenSearch Service Developer Guide, supported versions (end of standard support)",
        {"2025-11-07": _SEARCH_OLD, "2027-11-07": "6.8 7.9 7.10"},
    ),
    *_ends(
        Product.EKS,
        "Amazon EKS User Guide, Kubernetes release calendar (end of standard support)",
        {
            "2022-08-15": "1.18",
            "2022-08-01": "1.19",
            "2022-11-01": "1.20",
            "2023-02-16": "1.21",
            "2023-06-04": "1.22",
            "2023-10-11": "1.23",
            "2024-01-31": "1.24",
            "2024-05-01": "1.25",
            "2024-06-11": "1.26",
            "2024-07-24": "1.27",
            "2024-11-26": "1.28",
            "2025-03-23": "1.29",
            "2025-07-23": "1.30",
            "2025-11-26": "1.31",
            "2026-03-23": "1.32",
            "2026-07-29": "1.33",
            "2026-12-02": "1.34",
            "2027-03-27": "1.35",
        },
    ),
    *_ends(
        Product.REDIS,
        "Amazon ElastiCache User Guide, engine versions (end of standard support)",
        {"2023-01-13": "2", "2023-07-31": "3", "2026-01-31": "4 5", "2027-01-31": "6"},
        "Valkey",
    ),
)


def check_ended(version: Node, product: Product, env: Env, *, least: int = 0, most: int | None = None) -> Findings:
    """A finding if the version's support has ended: at least `least` days ago, and fewer than `most`."""
    end = _find(product, version.text())
    if end and least <= (env.today - end.day).days < (most or env.today.toordinal()):
        yield version.fail(f"Support ended on {end.day}{_instead(end)}")


def check_ending(version: Node, product: Product, env: Env) -> Findings:
    """A finding if the version's support ends within the parameter `warnDays`."""
    end = _find(product, version.text())
    if end and env.today < end.day <= env.today + timedelta(days=env.number("warnDays")):
        yield version.fail(f"Support ends on {end.day}{_instead(end)}")


def _instead(end: End) -> str:
    return f"; use {end.instead} instead ({end.source})" if end.instead else f" ({end.source})"


_BY_PRODUCT: Final[Mapping[Product, Mapping[str, End]]] = {
    product: {end.version: end for end in REGISTRY if end.product is product} for product in Product
}


def _find(product: Product, version: str) -> End | None:
    """The row of the version, or of the shortest version that it belongs to: 13.4 is a 13."""
    rows = _BY_PRODUCT[product]
    if version in rows or product in (Product.SERVICE, Product.LAMBDA):
        return rows.get(version)
    parts = version.split(".")
    return next((rows[".".join(parts[:n])] for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in rows), None)
