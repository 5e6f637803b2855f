import { type BenchResult, claimed } from '../../documents/bench-result.ts';
import { csv } from '../../escape/csv.ts';
import { renderJson } from '../../escape/json.ts';
import { code, md } from '../../escape/markdown.ts';
import { joined, type Markup } from '../../escape/markup.ts';
import { claimWords, unchangedWords } from './verdict.ts';
import {
  bytes,
  cpuUse,
  currentRoles,
  duration,
  factor,
  isSame,
  jobText,
  noteText,
  peakMemory,
  range,
  ranked,
  settingText,
  settingTitle,
  speedup,
  timeText,
} from './words.ts';

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

/** The ranking as a table to paste. */
export function renderBenchMarkdown(result: BenchResult): string {
  const { baseline, best } = result;
  const rows: [Markup<'markdown'>, ...string[]][] = [
    [
      md`now`,
      timeText(baseline),
      range(baseline.interval),
      '',
      cpuUse(baseline.runs)?.toFixed(1) ?? '',
      bytes(peakMemory(baseline.runs)),
      noteText({ ...baseline, roles: currentRoles(result) }),
    ],
    ...ranked(result).map((trial): [Markup<'markdown'>, ...string[]] => [
      isSame(trial, best) ? md`**${settingText(trial.settings)}**` : md`${settingText(trial.settings)}`,
      timeText(trial),
      range(trial.interval),
      factor(speedup(trial, baseline.median)),
      cpuUse(trial.runs)?.toFixed(1) ?? '',
      bytes(peakMemory(trial.runs)),
      noteText(trial),
    ]),
  ];
  const line = (cells: readonly Markup<'markdown'>[]): Markup<'markdown'> => md`| ${joined(cells, ' | ')} |`;
  const texts = (cells: readonly string[]): Markup<'markdown'> => line(cells.map((cell) => md`${cell}`));
  return joined(
    [
      md`${code(jobText(result))}: ${result.trials.length} of ${result.space} settings, ${result.spent.runs} runs, ${duration(result.spent.seconds)}`,
      md``,
      md`${claimed(result) === null ? unchangedWords(result) : claimWords(result)}`,
      md``,
      texts([settingTitle(result), 'median', '95 %', 'speed-up', 'CPUs', 'memory', '']),
      md`| --- | --- | --- | --- | --- | --- | --- |`,
      ...rows.map(([setting, ...cells]) => line([setting, ...cells.map((cell) => md`${cell}`)])),
      ...(result.warnings.length > 0 ? [md``] : []),
      ...result.warnings.map((warning) => md`- ${warning}`),
      md``,
    ],
    '\n',
  ).text;
}
