"""Threads that work, counted in /proc: what a library says of its threads is not what it starts."""

import os
import threading
import time

# Of the busiest thread; a thread of Ray or Python beside it may do a little at any time.
SHARE = 0.1
LEAST_NANOSECONDS = 1_000_000
# More are not all to be seen at work within seconds.
MOST_THREADS = 64
MOST_SECONDS = 5


def tasks():
    """The number of this process's threads, as the kernel counts them; None where it does not show them."""
    try:
        return len(os.listdir("/proc/self/task"))
    except OSError:
        return None


def _times():
    """The time that each thread of this process has run, in nanoseconds; None where the kernel does not show it."""
    times = {}
    try:
        for task in os.listdir("/proc/self/task"):
            try:
                with open(f"/proc/self/task/{task}/schedstat") as file:
                    times[int(task)] = int(file.read().split()[0])
            except FileNotFoundError:
                pass  # no such thread any more, or no such file
    except (OSError, ValueError, IndexError):
        return None
    return times or None


def _quiet(own):
    """The times once no other thread runs: OpenBLAS's and OpenMP's spin for a while after their work."""
    before = _times()
    for _ in range(40):
        time.sleep(0.05)
        after = _times()
        if before is None or after is None:
            return None
        if all(time_ - before.get(task, 0) < LEAST_NANOSECONDS / 10 for task, time_ in after.items() if task != own):
            return after
        before = after
    return before


def at_work(operation, wanted, caller=True):
    """
    The threads that worked on an operation, which is repeated until so many as are wanted have worked, or for some
    seconds. `caller` counts the thread that called it. None: it cannot be counted.
    """
    if wanted is None or wanted > MOST_THREADS:
        return None
    own = threading.get_native_id()
    before = _quiet(own)
    if before is None:
        return None
    found = 0
    end = time.monotonic() + MOST_SECONDS
    for turn in range(100):
        operation()
        after = _times() or {}
        spent = {task: time_ - before.get(task, 0) for task, time_ in after.items() if caller or task != own}
        least = max(LEAST_NANOSECONDS, SHARE * max(spent.values(), default=0))
        found = sum(time_ >= least for time_ in spent.values())
        if (turn > 0 and found >= wanted) or time.monotonic() > end:
            break
    return found


def rayon(wanted):
    """The threads of LensKit's Rayon that sort an array; the caller, which waits for them, is none of them."""
    try:
        import numpy
        import pyarrow
        from lenskit._accel.data import argsort_descending
    except ImportError:
        try:
            from lenskit import _accel

            argsort_descending = _accel.data.argsort_descending
        except (ImportError, AttributeError):
            return None
    array = pyarrow.array(numpy.random.default_rng(1).random(2_000_000, dtype="float32"))
    return at_work(lambda: argsort_descending(array), wanted, caller=False)


def blas(wanted):
    """The threads of numpy's BLAS and of scipy's that multiply two matrices."""
    import numpy
    from scipy.linalg.blas import dgemm

    matrix = numpy.asfortranarray(numpy.random.default_rng(1).random((640, 640)))
    return {
        "numpy": at_work(lambda: matrix @ matrix, wanted),
        "scipy": at_work(lambda: dgemm(1.0, matrix, matrix), wanted),
    }
