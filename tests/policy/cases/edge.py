"""W: the edge."""

import json
from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, unknown

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
ACL = "aws:wafv2/webAcl:WebAcl"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
STAGE = "aws:apigateway/stage:Stage"
HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
OTHER = Item("aws:s3/bucket:Bucket", {})
"""A resource of another type than the controls judge."""
BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"
COMMON = "AWSManagedRulesCommonRuleSet"
SUBSCRIPTION = Item("aws:shield/subscription:Subscription", {}, "subscription")
YEAR = 31536000


def _distribution(**props: Any) -> Item:
    return Item(DISTRIBUTION, {"enabled": True, **props})


def _acl(*rules: Any, **props: Any) -> Item:
    return Item(ACL, {"scope": "REGIONAL", "rules": list(rules), **props})


def _managed(name: str, override: str = "none", **group: Any) -> dict[str, Any]:
    return {
        "name": "managed",
        "priority": 1,
        "overrideAction": {override: {}},
        "statement": {"managedRuleGroupStatement": {"name": name, "vendorName": "AWS", **group}},
    }


def _json(name: str, override: str = "None") -> Item:
    statement = {"ManagedRuleGroupStatement": {"VendorName": "AWS", "Name": name}}
    return Item(
        ACL, {"scope": "REGIONAL", "ruleJson": json.dumps([{"Name": "m", "OverrideAction": {override: {}}, "Statement": statement}])}
    )


def _rate(action: str = "block") -> dict[str, Any]:
    return {"name": "rate", "priority": 2, "action": {action: {}}, "statement": {"rateBasedStatement": {"limit": 2000}}}


def _weakened(rule: str, action: str) -> dict[str, Any]:
    return _managed(BAD_INPUTS, ruleActionOverrides=[{"name": rule, "actionToUse": {action: {}}}])


def _association(target: str = "subject", type_: str = ASSOCIATION) -> Item:
    props = {"webAclArn" if "wafv2" in type_ else "webAclId": "acl", "resourceArn": UNKNOWN}
    return Item(type_, props, "association", {"resourceArn": [target]})


def _protection(target: str = "subject") -> Item:
    return Item("aws:shield/protection:Protection", {"resourceArn": UNKNOWN, "name": "p"}, "protection", {"resourceArn": [target]})


def _stage(*beside: Item) -> tuple[Item, ...]:
    props = {"restApi": UNKNOWN, "deployment": "d", "stageName": "s"}
    return (Item(STAGE, props, refs={"restApi": ["api"]} if any(item.name == "api" for item in beside) else {}), *beside)


def _api(kind: Any) -> Item:
    return Item("aws:apigateway/restApi:RestApi", {"endpointConfiguration": {"types": kind}}, "api")


def _headers(default: Any = None, *ordered: Any) -> Item:
    return _distribution(
        defaultCacheBehavior={"responseHeadersPolicyId": default},
        orderedCacheBehaviors=[{"pathPattern": "/x", "responseHeadersPolicyId": policy} for policy in ordered],
    )


def _hsts(**changed: Any) -> Item:
    header = {"accessControlMaxAgeSec": YEAR, "includeSubdomains": True, "preload": True, "override": True, **changed}
    return Item(HEADERS, {"securityHeadersConfig": {"strictTransportSecurity": header}})


CASES = (
    passes("W1", "an ACL", _distribution(webAclId="arn:acl")),
    fails("W1", "none", _distribution(), at="webAclId"),
    fails("W1", "empty", _distribution(webAclId="")),
    not_applicable("W1", "another type", OTHER),
    unknown("W1", "not known yet", _distribution(webAclId=UNKNOWN), at="webAclId"),
    passes("W1.2", "stops", _acl(_rate(), _managed(BAD_INPUTS))),
    passes("W1.2", "another rule of the group only counts", _acl(_weakened("Host_localhost_HEADER", "count"))),
    passes("W1.2", "as JSON", _json(BAD_INPUTS)),
    fails("W1.2", "no rules", _acl(), at="rules"),
    fails("W1.2", "another group", _acl(_managed(COMMON))),
    fails("W1.2", "the group only counts", _acl(_managed(BAD_INPUTS, "count"))),
    fails("W1.2", "the rule only counts", _acl(_weakened("Log4JRCE_HEADER", "count"))),
    fails("W1.2", "the rule allows", _acl(_weakened("Log4JRCE", "allow"))),
    fails("W1.2", "as JSON, only counts", _json(BAD_INPUTS, "Count")),
    not_applicable("W1.2", "another type", OTHER),
    unknown("W1.2", "rules not known yet", Item(ACL, {"scope": "REGIONAL", "ruleJson": UNKNOWN}), at="ruleJson"),
    passes("W1.3", "a rule", _acl(_rate())),
    passes("W1.3", "as JSON", _json(COMMON)),
    passes(
        "W1.3",
        "a rule beside it",
        _acl(),
        Item("aws:wafv2/webAclRule:WebAclRule", {"webAclArn": UNKNOWN, "priority": 1}, "rule", {"webAclArn": ["subject"]}),
    ),
    fails("W1.3", "empty", _acl(), at="rules"),
    not_applicable("W1.3", "another type", OTHER),
    unknown(
        "W1.3",
        "whose rule is not known yet",
        _acl(),
        Item("aws:wafv2/webAclRule:WebAclRule", {"webAclArn": UNKNOWN, "priority": 1}, "rule"),
        at="rule.webAclArn",
    ),
    passes("W1.4", "blocks", _acl(_managed(COMMON), _rate())),
    fails("W1.4", "none", _acl(_managed(COMMON)), at="rules"),
    fails("W1.4", "only counts", _acl(_rate("count"))),
    not_applicable("W1.4", "another type", OTHER),
    unknown("W1.4", "rules not known yet", Item(ACL, {"scope": "REGIONAL", "rules": UNKNOWN}), at="rules"),
    passes("W1.5", "blocks", _acl(_managed(COMMON))),
    fails("W1.5", "none", _acl(_rate()), at="rules"),
    fails("W1.5", "only counts", _acl(_managed(COMMON, "count"))),
    not_applicable("W1.5", "another type", OTHER),
    unknown("W1.5", "name not known yet", _acl(_managed(UNKNOWN)), at="name"),
    passes("W1.6", "associated", Item(BALANCER, {}), _association()),
    passes("W1.6", "of WAF classic", Item(BALANCER, {}), _association(type_="aws:wafregional/webAclAssociation:WebAclAssociation")),
    fails("W1.6", "none", Item(BALANCER, {"internal": False})),
    fails(
        "W1.6", "of the older name, another's", Item("aws:alb/loadBalancer:LoadBalancer", {}), Item(BALANCER, {}, "b"), _association("b")
    ),
    not_applicable("W1.6", "network", Item(BALANCER, {"loadBalancerType": "network"})),
    not_applicable("W1.6", "internal", Item(BALANCER, {"internal": True})),
    unknown("W1.6", "not known whether internal", Item(BALANCER, {"internal": UNKNOWN}), at="internal"),
    passes("W1.7", "associated", *_stage(_api(["REGIONAL"]), _association())),
    fails("W1.7", "none", *_stage(_api(["REGIONAL"]))),
    fails("W1.7", "none, API not in the stack", *_stage()),
    not_applicable("W1.7", "private", *_stage(_api("PRIVATE"))),
    unknown("W1.7", "not known whether private", *_stage(_api([UNKNOWN])), at="types"),
    passes("W2", "one", _headers(None, "p")),
    fails("W2", "none", _headers(), at="responseHeadersPolicyId"),
    not_applicable("W2", "another type", OTHER),
    unknown("W2", "not known yet", _headers(UNKNOWN), at="responseHeadersPolicyId"),
    passes("W2.2", "all", _headers("p", "p")),
    fails("W2.2", "one without, beside an unknown", _headers("p", UNKNOWN, None), at="orderedCacheBehaviors[1]"),
    not_applicable("W2.2", "none, which is W2's", _headers()),
    unknown("W2.2", "not known yet", _headers("p", UNKNOWN), at="responseHeadersPolicyId"),
    passes("W2.3", "complete", _hsts()),
    fails("W2.3", "a month", _hsts(accessControlMaxAgeSec=2592000), at="accessControlMaxAgeSec"),
    fails(
        "W2.3", "no subdomains, beside an unknown", _hsts(accessControlMaxAgeSec=UNKNOWN, includeSubdomains=False), at="includeSubdomains"
    ),
    fails("W2.3", "no preload", _hsts(preload=None), at="preload"),
    fails("W2.3", "the origin's wins", _hsts(override=False), at="override"),
    fails("W2.3", "none", Item(HEADERS, {"securityHeadersConfig": {}}), at="strictTransportSecurity"),
    not_applicable("W2.3", "another type", OTHER),
    unknown("W2.3", "not known yet", _hsts(accessControlMaxAgeSec=UNKNOWN), at="accessControlMaxAgeSec"),
    passes("W2.4", "protected", _distribution(), SUBSCRIPTION, _protection()),
    fails("W2.4", "not protected", Item(BALANCER, {}), SUBSCRIPTION),
    fails("W2.4", "another is", _distribution(), Item(BALANCER, {}, "b"), SUBSCRIPTION, _protection("b")),
    not_applicable("W2.4", "no subscription", _distribution()),
    not_applicable("W2.4", "internal", Item(BALANCER, {"internal": True}), SUBSCRIPTION),
    unknown("W2.4", "not known whether internal", Item(BALANCER, {"internal": UNKNOWN}), SUBSCRIPTION, at="internal"),
)
