"""What a run leaves in /dev/shm, and which of it may go.

An object goes only if it is a regular file directly in /dev/shm with one name, it was made after the run began, a
process of the run was seen with it open for writing or mapped so, it belongs to that process's user, no other process
has it open, and the run did not come to its end by itself, or left processes behind that held it. In every other case
it stays, and is named with the reason. An object is known by its inode: names are reused, linked and renamed.

That it was made after the run began: its inode was not there before (all of /dev/shm is listed), and none of its
times is before the beginning, the time of its birth included where the kernel tells it (tmpfs: from Linux 6 on).
"""

import os
import stat
import time

from processes import read

FOLDER = "/dev/shm"
MOST_LISTED = 20_000  # of what was there before; with more, only the time of birth proves anything
MOST_NAMED = 20
UNSEEN = "it was not seen open in a process of the run"


def now():
    """The clock that the kernel stamps inodes with, nanoseconds."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_REALTIME_COARSE", 5))


def born(name, folder):
    """When an inode was made, nanoseconds, by statx(2); None: not known."""
    try:
        import ctypes
        import struct

        buffer = ctypes.create_string_buffer(256)
        # AT_SYMLINK_NOFOLLOW, STATX_BTIME
        if ctypes.CDLL(None).statx(folder, os.fsencode(name), 0x100, 0x800, buffer) != 0:
            return None
        mask = struct.unpack_from("=I", buffer, 0)[0]
        seconds, nanoseconds = struct.unpack_from("=qI", buffer, 80)
        return seconds * 1_000_000_000 + nanoseconds if mask & 0x800 else None
    except Exception:
        return None


def inodes(folder, most):
    """The inodes of all that is below a folder; False: there are more."""
    found = set()
    waiting = [folder]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    found.add(entry.inode())
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if len(found) > most:
                        return found, False
        except OSError:
            return found, False
    return found, True


def mapped(pid, device, place):
    """What a process has mapped: inode and permissions such as `rw-s`. OSError where that may not be known."""
    with open(f"/proc/{pid}/maps", errors="surrogateescape") as file:
        for line in file:
            fields = line.rstrip("\n").split(None, 5)
            if len(fields) > 4 and fields[4] != "0":
                major, _, minor = fields[3].partition(":")
                same = os.makedev(int(major, 16), int(minor, 16)) == device
                if same or (len(fields) > 5 and fields[5].startswith(place)):
                    yield int(fields[4]), fields[1]


def written_by(pid, wanted, device, place):
    """The inodes, of those wanted, that a process may write: open for writing, or mapped shared and writable."""
    found = set()
    try:
        found |= {inode for inode, mode in mapped(pid, device, place) if inode in wanted and mode[1] + mode[3] == "ws"}
        for number in os.listdir(f"/proc/{pid}/fd"):
            file = f"/proc/{pid}/fd/{number}"
            try:
                if not os.readlink(file).startswith(place):
                    continue
                status = os.stat(file)
            except OSError:
                continue
            if status.st_dev == device and status.st_ino in wanted:
                flags = [line.split()[1] for line in read(f"/proc/{pid}/fdinfo/{number}").splitlines() if line.startswith("flags:")]
                if flags and int(flags[0], 8) & os.O_ACCMODE != os.O_RDONLY:
                    found.add(status.st_ino)
    except OSError:
        pass  # it has ended, or is not to be read
    return found


def has_open(process, status, name, place):
    """True if a process, or a thread by its folder in /proc, has it open or mapped. OSError: not to be known."""
    for number in os.listdir(f"{process}/fd"):
        try:
            target = os.readlink(f"{process}/fd/{number}")
        except FileNotFoundError:
            continue
        if target == place + name:
            return True
        if not target.startswith("/"):
            continue
        # Its number alone, from fdinfo (Linux 5.14): stat(2) of a file on a server that is gone does not return.
        numbers = [line.split()[1] for line in read(f"{process}/fdinfo/{number}").splitlines() if line.startswith("ino:")]
        if numbers:
            if int(numbers[0]) != status.st_ino:
                continue
        elif not target.startswith(place):
            continue
        try:
            found = os.stat(f"{process}/fd/{number}")
        except FileNotFoundError:
            continue
        if (found.st_dev, found.st_ino) == (status.st_dev, status.st_ino):
            return True
    pid = process[len("/proc/") :]
    return any(inode == status.st_ino for inode, _ in mapped(pid, status.st_dev, place))


def fields_of(pid):
    lines = (line.partition(":") for line in read(f"/proc/{pid}/status").splitlines())
    return {name: value.split() for name, _, value in lines}


def may_open(pid, status, began):
    """True if a process that may not be looked into counts: the object's mode lets it in.

    Of the owner's own processes those that were there before the run (`began`, seconds since boot) do not: what the
    kernel hides even from their user are init, sshd, agents, which open no file of a run; else nothing would ever go.
    """
    fields, mode = fields_of(pid), status.st_mode
    if "Uid" not in fields:
        return mode & 0o066 != 0
    if int(fields["Uid"][3]) == status.st_uid:
        ticks = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        return mode & 0o600 != 0 and len(ticks) > 19 and int(ticks[19]) / os.sysconf("SC_CLK_TCK") >= began
    groups = {int(group) for group in [fields["Gid"][3], *fields.get("Groups", [])]}
    return mode & (0o060 if status.st_gid in groups else 0o006) != 0


def others_hidden():
    """True: /proc does not show other users' processes (proc(5), hidepid)."""
    for line in read("/proc/self/mountinfo").splitlines():
        fields = line.split()
        if fields[4] == "/proc":
            options = fields[-1].split(",")
            return any(option.startswith("hidepid=") and option[8:] not in ("0", "off") for option in options)
    return False


def user_of(name, status, place, began):
    """Who else has it open, or may have, in words; None: nobody."""
    if status.st_mode & 0o066 and others_hidden():
        return "other users' processes, which are hidden here, may have it open"
    for pid in (entry for entry in os.listdir("/proc") if entry.isdigit()):
        try:
            # A first thread that has ended shows nothing of what the others have open.
            ended = fields_of(pid).get("State", [""])[0] == "Z"
            tasks = [f"{pid}/task/{task}" for task in os.listdir(f"/proc/{pid}/task") if task != pid] if ended else [pid]
            for task in tasks:
                if has_open(f"/proc/{task}", status, name, place):
                    return f"process {pid} has it open"
        except (FileNotFoundError, ProcessLookupError):
            pass
        except OSError:
            if may_open(pid, status, began):
                return f"process {pid}, which may not be looked into, may have it open"
    return None


class SharedMemory:
    """/dev/shm during one run. Made just before it begins."""

    def __init__(self, folder=FOLDER):
        self.written = set()
        self.users = set()
        self.folder = None
        try:
            place = os.path.realpath(folder)
            self.folder = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
            self.place = place + "/"
            self.device = os.fstat(self.folder).st_dev
            # In this order: what is made between the two is in the list.
            self.began = now()
            self.since_boot = time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", 7))
            self.before, self.whole = inodes(place, MOST_LISTED)
        except OSError:
            self.close()

    def close(self):
        if self.folder is not None:
            os.close(self.folder)
            self.folder = None

    def new(self):
        """Names and inodes of what is new directly in it."""
        if self.folder is None:
            return {}
        try:
            with os.scandir(self.folder) as entries:
                return {entry.name: entry.inode() for entry in entries if entry.inode() not in self.before}
        except OSError:
            return {}

    def look(self, pids, again=False):
        """Keeps in mind which new objects these processes write. Returns them, with `again` also those known."""
        wanted = set(self.new().values())
        if not again:
            wanted -= self.written
        found = set()
        for pid in pids if wanted else ():
            own = written_by(pid, wanted, self.device, self.place)
            if own:
                found |= own
                try:
                    self.users.add(os.stat(f"/proc/{pid}").st_uid)
                except OSError:
                    pass
        self.written |= found
        return found

    def settle(self, broken, held):
        """Removes what may go, when all processes of the run have ended.

        `broken`: the run did not come to its end by itself. `held`: inodes that processes held which had to be ended.
        Returns what is new and stays: a list of {path, why}.
        """
        kept = []
        try:
            for name, inode in sorted(self.new().items()):
                try:
                    why = self.judge(name, broken or inode in held)
                    if why is None:
                        why = self.remove(name, inode)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    why = (error.strerror or str(error)).lower()
                if why is not None and why != "":
                    kept.append({"path": self.place + name, "why": why})
        finally:
            self.close()
        return kept[:MOST_NAMED]

    def judge(self, name, ended):
        """Why it has to stay; None: it may go; empty: it is not the run's."""
        status = os.stat(name, dir_fd=self.folder, follow_symlinks=False)
        known = status.st_ino in self.written
        if not known and status.st_uid not in (self.users or {os.geteuid()}):
            return ""
        if status.st_dev != self.device:
            return "it is a mount"
        if not stat.S_ISREG(status.st_mode):
            return "it is no regular file"
        if not known:
            # What somebody else has open is theirs.
            return UNSEEN if user_of(name, status, self.place, self.since_boot) is None else ""
        if status.st_uid not in self.users:
            return "it is another user's"
        if status.st_nlink != 1:
            return f"it has {status.st_nlink} names"
        birth = born(name, self.folder)
        if (birth is None and not self.whole) or min(birth or status.st_ctime_ns, status.st_mtime_ns) < self.began:
            return "it may be older than the run"
        if not ended:
            return "the command left it when it ended by itself"
        return user_of(name, status, self.place, self.since_boot)

    def remove(self, name, inode):
        """Takes it away from under its name first, so that nobody opens it or is replaced between look and deed."""
        aside = ".lk-" + os.urandom(16).hex()
        os.rename(name, aside, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        status = os.stat(aside, dir_fd=self.folder, follow_symlinks=False)
        if status.st_ino == inode and status.st_nlink == 1:
            why = user_of(aside, status, self.place, self.since_boot)
            if why is None:
                os.unlink(aside, dir_fd=self.folder)
                return None
        else:
            why = "it was replaced meanwhile"
        if stat.S_ISDIR(status.st_mode):
            os.rename(aside, name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
            return why
        try:
            os.link(aside, name, src_dir_fd=self.folder, dst_dir_fd=self.folder, follow_symlinks=False)
        except FileExistsError:
            return f"{why}; it is {self.place}{aside} now, since its name was taken"
        os.unlink(aside, dir_fd=self.folder)
        return why
