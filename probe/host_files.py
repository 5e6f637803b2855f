"""
Answers questions on the files of this machine: what `lk nodes --ray` asks on each node, and nothing else. Every answer is
bounded, nothing but a regular file is opened, and nothing is written.

A question is a list, as src/host/questioned.ts has it: ["read", path, limit], ["list", path, limit],
["part", path, from, length], ["kind", path], ["realpath", path], ["link", path], ["executable", path].
"""

import base64
import errno
import os
import stat

MOST_BYTES = 16 * 1024 * 1024  # of all answers together
MOST_PART = 1024 * 1024

REASONS = {
    errno.ENOENT: "missing",
    errno.ENOTDIR: "missing",
    errno.ENAMETOOLONG: "missing",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.ELOOP: "loop",
    errno.EISDIR: "not a file",
    errno.ENXIO: "not a file",
}


class NoFile(Exception):
    """What is there is no regular file: opening it might do something."""


def opened(path):
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise NoFile
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise NoFile
    return fd


def up_to(fd, most):
    """Files of /proc do not say how large they are."""
    data = b""
    while len(data) < most:
        chunk = os.read(fd, min(65536, most - len(data)))
        if not chunk:
            break
        data += chunk
    return data


def read(path, limit):
    try:
        fd = opened(path)
    except NoFile:
        return {"ok": False, "reason": "not a file"}
    except OSError as error:
        return {"ok": False, "reason": REASONS.get(error.errno, "failed")}
    try:
        data = up_to(fd, min(int(limit), MOST_BYTES) + 1)
    except OSError as error:
        return {"ok": False, "reason": REASONS.get(error.errno, "failed")}
    finally:
        os.close(fd)
    if len(data) > limit:
        return {"ok": False, "reason": "too large"}
    text = data.decode("utf-8", "replace")
    return {"ok": True, "text": text, "utf8": text.encode("utf-8") == data}


def part(path, begin, length):
    fd = opened(path)
    try:
        return base64.b64encode(os.pread(fd, min(int(length), MOST_PART), int(begin))).decode()
    finally:
        os.close(fd)


def names(path, limit):
    found = []
    with os.scandir(path) as entries:
        for entry in entries:
            if len(found) >= limit:
                break
            found.append(entry.name)
    return sorted(found)


def kind(path):
    mode = os.stat(path).st_mode
    return "file" if stat.S_ISREG(mode) else "directory" if stat.S_ISDIR(mode) else "other"


def real(path):
    os.stat(path)
    return os.path.realpath(path)


def executable(path):
    return stat.S_ISREG(os.stat(path).st_mode) and os.access(path, os.X_OK)


ANSWERS = {
    "read": read,
    "part": part,
    "list": names,
    "kind": kind,
    "realpath": real,
    "link": os.readlink,
    "executable": executable,
}


def answer(question):
    """What JSON can hold; None for what is not there."""
    what, path, *more = question
    if not isinstance(path, str) or not path.startswith("/") or "\0" in path:
        return None
    try:
        return ANSWERS[what](path, *more)
    except (OSError, NoFile, ValueError):
        return None


def sizes(value):
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return len(value.get("text") or "")
    return sum(map(len, value)) if isinstance(value, list) else 1


def answers(questions):
    """An answer for each question, in order; once they are larger than anybody's, None."""
    found = []
    room = MOST_BYTES
    for question in questions:
        given = answer(question) if room > 0 else None
        room -= sizes(given)
        found.append(given)
    return found
