import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { MEASURING } from './asked.mjs';

const FLAGS = [
  'bench',
  'batch',
  '--budget',
  '2s',
  '--timeout',
  '1s',
  '--runs',
  '1',
  '--warmup',
  '0',
  '--max-trials',
  '2',
  '--threads',
  '1',
  '--backend-threads',
  '1',
];
const JOB = ['/usr/bin/python3', 'job.py'];

/** What a measurement depends on, changed: the same journal has to be refused. */
const CHANGES = {
  script: (first, scratch) => ({
    ...first,
    before: () => writeFileSync(`${scratch.work}/job.py`, 'import time; time.sleep(0.05)\n'),
  }),
  folder: (first, scratch) => {
    mkdirSync(`${scratch.work}/other`);
    writeFileSync(`${scratch.work}/other/job.py`, 'x = 2\n');
    return { ...first, cwd: `${scratch.work}/other` };
  },
  environment: (first) => ({ ...first, env: { ...first.env, OMP_NUM_THREADS: '1', LK_NUM_THREADS: '1' } }),
  lenskit: (first) => ({ ...first, args: first.args.map((word) => (word === '2025.8.1' ? '2025.3.0' : word)) }),
  interpreter: (first) => ({
    ...first,
    args: first.args.map((word) => (word === '/usr/bin/python3' ? '/bin/sh' : word)),
  }),
  arguments: (first) => ({ ...first, args: [...first.args, '--users', '5'] }),
};

function refused({ status, stdout }, what) {
  return {
    'a journal belongs to one measurement':
      status === 2 ? null : `another ${what}, and the status is ${status}: ${stdout.toString().slice(0, 100)}`,
  };
}

/** Journals of another measurement, torn ones, two writers; results of two jobs compared. */
export const journals = {
  needs: ['linux', 'python3'],
  make(random, scratch) {
    const journal = `${scratch.work}/journal.jsonl`;
    writeFileSync(`${scratch.work}/job.py`, 'x = 1\n');
    const outputs = [
      { file: journal, is: 'lines' },
      { file: `${scratch.work}/kept.json`, is: 'json' },
    ];
    const common = { within: MEASURING, outputs };
    const first = { ...common, args: [...FLAGS, '--lenskit', '2025.8.1', '--resume', journal, '--', ...JOB] };
    return random.pick([
      () => {
        const what = random.pick(Object.keys(CHANGES));
        return [first, { ...CHANGES[what](first, scratch), also: (result) => refused(result, what) }];
      },
      () => [
        first,
        {
          ...first,
          before: () => tear(random, journal),
          also: ({ status, stderr }) => ({
            'a torn line is mended': status === 2 ? stderr.toString().slice(0, 200) : null,
          }),
        },
      ],
      () => ({
        ...first,
        args: first.args.map((word) => (word === 'job.py' ? 'slow.py' : word)),
        prelude: '"$@" >/dev/null 2>&1 & sleep 0.6; "$@"; status=$?; wait; exit $status',
        within: 2 * MEASURING,
        before: () => writeFileSync(`${scratch.work}/slow.py`, 'import time; time.sleep(0.8)\n'),
        also: (result) => ({
          'one writer at a time': refused(result, 'writer')['a journal belongs to one measurement'],
        }),
      }),
      () => {
        const kept = `${scratch.work}/kept.json`;
        const save = { ...common, args: [...FLAGS, '--lenskit', '2025.8.1', '--save', kept, '--', ...JOB] };
        const slow = ['/usr/bin/python3', '-c', 'import time; time.sleep(0.3)'];
        const compare = { ...common, args: [...FLAGS, '--lenskit', '2025.8.1', '--compare', kept, '--', ...slow] };
        const also = ({ stdout }) => ({
          'two jobs are not compared': /\d× (?:quicker|slower)/.test(stdout.toString())
            ? stdout.toString().match(/.*\d× (?:quicker|slower).*/)[0]
            : null,
        });
        return [save, { ...compare, also }];
      },
      () => {
        writeFileSync(
          journal,
          random.pick([
            '{"x": 1}\n',
            'not JSON\n',
            '\0\0\0',
            '[]\n',
            '{"kind":"lk bench journal"}\n',
            '"x"\n'.repeat(10_000),
          ]),
        );
        return first;
      },
    ])();
  },
};

/** Cuts off the end of the last line, as a kill does. */
function tear(random, journal) {
  const bytes = readFileSync(journal);
  writeFileSync(journal, bytes.subarray(0, bytes.length - random.int(1, Math.min(60, bytes.length))));
}
