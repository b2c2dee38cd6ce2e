"""Rules of AWS's managed groups whose exact criterion AWS documents. All others are AWS's secret, and are not judged.

Source: AWS WAF Developer Guide, "Baseline rule groups".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from marquee.emulator.firewall.inspected import Inspected


@dataclass(frozen=True)
class Managed:
    """A rule: its label below the group's namespace, and its criterion."""

    label: str
    fits: Callable[[Inspected], bool]


@dataclass(frozen=True)
class Group:
    """A group: where its labels are, what is judged, and the names of what is not."""

    namespace: str
    judged: Mapping[str, Managed]
    not_judged: tuple[str, ...]


def _body(request: Inspected) -> bool:
    return len(request.body) > 8 * 1024


def _size(text: str) -> int:
    return len(text.encode("latin-1", "replace"))


GROUPS: Final[Mapping[str, Group]] = {
    "AWSManagedRulesCommonRuleSet": Group(
        "awswaf:managed:aws:core-rule-set:",
        {
            "NoUserAgent_HEADER": Managed("NoUserAgent_Header", lambda request: "user-agent" not in request.headers),
            "SizeRestrictions_QUERYSTRING": Managed("SizeRestrictions_QueryString", lambda request: _size(request.query) > 2048),
            "SizeRestrictions_Cookie_HEADER": Managed(
                "SizeRestrictions_Cookie_Header", lambda request: _size(request.headers.get("cookie", "")) > 10_240
            ),
            "SizeRestrictions_BODY": Managed("SizeRestrictions_Body", _body),
            "SizeRestrictions_URIPATH": Managed("SizeRestrictions_URIPath", lambda request: _size(request.path) > 1024),
        },
        (
            "UserAgent_BadBots_HEADER", "EC2MetaDataSSRF_BODY", "EC2MetaDataSSRF_COOKIE", "EC2MetaDataSSRF_URIPATH",
            "EC2MetaDataSSRF_QUERYARGUMENTS", "GenericLFI_QUERYARGUMENTS", "GenericLFI_URIPATH", "GenericLFI_BODY",
            "RestrictedExtensions_URIPATH", "RestrictedExtensions_QUERYARGUMENTS", "GenericRFI_QUERYARGUMENTS", "GenericRFI_BODY",
            "GenericRFI_URIPATH", "CrossSiteScripting_COOKIE", "CrossSiteScripting_QUERYARGUMENTS", "CrossSiteScripting_BODY",
            "CrossSiteScripting_URIPATH",
        ),
    ),
    "AWSManagedRulesKnownBadInputsRuleSet": Group(
        "awswaf:managed:aws:known-bad-inputs:",
        {"PROPFIND_METHOD": Managed("Propfind_Method", lambda request: request.method == "PROPFIND")},
        (
            "JavaDeserializationRCE_HEADER", "JavaDeserializationRCE_BODY", "JavaDeserializationRCE_URIPATH",
            "JavaDeserializationRCE_QUERYSTRING", "Host_localhost_HEADER", "ExploitablePaths_URIPATH", "Log4JRCE_HEADER",
            "Log4JRCE_QUERYSTRING", "Log4JRCE_BODY", "Log4JRCE_URIPATH",
        ),
    ),
}  # fmt: skip
