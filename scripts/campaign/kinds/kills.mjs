import { readFileSync, writeFileSync } from 'node:fs';
import { bench, checkScript, doctor, MEASURING } from './asked.mjs';

const SNAPSHOT = readFileSync(new URL('../../../docs/pictures/quota.json', import.meta.url));
const SCRIPT = 'from lenskit.batch import recommend\n# é\nprint(1)\nrecommend(None, [1, 2])\n';
const DOTENV = 'A=1\r\n# comment\nSECRETS="two\nLK_NUM_PROCS=7\nlines"\nexport B="x y" # tail\n';

/** Signals at random moments, while files that were there before are being replaced. */
export const kills = {
  needs: ['linux', 'python3'],
  make(random, scratch) {
    const file = (name, content, mode = 0o644) => {
      writeFileSync(`${scratch.work}/${name}`, content, { mode });
      return `${scratch.work}/${name}`;
    };
    const signal = random.pick(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'SIGKILL']);
    const kill = (most) => ({ signal, after: random.int(0, most), group: random.chance(0.3) });
    return random.pick([
      () => {
        const snapshot = file('snapshot.json', SNAPSHOT);
        return doctor(random, ['--snapshot', snapshot], { kill: kill(220), outputs: [{ file: snapshot, is: 'json' }] });
      },
      () => {
        const outputs = Array.from({ length: 10 }, (_, i) => ({
          file: file(`job${i}.py`, SCRIPT),
          is: 'text',
          keeps: [Buffer.from('# é\n')],
        }));
        return checkScript(random, ['--fix', '.'], { kill: kill(500), outputs });
      },
      () => {
        const snapshot = file('snapshot.json', SNAPSHOT);
        const flags = ['--probe', '--python', '/usr/bin/python3', '--snapshot', snapshot];
        return doctor(random, flags, {
          kill: kill(1500),
          within: MEASURING,
          outputs: [{ file: snapshot, is: 'json' }],
        });
      },
      () => {
        const outputs = [
          {
            file: file('.env', DOTENV, 0o600),
            is: 'any',
            keeps: [Buffer.from('A=1\r\n# comment\nSECRETS="two\nLK_NUM_PROCS=7\nlines"\n')],
          },
          { file: file('kept.json', '{"old": true}\n'), is: 'json' },
          { file: file('result.csv', 'old\n'), is: 'text' },
          { file: file('plot.svg', '<svg></svg>'), is: 'svg' },
          { file: `${scratch.work}/journal.jsonl`, is: 'lines' },
        ];
        const flags = ['--write', '--save', '--export', '--plot', '--resume'].flatMap((flag, i) => [
          flag,
          outputs[i].file,
        ]);
        const step = (most) => bench(random, flags, ['/usr/bin/python3', '-c', 'pass'], { kill: kill(most), outputs });
        return random.chance(0.5) ? step(2500) : [step(2500), step(2500)];
      },
    ])();
  },
};
