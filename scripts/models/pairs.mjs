// LensKit's default against what `lk doctor --json` recommends, put into the environment: pairs of real runs of LensKit
// 0.14, in turn first and second. Prints one line of JSON for each run, then the ratios, recommended ÷ default.
//   node scripts/models/pairs.mjs --python ENVIRONMENT [--models item-knn,implicit-mf] [--pairs 3] [--users 600]
//     [--data FOLDER] [--cgroup FOLDER] [--out FILE]
// --cgroup is a control group of yours with a quota: `lk doctor` and the runs are put into it.
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { scorerOf, withoutKnobs } from './table.mjs';

const { values: flags } = parseArgs({
  options: {
    python: { type: 'string' },
    models: { type: 'string', default: 'item-knn,implicit-mf' },
    pairs: { type: 'string', default: '3' },
    users: { type: 'string', default: '600' },
    data: { type: 'string', default: '../shared/data/ml-latest-small' },
    cgroup: { type: 'string' },
    out: { type: 'string' },
  },
});
const python = path.join(flags.python, 'bin/python');

/** A program's answer, inside the control group. */
function inside(program, args, env) {
  const enter = flags.cgroup ? `echo $$ > "${flags.cgroup}/cgroup.procs" && ` : '';
  const { stdout, stderr, status } = spawnSync('sh', ['-c', `${enter}exec "$@"`, 'sh', program, ...args], {
    env: { ...withoutKnobs(), ...env },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (status !== 0 && !stdout) throw new Error(stderr.slice(-2000));
  return stdout;
}

const doctor = inside(process.execPath, ['bin/lk.cjs', 'doctor', '--json', '--python', python], {});
const { env: recommended } = JSON.parse(doctor).recommendation;
console.log(JSON.stringify({ recommended }));

const settings = [
  ['default', {}],
  ['recommended', recommended],
];
for (const model of flags.models.split(',')) {
  const { scorer, needed } = scorerOf(model, true);
  const job = { scorer, options: needed, data: path.resolve(flags.data), users: Number(flags.users) };
  const ratios = [];
  for (let pair = 0; pair < Number(flags.pairs); pair++) {
    const seconds = {};
    for (const [setting, env] of pair % 2 === 0 ? settings : settings.toReversed()) {
      const got = inside(python, [path.resolve('scripts/models/pair_014.py'), JSON.stringify(job)], env);
      const measured = JSON.parse(got.trim().split('\n').at(-1));
      seconds[setting] = measured;
      const line = JSON.stringify({ model, pair, setting, cgroup: flags.cgroup !== undefined, ...measured });
      if (flags.out) appendFileSync(flags.out, `${line}\n`);
      console.log(line);
    }
    const ratio = (of) => Number((seconds.recommended[of] / seconds.default[of]).toFixed(2));
    ratios.push({ train: ratio('train'), batch: ratio('batch'), total: ratio('total'), cpu: ratio('cpu') });
  }
  console.log(JSON.stringify({ model, ratios }));
}
