"""Answers of real LensKit 0.10 to 0.14 for random configurations, one line of JSON each, called in place.

Replaced are the two counts of CPUs, and a module `mkl` that only writes down what is asked of it. Each configuration has a
process of its own, forked from one that has imported LensKit: there Numba reads its variables again, with the code
that it runs when it is imported, and item-kNN is imported again. Every so many configurations are forked from a
process without Numba and LensKit instead, and import them for themselves ("fresh"). No pool is started: a worker is a
fork that runs the initialiser which LensKit hands to its pool.

Usage: python random_numba.py COUNT SEED FOLDER [one fresh in so many, 25]   (FOLDER: for LK_TEMP_DIR)
"""

import importlib
import json
import os
import random
import sys
import types
import warnings

NUMBERS = ["1", "2", "3", "4", "8", "16", "64", "0", "-1", "-3", "+4", "007", " 2 ", "\t3", "1_000", "\u0663", "2147483646"]
NUMBERS += ["2147483647", "2147483648", "99999999999999999999"]
NO_NUMBERS = ["", " ", "1.5", "auto", "x", "1__0", "_1", "0x4", "1e3", "\u00bd", "2;1"]


def part(chance):
    return chance.choice(NO_NUMBERS if chance.random() < 0.12 else NUMBERS)


def configuration(chance, folder):
    """CPUs, affinity (None: as many), environment and n_jobs (absent: not passed)."""
    ncpus = chance.choice([1, 2, 3, 4, 5, 7, 8, 9, 16, 48, 64, 128, 192])
    affinity = chance.randint(1, ncpus) if chance.random() < 0.4 else None
    env = {}
    if chance.random() < 0.7:
        env["LK_NUM_PROCS"] = ",".join(part(chance) for _ in range(chance.choice([1, 1, 1, 2, 2, 3, 4, 5])))
    if chance.random() < 0.5:
        env["NUMBA_NUM_THREADS"] = part(chance)
    if chance.random() < 0.15:
        env["_LK_IN_MP"] = chance.choice(["yes", "no", "YES", "1", "", "yes "])
    if chance.random() < 0.1:
        env["LK_TEMP_DIR"] = folder
    for name in ["LK_NUM_THREADS", "LK_NUM_BACKEND_THREADS", "LK_NUM_CHILD_THREADS", "OPENBLAS_NUM_THREADS", "lk_num_procs"]:
        if chance.random() < 0.1:
            env[name] = part(chance)
    case = {"ncpus": ncpus, "env": env}
    if affinity is not None:
        case["affinity"] = affinity
    if chance.random() < 0.35:
        case["nJobs"] = chance.choice([None, 1, 2, 3, 4, 16, 0, -1, 2147483646, 2147483647, 10**20, True, False, "2", "x", [2, 1]])
    return case


def work(_model, _argument):
    return None


def place(case):
    """Puts the configuration into this process."""
    import multiprocessing

    for name in list(os.environ):
        if name.upper().startswith(("LK_", "_LK_", "NUMBA_", "CSR_")):
            del os.environ[name]
    os.environ.update(case["env"])
    multiprocessing.cpu_count = lambda: case["ncpus"]
    os.cpu_count = lambda: case["ncpus"]
    os.sched_getaffinity = lambda _pid: set(range(case.get("affinity", case["ncpus"])))


def numba_again():
    """What Numba does with its variables when it is imported."""
    from numba.core import config
    from numba.np.ufunc import parallel

    config._env_reloader.update(force=True)  # reload_config() does nothing where no variable has changed
    parallel.NUM_THREADS = parallel.get_thread_count()


def seen():
    """Numba's threads, and whether item-kNN's kernels are parallel where it is imported now."""
    from numba.np.ufunc import parallel

    name = "lenskit.algorithms.item_knn"
    kernels = importlib.reload(sys.modules[name]) if name in sys.modules else importlib.import_module(name)
    found = [item for item in vars(kernels).values() if hasattr(item, "targetoptions")]
    return {
        "numbaThreads": parallel.NUM_THREADS,
        "numbaKnn": any(bool(kernel.targetoptions.get("parallel")) for kernel in found),
    }


def in_worker(executor, fresh):
    """The worker's state after LensKit's initialiser; the worker has the variables that the pool was made under."""
    if fresh:
        for name in [name for name in sys.modules if name.startswith("lenskit.algorithms")]:
            del sys.modules[name]
    else:
        numba_again()
    asked = []
    sys.modules["mkl"] = types.SimpleNamespace(set_num_threads=asked.append)
    try:
        executor._initializer(*executor._initargs)
    except Exception as error:
        return {"error": type(error).__name__}
    from lenskit.util.parallel import proc_count
    from numba.core import config

    return {
        "processes": proc_count(),
        "threads": proc_count(level=1),
        "numbaConfig": config.NUMBA_NUM_THREADS,
        "mklThreads": asked[0],
        **seen(),
    }


def levels():
    from lenskit.util.parallel import proc_count

    found = []
    for level in range(4):
        try:
            found.append(proc_count(max_default=4, level=level))
        except Exception as error:
            found.append({"error": type(error).__name__})
    return found


def answer(case, fresh):
    place(case)
    try:
        if not fresh:
            numba_again()
        import lenskit.algorithms.item_knn  # noqa: F401
        from lenskit.util import parallel
    except Exception as error:
        return {"error": {"type": type(error).__name__, "stage": "import"}}
    parallel.log_queue = lambda: None
    main = seen()
    passed = {"n_jobs": case["nJobs"]} if "nJobs" in case else {}
    counts = levels()
    try:
        made = parallel.invoker({"model": 1}, work, **passed)
    except Exception as error:
        return {"error": {"type": type(error).__name__, "stage": "main"}, "levels": counts}
    in_process = isinstance(made, parallel.InProcessOpInvoker)
    main.update(inProcess=in_process, processes=1 if in_process else made.executor._max_workers)
    workers = []
    if not in_process:
        main["sharing"] = {"SHMPersisted": "shm", "BPKPersisted": "binpickle"}[type(made._close_key).__name__]
        workers.append(forked(lambda: in_worker(made.executor, fresh)))
        made._close_key.close()
    return {"main": main, "levels": counts, "workers": workers}


def forked(run):
    """What a function returns in a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            text = json.dumps(run())
        except BaseException as error:  # told, not lost
            text = json.dumps({"failed": repr(error)})
        with os.fdopen(writing, "w") as end:
            end.write(text)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as end:
        text = end.read()
    os.waitpid(child, 0)
    return json.loads(text)


def main():
    count, seed, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    every = int(sys.argv[4]) if len(sys.argv) > 4 else 25
    warnings.simplefilter("ignore")
    chance = random.Random(seed)
    cases = [configuration(chance, folder) for _ in range(count)]
    # What takes longest to import and reads none of the variables.
    import pandas  # noqa: F401
    import scipy.sparse.linalg  # noqa: F401

    fresh = [forked(lambda case=case: answer(case, True)) for case in cases[::every]]
    place({"ncpus": 1, "env": {}})
    import lenskit.algorithms.item_knn  # noqa: F401
    import lenskit.batch  # noqa: F401
    from lenskit.util.random import init_rng

    init_rng(1)  # has Numba compile, once, what every worker's initialiser calls
    for number, case in enumerate(cases):
        is_fresh = number % every == 0
        got = fresh[number // every] if is_fresh else forked(lambda case=case: answer(case, False))
        print(json.dumps({"id": f"random/{number}", "fresh": is_fresh, **case, "got": got}), flush=True)


if __name__ == "__main__":
    main()
