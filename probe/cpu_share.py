"""How many CPUs busy loops really get: run by `lk doctor --probe`, readable by you.

Starts one process on each of these CPUs (without any: on those of its own affinity, 64 at most), lets them all count
at once for so many seconds, and prints one line of JSON: the CPU seconds that each got (clock_gettime(2),
CLOCK_PROCESS_CPUTIME_ID) and the time that it took, and how many of these CPUs were idle, or taken by the hypervisor,
meanwhile (/proc/stat, proc_stat(5)). It reads and writes no other file. Linux, any Python from 3.8 on, without
packages.

Each process stays on its CPU: whatever else runs there, that CPU is never idle unless the kernel stops the process.

Usage: python cpu_share.py SECONDS [CPU…]
"""

import json
import os
import sys
import time

MARK = "lk-cpus:"
MOST = 64
COUNTED = 20_000  # between two looks at the clock: a part of a millisecond


def stat(cpus):
    """Idle, stolen and all seconds of these CPUs since the machine started; None where /proc/stat has them not."""
    wanted = {f"cpu{cpu}" for cpu in cpus}
    tick = 1 / os.sysconf("SC_CLK_TCK")
    found = 0
    idle = stolen = total = 0.0
    try:
        with open("/proc/stat") as lines:
            for line in lines:
                name, *numbers = line.split()
                if name not in wanted or len(numbers) < 8:
                    continue
                ticks = [int(number) * tick for number in numbers[:8]]  # user nice system idle iowait irq softirq steal
                found += 1
                idle += ticks[3] + ticks[4]
                stolen += ticks[7]
                total += sum(ticks)
    except (OSError, ValueError):
        return None
    return (idle, stolen, total) if found == len(wanted) else None


def loop(cpu, seconds, begin, answers):
    """Counts for so long once the beginning is given, and says what it got and took."""
    try:
        os.sched_setaffinity(0, [cpu])
    except OSError:
        pass  # some sandboxes refuse it
    os.read(begin, 1)  # ends when its other end is closed
    started, used = time.monotonic(), time.process_time()
    while time.monotonic() - started < seconds:
        for _ in range(COUNTED):
            pass
    line = "%.6f %.6f\n" % (time.process_time() - used, time.monotonic() - started)
    os.write(answers, line.encode())  # less than PIPE_BUF: whole


def main():
    seconds = float(sys.argv[1])
    cpus = [int(cpu) for cpu in sys.argv[2:]] or sorted(os.sched_getaffinity(0))[:MOST]
    begin, begun = os.pipe()
    answers, answer = os.pipe()
    for cpu in cpus:
        if os.fork() == 0:
            os.close(begun)
            try:
                loop(cpu, seconds, begin, answer)
            finally:
                os._exit(0)
    os.close(answer)
    before, started = stat(cpus), time.monotonic()
    os.close(begun)
    time.sleep(seconds)
    after, took = stat(cpus), time.monotonic() - started
    with os.fdopen(answers) as lines:
        loops = [[float(number) for number in line.split()] for line in lines]
    machine = None
    if before is not None and after is not None:
        idle, stolen, total = (end - start for start, end in zip(before, after))
        machine = {"idle": idle / took, "stolen": stolen / took, "total": total / took}
    print(MARK + json.dumps({"loops": loops, "machine": machine}), flush=True)


if __name__ == "__main__":
    main()
