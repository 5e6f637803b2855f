import type { BenchResult } from '../../documents/bench-result.ts';
import {
  bytes,
  cpuUse,
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
  '.json': (result) => `${JSON.stringify(result, null, 2)}\n`,
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
    ...result.trials.map((trial) => ({ ...trial, name: 'trial' })),
  ].flatMap(({ env, runs, name }) =>
    runs.map((run, index) => [
      name,
      ...names.map((variable) => env[variable] ?? ''),
      index + 1,
      ...measures.map((measure) => run[measure] ?? ''),
    ]),
  );
  return [['kind', ...names, 'run', ...measures], ...rows]
    .map((row) => row.map(csvField).join(','))
    .join('\r\n')
    .concat('\r\n');
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The ranking as a table to paste. */
export function renderBenchMarkdown(result: BenchResult): string {
  const { baseline, best } = result;
  const rows = [
    [
      'now',
      timeText(baseline),
      range(baseline.interval),
      '',
      cpuUse(baseline.runs)?.toFixed(1) ?? '',
      bytes(peakMemory(baseline.runs)),
      '',
    ],
    ...ranked(result).map((trial) => [
      isSame(trial, best) ? `**${settingText(trial.settings)}**` : settingText(trial.settings),
      timeText(trial),
      range(trial.interval),
      factor(speedup(trial, baseline.median)),
      cpuUse(trial.runs)?.toFixed(1) ?? '',
      bytes(peakMemory(trial.runs)),
      noteText(trial),
    ]),
  ];
  const line = (cells: string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `\`${jobText(result).replaceAll('`', "'")}\`: ${result.trials.length} of ${result.space} settings, ${result.spent.runs} runs, ${duration(result.spent.seconds)}`,
    '',
    line([settingTitle(result), 'median', '95 %', 'speed-up', 'CPUs', 'memory', '']),
    line(['---', '---', '---', '---', '---', '---', '---']),
    ...rows.map(line),
    ...result.warnings.map((warning, index) => `${index === 0 ? '\n' : ''}- ${warning}`),
    '',
  ].join('\n');
}
