import type { BenchResult } from '../../documents/bench-result.ts';
import { csv } from '../../escape/csv.ts';
import { renderJson } from '../../escape/json.ts';
import { renderBenchMarkdown } from './markdown.ts';
import { ranked } from './words.ts';

/** One writer for each ending of `--export`. */
export const EXPORTS: { readonly [ending: string]: (result: BenchResult) => string } = {
  '.csv': renderCsv,
  '.md': renderBenchMarkdown,
  '.json': renderJson,
};

/** Every run a line, the setting's variables as columns (RFC 4180). */
function renderCsv(result: BenchResult): string {
  const names = [...new Set([...result.trials, result.baseline].flatMap(({ env }) => Object.keys(env)))];
  const measures = [
    'seconds',
    'status',
    'exitCode',
    'cpuSeconds',
    'peakRssBytes',
    'peakTreeBytes',
    'throttledSeconds',
  ] as const;
  const rows = [
    { ...result.baseline, name: 'baseline' },
    // A trial that is the current environment has the baseline's runs.
    ...ranked(result).map((trial) => ({ ...trial, name: 'trial' })),
  ].flatMap(({ env, runs, name }) =>
    runs.map((run, index) => [
      name,
      ...names.map((variable) => env[variable] ?? ''),
      index + 1,
      ...measures.map((measure) => run[measure] ?? ''),
    ]),
  );
  return csv([['kind', ...names, 'run', ...measures], ...rows]);
}
