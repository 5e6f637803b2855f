import type { Rules } from '../rules/generation.ts';
import { traitsOf } from '../rules/generations.ts';
import type { BatchCosts } from './costs.ts';

/** Costs that were measured, by model. */
export interface MeasuredCosts {
  lenskit: string;
  data: string;
  /** Of a worker of any model. */
  spread: Pick<BatchCosts, 'handing' | 'start' | 'by'>;
  models: { readonly [model: string]: Pick<BatchCosts, 'inProcess' | 'inWorker' | 'compiling'> };
}

const DATA = 'ml-latest-small (9,066 items)';

/** Milliseconds of a list in the process itself and in a worker beside others. */
const list = (inProcess: number, inWorker: number): MeasuredCosts['models'][string] => ({
  inProcess: inProcess / 1000,
  inWorker: inWorker / 1000,
});

/** By `npm run measure:costs` on two CPUs of an x86-64 server, CPU seconds: docs/costs.md. */
export const MEASURED: { readonly [year in '0.14' | '2025' | '2026']: MeasuredCosts } = {
  '0.14': {
    lenskit: '0.14.4',
    data: DATA,
    spread: { handing: 0.0009, start: 1.8, by: 'pool' },
    models: {
      'item-knn': { ...list(28, 27), compiling: 0.5 },
      'implicit-mf': { ...list(2.1, 3.5), compiling: 0.1 },
      'biased-mf': { ...list(2.3, 3.8), compiling: 0.1 },
    },
  },
  '2025': {
    lenskit: '2025.8.1',
    data: DATA,
    spread: { handing: 0.00035, start: 4.6, by: 'pool' },
    models: {
      'item-knn': list(6.9, 6.9),
      'user-knn': list(3.6, 4.4),
      ease: list(18, 18),
      slim: list(1.05, 1.25),
      'implicit-mf': list(1.4, 2),
      'biased-mf': list(1.45, 1.5),
      'flexmf-explicit': list(2.3, 3.4),
      popular: list(0.85, 0.85),
    },
  },
  '2026': {
    lenskit: '2026.4.0',
    data: DATA,
    // Ray itself is started as well; it takes lists back two thousand at a time.
    spread: { handing: 0.00005, start: 10, by: 'ray' },
    models: {
      'item-knn': list(6.6, 6.9),
      'implicit-mf': list(1.5, 2),
    },
  },
};

/** The table that stands for these rules. */
export function costsFor(rules: Rules): MeasuredCosts {
  const [found] = traitsOf(rules).measuredAs.flatMap((name) =>
    name in MEASURED ? [MEASURED[name as keyof typeof MEASURED]] : [],
  );
  if (found === undefined) throw new Error(`no costs stand for the rules ${rules.generation}`);
  return found;
}
