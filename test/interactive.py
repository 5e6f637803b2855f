"""Types into an interactive shell on a terminal: `python3 interactive.py REQUEST`, one JSON object; prints what was shown.

    {"env": {…}, "cwd": "/x", "steps": [["type", "text"], ["wait", "text that has to appear"], …]}

`wait` looks at what has come since the last wait. Ends with exit status 1 where a text does not appear within a minute.
"""

import json
import os
import pty
import select
import signal
import sys
import time


def main():
    request = json.loads(sys.argv[1])
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(request["cwd"])
        os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "-i"], request["env"])
    shown = b""
    looked = 0
    failed = False
    for action, text in request["steps"]:
        if action == "type":
            os.write(terminal, text.encode())
            continue
        end = time.monotonic() + 60
        while text.encode() not in shown[looked:]:
            if time.monotonic() > end:
                failed = True
                break
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    shown += os.read(terminal, 65536)
                except OSError:
                    failed = True
                    break
        if failed:
            break
        looked = shown.index(text.encode(), looked) + len(text)
    os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    os.waitpid(pid, 0)
    sys.stdout.write(shown.decode(errors="replace"))
    sys.exit(1 if failed else 0)


main()
