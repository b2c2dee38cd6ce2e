"""The emulated AWS: seconds to start and to stop, memory, and calls a second.

    python -m benchmarks.emulator_start

Medians of five starts; exit 1 if a start takes more than 3 s.
"""

import io
import json
import os
import statistics
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from marquee.emulator import Emulator

STARTS = 5
CALLS = 200
LIMIT = 3.0  # seconds
ACCOUNT, REGION = "111122223333", "eu-west-1"
TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def main() -> None:
    """Print the figures."""
    starts, stops = zip(*(_start_and_stop() for _ in range(STARTS)), strict=True)
    print(f"start            {statistics.median(starts):6.2f} s   (slowest {max(starts):.2f} s, limit {LIMIT:.0f} s)")
    print(f"stop             {statistics.median(stops):6.2f} s")
    with Emulator() as emulator:
        print(f"memory, idle     {_resident_megabytes(emulator.process_group):6.0f} MB")
        for name, call in _calls(emulator).items():
            call(-1)  # the first one imports the service
            begin = time.perf_counter()
            for number in range(CALLS):
                call(number)
            print(f"{name:16} {CALLS / (time.perf_counter() - begin):6.0f} calls/s")
        print(f"memory, used     {_resident_megabytes(emulator.process_group):6.0f} MB")
    sys.exit(0 if max(starts) <= LIMIT else 1)


def _start_and_stop() -> tuple[float, float]:
    begin = time.perf_counter()
    with Emulator():
        started = time.perf_counter()
    return started - begin, time.perf_counter() - started


def _resident_megabytes(group: int) -> float:
    """Memory of all processes of the group, shared pages counted in each."""
    pages = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _group_of(int(entry.name)) == group:
            pages += int((entry / "statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _group_of(process: int) -> int:
    try:
        return os.getpgid(process)
    except ProcessLookupError:  # it ended meanwhile
        return 0


def _calls(emulator: Emulator) -> dict[str, Callable[[int], Any]]:
    def client(service: str) -> Any:
        return emulator.client(service, region=REGION, account=ACCOUNT)

    client("s3").create_bucket(Bucket="benchmark", CreateBucketConfiguration={"LocationConstraint": REGION})
    client("dynamodb").create_table(
        TableName="benchmark",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("code.py", "def handler(event, context):\n    return event\n")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = client("iam").create_role(RoleName="benchmark", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    client("lambda").create_function(
        FunctionName="benchmark", Runtime="python3.12", Role=role, Handler="code.handler", Code={"ZipFile": archive.getvalue()}
    )
    return {
        "s3 put": lambda number: client("s3").put_object(Bucket="benchmark", Key=str(number), Body=b"x" * 1000),
        "dynamodb put": lambda number: client("dynamodb").put_item(TableName="benchmark", Item={"id": {"S": str(number)}}),
        "sqs create": lambda number: client("sqs").create_queue(QueueName=f"benchmark-{number}"),
        "ec2 vpc (moto)": lambda _: client("ec2").create_vpc(CidrBlock="10.0.0.0/16"),
        "lambda invoke": lambda _: client("lambda").invoke(FunctionName="benchmark", Payload=b"{}"),
    }


if __name__ == "__main__":
    main()
