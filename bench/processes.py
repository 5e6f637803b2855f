"""The processes of a run: found, measured and ended. Linux reads them from /proc; elsewhere there is the group alone."""

import os
import signal
import sys

LINUX = sys.platform.startswith("linux")


def become_subreaper():
    """True if orphans among our descendants become our children."""
    if not LINUX:
        return False
    try:
        import ctypes

        return ctypes.CDLL(None).prctl(36, 1, 0, 0, 0) == 0  # PR_SET_CHILD_SUBREAPER
    except Exception:
        return False


def wake_without_parent():
    """When the parent ends, this process goes on if it was stopped: SIGCONT from the kernel (prctl(2))."""
    if LINUX:
        try:
            import ctypes

            ctypes.CDLL(None).prctl(1, int(signal.SIGCONT), 0, 0, 0)  # PR_SET_PDEATHSIG
        except Exception:
            pass


def read(path):
    """A file of /proc; empty where it cannot be read. Names in it are bytes of any kind."""
    try:
        with open(path, errors="surrogateescape") as file:
            return file.read()
    except OSError:
        return ""


def parent(pid):
    """None: there is no such process."""
    fields = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return int(fields[1]) if len(fields) > 1 else None


def children(pid):
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return []
    return [int(child) for task in tasks for child in read(f"/proc/{pid}/task/{task}/children").split()]


HAS_CHILDREN = os.path.exists(f"/proc/self/task/{os.getpid()}/children")


def descendants():
    """All processes below this one."""
    if not LINUX:
        return []
    if not HAS_CHILDREN:
        known = {int(name): parent(name) for name in os.listdir("/proc") if name.isdigit()}
        below = [os.getpid()]
        for pid in below:
            below += [child for child, of in known.items() if of == pid]
        return below[1:]
    below = children(os.getpid())
    for pid in below:
        below += children(pid)
    return below


def is_descendant(pid):
    """True: it is below this process now."""
    own = os.getpid()
    for _ in range(100_000):
        pid = parent(pid)
        if pid is None or pid <= 1:
            return False
        if pid == own:
            return True
    return False


def memory_of(pid, name):
    """Bytes of a process, by a name of proc(5): VmHWM is the most that it had so far."""
    for line in read(f"/proc/{pid}/status").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0


def forget_peak(pid):
    """True: the process's VmHWM counts anew (proc(5), clear_refs). Not every kernel has it."""
    try:
        with open(f"/proc/{pid}/clear_refs", "w") as file:
            file.write("5")
        return True
    except OSError:
        return False


def cpu_seconds(pids):
    """CPU seconds of living processes and of those that they have waited for (proc(5), stat: 14 to 17)."""
    ticks = 0
    for pid in pids:
        ticks += sum(int(field) for field in read(f"/proc/{pid}/stat").rpartition(")")[2].split()[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def proportional_memory(pids):
    """Bytes of memory of all of them, shared pages counted once (proc(5), smaps_rollup)."""
    total = 0
    for pid in pids:
        for line in read(f"/proc/{pid}/smaps_rollup").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) * 1024
    return total


def signal_descendant(pid, number):
    """Signals a process only if it is ours: its number may have gone to somebody else's since it was read.

    The descriptor (pidfd_open(2), Linux 5.3, Python 3.9) is opened first: if the process of this number is then
    found below us, the descriptor is either its, or that of one which has ended and takes no signal.
    """
    descriptor = None
    try:
        try:
            descriptor = os.pidfd_open(pid)
        except (AttributeError, OSError):
            pass
        if not is_descendant(pid):
            return
        if descriptor is None:
            os.kill(pid, number)
        else:
            signal.pidfd_send_signal(descriptor, number)
    except OSError:
        pass
    finally:
        if descriptor is not None:
            os.close(descriptor)


def signal_group(group, number):
    try:
        os.killpg(group, number)
    except OSError:
        pass
