import { writeFileSync } from 'node:fs';
import { PRINTED, secretArguments } from '../secrets.mjs';
import { hostileText } from '../texts.mjs';
import { bench } from './asked.mjs';

/** In two pieces, so that the program's text is not what it prints. */
const SAID = `${PRINTED.slice(0, 3)}" "${PRINTED.slice(3)}`;

/** Python that does what it is told for about so long, and ends in some way; `SHM` is the case's prefix. */
const BEHAVIOURS = {
  quick: 'pass',
  slow: 'import time; time.sleep(30)',
  fails: 'import sys; sys.exit(3)',
  'fails with escapes': `import sys; sys.stderr.write("\\x1b[31mred \\x9b2J \\u202e\\r\\n::error title=x::obeyed\\n##[error]obeyed\\n${SAID}\\n"); sys.exit(1)`,
  'prints escapes': `print("\\x1b[31mred\\x1b]0;t\\x07\\n::warning::obeyed ${SAID}")`,
  'prints what a shell would run':
    'print("touch P-was-touched"); import sys; sys.stderr.write("touch P-was-touched\\n"); sys.exit(1)',
  'not UTF-8': 'import os; os.write(2, bytes(range(256))); raise SystemExit(1)',
  'writes much': 'import os\nfor _ in range(200): os.write(1, b"x" * 50000)',
  'writes much and fails': 'import os, sys\nfor _ in range(200): os.write(2, b"y" * 50000)\nsys.exit(1)',
  forks:
    'import os, time\nfor _ in range(12):\n    if os.fork() == 0:\n        time.sleep(60); os._exit(0)\ntime.sleep(0.1)',
  'forks and hangs': 'import os, time\nfor _ in range(12):\n    if os.fork() == 0: break\ntime.sleep(60)',
  'double fork':
    'import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(60)\n    os._exit(0)',
  session: 'import os, time, subprocess\nsubprocess.Popen(["sleep", "60"], start_new_session=True)\ntime.sleep(0.05)',
  'ignores signals': 'import signal, time\nfor s in (1, 2, 15): signal.signal(s, signal.SIG_IGN)\ntime.sleep(60)',
  stops: 'import os, signal; os.kill(os.getpid(), signal.SIGSTOP)',
  dies: 'import os, signal; os.kill(os.getpid(), signal.SIGSEGV)',
  'reads shared memory': 'import time; f = open("/dev/shm/SHM-user0"); time.sleep(SLEEP)',
  'maps shared memory':
    'import mmap, time; f = open("/dev/shm/SHM-user0", "r+b"); m = mmap.mmap(f.fileno(), 0); time.sleep(SLEEP)',
  'makes shared memory':
    'import time; f = open("/dev/shm/SHM-held%d" % time.monotonic_ns(), "w"); f.write("x"); f.flush(); time.sleep(30)',
  'makes files': 'import tempfile, time; open("made-by-job", "w").write("x"); time.sleep(SLEEP)',
  "opens the user's files":
    'import time; a = open("user-data.bin", "rb"); b = open("user-data.bin", "r+b"); time.sleep(SLEEP)',
  'kills its group': 'import os, signal; os.killpg(0, signal.SIGTERM)',
  'closes everything': 'import os, time; os.closerange(0, 100); time.sleep(SLEEP)',
};

/** Writes the case's own files, and the objects in shared memory that were there before. */
function userData(random, scratch, shm) {
  writeFileSync(`${scratch.work}/user-data.bin`, random.bytes(64));
  return () => {
    for (let i = 0; i < 2; i++) writeFileSync(`/dev/shm/${shm}-user${i}`, `the user's ${i}`);
  };
}

/** The command of a case: a Python program with one of the behaviours. */
export function job(random, shm, name = random.pick(Object.keys(BEHAVIOURS))) {
  const program = BEHAVIOURS[name].replaceAll('SHM', shm).replaceAll('SLEEP', random.pick(['0.05', '20']));
  return ['/usr/bin/python3', '-c', program, ...(random.chance(0.3) ? secretArguments(random) : [])];
}

/** Benched commands that misbehave, beside data that was there before. */
export const commands = {
  needs: ['linux', 'python3'],
  make(random, scratch, { shm }) {
    const before = userData(random, scratch, shm);
    const outputs = [
      { file: `${scratch.work}/kept.json`, is: 'json' },
      { file: `${scratch.work}/journal.jsonl`, is: 'lines' },
      { file: `${scratch.work}/result.csv`, is: 'text' },
      { file: `${scratch.work}/plot.svg`, is: 'svg' },
      { file: `${scratch.work}/.env`, is: 'any', private: true },
    ];
    const given = { '--save': 0, '--resume': 1, '--export': 2, '--plot': 3, '--write': 4 };
    const flags = random
      .some(Object.keys(given), random.int(0, 3))
      .flatMap((flag) => [flag, outputs[given[flag]].file]);
    const kill = random.chance(0.4)
      ? {
          signal: random.pick(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL']),
          after: random.int(200, 2500),
          group: random.chance(0.3),
        }
      : undefined;
    const shell = random.chance(0.1) ? ['--shell'] : [];
    const hooks = random.chance(0.15)
      ? [
          random.pick(['--setup', '--cleanup']),
          random.pick(['false', 'sleep 30', "printf '\\033[31m'", `./nowhere ${hostileText(random)}`]),
        ]
      : [];
    // a group's signal reaches the job as well as the program: what the job then prints is the job's
    return bench(random, [...flags, ...shell, ...hooks], job(random, shm), {
      kill,
      before,
      outputs,
      prints: true,
      within: 9000,
      makes: /^(made-by-job|core.*|P-was-touched)$/,
    });
  },
};
