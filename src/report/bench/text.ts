import { Chalk, type ChalkInstance } from 'chalk';
import { counted } from '../../checks/check.ts';
import type { BenchResult, CostModel } from '../../documents/bench-result.ts';
import { claimed, labelOf } from '../../documents/bench-result.ts';
import { blocks, NARROW, wrapped } from '../layout.ts';
import { table } from '../table.ts';
import { snippet } from './snippets.ts';
import { claimWords, moreWords, timesWords, unchangedWords } from './verdict.ts';
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
  slowStartWords,
  speedup,
  timeText,
  workersNoun,
} from './words.ts';

interface BenchTextOptions {
  color: boolean;
  width: number;
  /** All trials, not only the first. */
  verbose: boolean;
}

const SHOWN = 12;

/** The report of a benchmark for a terminal: what was measured, the ranking, a plot, the winner to paste. */
export function renderBenchText(result: BenchResult, { color, width, verbose }: BenchTextOptions): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const columns = Math.max(40, width);
  const parts = [
    heading(result, paint, columns),
    rankingTable(result, paint, columns, verbose),
    bars(result, paint, columns),
    costLines(result, paint, columns),
    comparisonLines(result, paint, columns),
    result.warnings.flatMap((warning) => wrapped(`! ${warning}`, columns, '  ').map((line) => paint.yellow(line))),
    failure(result, columns),
    winner(result, paint, columns),
  ];
  return blocks(parts);
}

function heading(result: BenchResult, paint: ChalkInstance, width: number): string[] {
  const { engine, lenskit, generation, cpus, space, trials, search, spent } = result;
  const who = engine === 'lenskit' ? `LensKit ${lenskit}` : `${engine} · rules ${generation}`;
  const quota = cpus.quota === null ? '' : ` (a quota of ${cpus.quota})`;
  const tried = `${trials.length} of ${space} settings tried in ${spent.runs} runs, ${duration(spent.seconds)}`;
  const how = search.complete ? '' : ' (not finished)';
  const slow = slowStartWords(result);
  return [
    ...wrapped(`${paint.bold(who)} · ${jobText(result)}`, width, '  '),
    ...wrapped(
      `${counted(cpus.effective, 'effective CPU')}${quota} · ${tried}${how}${slow === null ? '' : ` · ${slow}`}`,
      width,
      '  ',
    ).map((line) => paint.dim(line)),
  ];
}

function rankingTable(result: BenchResult, paint: ChalkInstance, width: number, verbose: boolean): string[] {
  const { baseline } = result;
  const best = claimed(result);
  const hasUse = width >= NARROW && cpuUse([...baseline.runs, ...result.trials.flatMap(({ runs }) => runs)]) !== null;
  const order = ranked(result);
  const shown = verbose ? order : order.filter(({ roles }, index) => index < SHOWN || roles.length > 0);
  const row = (
    name: string,
    trial: Parameters<typeof timeText>[0] & Parameters<typeof noteText>[0],
    interval: string,
  ): string[] => [
    name,
    timeText(trial),
    interval,
    trial.median === null ? '' : factor(speedup(trial, baseline.median)),
    ...(hasUse ? [cpuUse(trial.runs)?.toFixed(1) ?? ''] : []),
    ...(verbose ? [bytes(peakMemory(trial.runs))] : []),
    noteText(trial),
  ];
  const rows = [
    row('now', { ...baseline, roles: currentRoles(result) }, range(baseline.interval)),
    ...shown.map((trial) => {
      const cells = row(settingText(trial.settings), trial, range(trial.interval));
      return isSame(trial, best) ? cells.map((cell) => (cell === '' ? '' : paint.green(cell))) : cells;
    }),
  ];
  const head = [
    'Setting',
    'Median',
    '95 %',
    'Speed-up',
    ...(hasUse ? ['CPUs'] : []),
    ...(verbose ? ['Memory'] : []),
    '',
  ];
  const rest = order.length - shown.length;
  return [
    ...table(head, rows, paint, width),
    ...wrapped(`a setting is ${settingTitle(result)}`, width - 1).map((line) => paint.dim(` ${line}`)),
    ...(rest > 0 ? [paint.dim(` and ${rest} slower: --verbose lists them`)] : []),
  ];
}

const BARS = 8;
const BLOCKS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Seconds as bars: the current environment and the quickest settings. */
function bars(result: BenchResult, paint: ChalkInstance, width: number): string[] {
  const { baseline } = result;
  const best = claimed(result);
  const entries = [
    ...(baseline.median === null ? [] : [{ name: 'now', seconds: baseline.median, best: false }]),
    ...ranked(result)
      .filter(({ median }) => median !== null)
      .slice(0, BARS)
      .map(({ settings, median, env }) => ({
        name: settingText(settings),
        seconds: median as number,
        best: isSame({ env }, best),
      })),
  ];
  if (entries.length < 2) return [];
  const longest = Math.max(...entries.map(({ seconds }) => seconds));
  const names = Math.max(...entries.map(({ name }) => name.length));
  const room = Math.max(10, width - names - 14);
  return entries.map(({ name, seconds, best: leads }) => {
    const eighths = Math.max(1, Math.round((seconds / longest) * room * 8));
    const bar = '█'.repeat(eighths >> 3) + BLOCKS[eighths % 8];
    return ` ${name.padEnd(names)} ${leads ? paint.green(bar) : paint.cyan(bar)} ${duration(seconds)}`;
  });
}

function costLines(result: BenchResult, paint: ChalkInstance, width: number): string[] {
  const { model } = result;
  if (model === null) return [];
  const worker = model.settings.some(({ workers }) => workers > 0)
    ? ` + ${duration(model.perWorkerSeconds)} a worker`
    : '';
  const fit = `cost of a batch run: ${duration(model.fixedSeconds)}${worker} + users ÷ throughput, within ${percent(model.error)} of what was measured`;
  const check = model.check.map(
    ({ env, users, foretold, measured }) =>
      `${labelOf(env)}: ${users} users foretold ${duration(foretold)}, measured ${duration(measured)} (${signed(foretold / measured - 1)})`,
  );
  return [
    ...wrapped(fit, width, '  '),
    ...check.flatMap((line) => wrapped(`  ${line}`, width, '    ').map((text) => paint.dim(text))),
    ...winnerWords(model, workersNoun(result)).flatMap((line) => wrapped(line, width, '  ')),
  ];
}

function winnerWords({ winners, asked, settings }: CostModel, noun: string): string[] {
  const workersOf = (env: { [name: string]: string }): number =>
    settings.find((one) => isSame(one, { env }))?.workers ?? 0;
  const name = (env: { [name: string]: string }): string =>
    workersOf(env) === 0 ? '1 process' : `${workersOf(env)} ${noun}`;
  const [first, ...later] = winners;
  return [
    ...(first && later.length === 0
      ? [`${name(first.env)} win${workersOf(first.env) === 0 ? 's' : ''} at any number of users`]
      : []),
    ...later.map(({ fromUsers, env }) => `${name(env)} pay from about ${rounded(fromUsers)} users on: ${labelOf(env)}`),
    ...(asked ? [`for ${asked.users} users: ${labelOf(asked.env)}, about ${duration(asked.seconds)}`] : []),
  ];
}

/** Two digits: the fit knows no more. */
function rounded(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString('en');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${percent(Math.abs(share))}`;
}

function comparisonLines(result: BenchResult, paint: ChalkInstance, width: number): string[] {
  const { comparison, generation } = result;
  if (comparison === null) return [];
  const { file, time, differs, roles, settings } = comparison;
  const other = comparison.generation === generation ? '' : `, rules ${comparison.generation}`;
  const title = `against ${file} of ${time.slice(0, 16).replace('T', ' ')}${other}`;
  if (differs.length > 0)
    return wrapped(`${title}: another job was measured there, so nothing is compared (${differs.join('; ')})`, width);
  const rows = [
    ...roles.map((one) => [
      COMPARED_ROLES[one.role],
      duration(one.before.median),
      duration(one.now.median),
      factor(one.ratio),
      changeText(one),
    ]),
    ...settings.map(({ env, before, now, ratio }) => [
      nameOf(result, env),
      duration(before),
      duration(now),
      factor(ratio),
      '',
    ]),
  ];
  if (rows.length === 0) return wrapped(`${title}: nothing has a time in both`, width);
  return [...wrapped(title, width), ...table(['Setting', 'Before', 'Now', 'Quicker', ''], rows, paint, width)];
}

const COMPARED_ROLES = { current: 'the environment', default: "LensKit's default", best: 'the best' } as const;

/** `2 × 1 × 1 → 1 × 2 × 1`: what stood and stands for a role. */
function changeText({ before, now }: NonNullable<BenchResult['comparison']>['roles'][number]): string {
  const [old, own] = [before, now].map(({ settings }) => settings && settingText(settings));
  return !old || !own || old === own ? (own ?? '') : `${old} → ${own}`;
}

/** As in the ranking, which is shorter than its variables. */
function nameOf({ trials }: BenchResult, env: { [name: string]: string }): string {
  const trial = trials.find((one) => isSame(one, { env }));
  return trial === undefined ? labelOf(env) : settingText(trial.settings);
}

/** The first run that failed, with the end of what it wrote. */
function failure({ trials, baseline, verdict }: BenchResult, width: number): string[] {
  const runs = [...baseline.runs, ...trials.flatMap((trial) => trial.runs)];
  const failed = runs.find(({ status, reason }) => status !== 'ok' && reason !== null);
  if (failed === undefined || verdict.kind === 'none') return [];
  return [
    ...wrapped(`a run did not come to its end: ${failed.reason}`, width, '  '),
    ...failed.errors.slice(-LINES).flatMap((line) => wrapped(line, width - 2).map((part) => `  ${part}`)),
  ];
}

/** Of what a failed run wrote. */
const LINES = 3;

function winner(result: BenchResult, paint: ChalkInstance, width: number): string[] {
  const { baseline, trials } = result;
  const best = claimed(result);
  const more = moreWords(result);
  if (result.verdict.kind === 'none') {
    const failed =
      trials.flatMap(({ runs }) => runs).find(({ reason }) => reason !== null) ??
      baseline.runs.find(({ reason }) => reason !== null);
    const why = failed ? [failed.reason ?? '', ...failed.errors.slice(-LINES)] : [];
    return [
      paint.red(unchangedWords(result)),
      ...why.flatMap((line) => wrapped(line, width - 2).map((part) => `  ${part}`)),
    ];
  }
  if (best === null)
    return [
      ...marked(`${paint.green('✓')}`, `nothing to change: ${unchangedWords(result)}`, width),
      ...(more === null ? [] : wrapped(more, width - 2).map((line) => `  ${line}`)),
    ];
  return [
    ...marked(paint.green('✓'), `${claimWords(result)}: ${timesWords(result)}`, width),
    ...snippet(best.env, 'shell')
      .trimEnd()
      .split('\n')
      .map((line, index) => `${index === 0 ? '  set   ' : '        '}${paint.green(line)}`),
  ];
}

/** A sign, and words behind it. */
function marked(sign: string, words: string, width: number): string[] {
  return wrapped(words, width - 2).map((line, index) => `${index === 0 ? sign : ' '} ${line}`);
}
