import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PROJECT } from '../cli.ts';
import { findPython } from './python.ts';

const python = findPython();
const here = python !== null && process.platform === 'linux' && existsSync('/dev/shm');
const isRoot = process.getuid?.() === 0;

/** Mapped, and its file closed: Python's own mmap keeps a descriptor. */
const MAPPED = `import ctypes, os, sys
f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
os.ftruncate(f, 4096)
mmap = ctypes.CDLL(None).mmap
mmap.restype = ctypes.c_void_p
mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
mmap(None, 4096, 3, 1, f, 0)
os.close(f)`;

/** What stands before every script: the module, a run's process as `child(code)`, and a name below the prefix. */
const BEGIN = `
import os, subprocess, sys, time
sys.dont_write_bytecode = True
sys.path.insert(0, ${JSON.stringify(`${PROJECT}/bench`)})
import shared_memory
from shared_memory import SharedMemory
prefix = sys.argv[1]
def child(code, *arguments):
    process = subprocess.Popen([sys.executable, "-c", code + "\\nprint(1, flush=True)\\nimport time; time.sleep(60)", *arguments], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process
def run(code, *arguments, again=True):
    """Seen, and ended."""
    process = child(code, *arguments)
    held = memory.look([process.pid], again=again)
    process.kill(); process.wait()
    return held
OPEN = "import sys; f = [open(name, 'a+') for name in sys.argv[1:]]"
def settle(broken=True, held=()):
    import json
    kept = [entry for entry in memory.settle(broken, set(held)) if entry["path"].startswith(prefix)]
    print(json.dumps([[entry["path"][len(prefix):], entry["why"]] for entry in kept]))
`;

(here ? describe : describe.skip)('what goes of /dev/shm when a run has ended', () => {
  let prefix = '';
  let others: ChildProcess[] = [];
  beforeEach(() => {
    prefix = `/dev/shm/lk-test-${process.pid}-${Math.random().toString(36).slice(2)}-`;
    others = [];
  });
  afterEach(() => {
    for (const other of others) other.kill('SIGKILL');
    for (const name of left()) rmSync(prefix + name, { recursive: true, force: true });
  });
  const left = (): string[] =>
    readdirSync('/dev/shm')
      .map((name) => `/dev/shm/${name}`)
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
      .sort();
  /** What is kept, each with why. */
  const script = (text: string): [string, string][] =>
    JSON.parse(execFileSync(python as string, ['-c', BEGIN + text, prefix], { encoding: 'utf8' }));

  test('made by the run, open nowhere: it goes, by whatever name it has now', () => {
    expect(
      script(
        'memory = SharedMemory(); run(OPEN, prefix + "a", prefix + "b"); os.rename(prefix + "a", prefix + "c"); settle()',
      ),
    ).toEqual([]);
    expect(left()).toEqual([]);
  });

  test('semaphores and mappings whose file is closed are seen, too', () => {
    expect(script(`memory = SharedMemory(); run('''${MAPPED}''', prefix + "sem.a"); settle()`)).toEqual([]);
    expect(left()).toEqual([]);
  });

  test('what was there before stays, opened, written, renamed or linked by the run, and is not even named', () => {
    const text = `
for name in "abcd": open(prefix + name, "w").write("user's")
os.mkdir(prefix + "folder"); open(prefix + "folder/inner", "w").write("user's")
memory = SharedMemory()
run(OPEN, *[prefix + name for name in "abcd"])
os.rename(prefix + "a", prefix + "e"); os.link(prefix + "b", prefix + "f"); os.rename(prefix + "folder/inner", prefix + "g")
run(OPEN, prefix + "e", prefix + "f", prefix + "g")
settle()`;
    expect(script(text)).toEqual([]);
    expect(left()).toEqual(['b', 'c', 'd', 'e', 'f', 'folder', 'g']);
    for (const name of 'bcdefg') expect(readFileSync(prefix + name, 'utf8')).toBe("user's");
  });

  test('the same where the kernel does not tell when an inode was made', () => {
    const text = `
shared_memory.born = lambda *_: None
os.mkdir(prefix + "folder"); open(prefix + "folder/inner", "w").write("user's"); open(prefix + "a", "w").close()
memory = SharedMemory()
os.rename(prefix + "folder/inner", prefix + "b")
run(OPEN, prefix + "a", prefix + "b", prefix + "own")
settle()`;
    expect(script(text)).toEqual([]);
    expect(left()).toEqual(['a', 'b', 'folder']);
    const unlisted = `shared_memory.born = lambda *_: None; shared_memory.MOST_LISTED = 0; open(prefix + "x", "w").close()
memory = SharedMemory(); run(OPEN, prefix + "own"); settle()`;
    expect(script(unlisted).find(([name]) => name === 'own')).toEqual(['own', 'it may be older than the run']);
  });

  test('open or mapped in another process: it stays, and the process is named', () => {
    const text = `
memory = SharedMemory()
run(OPEN, prefix + "a", prefix + "b")
one = child("import sys; f = open(sys.argv[1])", prefix + "a")
two = child('''${MAPPED}''', prefix + "b")
settle(); one.kill(); two.kill()`;
    expect(script(text)).toEqual([
      ['a', expect.stringMatching(/^process \d+ has it open$/)],
      ['b', expect.stringMatching(/^process \d+ has it open$/)],
    ]);
    expect(left()).toEqual(['a', 'b']);
  });

  test('open in a thread whose first thread has ended', () => {
    const thread = `import ctypes, sys, threading, time
f = open(sys.argv[1])
threading.Thread(target=lambda: (print(1, flush=True), time.sleep(60))).start()
ctypes.CDLL(None).pthread_exit(None)`;
    const text = `
memory = SharedMemory(); run(OPEN, prefix + "a")
other = subprocess.Popen([sys.executable, "-c", '''${thread}''', prefix + "a"], stdout=subprocess.PIPE)
other.stdout.readline(); time.sleep(0.2)
settle(); other.kill()`;
    expect(script(text)).toEqual([['a', expect.stringMatching(/^process \d+ has it open$/)]]);
  });

  test('only read by the run, made by somebody else meanwhile: it stays', () => {
    const text = `
memory = SharedMemory(); open(prefix + "data", "w").write("new"); run("import sys; f = open(sys.argv[1])", prefix + "data"); settle()`;
    expect(script(text)).toEqual([['data', 'it was not seen open in a process of the run']]);
    expect(readFileSync(`${prefix}data`, 'utf8')).toBe('new');
  });

  test('replaced under the same name between look and deed: the other one stays', () => {
    const text = `
memory = SharedMemory(); run(OPEN, prefix + "a")
judge = memory.judge
def replaced(name, ended):
    why = judge(name, ended)
    if name == os.path.basename(prefix + "a"):
        open(prefix + "b", "w").write("other"); os.rename(prefix + "b", prefix + "a")
    return why
memory.judge = replaced
settle()`;
    expect(script(text)).toEqual([['a', 'it was replaced meanwhile']]);
    expect([left(), readFileSync(`${prefix}a`, 'utf8')]).toEqual([['a'], 'other']);
    expect(readdirSync('/dev/shm').filter((name) => name.startsWith('.lk-'))).toEqual([]);
  });

  test('links, folders, pipes, and what has two names stay, and are named', () => {
    const text = `
memory = SharedMemory(); run(OPEN, prefix + "a")
os.link(prefix + "a", prefix + "b"); os.symlink(prefix + "a", prefix + "c"); os.mkfifo(prefix + "d"); os.mkdir(prefix + "e")
settle()`;
    const plain = 'it is no regular file';
    expect(script(text)).toEqual([
      ['a', 'it has 2 names'],
      ['b', 'it has 2 names'],
      ['c', plain],
      ['d', plain],
      ['e', plain],
    ]);
    expect(left()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('a run that ended by itself has left it on purpose; what its leftover processes held goes', () => {
    expect(script('memory = SharedMemory(); run(OPEN, prefix + "a"); settle(broken=False)')).toEqual([
      ['a', 'the command left it when it ended by itself'],
    ]);
    rmSync(`${prefix}a`);
    expect(script('memory = SharedMemory(); held = run(OPEN, prefix + "a"); settle(False, held)')).toEqual([]);
    expect(left()).toEqual([]);
  });

  (isRoot ? test : test.skip)('another user counts only where the mode lets them in (needs root)', () => {
    // As an unprivileged user, who may not look into what root and a third user do.
    const text = (mode: string) => `
import ctypes
os.setgroups([]); os.setgid(65534); os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1)
memory = SharedMemory(); run(OPEN + "; import os; os.chmod(sys.argv[1], ${mode})", prefix + "a"); settle()`;
    const as = ['--reuid', '65533', '--regid', '65533', '--clear-groups'];
    others.push(spawn('setpriv', [...as, 'sleep', '60'], { stdio: 'ignore' }));
    expect(script(text('0o600'))).toEqual([]);
    expect(script(text('0o666'))).toEqual([
      ['a', expect.stringMatching(/^process \d+, which may not be looked into, may have it open$/)],
    ]);
  });
});
