"""Flow tests share one emulated AWS a process, and part it by account."""

import re
from collections import defaultdict
from pathlib import Path

FOLDER = Path(__file__).parent


def test_no_two_files_take_the_same_account() -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for file in FOLDER.glob("*.py"):
        for account in re.findall(r'^ACCOUNT[^=\n]*= .*?"([0-9]{12})"', file.read_text(), re.MULTILINE):
            users[account].add(file.name)
        for line in re.findall(r"^ACCOUNTS = .*$", file.read_text(), re.MULTILINE):
            for account in re.findall(r'"([0-9]{12})"', line):
                users[account].add(file.name)
    assert len(users) > 4
    assert {account: sorted(files) for account, files in users.items() if len(files) > 1} == {}
