import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { lk } from '../cli.ts';
import { withTree } from '../file-tree.ts';
import { SHAPES } from '../privacy/shapes.ts';

const WORDS = ['PASSWORD', 'TOKEN', 'API_KEY', 'SECRET', 'PASSPHRASE', 'CREDENTIALS', 'AUTH', 'PRIVATE_KEY'];
const PREFIXES = ['', 'DB_', 'WANDB_', 'LK_', 'SLURM_'];
/** Forty variables, each with a value that is found again wherever it goes. */
const SECRETS = Object.fromEntries(
  PREFIXES.flatMap((prefix) => WORDS.map((word, n) => [`${prefix}${word}`, `canary-${prefix}${n}-Zq`])),
);
const ADDRESSES = {
  RAY_ADDRESS: 'ray://me:canary-ray@10.0.0.1:10001',
  PIP_INDEX_URL: 'https://me:canary-pip@pypi.example/simple',
  HTTPS_PROXY: 'http://me:canary-proxy@proxy.example:3128',
};
// Half a token is a token's half as well: what is cut for a message may not show its beginning.
const MISUSED = { LK_NUM_THREADS: SECRETS.WANDB_TOKEN as string, LK_PARALLEL__X: 'ghp_canaryCANARYcanary0123456789' };
const TREE = {
  '/env/pyvenv.cfg': 'home = /usr/bin\nversion_info = 3.13.0\n',
  '/env/bin/python3': '',
  '/env/lib/python3.13/site-packages/lenskit-2026.4.0.dist-info/METADATA': 'Version: 2026.4.0\n',
  '/env/lib/python3.13/site-packages/lenskit-2026.4.0.dist-info/direct_url.json':
    '{"url": "https://me:canary-url@git.example/lkpy", "vcs_info": {"vcs": "git", "commit_id": "1"}}',
  '/lenskit.toml': '[prometheus]\nurl = "https://me:canary-toml@host"\n[parallel]\nnum_threads = "canary-DB_1-Zq"\n',
};
const CANARY = /canary|CANARY/i;

const FORMATS = [['--json'], ['--format', 'text', '--verbose'], ['--format', 'markdown'], ['--format', 'github']];

test.each(FORMATS)('lk doctor %s %s shows no secret, and none is in its snapshot', (...format) =>
  withTree(TREE, (root) => {
    const env = { ...SECRETS, ...ADDRESSES, ...MISUSED, VIRTUAL_ENV: path.join(root, 'env'), LK_PROJECT_ROOT: root };
    const file = path.join(root, 'snapshot.json');
    const asked = ['--env', 'MY_TOKEN=canary-asked-1', '--env', 'LK_NUM_PROCS=canary-DB_2-Zq'];
    const { stdout, stderr } = lk(['doctor', ...format, '--snapshot', file, ...asked], { env, cwd: root });
    expect(stdout).toContain('2026.4.0');
    for (const text of [stdout, stderr, readFileSync(file, 'utf8')]) expect(text).not.toMatch(CANARY);
  }),
);

test.each([
  ['doctor', '--lenskit', 'canary-DB_1-Zq'],
  ['doctor', '--python', '/data/hf_canaryCANARYcanary01/python'],
  ['doctor', '--from', '/tmp/canary-DB_1-Zq'],
  ['doctor', '--cpus', 'canary-DB_1-Zq'],
  ['explain', 'canary-DB_1-Zq'],
  ['check', 'script', 'canary-DB_1-Zq'],
  ['bench', 'batch', '--', 'canary-DB_1-Zq'],
])('the error of lk %s %s shows none', (...args) => {
  for (const more of [{}, { DEBUG: '1' }]) {
    const { status, stdout, stderr } = lk(args, { env: { ...SECRETS, ...more } });
    expect(status).toBe(2);
    expect(`${stdout}${stderr}`).not.toMatch(CANARY);
  }
});

test('a benched command’s secrets are in no result, journal, export, plot or dotenv file', () =>
  withTree({ '/job.py': 'import sys\nprint(sys.argv, file=sys.stderr)\n' }, (root) => {
    const at = (name: string): string => path.join(root, name);
    writeFileSync(at('.env'), 'OTHER=1\n');
    const outputs = ['save.json', 'export.csv', 'plot.html', 'journal'];
    const { status, stdout, stderr } = lk(
      [
        ...['bench', 'batch', '--lenskit', '2025.8.1', '--processes', '1', '--threads', '1,2', '--runs', '1'],
        ...['--warmup', '0', '--max-trials', '4', '--json', '--save', at('save.json'), '--export', at('export.csv')],
        ...['--plot', at('plot.html'), '--write', at('.env'), '--resume', at('journal')],
        ...['--setup', 'env SETUP_TOKEN=canary-setup-1 true', '--', 'python3', at('job.py')],
        ...['--password', 'canary-pass-1', '--token=canary-pass-2', 'WANDB_API_KEY=canary-pass-3'],
        ...['--url', 'https://me:canary-pass-4@host', SECRETS.DB_TOKEN as string],
      ],
      { env: { ...SECRETS, ...ADDRESSES }, cwd: root },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).toContain('--password');
    for (const text of [stdout, stderr, ...[...outputs, '.env'].map((name) => readFileSync(at(name), 'utf8'))])
      expect(text).not.toMatch(CANARY);
  }));

test('nor are those of any shape, whether the command succeeds or fails', () =>
  withTree({ '/.env': '' }, (root) => {
    const at = (name: string): string => path.join(root, name);
    const shapes = Object.values(SHAPES).map((shape, n) => shape(`canary-${n}-Zq`));
    // Some programs' last word is one that others announce.
    const words = shapes.flatMap((some) => [...some, '-v']);
    const outputs = ['save.json', 'export.csv', 'plot.html', 'journal'];
    for (const script of [
      'test -n "$LK_NUM_PROCS" || sleep .2',
      'test -n "$LK_NUM_PROCS" || exit 0; echo "refused: $*" >&2; exit 3',
    ]) {
      const { status, stdout, stderr } = lk(
        [
          ...['bench', 'batch', '--lenskit', '2025.8.1', '--engine', 'command', '--runs', '1', '--max-trials', '3'],
          ...[
            '--save',
            at('save.json'),
            '--export',
            at('export.csv'),
            '--plot',
            at('plot.html'),
            '--write',
            at('.env'),
          ],
          ...['--resume', at('journal'), '--', 'sh', '-c', script, 'x', ...words],
        ],
        { cwd: root },
      );
      expect({ status, stderr }).toMatchObject({ stderr: expect.stringContaining('wrote') });
      expect(readFileSync(at('save.json'), 'utf8')).toContain('sqlplus');
      for (const text of [stdout, stderr, ...[...outputs, '.env'].map((name) => readFileSync(at(name), 'utf8'))])
        expect(text).not.toMatch(CANARY);
      rmSync(at('journal'));
    }
  }));

const SECRET_TOML = `[parallel]
password = "canary-toml-1"
my_token = ["canary-toml-2", { a = "canary-toml-3" }]
pin = 7357735773
num_threads = 2
[parallel.sub]
x.password = "canary-toml-4"
[random]
api_key = "canary-toml-5"
[other]
secret = "canary-toml-6"
[machines.m]
passphrase = "canary-toml-7"
`;

test.each(FORMATS)('lk doctor %s %s shows no value of lenskit.toml under a secret’s name', (...format) =>
  withTree({ '/lenskit.toml': SECRET_TOML }, (root) => {
    const file = path.join(root, 'snapshot.json');
    const { stdout, stderr } = lk(['doctor', '--lenskit', '2026.4.0', ...format, '--snapshot', file], { cwd: root });
    expect(stdout).toContain('parallel.password is no setting of LensKit');
    for (const text of [stdout, stderr, readFileSync(file, 'utf8')]) {
      expect(text).not.toMatch(CANARY);
      expect(text).not.toContain('7357735773');
    }
  }),
);
