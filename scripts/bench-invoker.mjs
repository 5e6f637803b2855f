// What the invoker costs: npm run bench:invoker. Memory of 1, 2 and 4 workers with a 256 MB model, each in a
// process of its own, and tasks per second against Piscina used directly, in turn. Prints ratios.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const MEGABYTES = 256;
const TASKS = 20_000;
const PAIRS = 7;
const library = pathToFileURL(path.resolve('dist/index.js')).href;
const piscina = import.meta.resolve('piscina');
const folder = mkdtempSync(path.join(tmpdir(), 'lk-invoker-'));

const run = (code) => {
  const file = path.join(folder, 'main.mjs');
  writeFileSync(file, code);
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', file], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
};

try {
  writeFileSync(
    path.join(folder, 'sum.mjs'),
    'export default (model, n) => model.data[n] + model.data[model.data.length - 1 - n];',
  );
  writeFileSync(
    path.join(folder, 'bare.mjs'),
    "import { workerData } from 'node:worker_threads';\nexport default (n) => workerData.data[n] + workerData.data[workerData.data.length - 1 - n];",
  );
  const memory = (jobs) =>
    run(`import { invoker } from '${library}';
      let model = { data: new Float32Array(${MEGABYTES} * 2 ** 18).fill(1) };
      const inv = await invoker(model, new URL('./sum.mjs', import.meta.url), { jobs: ${jobs} });
      if (${jobs} > 1) model = null; // the workers' copy is shared, and the only one that is needed
      for await (const _ of inv.map(Array.from({ length: 200 }, (_, i) => i))); global.gc();
      await new Promise((resolve) => setTimeout(resolve, 200));
      console.log(process.memoryUsage.rss() / 2 ** 20); await inv.close();`);
  const one = memory(1);
  console.log(`memory with a model of ${MEGABYTES} MB, one job being 1:`);
  for (const jobs of [1, 2, 4])
    console.log(`  ${jobs} job${jobs > 1 ? 's' : ' '}  ${(memory(jobs) / one).toFixed(2)}×`);

  const list = `Array.from({ length: ${TASKS} }, (_, i) => i % 1000)`;
  const ours = () =>
    run(`import { invoker } from '${library}';
      const inv = await invoker({ data: new Float32Array(2000) }, new URL('./sum.mjs', import.meta.url), { jobs: 2 });
      for await (const _ of inv.map([1, 2, 3, 4]));
      const began = performance.now(); let n = 0;
      for await (const _ of inv.map(${list})) n++;
      console.log(n / (performance.now() - began)); await inv.close();`);
  // The best that Piscina can do: everything queued at once, answers in any order.
  const theirs = () =>
    run(`import { Piscina } from '${piscina}';
      const shared = new Float32Array(new SharedArrayBuffer(8000));
      const pool = new Piscina({ filename: new URL('./bare.mjs', import.meta.url).href, minThreads: 2, maxThreads: 2, workerData: { data: shared } });
      await Promise.all([1, 2, 3, 4].map((n) => pool.run(n)));
      const began = performance.now();
      await Promise.all(${list}.map((n) => pool.run(n)));
      console.log(${TASKS} / (performance.now() - began)); await pool.destroy();`);
  const ratios = Array.from({ length: PAIRS }, () => ours() / theirs()).sort((a, b) => a - b);
  console.log(
    `tasks per second, of ${TASKS} that do next to nothing: ${ratios[PAIRS >> 1].toFixed(2)}× Piscina used directly (${ratios[0].toFixed(2)} – ${ratios.at(-1).toFixed(2)})`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
