import type { Progress } from '../../documents/bench-progress.ts';
import { columnsOf } from '../layout.ts';
import { duration, factor, settingText } from './words.ts';

/**
 * One line of what is going on, of so many columns at most: first of all the setting that is tried, then how long it
 * still takes, the phase, and what else has room. `since`: seconds since the last word.
 */
export function progressLine(progress: Progress, since: number, columns: number): string {
  const { phase, runs, leader, leftSeconds } = progress;
  const left = leftSeconds === null ? null : timeLeft(Math.max(0, leftSeconds - since));
  const best =
    leader === null
      ? null
      : `best ${duration(leader.median)}${leader.speedup === null ? '' : `, ${factor(leader.speedup)}`}`;
  const run = progress.trying === null ? null : `run ${runs + 1}`;
  const running = since >= 2 ? ` (${duration(Math.floor(since))})` : '';
  const names = namesOf(progress);
  const short = names.at(-1) ?? '';
  const dense = denseOf(progress);
  const about = left === null ? null : `about ${left} left`;
  const wanted = [
    ...names.map((name) => [`${phase} ${name}${running}`, run, about, best]),
    [`${phase} ${short}${running}`, run, about],
    [`${phase} ${short}${running}`, about],
    [`${phase} ${short}`, left && `~${left} left`],
    [`${phase} ${dense}`, left && `~${left} left`],
    [`${phase} ${dense}`, left && `~${left}`],
    [`${phase} ${dense}`],
    [dense, left && `~${left}`],
    [dense],
  ].map((parts) =>
    parts
      .filter((part) => part !== null && part !== '')
      .join(' · ')
      .trim(),
  );
  return wanted.find((line) => columnsOf(line) <= columns) ?? fitted(wanted.at(-1) ?? '', columns);
}

/** What is run, in full and short. */
function namesOf({ trying, doing }: Progress): string[] {
  if (trying === null) return [doing];
  const { label, settings, isCurrent, users } = trying;
  const size = users === null ? '' : `, ${users} users`;
  return isCurrent ? [`${label}${size}`, `now${size}`] : [`${label}${size}`, `${settingText(settings)}${size}`];
}

/** The setting alone, as short as can be. */
function denseOf({ trying }: Progress): string {
  if (trying === null) return '';
  return trying.isCurrent ? 'now' : settingText(trying.settings).replaceAll(' × ', '×');
}

/** `25 s`, `2 min 30 s`, `12 min`: no more digits than are known. */
export function timeLeft(seconds: number): string {
  if (seconds < 57.5) return `${Math.max(1, seconds < 10 ? Math.round(seconds) : 5 * Math.round(seconds / 5))} s`;
  if (seconds < 285) {
    const halves = Math.round(seconds / 30);
    return `${halves >> 1} min${halves % 2 === 1 ? ' 30 s' : ''}`;
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function fitted(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}
