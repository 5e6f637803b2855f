import { existsSync, writeFileSync } from 'node:fs';
import { bench, checkScript, doctor } from './asked.mjs';

const SCRIPT = `from lenskit.batch import recommend\n# é\n${'print(1)\n'.repeat(900)}recommend(None, [1, 2])\n`;
const RESULT = /nothing to change|settings? tried|"best"|LK_NUM_PROCS=/;

/** File systems that are full, or become so, and limits on the size of a file. */
export const disks = {
  needs: ['mount', 'linux', 'python3'],
  make(random, scratch) {
    const disk = `${scratch.work}/disk`;
    const limited = random.chance(0.3);
    // the page that is left is enough for some of what is written
    scratch.mountSmall(disk, limited ? 1 << 20 : random.pick([16, 20, 24, 32]) * 1024);
    const file = (name, content) => {
      writeFileSync(`${disk}/${name}`, content);
      return `${disk}/${name}`;
    };
    const prelude = limited ? `ulimit -f ${random.pick([0, 1, 2, 4, 8])}` : undefined;
    return random.pick([
      () => {
        const snapshot = file('snapshot.json', '{"old": true}\n');
        fill(disk, random, limited);
        return doctor(random, ['--snapshot', snapshot], { prelude, outputs: [{ file: snapshot, is: 'json' }] });
      },
      () => {
        const script = file('job.py', SCRIPT);
        fill(disk, random, limited);
        return checkScript(random, ['--fix', script], {
          prelude,
          outputs: [{ file: script, is: 'text', keeps: [Buffer.from('# é\n')] }],
        });
      },
      () => {
        const outputs = [
          { file: file('.env', 'A=1\n'), is: 'any', keeps: [Buffer.from('A=1\n')] },
          { file: file('kept.json', '{"old": true}\n'), is: 'json' },
          { file: file('result.csv', 'old\n'), is: 'text' },
          { file: `${disk}/journal.jsonl`, is: 'lines' },
        ];
        fill(disk, random, limited);
        const all = { '--write': 0, '--save': 1, '--export': 2, '--resume': 3 };
        const flags = random
          .some(Object.keys(all), random.int(1, 3))
          .flatMap((flag) => [flag, outputs[all[flag]].file]);
        // what the job makes tells that it was measured: then there has to be a result
        return bench(
          random,
          flags,
          ['/usr/bin/python3', '-c', 'import os, sys; os.makedirs("measured", exist_ok=True)'],
          {
            prelude,
            outputs,
            makes: /^measured$/,
            also: ({ stdout, stderr, hung }) => ({
              'a measured result is printed':
                existsSync(`${scratch.work}/measured`) && !hung && !RESULT.test(`${stdout}\n${stderr}`)
                  ? 'measured, and nothing said'
                  : null,
            }),
          },
        );
      },
    ])();
  },
};

/** Fills what is left of the file system, but for some pages. */
function fill(disk, random, limited) {
  if (limited) return;
  try {
    for (let i = 0; i < 12 - random.pick([0, 0, 1, 2]); i++) writeFileSync(`${disk}/filler${i}`, 'x'.repeat(4096));
  } catch {
    // full
  }
}
