"""The rules of the platform's web ACLs."""

from typing import Any

from marquee.settings.waf import Waf

_MANAGED = (
    # rule group, and what it keeps out
    "AWSManagedRulesAmazonIpReputationList",  # addresses known for attacks
    "AWSManagedRulesCommonRuleSet",  # the OWASP baseline
    "AWSManagedRulesKnownBadInputsRuleSet",  # requests that only an exploit sends
)
_ANONYMOUS = "AWSManagedRulesAnonymousIpList"
_COUNT_ANONYMOUS = [{"name": rule, "action_to_use": {"count": {}}} for rule in ("AnonymousIPList", "HostingProviderIPList")]
"""Both rules of the group. Their labels stay on the request, for a rule that somebody adds behind them."""
_BOTS = "AWSManagedRulesBotControlRuleSet"
_WINDOW_SECONDS = 300
SESSION_COOKIE = "CloudFront-Signature"
"""Each session has a signature of its own, and nobody can make another that CloudFront takes."""


def rules(waf: Waf, *, api_domain: str | None = None) -> list[Any]:
    """The rules in their order: cheap ones first, since a blocked request costs no later rule.

    `api_domain` is given where viewers' own requests arrive, at the edge: sessions are counted there, and bots looked for among the
    requests to the API (among segments every player is a bot).
    """
    count = waf.mode == "count"
    groups = [_group(name, count=count) for name in _MANAGED]
    overrides = {} if waf.anonymous_addresses == "block" else {"rule_action_overrides": _COUNT_ANONYMOUS}
    found = [groups[0], _group(_ANONYMOUS, count=count, **overrides), *groups[1:]]
    found.append(_rate("rate-by-address", waf.requests_per_address, {"aggregate_key_type": "IP"}))
    if api_domain is not None:
        cookie = {"name": SESSION_COOKIE, "text_transformations": [{"priority": 0, "type": "NONE"}]}
        by_session = {"aggregate_key_type": "CUSTOM_KEYS", "custom_keys": [{"cookie": cookie}]}
        found.append(_rate("rate-by-session", waf.requests_per_session, by_session))
        if waf.bot_control:
            found.append(_bots(api_domain, count=count))
    return [{**rule, "priority": priority} for priority, rule in enumerate(found)]


def _group(name: str, *, count: bool, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "override_action": {"count": {}} if count else {"none": {}},  # none: the group's own actions count
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": name, **more}},
        "visibility_config": visible(name),
    }


def _bots(api_domain: str, *, count: bool) -> dict[str, Any]:
    to_the_api = {
        "byte_match_statement": {
            "field_to_match": {"single_header": {"name": "host"}},
            "positional_constraint": "EXACTLY",
            "search_string": api_domain,
            "text_transformations": [{"priority": 0, "type": "LOWERCASE"}],
        }
    }
    level = [{"aws_managed_rules_bot_control_rule_set": {"inspection_level": "COMMON"}}]
    return _group(_BOTS, count=count, managed_rule_group_configs=level, scope_down_statement=to_the_api)


def _rate(name: str, limit: int, key: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "action": {"block": {}},
        "statement": {"rate_based_statement": {"limit": limit, "evaluation_window_sec": _WINDOW_SECONDS, **key}},
        "visibility_config": visible(name),
    }


def visible(metric: str) -> Any:
    """Metrics and samples of an ACL or a rule, under this name."""
    return {"cloudwatch_metrics_enabled": True, "sampled_requests_enabled": True, "metric_name": metric}
