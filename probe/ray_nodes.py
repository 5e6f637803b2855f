"""Asks the nodes of a Ray cluster that runs: started by `lk nodes --ray`, readable by you.

It joins the cluster, starts no other, and hands each node that is named one small task (hard affinity): either questions on
files (host_files.py), with no CPU asked for, or what a worker of LensKit's batch has there (probe.py), with the CPUs that
a batch asks for. Nothing here waits without an end; what has not ended is cancelled when this process ends.

Usage: python ray_nodes.py [ADDRESS]. Then lines of JSON on standard input; each is answered by an empty line and a line:

    {"files": {"<node>": [question, …], …}}    starts tasks     → {"started": 3}
    {"workers": {"nodes": ["<node>", …], "cpus": 2}}   the same → {"started": 3}
    {"next": 2.5}    waits so long for one of them   → {"answers": [{"node": …, "packed": …} or {"node": …, "error": …}], "left": 2}
    {"cancel": true}    cancels those that are left  → {"left": 0}

The first line is {"nodes": […], …}, or {"error": {"type": …, "message": …}}.
"""

import base64
import gzip
import json
import os
import signal
import sys

# Nothing is written beside this script, where the ones that it imports lie.
sys.dont_write_bytecode = True
import at_work  # noqa: E402
import host_files  # noqa: E402
import ray_batch  # noqa: E402

MOST_PACKED = 1024 * 1024  # of one answer
MOST_AT_ONCE = 2 * 1024 * 1024  # of one line


def packed(value):
    return base64.b64encode(gzip.compress(json.dumps(value).encode(), 6, mtime=0)).decode()


def files(questions):
    """Runs on a node."""
    import platform

    return packed(
        {"executable": sys.executable, "python": platform.python_version(), "answers": host_files.answers(questions)}
    )


def worker():
    """Runs on a node, as a task of a batch does."""
    import platform
    from importlib.metadata import version

    if probe.IMPORT_ERROR is not None:
        raise probe.IMPORT_ERROR
    state, assigned = probe.in_ray_worker()
    variables = {name: os.environ[name] for name in VARIABLES if name in os.environ}
    return packed(
        {
            "python": platform.python_version(),
            "lenskit": version("lenskit"),
            "state": state,
            "assigned": assigned,
            "variables": variables,
        }
    )


# Imported where a worker is wanted, since it imports Torch; it goes to the nodes by value.
probe = None
# What a node's own environment may say to the libraries of a worker.
VARIABLES = ["OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OMP_DYNAMIC", "MKL_NUM_THREADS", "MKL_DYNAMIC"]
VARIABLES += ["OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS", "BLIS_NUM_THREADS", "RAYON_NUM_THREADS"]


def cluster(address):
    """Joins it; what is there, or why not."""
    found = (address, "the command line") if address else ray_batch.existing()
    if found is None:
        raise LookupError("no cluster runs here: neither RAY_ADDRESS nor a file of ray start says of one")
    if ray_batch.answers(found[0]) is False:
        raise ConnectionError(f"nothing answers at {found[0]}, which {found[1]} says")
    # Nobody has asked for its reports to be sent.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray

    ray.init(address=found[0], log_to_driver=False, logging_level="ERROR")
    for module in (at_work, host_files, ray_batch):
        ray.cloudpickle.register_pickle_by_value(module)
    nodes = [
        {
            "id": node["NodeID"],
            "name": node.get("NodeManagerHostname") or node["NodeID"],
            "alive": bool(node.get("Alive")),
            "cpus": node.get("Resources", {}).get("CPU", 0),
        }
        for node in ray.nodes()
    ]
    return {"ray": ray.__version__, "foundBy": found[1], "executable": sys.executable, "nodes": nodes}


class Tasks:
    """Those that were started and have not answered."""

    def __init__(self):
        self.waiting = {}

    def start(self, node, function, arguments, cpus):
        import ray
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        strategy = NodeAffinitySchedulingStrategy(node_id=node, soft=False)
        # Its process ends with it: Ray would hand it on, with what it has loaded under the OMP_NUM_THREADS of this task.
        how = {"num_cpus": cpus, "max_calls": 1, "max_retries": 0, "scheduling_strategy": strategy}
        task = ray.remote(**how)(function)
        self.waiting[task.remote(*arguments)] = node

    def next(self, seconds):
        import ray

        answers = []
        size = 0
        until = seconds
        while self.waiting and size < MOST_AT_ONCE:
            ready, _ = ray.wait(list(self.waiting), num_returns=1, timeout=until)
            if not ready:
                break
            until = 0
            node = self.waiting.pop(ready[0])
            answers.append(self.told(node, ready[0]))
            size += len(answers[-1].get("packed", ""))
        return {"answers": answers, "left": len(self.waiting)}

    @staticmethod
    def told(node, reference):
        import ray

        try:
            given = ray.get(reference)
            if len(given) > MOST_PACKED:
                return {"node": node, "error": "its answer is larger than any"}
            return {"node": node, "packed": given}
        except ray.exceptions.RayTaskError as error:
            cause = error.cause if getattr(error, "cause", None) is not None else error
            return {"node": node, "error": said(cause)}
        except Exception as error:
            return {"node": node, "error": said(error)}

    def cancel(self):
        if self.waiting:
            import ray

            for reference in self.waiting:
                try:
                    ray.cancel(reference, force=True)
                except Exception:
                    pass  # it has ended
            self.waiting.clear()
        return {"left": 0}


def said(error):
    lines = [line for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[-1].strip() if lines else ''}"[:500]


def load_probe():
    """No node has this package's files."""
    global probe
    import probe as module
    import ray

    ray.cloudpickle.register_pickle_by_value(module)
    probe = module


def obey(tasks, request):
    if "files" in request:
        for node, questions in request["files"].items():
            tasks.start(node, files, [questions], 0)
        return {"started": len(request["files"])}
    if "workers" in request:
        load_probe()
        for node in request["workers"]["nodes"]:
            tasks.start(node, worker, [], request["workers"]["cpus"])
        return {"started": len(request["workers"]["nodes"])}
    if "next" in request:
        return tasks.next(request["next"])
    return tasks.cancel()


def answer(document, begins=True):
    text = ("\n" if begins else "") + json.dumps(document) + "\n"
    OUTPUT.write(text)
    OUTPUT.flush()


def main():
    tasks = Tasks()
    begins = False
    try:
        answer(cluster(sys.argv[1] if len(sys.argv) > 1 else ""), begins)
        begins = True
        for line in sys.stdin:
            answer(obey(tasks, json.loads(line)))
    except SystemExit:
        pass
    except Exception as error:  # Ray's refusal is an answer, too
        answer({"error": {"type": type(error).__name__, "message": str(error)[:2000]}}, begins)
    finally:
        # A second signal must not cut this short.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        tasks.cancel()
        if "ray" in sys.modules:
            sys.modules["ray"].shutdown()
    sys.stderr.flush()
    # Ray may keep threads that hinder an ordinary end.
    os._exit(0)


def end(*_):
    raise SystemExit


if __name__ == "__main__":
    # What Ray or a library prints is none of the answers.
    OUTPUT = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    signal.signal(signal.SIGTERM, end)
    main()
