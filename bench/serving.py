"""A process that is asked by lines: `lk` keeps one alive for each setting, so that imports and loading are paid once.

Between two questions it waits for a line, and does nothing. Standard input and output are taken away from the job and
from what it starts: what those print goes to standard error.
"""

import json
import os
import resource


def serve(ready, answer):
    """Says `ready`, then `answer(question, begins)` for every line; `begins()` says that what is timed begins."""
    questions = os.fdopen(os.dup(0), "r")  # not inherited
    answers = os.fdopen(os.dup(1), "w")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)

    def say(line):
        answers.write(line + "\n")
        answers.flush()

    say(json.dumps(ready()))
    for line in questions:
        before = cpu_seconds()
        found = answer(json.loads(line), lambda: say(""))
        say(json.dumps({**found, "cpuSeconds": cpu_seconds() - before}))


def cpu_seconds():
    """Of this process and of those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)
