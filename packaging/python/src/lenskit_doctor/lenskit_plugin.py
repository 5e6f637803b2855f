"""
`lenskit parallel`: lk among LensKit's own commands, by the entry point group `lenskit.cli.plugins` (`lenskit/cli/__init__.py`
of 2025.8.1 and 2026.4.0). It is loaded at every start of `lenskit`, and so imports nothing but click, which LensKit has
loaded by then.
"""

import os

import click


class HandedOver(click.Command):
    """A command whose words are another program's: click does not look at them, at `--` and `--help` neither."""

    def parse_args(self, ctx, args):
        ctx.args = list(args)
        return ctx.args


@click.command(
    "parallel",
    cls=HandedOver,
    short_help="What runs in parallel, and what to set (lk).",
    add_help_option=False,
)
@click.pass_context
def parallel(ctx):
    from lenskit_doctor.start import start

    start(ctx.args, name="lenskit", variables=settings(ctx))


def settings(ctx):
    """The folder of `lenskit --project-root`, as lk reads it."""
    root = ctx.parent.params.get("project_root") if ctx.parent else None
    return {} if root is None else {"LK_PROJECT_ROOT": os.fspath(root)}
