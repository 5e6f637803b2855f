import type { BenchResult, Trial } from '../../documents/bench-result.ts';
import {
  bytes,
  cpuUse,
  currentRoles,
  factor,
  isSame,
  meanText,
  noteText,
  peakMemory,
  range,
  ranked,
  settingText,
  speedup,
  timeText,
} from './words.ts';

/** The columns behind a setting's name, for tables that have room for all. */
export const COLUMNS = ['runs', 'median', '95 %', 'mean ± s', 'speed-up', 'CPUs', 'memory', ''] as const;

export interface Row {
  name: string;
  /** It was shown to be faster than now. */
  isBest: boolean;
  cells: string[];
}

/** The current environment, then the settings in the order of every table. */
export function rowsOf(result: BenchResult, best: BenchResult['best']): Row[] {
  const { baseline } = result;
  const current = { ...baseline, roles: currentRoles(result), tied: false };
  const cells = (trial: Pick<Trial, 'status' | 'runs' | 'median' | 'interval' | 'roles' | 'tied'>): string[] => [
    String(trial.runs.length),
    timeText(trial),
    range(trial.interval),
    meanText(trial.runs),
    factor(speedup(trial, baseline.median)),
    cpuUse(trial.runs)?.toFixed(1) ?? '',
    bytes(peakMemory(trial.runs)),
    noteText(trial),
  ];
  return [
    { name: 'now', isBest: false, cells: cells(current) },
    ...ranked(result).map((trial) => ({
      name: settingText(trial.settings),
      isBest: isSame(trial, best),
      cells: cells(trial),
    })),
  ];
}
