"""Code at the edge is what CloudFront's JavaScript runtime 2.0 takes; `syntax.mjs` names AWS's list."""

import pytest

from tests.edge.node import EDGE, node

MAX_BYTES = 10 * 1024
"""Source: Amazon CloudFront Developer Guide, "Quotas on CloudFront Functions": 10 KB of code."""
FUNCTIONS = {path.name: path.read_text() for path in EDGE.glob("*.js")}

REFUSED = {
    "eval": "function handler(e) { return eval('1'); }",
    "function constructor": "function handler(e) { return new Function('return 1')(); }",
    "timer": "function handler(e) { setTimeout(handler, 1); }",
    "network": "async function handler(e) { return await fetch('https://example.org'); }",
    "other module": "import fs from 'fs'; function handler(e) { return e; }",
    "named import": "import { kvs } from 'cloudfront'; function handler(e) { return e; }",
    "other require": "const os = require('os'); function handler(e) { return e; }",
    "dynamic import": "async function handler(e) { const m = await import('crypto'); return m; }",
    "class": "class A {} function handler(e) { return e; }",
    "for of": "function handler(e) { for (const a of [1]) { return a; } }",
    "destructuring": "function handler(e) { const { request } = e; return request; }",
    "spread": "function handler(e) { return [...e]; }",
    "default parameter": "function handler(e, n = 1) { return n; }",
    "optional chaining": "function handler(e) { return e?.request; }",
    "nullish": "function handler(e) { return e ?? 1; }",
    "logical assignment": "function handler(e) { let a; a ||= 1; return a; }",
    "generator": "function* handler(e) { yield e; }",
    "shorthand property": "function handler(request) { return { request }; }",
    "await among arguments": "async function handler(e) { return JSON.parse(await e.get('a')); }",
    "async closure": "function handler(e) { const f = async function () { return 1; }; return f; }",
    "await at the top": "await Promise.resolve(1); function handler(e) { return e; }",
    "big integer": "function handler(e) { return 1n; }",
    "lookbehind": "function handler(e) { return /(?<=a)b/.test(e.uri); }",
    "unicode flag": "function handler(e) { return /a/u.test(e.uri); }",
    "unknown method": "function handler(e) { return e.uri.at(-1); }",
    "unknown global": "function handler(e) { return structuredClone(e); }",
    "process": "function handler(e) { return process.env; }",
    "global object": "function handler(e) { return globalThis.event; }",
    "catch without a name": "function handler(e) { try { return 1; } catch { return 2; } }",
    "private field": "function handler(e) { return #x in e; }",
    "later syntax": "function handler(e) { return 1_000 }",
}


@pytest.fixture(scope="module")
def violations() -> dict[str, list[str]]:
    return node("syntax.mjs", given={**FUNCTIONS, **REFUSED})[0]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_use_nothing_that_the_runtime_lacks(name: str, violations: dict[str, list[str]]):
    assert violations[name] == []


@pytest.mark.parametrize("name", REFUSED)
def test_the_check_refuses(name: str, violations: dict[str, list[str]]):
    assert violations[name]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_are_small_enough(name: str):
    assert len(FUNCTIONS[name].encode()) <= MAX_BYTES


def test_there_are_functions():
    assert set(FUNCTIONS) == {"api.js", "media.js"}
