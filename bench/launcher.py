"""Starts commands for `lk`, one at a time, and lets nothing of them outlive it.

Reads one JSON object a line from standard input and answers with one a line on standard output; what a command that is
to be shown writes comes before its answer, as {"shown": "…", "stream": "output" or "errors"}:

    {"run": {"argv": […], "env": {…}, "timeout": 9.5 or null, "output": 1048576, "bounded": false,
             "grace": 3 or null, "after": […] or null, "input": "/x" or null, "show": false}}   starts a command; `grace`
                                      seconds are between SIGTERM and SIGKILL when it is ended, and `after` is then
                                      run, for what it has begun elsewhere
    {"stop": true}        ends the one that runs
    {"folder": "/tmp"}    makes a folder there, to be removed at the end
    {"hold": {"argv": […], "env": {…}, "grace": 3 or null}}     starts a command that is asked by lines on its standard input
    {"ask": {"line": "…" or null, "within": 60, "timeout": 9.5 or null}}   asks it, and answers with its line

A command that is held writes whole lines to its standard output: an empty one when what is timed begins, from which on
`timeout` counts, then the answer. null waits for the line that says that it is ready. Between two questions it is left
alone: nothing is sampled. What is told of a question is the difference: CPU seconds, the most memory since it was asked.

A run ends when its main process ends. What it leaves behind is then killed, also what left its process group or
session: on Linux this process is the subreaper of all it starts (prctl(2)). When standard input closes, because
`lk` ended or crashed, everything is killed and the folders are removed; folders that have to stay are the last
answer. Where lk is gone while this process is stopped, the kernel wakes it (PR_SET_PDEATHSIG). CPU seconds and memory are the kernel's own account (wait4(2)); where a run has several processes, the memory
of the whole tree is sampled besides. What goes of /dev/shm is shared_memory.py's to say.

Its arguments are signals that were ignored when lk was started (`HUP INT QUIT`): they are here, and in commands.

Runs with any Python from 3.8 on, without packages: `python3 -I -S launcher.py`.
"""

import codecs
import errno
import json
import os
import selectors
import signal
import stat
import sys
import time

# -I keeps the script's folder off the path; it is this package's own.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))

import folders  # noqa: E402
from processes import (  # noqa: E402
    LINUX,
    become_subreaper,
    cpu_seconds,
    descendants,
    forget_peak,
    memory_of,
    proportional_memory,
    signal_descendant,
    signal_group,
    wake_without_parent,
)
from shared_memory import SharedMemory  # noqa: E402

MOST_LINE = 4 * 1024 * 1024  # of a held command's answer
KEPT_BYTES = 16 * 1024  # of what a command writes to standard error
GRACE_SECONDS = 0.3  # between SIGTERM and SIGKILL, by default
MOST_GRACE_SECONDS = 4  # lk waits for an answer so much longer, and for `after`
AFTER_SECONDS = 5
LEAVE_SECONDS = 0.1  # for what is about to end by itself when the main process has ended
FIRST_SAMPLE_SECONDS = 0.03
LATER_SAMPLE_SECONDS = 0.1
SAMPLE_SHARE = 150  # sampling takes at most one part of so many of a CPU
SAMPLE_GROWTH = 20  # a run of so many seconds is sampled every second, at most
NULL = os.open(os.devnull, os.O_RDWR)
REQUESTS, ANSWERS = 0, 1  # moved away from the standard streams, which are the commands'
RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes on macOS, kilobytes on Linux


def opened(path):
    """A file to read from; opening a pipe would wait for whoever writes it."""
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(fd).st_mode) and not os.path.samefile(path, os.devnull):
        os.close(fd)
        raise OSError(errno.EINVAL, "no regular file to read from")
    os.set_blocking(fd, True)
    return fd


def start(argv, env, out, err, source=None):
    """Starts a program in a process group of its own. Returns its pid and when that was.

    The kernel counts the most memory that a process had before execve(2) as the program's own. So it is fork(2),
    since a copy has less than this process, and the copy does next to nothing: the standard streams are set here,
    and signals have handlers, which execve resets.
    """
    failed_read, failed_write = os.pipe()  # closed by execve; else it carries errno
    own = os.dup(2)
    os.dup2(NULL if source is None else source, 0)
    os.dup2(NULL if out is None else out, 1)
    os.dup2(err, 2)
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            os.execve(argv[0], argv, env)
        except OSError as error:
            os.write(failed_write, str(error.errno).encode())
        finally:
            os._exit(127)
    os.close(failed_write)
    number = os.read(failed_read, 16)
    started_at = time.perf_counter_ns()  # the program begins: what this process needed to fork is not its time
    os.dup2(NULL, 0)
    os.dup2(NULL, 1)
    os.dup2(own, 2)
    os.close(own)
    os.close(failed_read)
    if number:
        os.waitpid(pid, 0)
        raise OSError(int(number), os.strerror(int(number)))
    return pid, started_at


class Run:
    """A command and all that it starts."""

    def __init__(self, request, selector, held=False):
        self.selector = selector
        self.asked = None if held else True  # what is waited for; None: it is held and left alone
        self.requests = None  # where a held command reads its questions
        self.errors = b""
        self.output = b""
        self.cpu = 0.0
        self.largest = 0
        self.tree = 0
        self.seen = 0
        self.sample_tree_at = 0
        # The kernel counts what a process had before execve(2), a copy of this one, as the program's own.
        self.floor = memory_of(os.getpid(), "RssAnon") + 4 * 1024 * 1024
        self.ended_at = None
        self.status = None
        self.why = None  # "timeout", "stopped", "output"
        self.paused = False  # a signal stopped its main process or this one for a while: its time says nothing
        self.held = set()  # objects in /dev/shm of processes that had to be killed
        self.most = request.get("output") or 0  # bytes of standard output that are wanted
        self.bounded = bool(request.get("bounded"))  # with more it is ended
        self.overflows = False
        self.grace = min(request.get("grace") or GRACE_SECONDS, MOST_GRACE_SECONDS)
        self.after = (request["after"], request["env"]) if request.get("after") else None
        self.pipes = {}
        source = opened(request["input"]) if request.get("input") else None
        # What it writes is told as it comes: characters may come in two parts.
        self.shown = {name: codecs.getincrementaldecoder("utf-8")("replace") for name in ("output", "errors")}
        if not request.get("show"):
            self.shown = {}
        out_read, out_write = os.pipe() if self.most or self.shown else (None, None)
        err_read, err_write = os.pipe()
        for fd, name in ((out_read, "output"), (err_read, "errors")):
            if fd is not None:
                os.set_blocking(fd, False)
                self.pipes[fd] = name
                selector.register(fd, selectors.EVENT_READ, name)
        in_read = None
        if held:
            in_read, self.requests = os.pipe()
            os.set_blocking(self.requests, False)
        timeout = request.get("timeout")
        self.shared = SharedMemory()
        try:
            standard_input = source if in_read is None else in_read
            self.pid, self.started_at = start(request["argv"], request["env"], out_write, err_write, standard_input)
        except OSError:
            self.close()
            self.shared.close()
            raise
        finally:
            os.close(err_write)
            for fd in (source, in_read):
                if fd is not None:
                    os.close(fd)
            if out_write is not None:
                os.close(out_write)
        self.deadline = None if timeout is None else self.started_at + int(timeout * 1e9)
        self.late = "timeout"  # what it is when that has passed
        self.sample_at = self.started_at + int(FIRST_SAMPLE_SECONDS * 1e9)

    def close(self):
        for fd in list(self.pipes):
            self.forget(fd)
        if self.requests is not None:
            os.close(self.requests)
            self.requests = None

    def forget(self, fd):
        self.selector.unregister(fd)
        os.close(fd)
        del self.pipes[fd]

    def drain(self, fd):
        """Takes what is in a pipe; keeps the end of standard error, the beginning of standard output."""
        try:
            data = os.read(fd, 1 << 16)
        except BlockingIOError:
            return False
        if not data:
            self.forget(fd)
            return False
        self.tell(self.pipes[fd], data)
        if self.pipes[fd] == "errors":
            self.errors = (self.errors + data)[-KEPT_BYTES:]
        else:
            self.overflows = self.overflows or len(self.output) + len(data) > self.most
            self.output += data[: max(0, self.most - len(self.output))]
        return True

    def tell(self, name, data):
        if name not in self.shown:
            return
        try:
            say({"shown": self.shown[name].decode(data), "stream": name})
        except OSError:
            self.shown = {}  # lk is gone

    def reap(self, now):
        """Takes every child that has ended; orphans of the run are children of ours, too."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG | os.WUNTRACED)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if os.WIFSTOPPED(status):
                self.paused = self.paused or pid == self.pid
                continue
            self.cpu += usage.ru_utime + usage.ru_stime
            self.largest = max(self.largest, usage.ru_maxrss * RSS_UNIT)
            if pid == self.pid:
                self.ended_at = now
                self.status = status

    def sample(self, now):
        began = time.process_time_ns()
        pids = descendants()
        self.shared.look(pids)
        # Of a process the kernel's own account is exact, unless it is smaller than this one.
        if self.seen <= self.floor:
            self.seen = max([self.seen, *(memory_of(pid, "VmHWM") for pid in pids)])
        if len(pids) > 1 and now >= self.sample_tree_at:
            before = time.process_time_ns()
            self.tree = max(self.tree, proportional_memory(pids))
            self.sample_tree_at = now + (time.process_time_ns() - before) * SAMPLE_SHARE
        growing = min((now - self.started_at) // SAMPLE_GROWTH, 1_000_000_000)
        least = int((FIRST_SAMPLE_SECONDS if self.seen <= self.floor else LATER_SAMPLE_SECONDS) * 1e9)
        self.sample_at = now + max(least, (time.process_time_ns() - began) * SAMPLE_SHARE, growing)

    def wait_seconds(self):
        if self.asked is None:
            return None  # its end is a signal
        if self.ended_at is not None:
            return 0.0
        until = min(self.sample_at, self.deadline or self.sample_at) if LINUX else self.deadline
        return None if until is None else max(0.0, (until - time.perf_counter_ns()) / 1e9)

    def kill(self, why):
        """Ends every process of the run: asked first, then without asking. Returns how many there were."""
        if why is not None and self.why is None and self.ended_at is None:
            self.why = why
        until = time.monotonic() + LEAVE_SECONDS
        while self.ended_at is not None and descendants() and time.monotonic() < until:
            time.sleep(0.005)
            self.reap(time.perf_counter_ns())
        pids = descendants()
        if not pids and self.ended_at is not None and LINUX:
            return 0
        self.held |= self.shared.look(pids, again=True)
        self.signal(pids, signal.SIGTERM)
        until = time.monotonic() + self.grace
        while time.monotonic() < until:
            self.reap(time.perf_counter_ns())
            if not descendants() and self.ended_at is not None:
                break
            for fd in list(self.pipes):
                self.drain(fd)
            time.sleep(0.005)
        until = time.monotonic() + 5
        while time.monotonic() < until:
            # again and again: what forks meanwhile is found the next time
            left = descendants()
            self.held |= self.shared.look(left, again=True)
            self.signal(left, signal.SIGKILL)
            self.reap(time.perf_counter_ns())
            if not descendants() and self.ended_at is not None:
                break
            time.sleep(0.002)
        if why is not None:
            self.clear()
        return len(pids)

    def clear(self):
        """Ends what it has begun elsewhere, once: of a launcher on other machines nothing is below this process."""
        if self.after is None:
            return
        import subprocess  # what few runs want

        (argv, env), self.after = self.after, None
        null = subprocess.DEVNULL
        try:
            subprocess.run(argv, env=env, stdin=null, stdout=null, stderr=null, timeout=AFTER_SECONDS)
        except (OSError, subprocess.SubprocessError):
            pass  # it is not there, or does not end

    def signal(self, pids, number):
        for pid in pids:
            signal_descendant(pid, number)
        # The group's number is free for others once its processes are gone: it is ours while its first is not reaped.
        if self.ended_at is None or not LINUX:
            signal_group(self.pid, number)

    def settle(self):
        """Ends what is left of it. Returns how many processes that were, and what of /dev/shm has to stay."""
        left = self.kill(None)
        broken = self.why is not None or self.status is None or self.status != 0
        return left, self.shared.settle(broken, self.held)

    def answer(self):
        """What is known at the end; the run's processes are gone."""
        left, kept = self.settle()
        for fd in list(self.pipes):
            while fd in self.pipes and self.drain(fd):
                pass
        self.close()
        status = self.status
        return {
            "seconds": (self.ended_at - self.started_at) / 1e9 if self.ended_at is not None else None,
            "exitCode": os.WEXITSTATUS(status) if status is not None and os.WIFEXITED(status) else None,
            "signal": os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else None,
            "ended": self.why,
            "cpuSeconds": self.cpu,
            "peakRssBytes": self.largest if self.largest > self.floor or self.seen == 0 else self.seen,
            "peakTreeBytes": self.tree or None,
            "left": left,
            "kept": kept,
            "paused": self.paused,
            "output": self.output.decode("utf-8", "replace"),
            "errors": self.errors.decode("utf-8", "replace"),
        }


class Held(Run):
    """A command that lives on between questions. What is told is of the question, not of its whole life."""

    def __init__(self, request, selector):
        super().__init__({**request, "output": MOST_LINE}, selector, held=True)
        self.before = 0.0
        self.timeout = None
        self.begun = False

    def ask(self, request, now):
        """Puts a question; the line of an earlier one that nobody waited for does not count."""
        line = request.get("line")
        self.asked, self.begun, self.timeout = request, line is None, request.get("timeout")
        self.output, self.errors, self.paused, self.why = b"", b"" if line is not None else self.errors, False, None
        self.seen = self.tree = self.sample_tree_at = 0
        pids = descendants()
        self.high_water = "VmHWM" if all([forget_peak(pid) for pid in pids]) else "VmRSS"
        # Whoever loads and imports is not asked yet: all that it has used counts.
        self.before = 0.0 if line is None else self.cpu + cpu_seconds(pids)
        self.started_at = now
        self.deadline, self.late = now + int(request["within"] * 1e9), "stopped"
        self.sample_at = now + int(FIRST_SAMPLE_SECONDS * 1e9)
        if line is not None and self.ended_at is None:
            try:
                os.write(self.requests, line.encode() + b"\n")
            except OSError:
                pass  # it has ended, which is told when it is reaped

    def look(self, now):
        """Takes the mark of the beginning; the answer to a question when it is there, else None."""
        if not self.begun and self.output[:1] == b"\n":
            self.begun, self.output = True, self.output[1:]
            if self.timeout is not None and now + int(self.timeout * 1e9) < self.deadline:
                self.deadline, self.late = now + int(self.timeout * 1e9), "timeout"
        if not self.begun or b"\n" not in self.output or self.ended_at is not None:
            return None
        if LINUX:
            self.sample(now)
        answer = self.figures(now, self.cpu + cpu_seconds(descendants()))
        self.asked = None
        return {**answer, "exitCode": 0, "signal": None, "ended": None, "left": 0, "kept": [], "alive": True}

    def sample(self, now):
        pids = descendants()
        self.shared.look(pids)
        self.seen = max([self.seen, *(memory_of(pid, self.high_water) for pid in pids)])
        if len(pids) > 1:
            self.tree = max(self.tree, proportional_memory(pids))
        self.sample_at = now + max(int(LATER_SAMPLE_SECONDS * 1e9), (time.perf_counter_ns() - now) * SAMPLE_SHARE)

    def figures(self, now, cpu):
        return {
            "seconds": (now - self.started_at) / 1e9,
            "cpuSeconds": max(0.0, cpu - self.before) if LINUX else None,
            "peakRssBytes": self.seen or None,
            "peakTreeBytes": self.tree or None,
            "paused": self.paused,
            "output": self.output.partition(b"\n")[0].decode("utf-8", "replace"),
            "errors": self.errors.decode("utf-8", "replace"),
        }

    def answer(self):
        """It has ended, or was: the answer to the question that it did not come to answer."""
        whole = super().answer()
        # What had ended by itself was waited for, with all that it had used.
        return {**whole, **self.figures(max(self.ended_at or 0, self.started_at), self.cpu), "alive": False}


def say(document):
    data = json.dumps(document).encode() + b"\n"
    while data:
        data = data[os.write(ANSWERS, data) :]


def serve():
    global REQUESTS, ANSWERS
    REQUESTS, ANSWERS = os.dup(0), os.dup(1)
    os.dup2(NULL, 0)
    os.dup2(NULL, 1)
    # Handlers, not SIG_IGN, which commands would inherit: Python ignores SIGPIPE and SIGXFSZ itself. A terminal's
    # Ctrl-C is for lk, which says what to do.
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, lambda *_: None)
    wake_read, wake_write = os.pipe()
    for fd in (wake_read, wake_write):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    state = {"run": None, "folders": [], "ending": False}

    def end(*_):
        # The loop looks at it: an exception out of here would cut the end short that is under way.
        state["ending"] = True

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)

    def resumed(*_):
        if state["run"] is not None:
            state["run"].paused = True

    signal.signal(signal.SIGCONT, resumed)
    wake_without_parent()
    for name in sys.argv[1:]:
        signal.signal(getattr(signal, "SIG" + name), signal.SIG_IGN)
    selector = selectors.DefaultSelector()
    selector.register(REQUESTS, selectors.EVENT_READ, "requests")
    selector.register(wake_read, selectors.EVENT_READ, "wake")
    try:
        loop(selector, wake_read, state)
    except BrokenPipeError:
        pass  # lk is gone, and so is whoever reads an answer
    finally:
        if state["run"] is not None:
            state["run"].kill("stopped")
            state["run"].settle()
        kept = [{"path": path, "why": why} for path in state["folders"] for why in [folders.remove(path)] if why]
        if kept:
            try:
                say({"unremoved": kept})
            except OSError:
                pass


def loop(selector, wake_read, state):
    waiting = b""
    say({"ready": True, "subreaper": become_subreaper()})
    while not state["ending"]:
        run = state["run"]
        events = selector.select(run.wait_seconds() if run else None)
        now = time.perf_counter_ns()
        for key, _ in events:
            if key.data == "wake":
                os.read(wake_read, 4096)
            elif key.data == "requests":
                data = os.read(REQUESTS, 1 << 20)
                if not data:
                    return
                waiting += data
            elif run is not None and key.fd in run.pipes:
                run.drain(key.fd)
        if run is not None:
            run.reap(now)
        if run is not None and run.asked is not None:
            if run.ended_at is not None and run.paused and run.deadline is not None and now >= run.deadline:
                run.why = run.why or run.late  # this process was stopped when it was time
            if run.ended_at is None and run.deadline is not None and now >= run.deadline:
                run.kill(run.late)
            elif isinstance(run, Held) and run.ended_at is None and (told := run.look(now)) is not None:
                say(told)
            elif run.ended_at is None and run.bounded and run.overflows:
                run.kill("output")
            elif run.ended_at is None and LINUX and now >= run.sample_at:
                run.sample(now)
            if run.ended_at is not None:
                state["run"] = None
                say(run.answer())
        while b"\n" in waiting:
            line, _, waiting = waiting.partition(b"\n")
            request = json.loads(line)
            if "folder" in request:
                try:
                    path = folders.make(request["folder"], "lk-bench-")
                    state["folders"].append(path)
                    say({"folder": path})
                except OSError as error:
                    say({"error": error.strerror or str(error), "errno": error.errno})
            elif "stop" in request and state["run"] is not None and state["run"].asked is not None:
                state["run"].kill("stopped")
                run, state["run"] = state["run"], None
                say(run.answer())
            elif "ask" in request:
                if state["run"] is None:
                    say({"error": "it has ended", "errno": 3})
                else:
                    state["run"].ask(request["ask"], time.perf_counter_ns())
            elif "run" in request or "hold" in request:
                try:
                    held = "hold" in request
                    state["run"] = Held(request["hold"], selector) if held else Run(request["run"], selector)
                    if held:
                        say({"held": state["run"].pid})
                except OSError as error:
                    say({"error": error.strerror or str(error), "errno": error.errno})


if __name__ == "__main__":
    serve()
