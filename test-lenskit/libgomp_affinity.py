"""The affinity of a process once it has loaded libgomp, for each environment on standard input.

Usage: python libgomp_affinity.py LIBGOMP < cases   (JSON lines of {"env": {...}, "before": [0, 1]})

Prints a JSON list of CPUs a case, or null where the load did not end within two seconds.
"""

import ctypes
import json
import os
import signal
import sys

VARIABLES = ("OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY")


def in_child(case, out):
    for name in VARIABLES:
        os.environ.pop(name, None)
    os.environ.update(case["env"])
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.sched_setaffinity(0, case["before"])
    signal.alarm(2)
    ctypes.CDLL(sys.argv[1])
    os.write(out, json.dumps(sorted(os.sched_getaffinity(0))).encode())
    os._exit(0)


for line in sys.stdin:
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        in_child(json.loads(line), write_end)
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    print(said or "null", flush=True)
