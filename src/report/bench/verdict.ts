import type { BenchResult, Shortage } from '../../documents/bench-result.ts';
import { duration, factor } from './words.ts';

type Told = Pick<BenchResult, 'best' | 'verdict'>;

/** The claim: `1.36× as fast as now (95 % between 1.20× and 1.55×, 8 rounds)`. */
export function claimWords({ best, verdict }: Told): string {
  if (verdict.kind === 'current fails')
    return 'the current environment fails whenever it is run, and this setting does not';
  const [low, high] = best?.ratioInterval ?? [null, null];
  const between = high === null ? `95 %: at least ${bound(low)}` : `95 % between ${bound(low)} and ${factor(high)}`;
  return `${factor(best?.ratio ?? null)} as fast as now (${between}; ${verdict.rounds} rounds)`;
}

/** A claim leaves 1 out, which two digits may hide. */
function bound(low: number | null): string {
  return low !== null && low < 1.005 ? `${(Math.floor(low * 1e4) / 1e4).toFixed(4)}×` : factor(low);
}

/** Why nothing is to be changed, in one line. */
export function unchangedWords({ verdict }: Told): string {
  const { kind, rounds, atMost } = verdict;
  if (kind === 'none') return verdict.shortage ? shortageWords(verdict.shortage) : 'no setting succeeded';
  if (kind === 'too few') return `too few runs to compare: ${rounds} of ${verdict.roundsNeeded ?? 6} rounds`;
  const most = atMost === null ? '' : atMost < 0.0005 ? ': no setting is faster' : `: at most ${percent(atMost)}`;
  return `no difference that can be told from noise${most} (${rounds} rounds)`;
}

const LONG: { readonly [what in Shortage['what']]: string } = {
  run: 'one run takes',
  setup: '--setup takes',
  start: 'starting the process of one run takes',
};

/** The budget is too short: `one run takes 30 s: 7 settings need 6 min`. */
export function shortageWords({ what, seconds, isLonger, settings, needed }: Shortage): string {
  const than = isLonger ? 'more than ' : '';
  const all = `${settings} ${settings === 1 ? 'setting needs' : 'settings need'}`;
  return `${LONG[what]} ${than}${about(seconds)}: ${all} ${than}${about(needed)} (--budget ${budget(needed)})`;
}

/** What it would take to say more; null: nothing is known of it. */
export function moreWords({ verdict }: Told): string | null {
  const { kind, roundsNeeded, budgetSeconds, runsNeeded } = verdict;
  if (kind === 'too few') {
    if (budgetSeconds !== null) return `--budget ${budget(budgetSeconds)} would give enough`;
    return runsNeeded === null ? null : `--max-trials ${runsNeeded} would give enough`;
  }
  if (kind !== 'same' || roundsNeeded === null) return null;
  return roundsNeeded > 1000
    ? 'a difference of 5 % would take more than 1,000 rounds to tell: a longer job scatters less'
    : `a difference of 5 % would take about ${roundsNeeded} rounds to tell: --rounds ${roundsNeeded}`;
}

function about(seconds: number): string {
  return seconds <= 99 ? `${Number(seconds.toPrecision(2))} s` : `${Math.ceil(seconds / 60)} min`;
}

/** As `--budget` takes it, rounded up. */
function budget(seconds: number): string {
  return seconds <= 60 ? `${Math.ceil(seconds / 10) * 10}s` : `${Math.ceil(seconds / 60)}m`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** Seconds of a pair, for whoever looks at the figures behind a claim. */
export function timesWords({ best, baseline }: Pick<BenchResult, 'best' | 'baseline'>): string {
  const now = baseline.median === null ? '' : `${duration(baseline.median)} now, `;
  return best === null ? now : `${now}${duration(best.median)} with it`;
}
