import { shownKnobs } from '../report/words.ts';
import type { Generation } from '../rules/generation.ts';
import { type Compared, serious } from './compared.ts';

/** What of a machine decides how LensKit runs there, and what it comes to: little enough to keep of ten thousand. */
export interface Digest {
  /** null: none was found. */
  lenskit: string | null;
  generation: Generation | null;
  /** False: no Python at all. */
  hasPython: boolean;
  /** `3.11`, and what else of it decides. */
  python: { version: string | null; implementation: string | null; freeThreaded: boolean; startMethod: string | null };
  cpus: {
    effective: number;
    limitedBy: Compared['cpus']['limitedBy'];
    quota: number | null;
    /** What LensKit counts; null: not known. */
    counted: number | null;
  };
  /** What is set, by variable, and to what. */
  settings: [name: string, value: string][];
  share: number | null;
  /** The linear algebra that is installed, whatever its versions. */
  libraries: string[];
  /** What the plan comes to. */
  plan: string;
  /** `fail cpu/quota-ignored`, in the order of the checks. */
  findings: string[];
}

/** The others come with LensKit and its version. */
const BLAS = /^(OpenBLAS|MKL|BLIS|FlexiBLAS|Accelerate)\b/;

export function digestOf(compared: Compared): Digest {
  const { lenskit, python, cpus, machine, pools, plan } = compared;
  return {
    lenskit: lenskit.version ?? (lenskit.why.startsWith('assumed') ? null : lenskit.generation),
    generation: lenskit.generation,
    hasPython: python.interpreter !== null || lenskit.version !== null,
    python: {
      version: python.version?.split('.').slice(0, 2).join('.') ?? null,
      implementation: python.implementation,
      freeThreaded: python.freeThreaded,
      startMethod: python.startMethod,
    },
    cpus: {
      effective: cpus.effective,
      limitedBy: cpus.limitedBy,
      quota: cpus.limitedBy === 'quota' ? (cpus.quota?.cpus ?? null) : null,
      counted: cpus.lenskit,
    },
    settings: shownKnobs(compared, false).flatMap(({ source, env }): [string, string][] =>
      source === null || source.kind === 'default' ? [] : [[source.name ?? env, source.raw ?? '']],
    ),
    share: machine.share,
    libraries: [...new Set(pools.map(({ pool }) => pool).filter((pool) => BLAS.test(pool)))],
    plan: JSON.stringify(plan && [plan.main, plan.trainingThreads, plan.inferenceThreads, plan.batchThreads], decimal),
    findings: serious(compared).map(({ status, id }) => `${status} ${id}`),
  };
}

/** JSON.stringify takes no bigint. */
function decimal(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** The same for machines that are alike. */
export function keyOf(digest: Digest): string {
  return JSON.stringify(digest);
}
