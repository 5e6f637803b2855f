// How long `lk check script` takes: npm run bench:check. 1,000 files of 300 lines: scripts that use LensKit and
// scripts that do not, through the command line, as a ratio to one file (start-up and the parser's load).
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const FILES = 1000;
const LINES = 300;
const folder = mkdtempSync(path.join(tmpdir(), 'lk-check-'));

/** A script of so many lines: functions, classes, loops, strings, and the work behind the block. */
function script(number, lenskit) {
  const head = lenskit ? ['from lenskit.batch import recommend', 'from lenskit.data import load_movielens'] : [];
  const part = (n) => [
    `def step_${n}(data, *, limit: int = ${n}, name="part ${n}"):`,
    `    """Part ${n} of script ${number}, which does this and that."""`,
    '    total = {key: value for key, value in data.items() if value > limit}',
    '    for key, value in sorted(total.items(), key=lambda item: item[1]):',
    '        if key.startswith("x") and not value % 2:',
    `            print(f"{name}: {key} has {value:.2f} of {limit}")`,
    '        else:',
    '            total[key] = max(value, limit) * 1.5 - (value ** 2) / 3',
    '    return total',
    '',
  ];
  const lines = [...head, ...Array.from({ length: Math.ceil((LINES - 8) / 10) }, (_, n) => part(n)).flat()].slice(
    0,
    LINES - 8,
  );
  const work = lenskit ? 'recommend(pipeline, load_movielens("ml"))' : 'step_0({})';
  return [
    ...lines,
    '',
    'def main():',
    '    step_0({"a": 1})',
    `    ${work}`,
    '',
    'if __name__ == "__main__":',
    '    main()',
    '',
  ].join('\n');
}

function seconds(args) {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['bin/lk.cjs', 'check', 'script', '--lenskit', '2025.8.1', ...args],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  if (status !== 0) throw new Error(String(stderr));
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
try {
  for (const [name, lenskit] of [
    ['with', true],
    ['without', false],
  ]) {
    mkdirSync(path.join(folder, name));
    for (let n = 0; n < FILES; n++) writeFileSync(path.join(folder, name, `script_${n}.py`), script(n, lenskit));
  }
  const one = path.join(folder, 'with/script_0.py');
  const times = { one: [], with: [], without: [] };
  for (let round = 0; round < 5; round++) {
    times.one.push(seconds([one]));
    for (const name of ['with', 'without']) times[name].push(seconds([path.join(folder, name)]));
  }
  const ratio = (name) => (median(times[name]) / median(times.one)).toFixed(1);
  console.log(`${FILES} files of ${LINES} lines, one file being 1 (here ${median(times.one).toFixed(2)} s):`);
  console.log(`  that use LensKit       ${ratio('with')}× (${median(times.with).toFixed(1)} s)`);
  console.log(`  that do not mention it ${ratio('without')}× (${median(times.without).toFixed(1)} s)`);
} finally {
  rmSync(folder, { recursive: true });
}
