import { writeFileSync } from 'node:fs';
import { bench, checkScript, doctor } from './asked.mjs';

const SAFE = 'import os\n\ndef main():\n    pass\n\nif __name__ == "__main__":\n    main()\n';
const UNSAFE = 'from lenskit.batch import recommend\nrecommend(None, [1])\n';

/** Standard output and standard error that are full, closed, or read by somebody who goes away. */
export const readers = {
  needs: ['linux'],
  make(random, scratch) {
    for (let i = 0; i < 12; i++) writeFileSync(`${scratch.work}/s${i}.py`, random.pick([SAFE, UNSAFE]));
    const streams = random.pick([
      { stdout: 'full' },
      { stdout: 'full' },
      { stdout: 'gone' },
      { stdout: 'closed' },
      { stderr: 'full' },
      { stderr: 'gone' },
      { stderr: 'closed' },
      { stdout: 'full', stderr: 'full' },
      { stdout: 'gone', stderr: 'gone' },
      { stdout: 'closed', stderr: 'closed', stdin: 'closed' },
      { stdin: 'closed' },
    ]);
    const step = random.pick([
      () => ({ args: ['--version'] }),
      () => ({ args: ['--help'] }),
      () => ({ args: ['explain'] }),
      () => ({ args: ['explain', 'cpu/quota-ignored'] }),
      () => ({ args: ['nonsense'] }),
      () => doctor(random),
      () => doctor(random),
      () => checkScript(random, ['.']),
      () => checkScript(random, ['.', '--fix', '--dry-run']),
      () => bench(random, [], ['true']),
      () => bench(random, [], ['false']),
      () => ({
        args: [
          'bench',
          'batch',
          '--engine',
          'builtin',
          '--json',
          '--budget',
          '1s',
          '--max-trials',
          '1',
          '--ratings',
          '2000',
        ],
        within: 20_000,
        json: 'bench',
      }),
    ])();
    // wrong usage writes nothing to standard output: there is nothing to lose
    const loses = step.args[0] !== 'nonsense' || streams.stdout !== 'full';
    return loses ? { ...step, ...streams } : { ...step, stderr: streams.stderr ?? 'pipe' };
  },
};
