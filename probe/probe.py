"""What LensKit's parallelism really does in this Python: run by `lk doctor --probe`, readable by you.

Imports LensKit, sets its parallelism up as a script would, and prints one line of JSON: thread pools before and
after, Torch's and Rayon's threads, LensKit's own configuration, and the same from inside one real worker process
(2025: LensKit's invoker; 2026: Ray, if LensKit is to use it). It writes no file and opens no connection, but for what
Ray does where LensKit would use it: a session folder of Ray's own, and connections to its cluster.

Usage: python probe.py [JSON with the parameters of initialize() [folder with settings files, for configure() [details]]]
An empty folder is none. `details` adds what a bug report wants to know (details.py).
"""

import json
import os
import sys
import time
from pathlib import Path

# Nothing is written beside this script, where the ones that it imports lie.
sys.dont_write_bytecode = True
import at_work  # noqa: E402
import ray_batch  # noqa: E402


# At the top, as scripts have them: so a worker, which imports its main script first, loads them before LensKit
# limits their threads.
IMPORT_ERROR = None
# The threads that these imports start, the one that imports included; None: not counted.
IMPORT_STARTED = None
try:
    BEFORE = at_work.tasks()
    import numpy  # noqa: F401
    import scipy.linalg  # noqa: F401

    IMPORT_STARTED = BEFORE and at_work.tasks() - BEFORE + 1
    import threadpoolctl
    import torch
except ImportError as error:
    IMPORT_ERROR = error

MARK = "lk-probe:"


def pools():
    """Every native thread pool that is loaded, by threadpoolctl."""
    return [
        {"family": p["internal_api"], "api": p["user_api"], "file": p["filepath"], "threads": p["num_threads"]}
        for p in threadpoolctl.threadpool_info()
    ]


def is_set_up():
    """True once LensKit has set parallelism up in this process."""
    from lenskit.parallel import config

    return any(vars(config).get(name) is not None for name in ("__settings", "_config"))


def state():
    """This process's pools and configuration. It sets nothing up."""
    from lenskit import parallel

    found = {
        "pools": pools(),
        "torchThreads": torch.get_num_threads(),
        "torchInteropThreads": torch.get_num_interop_threads(),
        "rayonThreads": None,
        "importStarted": IMPORT_STARTED,
        "setUp": is_set_up(),
        "config": {},
    }
    found["torchStarted"] = torch_started(found["torchThreads"])
    found["arrow"] = arrow()
    try:
        from lenskit._accel import thread_count

        found["rayonThreads"] = thread_count()
    except ImportError:
        pass  # no Rayon before 2025.3
    blas = [pool["threads"] for pool in found["pools"] if pool["api"] == "blas"]
    found["atWork"] = {"rayon": at_work.rayon(found["rayonThreads"]), **at_work.blas(max(blas, default=None))}
    if not found["setUp"]:
        return found
    config = parallel.get_parallel_config()
    names = ["processes", "threads", "backend_threads", "child_threads", "total_threads"]
    names += ["num_cpus", "use_ray", "num_batch_jobs", "num_threads", "num_backend_threads"]
    for name in names:
        if hasattr(config, name):
            found["config"][name] = getattr(config, name)
    return found


def torch_started(threads):
    """The threads that work on an operation of Torch, counted, not asked: OpenMP may start fewer than Torch says."""
    before = at_work.tasks()
    if before is None or threads > 256:
        return None
    torch.rand(65536 * threads).exp_()
    return at_work.tasks() - before + 1


def arrow():
    """The sizes of Arrow's two pools; None without Arrow."""
    try:
        import pyarrow
    except ImportError:
        return None
    return {"cpu": pyarrow.cpu_count(), "io": pyarrow.io_thread_count()}


def in_worker(_model, _argument):
    """Runs in a worker process; all that it has done so far was to start."""
    start = started()
    from lenskit.parallel import ensure_parallel_init

    ensure_parallel_init()
    return {**state(), "start": start}


def started():
    """The CPU seconds and the seconds that a worker of a batch has taken so far, which imports what a batch needs."""
    import lenskit.batch  # noqa: F401

    try:
        with open("/proc/self/stat") as file:
            began = int(file.read().rpartition(") ")[2].split()[19]) / os.sysconf("SC_CLK_TCK")
        wall = time.clock_gettime(time.CLOCK_BOOTTIME) - began
    except (OSError, ValueError, IndexError, AttributeError):
        wall = None
    return {"cpu": time.process_time(), "wall": wall}


def in_ray_worker():
    """Runs in a worker of Ray, where LensKit may have been set up, or not: its state and the CPUs it was given."""
    import ray

    assigned = ray.get_runtime_context().get_assigned_resources().get("CPU")
    start = started()
    # The module came by value from the main process: its imports were not counted here.
    return {**state(), "importStarted": None, "start": start}, assigned


def one_worker():
    """The state of one real worker process; None where this LensKit has none."""
    try:
        from lenskit.parallel.pool import ProcessPoolOpInvoker
    except ImportError:
        return None
    with ProcessPoolOpInvoker({"model": 1}, in_worker, 1) as invoker:
        return next(iter(invoker.map([1])))


def add_details(result):
    """Prints the document once more, with the details; what was printed before counts where these do not come."""
    try:
        import details

        result["details"] = details.observe()
    except Exception as error:
        result["details"] = None
        print(f"details: {type(error).__name__}: {error}", file=sys.stderr)
    sys.stdout.flush()
    print(MARK + json.dumps(result), flush=True)


def main():
    import platform
    from importlib.metadata import version

    parameters = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    result = {"python": platform.python_version(), "lenskit": None}
    try:
        if IMPORT_ERROR is not None:
            raise IMPORT_ERROR
        result["lenskit"] = version("lenskit")
        result["before"] = pools()
        from lenskit import parallel

        result["cpus"] = parallel.effective_cpu_count()
        # From 2026 on settings files say something of parallelism, and there is no initialize().
        if int(result["lenskit"].split(".")[0]) < 2026:
            if parameters:
                parallel.initialize(**parameters)
        elif len(sys.argv) > 2 and sys.argv[2]:
            from lenskit.config import configure

            configure(Path(sys.argv[2]))
        parallel.ensure_parallel_init()
        result["main"] = state()
        result["cudaDevices"] = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        if result["main"]["config"].get("use_ray", False):
            config = parallel.get_parallel_config()
            result["ray"], result["worker"] = ray_batch.observe(config, in_ray_worker, [at_work])
        else:
            result["worker"] = one_worker()
    except Exception as error:  # LensKit's refusal is an observation, too
        result["error"] = {"type": type(error).__name__, "message": str(error)[:2000]}
    sys.stdout.flush()
    print(MARK + json.dumps(result), flush=True)
    if len(sys.argv) > 3 and IMPORT_ERROR is None:
        add_details(result)
    # Ray and Torch may keep threads that hinder an ordinary end.
    os._exit(0)


if __name__ == "__main__":
    main()
