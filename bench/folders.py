"""Temporary folders of a benchmark: made for the user alone, and removed without leaving them.

Removing goes by descriptors and follows no symbolic link; what a command has mounted below is not ours, and stays.
"""

import os
import re
import stat
import sys

TRIES = 100


def make(parent, prefix):
    """A new folder of mode 0700. OSError where there can be none."""
    for _ in range(TRIES):
        path = os.path.join(parent, prefix + os.urandom(6).hex())
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            continue
        os.chmod(path, 0o700)  # whatever the umask is
        return path
    raise FileExistsError(17, "no name is free", parent)


def mounts():
    """Every mount point's path (proc(5), mountinfo)."""
    if not sys.platform.startswith("linux"):
        return set()
    with open("/proc/self/mountinfo", "rb") as file:
        points = [line.split(b" ")[4] for line in file.read().splitlines()]
    return {os.fsdecode(re.sub(rb"\\([0-7]{3})", lambda octal: bytes([int(octal[1], 8)]), point)) for point in points}


def remove(path):
    """Removes a folder with all that is in it. Returns why something had to stay, in words; None: it is gone."""
    try:
        real = os.path.realpath(path)
        name = os.path.basename(path)
        parent = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        return None if error.errno == 2 else error.strerror
    try:
        found = os.stat(name, dir_fd=parent, follow_symlinks=False)
        if not stat.S_ISDIR(found.st_mode):
            return "something else is there in its place"
        below = {point for point in mounts() if point == real or point.startswith(real + "/")}
        why = empty(parent, name, real, found.st_dev, below)
        if why is None:
            os.rmdir(name, dir_fd=parent)
        return why
    except FileNotFoundError:
        return None
    except RecursionError:
        return "folders are nested too deeply in it"
    except OSError as error:
        return error.strerror
    finally:
        os.close(parent)


def empty(parent, name, path, device, below):
    """Removes what is in a folder; goes on behind what must stay. Returns the first reason, None: it is empty."""
    try:
        folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    except PermissionError:
        # A command may have taken its own rights away; the folder is ours.
        os.chmod(name, 0o700, dir_fd=parent)
        folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
    why = None
    try:
        if os.fstat(folder).st_dev != device or path in below:
            return f"{path} is a mount"
        if stat.S_IMODE(os.fstat(folder).st_mode) & 0o700 != 0o700:
            os.fchmod(folder, 0o700)
        for entry in os.listdir(folder):
            inner = f"{path}/{entry}"
            try:
                if inner in below:
                    why = why or f"{inner} is a mount"
                elif stat.S_ISDIR(os.stat(entry, dir_fd=folder, follow_symlinks=False).st_mode):
                    kept = empty(folder, entry, inner, device, below)
                    if kept is None:
                        os.rmdir(entry, dir_fd=folder)
                    why = why or kept
                else:
                    os.unlink(entry, dir_fd=folder)
            except FileNotFoundError:
                pass
            except OSError as error:
                why = why or f"{inner}: {error.strerror.lower()}"
    finally:
        os.close(folder)
    return why
