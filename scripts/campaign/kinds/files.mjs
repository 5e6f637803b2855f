import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { makeSocket } from '../scratch.mjs';
import { bench, checkScript, doctor } from './asked.mjs';

const SNAPSHOT = readFileSync(new URL('../../../docs/pictures/quota.json', import.meta.url));
const OLD = '{"old": true}\n';
const SCRIPT = 'from lenskit.batch import recommend\n# é\nprint(1)\nrecommend(None, [1, 2])\n';
/** Lines of a dotenv file which are not ours, whatever stands between them. */
const FOREIGN = [
  'A=1\r\n',
  '\ufeffB=2\n',
  "MULTI='one\nLK_NUM_PROCS=7\nexport LK_NUM_THREADS=3\nend'\n",
  'DOUBLE="one\nLK_NUM_THREADS=7\\"\nend"\n',
  '# LK_NUM_PROCS=9\n',
  'export C="x # y" # tail\n',
  'D = spaced\n',
  '\n\n',
  'no assignment at all\n',
];

/** Somewhere a file is written to, as a user may have it: with what has to be there afterwards. */
const PLACES = {
  plain: (file, old) => writeFileSync(file, old),
  private: (file, old) => writeFileSync(file, old, { mode: 0o600 }),
  'read-only': (file, old) => writeFileSync(file, old, { mode: 0o400 }),
  new: () => {},
  link: (file, old) => {
    mkdirSync(`${file}.d`);
    writeFileSync(`${file}.d/target`, old, { mode: 0o640 });
    symlinkSync(`${file.split('/').at(-1)}.d/target`, file);
  },
  dangling: (file) => {
    mkdirSync(`${file}.d`);
    symlinkSync(`${file}.d/target`, file);
  },
  loop: (file) => symlinkSync(file, file),
  hard: (file, old) => {
    writeFileSync(file, old);
    linkSync(file, `${file}.other`);
  },
  folder: (file) => mkdirSync(file),
  socket: (file) => makeSocket(file),
  mounted: (file, old, scratch) => {
    writeFileSync(file, old);
    writeFileSync(`${file}.other`, old);
    scratch.bindFile(`${file}.other`, file);
  },
  fifo: (file) => spawnSync('mkfifo', [file]),
  device: (file) => symlinkSync('/dev/null', file),
  full: (file) => symlinkSync('/dev/full', file),
  'closed folder': (file, old) => {
    mkdirSync(`${file}.d`);
    writeFileSync(`${file}.d/target`, old);
    chmodSync(`${file}.d`, 0o555);
    symlinkSync(`${file}.d/target`, file);
  },
};

function outputsAt(file, rest) {
  return [file, `${file}.d/target`, `${file}.other`].map((one) => ({ file: one, ...rest }));
}

/** Standard output to itself, or refused: never a file of that name. */
function dash(random) {
  const flag = random.pick(['--snapshot', '--save', '--export', '--plot', '--write', '--resume']);
  const also = () => ({ 'no file named -': existsSync('-') ? 'there is one' : null });
  if (flag === '--snapshot') return { args: ['doctor', flag, '-', ...(random.chance(0.3) ? ['--json'] : [])], also };
  return { ...bench(random, [flag, '-'], ['true'], { also }), json: undefined, pasted: false };
}

/** `--from`, `--compare` and scripts from standard input. */
function standardInput(random) {
  const from = random.pick(['-', '/dev/stdin']);
  return random.pick([
    () => ({
      ...doctor(random, ['--from', from]),
      stdin: SNAPSHOT,
      also: ({ status }) => ({ 'standard input is read': status === 2 ? 'a good snapshot was refused' : null }),
    }),
    () => bench(random, ['--compare', from], ['true'], { stdin: Buffer.from('{}') }),
    () => checkScript(random, [from], { stdin: Buffer.from(SCRIPT) }),
  ])();
}

/** A message about a folder that is not there says which. */
function missingFolder(random, scratch) {
  const file = `${scratch.work}/no-such-folder/${random.pick(['a.json', 'b/c.json'])}`;
  const also = ({ stderr, stdout }) => ({
    'a missing folder is named':
      /no-such-folder(?!\/)/.test(`${stderr}${stdout}`.replaceAll(file, '')) || `${stderr}${stdout}`.includes('folder')
        ? null
        : `${stderr}`,
  });
  if (random.chance(0.5)) return doctor(random, ['--snapshot', file], { also });
  return bench(random, [random.pick(['--save', '--export', '--resume']), file], ['mkdir', 'measured'], {
    makes: /^measured$/,
    also,
  });
}

/** A runner's own files are appended to. */
function runnersFile(random, scratch) {
  const file = `${scratch.work}/summary.md`;
  const old = 'before\n';
  writeFileSync(file, old);
  const env = { [random.pick(['GITHUB_STEP_SUMMARY', 'GITHUB_ENV', 'GITHUB_OUTPUT'])]: file, GITHUB_ACTIONS: 'true' };
  const outputs = [{ file, is: 'any', keeps: [Buffer.from(old)] }];
  if (random.chance(0.4)) return { args: ['doctor', '--format', 'github'], github: true, env, outputs };
  return bench(random, ['--write', file], ['true'], { env, outputs });
}

/** Files that the user names: links, pipes, devices, closed ones; dotenv files of every style. */
export const files = {
  needs: ['linux', 'mkfifo'],
  make(random, scratch) {
    const rare = random.int(0, 20);
    if (rare < 3) return dash(random);
    if (rare < 5) return standardInput(random);
    if (rare < 6) return missingFolder(random, scratch);
    if (rare < 8) return runnersFile(random, scratch);
    const place = PLACES[random.pick(Object.keys(PLACES))];
    const unprivileged = random.chance(0.6);
    const at = (name, old, rest) => {
      const file = `${scratch.work}/${name}`;
      place(file, old, scratch);
      return { file, outputs: outputsAt(file, rest) };
    };
    return random.pick([
      () => {
        const { file, outputs } = at('snapshot.json', OLD, { is: 'json' });
        return doctor(random, ['--snapshot', file], { outputs, unprivileged });
      },
      () => {
        const { file, outputs } = at('job.py', SCRIPT, { is: 'text', keeps: [Buffer.from('# é\n')] });
        return checkScript(random, ['--fix', file], { outputs, unprivileged });
      },
      () => {
        const keeps = random.some(FOREIGN, random.int(0, 5));
        const old = keeps.join('') + random.pick(['', 'LK_NUM_PROCS=1', 'LK_NUM_PROCS=1\n']);
        const rest = { is: 'any', private: true, keeps: existing(place) ? keeps.map((part) => Buffer.from(part)) : [] };
        const { file, outputs } = at('.env', old, rest);
        return bench(random, ['--write', file], ['/usr/bin/python3', '-c', JOB], { outputs, unprivileged });
      },
      () => {
        const [flag, name, is] = random.pick([
          ['--save', 'kept.json', 'json'],
          ['--export', 'result.csv', 'text'],
          ['--export', 'result.json', 'json'],
          ['--plot', 'plot.svg', 'svg'],
          ['--resume', 'journal.jsonl', 'lines'],
        ]);
        const { file, outputs } = at(name, flag === '--resume' ? '' : OLD, { is: name === '.svg' ? 'svg' : is });
        const refused = [PLACES.folder, PLACES.loop, PLACES.fifo, PLACES.socket].includes(place);
        return bench(random, [flag, file], ['mkdir', '-p', 'measured'], {
          outputs: flag === '--resume' ? outputs.map((one) => ({ ...one, is: 'any' })) : outputs,
          unprivileged,
          makes: /^measured$/,
          also: () => ({
            'known before measuring':
              refused && existsSync(`${scratch.work}/measured`)
                ? `${flag} to what cannot be written, and it was measured`
                : null,
          }),
        });
      },
    ])();
  },
};

/** Quicker with one process, so that there is something to write. */
const JOB = 'import os, time; time.sleep(0.02 if os.environ.get("LK_NUM_PROCS") == "1" else 0.15)';

function existing(place) {
  return ![
    PLACES.new,
    PLACES.dangling,
    PLACES.loop,
    PLACES.folder,
    PLACES.fifo,
    PLACES.socket,
    PLACES.device,
    PLACES.full,
  ].includes(place);
}
