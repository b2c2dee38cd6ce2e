"""Reports as files: SARIF for code scanning, Markdown for a comment, HTML for a reader."""

from marquee.policies.formats.html import html
from marquee.policies.formats.markdown import markdown
from marquee.policies.formats.sarif import sarif

__all__ = ["html", "markdown", "sarif"]
