"""Runs a program on a terminal that goes away: `python3 terminal.py REQUEST`, one JSON object, answered by one.

    {"argv": […], "env": {…}, "cwd": "/x", "streams": "toe" | "-o-" …, "hangup": "default" | "ignored" | "shell",
     "until": "/x/started" or 0.05, "seconds": 10}

`streams`: which of standard input, output and error are the terminal; the others are /dev/null and the files `out` and
`err` in `cwd`. `hangup`: what SIGHUP does; with "shell" the program is the foreground job of a shell, which leads the
session. The terminal goes away when the file `until` is there, or after so many seconds.
"""

import fcntl
import json
import os
import pty
import resource
import signal
import sys
import termios
import time

SHELL = {
    "ignored": "trap '' HUP; \"$@\"; echo $? > status",
    "shell": "trap : HUP; \"$@\"; echo $? > status",
}


def child(request, terminal):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    os.chdir(request["cwd"])
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    for number, (stream, file) in enumerate(zip(request["streams"], (os.devnull, "out", "err"))):
        os.dup2(terminal if stream != "-" else os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND), number)
    argv = request["argv"]
    if request["hangup"] == "ignored":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if request["hangup"] in SHELL:
        argv = ["/bin/sh", "-c", SHELL[request["hangup"]], "sh", *argv]
    os.execve(argv[0], argv, request["env"])


def main():
    request = json.loads(sys.argv[1])
    master, terminal = pty.openpty()  # not for what is started, as the pipe: closed when the program begins
    begun, beginning = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            child(request, terminal)
        finally:
            os._exit(127)
    os.close(terminal)
    os.close(beginning)
    os.read(begun, 1)
    os.set_blocking(master, False)
    until, began, shown = request["until"], time.monotonic(), b""
    while time.monotonic() < began + (until if isinstance(until, float) else 60):
        if isinstance(until, str) and os.path.exists(until):
            break
        try:
            shown += os.read(master, 65536)
        except BlockingIOError:
            pass
        except OSError:
            break  # nobody has the terminal any more
        time.sleep(0.002)
    os.close(master)
    began = time.monotonic()
    status = None
    while time.monotonic() < began + request["seconds"]:
        ended, found = os.waitpid(pid, os.WNOHANG)
        if ended:
            status = found
            break
        time.sleep(0.01)
    took = time.monotonic() - began
    if status is None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    answer = {"hung": status is None, "exit": None, "signal": None, "seconds": took}
    if status is not None and os.WIFSIGNALED(status):
        answer["signal"] = os.WTERMSIG(status)
    elif status is not None:
        answer["exit"] = os.WEXITSTATUS(status)
    if request["hangup"] in SHELL and status is not None:
        with open(os.path.join(request["cwd"], "status")) as file:
            answer["exit"] = int(file.read())
    for name in ("out", "err"):
        path = os.path.join(request["cwd"], name)
        answer[name] = open(path, errors="replace").read() if os.path.exists(path) else ""
    answer["shown"] = shown.decode("utf-8", "replace")
    answer["cores"] = [name for name in os.listdir(request["cwd"]) if name.startswith("core")]
    print(json.dumps(answer))


main()
