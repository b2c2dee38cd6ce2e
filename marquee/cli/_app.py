"""The application: every group of commands under one name."""

import typer

from marquee.cli import config, entitlement, graph, ingest, live, local, playback, policy, title, validate

app = typer.Typer(
    name="marquee",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A streaming platform on AWS, from one typed stack file. Start with `marquee local up`: no account is needed.",
)
app.add_typer(local.app, name="local")
app.add_typer(config.app, name="config")
app.add_typer(policy.app, name="policy")
app.add_typer(title.app, name="title")
app.add_typer(live.app, name="live")
app.add_typer(playback.app, name="playback")
app.add_typer(entitlement.app, name="entitlement")
app.command("graph")(graph.graph)
app.command("ingest")(ingest.ingest)
app.command("validate")(validate.validate)
