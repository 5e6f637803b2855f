import { max, plain } from '../../python-values/int.ts';
import type { ConfigError, Source } from '../errors.ts';
import { type Candidate, type ConfigInput, type Knob, parameterText, sourceOf } from '../resolution.ts';
import { countsAffinity, defaultThreads, NUMBA_VARIABLE, type NumbaThreads } from './numba.ts';
import { defaultProcesses, type Levels, level, PROCESSES_PARAMETER, PROCESSES_VARIABLE } from './processes.ts';

/** What the knobs are made from; null: LensKit refuses, or does not read it. */
export interface Values014 {
  asked: { processes: bigint; source: Source } | null;
  levels: Levels | null;
  numba: NumbaThreads | null;
}

/** Variables with text, and what LensKit and its libraries do without them. */
const TEXTS = [
  { name: 'numbaThreadingLayer', env: 'NUMBA_THREADING_LAYER', byDefault: 'default' },
  { name: 'tempDir', env: 'LK_TEMP_DIR', byDefault: null },
  { name: 'inMp', env: '_LK_IN_MP', byDefault: null },
  { name: 'csrKernel', env: 'CSR_KERNEL', byDefault: null },
] as const;

/** Every knob of 0.14, with where its value comes from. */
export function knobs014(input: ConfigInput, values: Values014): Knob[] {
  return [processes(input, values), workerThreads(input, values), numbaThreads(input, values), ...texts(input)];
}

function processes(input: ConfigInput, { asked }: Values014): Knob {
  const { cpus, env, params } = input;
  const half = max(cpus / 2n, 1n);
  const formula = {
    formula: 'min(max(CPUs of the machine // 2, 1), 4)',
    substituted: `min(max(${cpus} ÷ 2, 1), 4)`,
    value: plain(defaultProcesses(cpus)),
  };
  const parameter = params.nJobs ?? null;
  const source = asked?.source ?? null;
  return {
    name: 'processes',
    env: PROCESSES_VARIABLE,
    parameter: PROCESSES_PARAMETER,
    status: 'in use',
    value: asked && plain(asked.processes),
    source: source ?? firstSet(variableOf(env, PROCESSES_VARIABLE)),
    candidates: [
      parameter === null
        ? { kind: 'parameter', name: PROCESSES_PARAMETER, set: false }
        : {
            kind: 'parameter',
            name: PROCESSES_PARAMETER,
            set: true,
            raw: parameterText(parameter),
            ...used(source, 'parameter'),
          },
      { ...variableOf(env, PROCESSES_VARIABLE), ...used(source, 'env') },
      { kind: 'default', set: true, ...used(source, 'default'), ...formula },
    ],
    worker: null,
    documented: { formula: 'half the number of cores', value: plain(half) },
  };
}

/** The second level: Numba's setting in a worker, which comes too late, and MKL's where there is the module `mkl`. */
function workerThreads({ env }: ConfigInput, { levels, asked }: Values014): Knob {
  const inWorkers = asked?.processes !== 1n;
  const threads = levels === null ? null : plain(level(levels, 1));
  const candidate = variableOf(env, PROCESSES_VARIABLE);
  const source = candidate.set ? sourceOf(candidate) : { kind: 'default' as const };
  return {
    name: 'workerThreads',
    env: PROCESSES_VARIABLE,
    parameter: '',
    status: 'unused',
    value: threads,
    source: levels === null ? null : source,
    candidates: [
      { ...candidate, ...used(source, 'env') },
      {
        kind: 'default',
        set: true,
        ...used(source, 'default'),
        formula: '2, or 1 where LK_NUM_PROCS has one number',
        substituted: candidate.set ? '1' : '2',
        value: candidate.set ? 1 : 2,
      },
    ],
    worker:
      inWorkers && threads !== null
        ? { formula: 'the second number of LK_NUM_PROCS', substituted: String(threads), value: threads }
        : null,
    documented: null,
  };
}

function numbaThreads(input: ConfigInput, { numba, asked }: Values014): Knob {
  const { env } = input;
  const byAffinity = countsAffinity(input.numba ?? null);
  const all = plain(defaultThreads(input));
  const source = numba?.source ?? null;
  const threads = numba === null ? null : plain(numba.threads);
  return {
    name: 'numbaThreads',
    env: NUMBA_VARIABLE,
    parameter: '',
    status: 'in use',
    value: threads,
    source: source ?? firstSet(variableOf(env, NUMBA_VARIABLE)),
    candidates: [
      { ...variableOf(env, NUMBA_VARIABLE), ...used(source, 'env') },
      {
        kind: 'default',
        set: true,
        ...used(source, 'default'),
        formula: byAffinity ? 'CPUs of the affinity' : 'CPUs of the machine',
        substituted: `${all} CPU${all === 1 ? '' : 's'}`,
        value: all,
      },
    ],
    worker:
      threads === null || asked?.processes === 1n
        ? null
        : { formula: 'as in the main process', substituted: 'as in the main process', value: threads },
    documented: null,
  };
}

function texts({ env }: ConfigInput): Knob[] {
  return TEXTS.map(({ name, env: variable, byDefault }) => {
    const candidate = variableOf(env, variable);
    return {
      name,
      env: variable,
      parameter: '',
      status: 'in use',
      value: env[variable] ?? byDefault,
      source: candidate.set ? sourceOf(candidate) : { kind: 'default' },
      candidates: [
        { ...candidate, ...(candidate.set ? { used: true as const } : {}) },
        ...(byDefault === null
          ? []
          : [
              {
                kind: 'default' as const,
                set: true,
                ...(candidate.set ? {} : { used: true as const }),
                value: byDefault,
              },
            ]),
      ],
      worker: null,
      documented: null,
    };
  });
}

/** A variable that is set to nothing is set. */
function variableOf(env: ConfigInput['env'], name: string): Candidate {
  const raw = env[name];
  return raw === undefined ? { kind: 'env', name, set: false } : { kind: 'env', name, set: true, raw };
}

const used = (source: { kind: Candidate['kind'] } | null, kind: Candidate['kind']) =>
  source?.kind === kind ? { used: true as const } : {};

const firstSet = (candidate: Candidate) => (candidate.set ? sourceOf(candidate) : null);

/** The knobs of a refused configuration: what is set where; of the one at fault no value. */
export function refusedKnobs014(input: ConfigInput, error: ConfigError): Knob[] {
  return knobs014(input, { asked: null, levels: null, numba: null }).map((knob) =>
    knob.name === error.knob ? { ...knob, source: error.source } : knob,
  );
}
