import { Chalk } from 'chalk';
import { counted, size } from '../../checks/check.ts';
import { percent } from '../../checks/live/seen.ts';
import type { WatchSummary } from '../../documents/watch.ts';
import { fixLines } from '../fix.ts';
import { wrapped } from '../layout.ts';
import { SYMBOLS } from '../status.ts';
import { cut } from '../words.ts';
import { span } from './words.ts';

const LABEL = 12;
const MOST_SAID = 300;

/** What was seen from the beginning to the end, what was lost, and the fix. */
export function renderWatchSummary(summary: WatchSummary, { color, width }: { color: boolean; width: number }): string {
  const paint = new Chalk({ level: color ? 1 : 0 });
  const { verdict, fix } = summary;
  const rows = summary.looks === 0 ? [] : rowsOf(summary);
  return [
    ...wrapped(headline(summary), width, '  ').map((line) => paint.bold(line)),
    ...rows.flatMap(([label, text]) =>
      wrapped(text, Math.max(width - LABEL - 2, 20)).map(
        (line, at) => `  ${(at === 0 ? label : '').padEnd(LABEL)}${line}`,
      ),
    ),
    ...(verdict === null
      ? []
      : wrapped(`${SYMBOLS[verdict.status]} ${verdict.id}  ${verdict.title}`, width, '  ').map((line) =>
          paint.yellow(line),
        )),
    ...(fix === null ? [] : fixLines(fix).map((line) => `  ${line}`)),
  ]
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function headline({ pid, end, exitStatus, seconds, looks, version }: WatchSummary): string {
  const who = [pid === null ? null : `PID ${pid}`, version === null ? null : `LensKit ${version}`];
  const ended =
    end === 'watching'
      ? 'it goes on'
      : exitStatus === null
        ? 'it has ended'
        : `it ended with exit status ${exitStatus}`;
  const seen =
    looks === 0 ? 'over before it could be looked at' : `watched for ${span(seconds)}, ${counted(looks, 'look')}`;
  return `${[...who.filter((part) => part !== null), seen].join(' · ')}; ${ended}`;
}

function rowsOf(summary: WatchSummary): (readonly [string, string])[] {
  const { cpuSeconds, cpusUsed, effective, waitedShare, throttledShare, peakMemoryBytes, mostWanting } = summary;
  const unknown = 'the kernel does not tell';
  const rows: (readonly [string, string] | null)[] = [
    [
      'CPU time',
      cpuSeconds === null || cpusUsed === null
        ? unknown
        : `${span(cpuSeconds)}: ${cpusUsed.toFixed(1)} CPUs used${effective === null ? '' : ` of ${effective}`}`,
    ],
    ['waited', waitedShare === null ? unknown : `${percent(waitedShare)} of the time that its threads could run`],
    throttledShare === null ? null : ['stopped', `by its quota in ${percent(throttledShare)} of periods`],
    ['memory', peakMemoryBytes === null ? unknown : `at most ${size(peakMemoryBytes)}`],
    [
      'at most',
      `${counted(summary.mostProcesses, 'process')}, ${counted(summary.mostThreads, 'thread')}${
        mostWanting === null ? '' : `, ${mostWanting} of them wanted a CPU`
      }`,
    ],
    ['phases', phaseWords(summary)],
    ['lost', lostWords(summary) || 'nothing to speak of'],
    ...summary.warnings.map((warning) => ['note', cut(warning, MOST_SAID)] as const),
  ];
  return rows.filter((row) => row !== null);
}

function phaseWords({ phases }: WatchSummary): string {
  return phases
    .map(({ phase, seconds, cpusUsed, waitedShare }) => {
      const used = cpusUsed === null ? '' : `${cpusUsed.toFixed(1)} CPUs`;
      const waited = waitedShare === null || waitedShare < NOTEWORTHY ? '' : `waited ${percent(waitedShare)}`;
      const more = [used, waited].filter((part) => part !== '').join(', ');
      return `${phase} ${span(seconds)}${more === '' ? '' : ` (${more})`}`;
    })
    .join(' · ');
}

/** What is less than this part of the time is not worth a word. */
const NOTEWORTHY = 0.05;

/** `0 s` says nothing. */
const LEAST_SECONDS = 0.5;

const CAUSES = {
  ownThreads: 'for each other, more than there are CPUs',
  quota: 'for the quota',
  otherPrograms: 'for other programs',
  unknown: 'for a CPU',
} as const;

function lostWords({ lost, seconds, effective }: WatchSummary): string {
  const { waitedSeconds, idleCpuSeconds } = lost;
  const least = Math.max(NOTEWORTHY * seconds, LEAST_SECONDS);
  const waits = Object.entries(CAUSES).flatMap(([cause, words]) => {
    const waited = waitedSeconds?.[cause as keyof typeof CAUSES] ?? 0;
    return waited > least ? [`its threads waited ${span(waited)} ${words}`] : [];
  });
  const idle = idleCpuSeconds !== null && idleCpuSeconds > least * (effective ?? 1);
  return [...waits, ...(idle ? [`it left ${span(idleCpuSeconds)} of CPU time unused`] : [])].join(' · ');
}
