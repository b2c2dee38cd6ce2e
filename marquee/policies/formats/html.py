"""One HTML page that needs nothing beside it."""

from html import escape

from marquee.policies.report import Entry, Report

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #8884 }
.mandatory { color: #c62828 } .advisory { color: #b26a00 } .exempted { color: #5e6c84 } code { font-size: .9em; overflow-wrap: anywhere }
"""


def html(report: Report) -> str:
    """The report as a page."""
    verdict = "passes" if report.passed else "is stopped"
    counts = ", ".join(f"{number} {kind}" for kind, number in report.counts.items() if number) or "no findings"
    deferred = ", ".join(f"{control} ({number})" for control, number in report.deferred.items())
    rows = "".join(map(_row, report.shown()))
    later = f"<p>Decided at the deployment, when the values are known: {escape(deferred)}.</p>" if deferred else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Policies: {escape(report.stack)}</title><style>{_STYLE}</style>"
        f"<h1>{escape(report.stack)} {verdict}</h1><p>{report.resources} resources, {counts}.</p>{later}"
        "<table><thead><tr><th>Control<th>Severity<th>Kind<th>Resource<th>Finding<th>Fix</thead>"
        f"<tbody>{rows}</tbody></table></html>\n"
    )


def _row(entry: Entry) -> str:
    cells = (entry.control, entry.severity, entry.kind)
    return (
        f'<tr class="{entry.kind}">'
        + "".join(f"<td>{escape(cell)}" for cell in cells)
        + f'<td><code title="{escape(entry.urn)}">{escape(entry.resource)}</code><td>{escape(entry.message)}<td>{escape(entry.fix)}</tr>'
    )
