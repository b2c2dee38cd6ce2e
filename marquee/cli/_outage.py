"""Regions that fail because somebody says so."""

import json
import ssl
import urllib.request

from marquee.cli._output import console, print_json
from marquee.cli._project import project_dir, settings_of
from marquee.emulator.services.outages import OUTAGES_PATH
from marquee.errors import MarqueeError
from marquee.ingest import Target


def change(stack: str, region: str, *, down: bool, as_json: bool) -> None:
    """Take a region of the served stack down, or up again. MarqueeError (exit 2) without a served stack, or for no region of it."""
    settings = settings_of(stack)
    names = [one.name for one in settings.regions]
    if region not in names:
        raise MarqueeError(f"the stack {stack} has no region {region}", fix=f"it has {', '.join(names)}", exit_code=2)
    target = Target.remembered_in(project_dir(), settings)
    if target is None:
        raise MarqueeError(f"nothing serves the stack {stack}", fix=f"run `marquee local serve --stack {stack}`", exit_code=2)
    now = _post(target, {"region": region, "down": down})
    if as_json:
        print_json({"stack": stack, "down": now})
        return
    console.print(f"{region} is {'down: whatever asks it gets 503' if down else 'up again'}.")
    console.print(f"Down now: {', '.join(now) or 'none'}. Health checks notice within two seconds, and names lead elsewhere then.")


def _post(target: Target, body: dict[str, object]) -> list[str]:
    request = urllib.request.Request(  # noqa: S310 an endpoint that Target keeps to the loopback
        target.environment["AWS_ENDPOINT_URL"] + OUTAGES_PATH, data=json.dumps(body).encode(), method="POST"
    )
    context = ssl.create_default_context(cafile=target.environment["AWS_CA_BUNDLE"])
    with urllib.request.urlopen(request, timeout=10, context=context) as answer:  # noqa: S310
        return list(json.load(answer)["down"])
