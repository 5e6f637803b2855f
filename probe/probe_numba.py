"""What the parallelism of LensKit 0.10 to 0.14 really does in this Python: run by `lk doctor --probe`, readable by you.

Imports LensKit as a script would and prints one line of JSON: the CPUs that LensKit counts, what its own `invoker`
makes (in this process, or a pool of so many), and of this process and of one real worker of that pool: Numba's
threads and setting, the threads that were at work, and OpenBLAS's. It opens no connection, and writes no file but
where LK_TEMP_DIR is set: LensKit hands the (empty) model to its workers through one there, and removes it.

Any Python from 3.8 on. Usage: python probe_numba.py [JSON with n_jobs]
"""

import json
import os
import sys
import warnings

# Nothing is written beside this script, where the one that it imports lies.
sys.dont_write_bytecode = True
import at_work  # noqa: E402


# At the top, as scripts have them: a worker imports its main script first.
IMPORT_ERROR = None
# The threads that these imports start, the one that imports included; None: not counted.
IMPORT_STARTED = None
try:
    BEFORE = at_work.tasks()
    import numpy  # noqa: F401
    import scipy.linalg  # noqa: F401

    IMPORT_STARTED = BEFORE and at_work.tasks() - BEFORE + 1
    import numba
    from numba import njit, prange
except Exception as error:  # also what Numba says of its variables
    IMPORT_ERROR = error
    njit = prange = None

MARK = "lk-probe:"
# OpenBLAS is built with a prefix and a suffix, or without.
OPENBLAS_NAMES = [f"{prefix}openblas_get_num_threads{suffix}" for prefix in ("", "scipy_") for suffix in ("", "64_", "_64")]


def mapped():
    """The libraries that this process has mapped."""
    try:
        with open("/proc/self/maps") as lines:
            files = [line.split(None, 5)[5].strip() for line in lines if "/" in line]
    except (OSError, IndexError):
        return []
    return [file for file in dict.fromkeys(files) if ".so" in os.path.basename(file)]


def pools():
    """Every OpenBLAS that is loaded, by threadpoolctl where it is installed, else asked through ctypes."""
    try:
        import threadpoolctl

        return [
            {"family": p["internal_api"], "api": p["user_api"], "file": p["filepath"], "threads": p["num_threads"]}
            for p in threadpoolctl.threadpool_info()
        ]
    except ImportError:
        pass
    import ctypes

    found = []
    for file in mapped():
        if "openblas" not in os.path.basename(file):
            continue
        library = ctypes.CDLL(file)  # it is loaded already
        name = next((name for name in OPENBLAS_NAMES if hasattr(library, name)), None)
        if name is not None:
            found.append({"family": "openblas", "api": "blas", "file": file, "threads": getattr(library, name)()})
    return found


def parallel_loop():
    """A loop that Numba runs in its threads; compiled where it is called."""

    @njit(parallel=True, nogil=True)
    def loop(values):
        total = 0.0
        for i in prange(values.shape[0]):
            part = 0.0
            for j in range(20000):
                part += (values[i] + j) % 7.0
            total += part
        return total

    values = numpy.arange(512.0)
    return lambda: loop(values)


def numba_state():
    """Numba's threads: what it says, what its setting is, and how many were at work."""
    from numba.np.ufunc import parallel

    threads = parallel.NUM_THREADS  # as it was fixed when Numba was imported
    found = {"threads": threads, "config": int(numba.config.NUMBA_NUM_THREADS), "layer": None, "atWork": None}
    try:
        found["threads"] = threads = numba.get_num_threads()
        work = parallel_loop()
        work()
        found["layer"] = numba.threading_layer()
        found["atWork"] = at_work.at_work(work, threads)
    except ValueError as error:  # no threading layer
        found["error"] = str(error)[:500]
    return found


def state():
    """This process as it is. It sets nothing up."""
    from lenskit.algorithms import item_knn

    found = {"pools": pools(), "torchThreads": 0, "torchInteropThreads": 0, "importStarted": IMPORT_STARTED}
    found["numba"] = numba_state()
    blas = [pool["threads"] for pool in found["pools"] if pool["api"] == "blas"]
    found["atWork"] = {"rayon": None, **at_work.blas(max(blas, default=None))}
    kernels = [item for item in vars(item_knn).values() if hasattr(item, "targetoptions")]
    parallel = any(kernel.targetoptions.get("parallel") for kernel in kernels)
    found["config"] = {"numba_threads": found["numba"]["threads"], "numba_knn": bool(parallel)}
    return found


def in_worker(_model, _argument):
    """Runs in a worker process of LensKit's own."""
    from lenskit.util.parallel import is_mp_worker, proc_count

    found = state()
    found["config"].update(
        processes=proc_count(max_default=4), threads=proc_count(level=1), numba_config=found["numba"]["config"]
    )
    try:
        import mkl

        found["config"]["mkl_threads"] = mkl.get_max_threads()
    except ImportError:
        pass
    found["isWorker"] = is_mp_worker()
    return found


def remove_when_ended():
    """If the probe is told to end, the file that LensKit has made for the model in LK_TEMP_DIR goes as well."""
    import signal
    import tempfile

    files = []
    original = tempfile.mkstemp

    def noted(*args, **options):
        handle, file = original(*args, **options)
        files.append(file)
        return handle, file

    def end(number, _frame):
        for file in files:
            try:
                os.unlink(file)
            except OSError:
                pass
        os._exit(128 + number)

    tempfile.mkstemp = noted
    signal.signal(signal.SIGTERM, end)


def observe(n_jobs):
    """What LensKit's invoker makes, and one real worker of it: (processes, in process, state of a worker, error)."""
    from concurrent.futures.process import BrokenProcessPool

    from lenskit.util.parallel import InProcessOpInvoker, invoker

    remove_when_ended()
    with invoker({"model": 1}, in_worker, n_jobs) as made:
        if isinstance(made, InProcessOpInvoker):
            return 1, True, None, None
        processes = made.executor._max_workers
        # One is enough to look at, and as many as are asked for may be more than the machine bears.
        made.executor._max_workers = 1
        try:
            return processes, False, next(iter(made.map([1]))), None
        except BrokenProcessPool as error:
            return processes, False, None, {"type": type(error).__name__, "message": str(error)[:2000]}


def main():
    import multiprocessing
    import platform
    from importlib.metadata import version

    parameters = json.loads(sys.argv[1]) if len(sys.argv) > 1 else {}
    result = {"python": platform.python_version(), "lenskit": None, "cudaDevices": []}
    try:
        # What is installed is known also where it cannot be imported.
        result["lenskit"] = version("lenskit")
        if IMPORT_ERROR is not None:
            raise IMPORT_ERROR
        result["cpus"] = multiprocessing.cpu_count()
        import lenskit.batch  # noqa: F401

        result["main"] = state()
        processes, in_process, result["worker"], result["workerError"] = observe(parameters.get("n_jobs"))
        result["main"]["config"].update(processes=processes, in_process=in_process)
    except Exception as error:  # LensKit's refusal is an observation, too
        result["error"] = {"type": type(error).__name__, "message": str(error)[:2000]}
    sys.stdout.flush()
    # An ordinary end: the semaphores of the pool are named in /dev/shm, and go with it.
    print(MARK + json.dumps(result), flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
