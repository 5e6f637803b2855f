"""Types a line and two tabs into a real bash in a terminal: terminal.py SCRIPT FOLDER LINE; prints the line that bash made of it."""

import os
import pty
import select
import sys

script, folder, line = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(folder)
    environment = {"PATH": os.environ["PATH"], "TERM": "dumb", "HOME": folder, "INPUTRC": "/dev/null"}
    os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], environment)


def until(mark: bytes) -> bytes:
    """What comes up to a mark; a shell that says nothing for a while ends it all."""
    seen = b""
    while mark not in seen:
        if not select.select([terminal], [], [], 20)[0]:
            sys.exit(f"bash said no {mark!r}: {seen!r}")
        seen += os.read(terminal, 4096)
    return seen


# The line itself is printed by what a key is bound to, so that nothing depends on how it is drawn.
setup = f"""source '{script}'; shown() {{ printf '\\n<%s>\\n' "$READLINE_LINE"; READLINE_LINE=; }}; bind -x '"\\C-o": shown' 2>/dev/null; PS1=; echo re''ady\n"""
os.write(terminal, setup.encode())
until(b"ready")
os.write(terminal, line.encode() + b"\t")
os.write(terminal, b"\x0f")
seen = until(b">\r\n").decode(errors="replace")
print(seen[seen.rindex("\n<") + 2 : seen.rindex(">\r\n")])
os.write(terminal, b"exit\n")
os.waitpid(pid, 0)
