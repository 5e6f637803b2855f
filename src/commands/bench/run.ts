import { bench, type Outcome } from '../../bench/bench.ts';
import type { Engine } from '../../bench/engines/engine.ts';
import { noJournal, openJournal } from '../../bench/journal.ts';
import { foreignLoad, meterOf } from '../../bench/meter.ts';
import { BENCH_VERSION, type BenchResult } from '../../bench/result.ts';
import { Session } from '../../bench/session.ts';
import { MOST_CANDIDATES, type Space, spaceOf } from '../../bench/space.ts';
import { rulesFor } from '../../config/generation.ts';
import { diagnose } from '../../doctor/diagnose.ts';
import { observe } from '../../doctor/observe.ts';
import { NO_QUESTION } from '../../doctor/question.ts';
import { thisMachine } from '../../host/open.ts';
import { print } from '../../output/standard-output.ts';
import { terminal } from '../../output/terminal.ts';
import { snippet } from '../../report/bench/snippets.ts';
import { renderBenchText } from '../../report/bench/text.ts';
import type { Report } from '../../report/report.ts';
import { FlagError } from '../flags.ts';
import type { BenchFlags } from './batch-flags.ts';
import { engineOf } from './engines.ts';
import { checkFiles, compared, readResult, writeFiles } from './files.ts';
import { progressView, SILENT } from './progress.ts';
import { count, counts, optionalCount, positive, seconds } from './values.ts';

/** `lk bench batch`: the machine as the doctor sees it, a space that fits it, measuring, the result. */
export async function runBench(
  flags: BenchFlags,
  command: readonly string[] | null,
  program: { version: string; root: string },
): Promise<void> {
  checkFiles(flags);
  const before = flags.compare === undefined ? null : readResult(flags.compare);
  const options = optionsOf(flags);
  const env = process.env;
  const host = thisMachine(env);
  const facts = await observe(host, flags.python ?? null, null);
  const time = new Date();
  const report = diagnose(
    facts,
    { ...NO_QUESTION, lenskit: flags.lenskit ?? null },
    { version: program.version, time },
  );
  const space = spaceFor(report, facts.settings.length > 0, flags);
  if (flags.format === 'toml' && report.lenskit.generation !== '2026.1')
    throw new FlagError(
      `--format toml: LensKit reads settings files from 2026.1 on, and the rules here are ${report.lenskit.generation}`,
    );

  const engine = await engineOf({ flags, command, report, root: program.root, env });
  const view = flags.quiet ? SILENT : await progressView(process.stderr);
  let exitStatus = 0;
  try {
    const machine = { platform: process.platform, arch: process.arch, model: report.cpus.model };
    const head = {
      job: { engine: engine.name, ...engine.job },
      machine: { ...machine, effective: report.cpus.effective },
      space: space.candidates.map(({ env: variables }) => variables),
      seed: options.seed,
    };
    const journal = flags.resume === undefined ? noJournal(options.seed) : openJournal(flags.resume, head);
    const session = new Session(engine, journal, meterOf(host), options.limits);
    exitStatus = await interruptible(session, async () => {
      const outcome = await bench(engine, session, {
        space,
        environment: env,
        baselineEnv: relevant(facts.env),
        method: flags.search,
        runs: options.runs,
        warmup: options.warmup,
        seed: journal.seed,
        forUsers: options.forUsers,
        extrapolate: flags.objective === 'batch',
        foreignLoad: await foreignLoad(host),
        onProgress: (progress) => view.update(progress),
      });
      view.end();
      const result = resultOf(outcome, { report, engine, flags, space, program, time, machine });
      if (before !== null && flags.compare !== undefined) result.comparison = compared(flags.compare, before, result);
      print(rendered(result, flags));
      await writeFiles(result, flags, space.unset);
      return result.best === null ? 1 : 0;
    });
  } finally {
    view.end();
    await engine.close();
  }
  process.exitCode = exitStatus;
}

function optionsOf(flags: BenchFlags) {
  return {
    runs: count('runs', flags.runs, 1, 1000),
    warmup: count('warmup', flags.warmup, 0, 1000),
    seed: count('seed', flags.seed, 0, 2 ** 32 - 1),
    forUsers: optionalCount('for-users', flags['for-users']),
    limits: {
      budgetSeconds: seconds('budget', flags.budget),
      maxRuns: optionalCount('max-trials', flags['max-trials']),
      timeoutSeconds: flags.timeout === undefined ? null : seconds('timeout', flags.timeout),
    },
  };
}

function spaceFor(report: Report, hasFiles: boolean, flags: BenchFlags): Space {
  const { lenskit, cpus, python, recommendation } = report;
  const rules = rulesFor(flags.lenskit ?? lenskit.version ?? lenskit.generation ?? 'unknown');
  if (typeof rules === 'string' || recommendation === null)
    throw new FlagError(`the rules of LensKit ${lenskit.version} are not known; choose some with --lenskit VERSION`);
  const status = report.checks.find(({ id }) => id === 'ray/unsupported')?.status;
  const space = spaceOf({
    rules,
    cpus: cpus.lenskit ?? cpus.effective,
    effective: cpus.effective,
    freeThreaded: python.freeThreaded,
    ray: python.packages.ray !== undefined && status !== 'fail' && status !== 'warn',
    objective: flags.engine === 'command' || lenskit.version === null ? 'total' : flags.objective,
    ranges: {
      processes: counts('processes', flags.processes),
      threads: counts('threads', flags.threads),
      backendThreads: counts('backend-threads', flags['backend-threads']),
      maxOversubscription: positive('max-oversubscription', flags['max-oversubscription']),
    },
    recommended: recommendation.env,
    nested:
      rules.generation === '2026.1' &&
      (hasFiles || Object.keys(process.env).some((name) => /^lk_parallel/i.test(name))),
  });
  if (space.candidates.length > MOST_CANDIDATES)
    throw new FlagError(
      `${space.candidates.length} settings and more: narrow them with --processes, --threads, --backend-threads`,
    );
  return space;
}

/** The variables of the current environment that bear on parallelism. */
function relevant(env: { readonly [name: string]: string }): { [name: string]: string } {
  const own = /^lk_(num_|use_ray|tune_jobs|parallel)|^(OMP|OPENBLAS|MKL)_NUM_THREADS$/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => own.test(name)));
}

interface Known {
  report: Report;
  engine: Engine;
  flags: BenchFlags;
  space: Space;
  program: { version: string };
  time: Date;
  machine: BenchResult['machine'];
}

function resultOf(outcome: Outcome, { report, engine, flags, space, program, time, machine }: Known): BenchResult {
  const { cpus, lenskit } = report;
  return {
    schemaVersion: BENCH_VERSION,
    program: { name: 'lk', version: program.version },
    time: time.toISOString(),
    engine: engine.name,
    job: engine.job,
    objective: engine.name === 'lenskit' ? flags.objective : 'total',
    generation: lenskit.generation as BenchResult['generation'],
    lenskit: lenskit.version,
    machine,
    cpus: {
      effective: cpus.effective,
      online: cpus.online,
      lenskit: cpus.lenskit ?? cpus.effective,
      quota: cpus.quota?.cpus ?? null,
    },
    space: space.candidates.length,
    comparison: null,
    ...outcome,
  };
}

function rendered(result: BenchResult, flags: BenchFlags): string {
  if (flags.json) return `${JSON.stringify(result, null, 2)}\n`;
  if (flags.format !== undefined && result.best !== null) return snippet(result.best.env, flags.format);
  return renderBenchText(result, { ...terminal(), verbose: flags.verbose });
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Stops the session at the first signal, so that what was found is still told; the second ends the program at once. */
async function interruptible(session: Session, run: () => Promise<number>): Promise<number> {
  let status: number | null = null;
  const handlers = Object.entries(SIGNALS).map(([signal, code]) => {
    const handler = (): void => {
      if (status !== null) process.exit(code);
      status = code;
      session.stop();
    };
    process.on(signal, handler);
    return [signal, handler] as const;
  });
  try {
    const done = await run();
    return status ?? done;
  } finally {
    for (const [signal, handler] of handlers) process.removeListener(signal, handler);
  }
}
