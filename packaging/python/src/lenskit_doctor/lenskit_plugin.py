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

    unbind()
    start(ctx.args, name="lenskit", variables=settings(ctx))


def unbind():
    """
    Gives this thread back the CPUs that the process was started with, as far as its other threads have them still.
    Importing Torch binds it where OMP_PROC_BIND or GOMP_CPU_AFFINITY say so (libgomp), and those that NumPy started before
    are not; lk would take the one CPU that is left for what the shell allows.
    """
    try:
        threads = map(int, os.listdir("/proc/self/task"))
        os.sched_setaffinity(0, set().union(*map(os.sched_getaffinity, threads)))
    except (AttributeError, OSError):
        pass  # not Linux, or a thread has ended


def settings(ctx):
    """The folder of `lenskit --project-root`, as lk reads it."""
    root = ctx.parent.params.get("project_root") if ctx.parent else None
    return {} if root is None else {"LK_PROJECT_ROOT": os.fspath(root)}
