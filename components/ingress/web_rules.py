"""The rules of the platform's web ACLs."""

from typing import Any

from marquee.settings.waf import Waf

_REPUTATION = "AWSManagedRulesAmazonIpReputationList"  # addresses known for attacks
_COMMON = "AWSManagedRulesCommonRuleSet"  # the OWASP baseline
_BAD_INPUTS = "AWSManagedRulesKnownBadInputsRuleSet"  # requests that only an exploit sends
_ANONYMOUS = "AWSManagedRulesAnonymousIpList"
_COUNT_ANONYMOUS = [{"name": rule, "action_to_use": {"count": {}}} for rule in ("AnonymousIPList", "HostingProviderIPList")]
"""Both rules of the group. Their labels stay on the request, for a rule that somebody adds behind them."""
_BOTS = "AWSManagedRulesBotControlRuleSet"
_COUNT_APPS = [{"name": rule, "action_to_use": {"count": {}}} for rule in ("SignalNonBrowserUserAgent", "CategoryHttpLibrary")]
"""Apps on phones and television sets are no browsers, and ask by a library: either rule blocks them. Source: AWS WAF Developer Guide, "Bot
Control example: Creating an exception for a blocked user agent"."""
_WINDOW_SECONDS = 300
SESSION_COOKIE = "CloudFront-Signature"
"""Each session has a signature of its own, and nobody can make another that CloudFront takes."""


def rules(waf: Waf, *, media_domain: str | None = None) -> list[Any]:
    """The rules in their order: cheap ones first, since a blocked request costs no later rule.

    `media_domain` is given where viewers' own requests arrive, at the edge: sessions are counted there, and two groups pass over what goes
    to media. Among segments every player is a bot. And to the common rules a player's sound request looks like an attack: its CMCD names
    the next segment by a relative path (shaka-player's is `../../../film/…`, which GenericLFI_QUERYARGUMENTS is for), and in its path the
    token has dots before random letters, which may be those of a system file's extension. Nothing there reads a query or a file's name:
    CloudFront asks for a signature, a function takes one form of path, and origins only give.
    """
    count = waf.mode == "count"
    elsewhere = {} if media_domain is None else {"scope_down_statement": _not_to(media_domain)}
    overrides = {} if waf.anonymous_addresses == "block" else {"rule_action_overrides": _COUNT_ANONYMOUS}
    found = [
        _group(_REPUTATION, count=count),
        _group(_ANONYMOUS, count=count, **overrides),
        _group(_COMMON, count=count, **elsewhere),
        _group(_BAD_INPUTS, count=count),
    ]
    found.append(_rate("rate-by-address", waf.requests_per_address, {"aggregate_key_type": "IP"}))
    if media_domain is not None:
        cookie = {"name": SESSION_COOKIE, "text_transformations": [{"priority": 0, "type": "NONE"}]}
        by_session = {"aggregate_key_type": "CUSTOM_KEYS", "custom_keys": [{"cookie": cookie}]}
        found.append(_rate("rate-by-session", waf.requests_per_session, by_session))
        if waf.bot_control:
            level = [{"aws_managed_rules_bot_control_rule_set": {"inspection_level": "COMMON"}}]
            found.append(_group(_BOTS, count=count, managed_rule_group_configs=level, rule_action_overrides=_COUNT_APPS, **elsewhere))
    return [{**rule, "priority": priority} for priority, rule in enumerate(found)]


def _group(name: str, *, count: bool, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "override_action": {"count": {}} if count else {"none": {}},  # none: the group's own actions count
        "statement": {"managed_rule_group_statement": {"vendor_name": "AWS", "name": name, **more}},
        "visibility_config": visible(name),
    }


def _not_to(domain: str) -> dict[str, Any]:
    """Any name but this one: what is sent to a distribution's own, `d….cloudfront.net`, is looked at too."""
    to_it = {
        "byte_match_statement": {
            "field_to_match": {"single_header": {"name": "host"}},
            "positional_constraint": "EXACTLY",
            "search_string": domain,
            "text_transformations": [{"priority": 0, "type": "LOWERCASE"}],
        }
    }
    return {"not_statement": {"statement": to_it}}


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
