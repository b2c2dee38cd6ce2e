"""Which AWS account the platform lives in, and the role that deploys it."""

from marquee.settings._section import Section
from marquee.settings._vocabulary import AccountId, RoleArn


class Accounts(Section):
    """A provider refuses to touch any account but `workload`."""

    workload: AccountId
    """12 digits in quotes: unquoted, a leading zero would make it an octal number. Example: "111122223333"."""
    deploy_role: RoleArn | None = None
    """Role that every provider assumes; null takes the caller's own identity. Example: arn:aws:iam::111122223333:role/deploy."""
