import { type Benchmark, bench } from '../../bench/bench.ts';
import type { Engine } from '../../bench/engines/engine.ts';
import { type Journal, noJournal, openJournal } from '../../bench/journal.ts';
import { foreignLoad, meterOf } from '../../bench/meter.ts';
import { planOf } from '../../bench/plan.ts';
import { Session } from '../../bench/session.ts';
import { MOST_CANDIDATES, type Space, type SpaceInput, spaceOf } from '../../bench/space.ts';
import { observe } from '../../doctor/observe.ts';
import { BENCH_VERSION, type BenchResult, claimed, type Run, runWithoutOutput } from '../../documents/bench-result.ts';
import { thisMachine } from '../../host/open.ts';
import { asJson, asSnippet, asText } from '../../output/presented.ts';
import { printAside, say } from '../../output/standard-error.ts';
import { print } from '../../output/standard-output.ts';
import { terminal, viewer } from '../../output/terminal.ts';
import { hiding } from '../../privacy/secrets.ts';
import { interruptible, keepIgnored } from '../../process/signals.ts';
import { nothingToSet, snippet } from '../../report/bench/snippets.ts';
import { renderBenchText } from '../../report/bench/text.ts';
import { shortageWords, unchangedWords } from '../../report/bench/verdict.ts';
import { traitsOf } from '../../rules/generations.ts';
import { NO_QUESTION } from '../../situation/question.ts';
import { rayFault } from '../../situation/ray.ts';
import { situate } from '../../situation/situate.ts';
import type { Situation } from '../../situation/situation.ts';
import { FlagError } from '../flags.ts';
import { known, withPipelines } from '../rules.ts';
import { readResult } from '../saved-result.ts';
import type { BenchFlags } from './batch-flags.ts';
import { scriptOf, whyNothingMatters } from './command-script.ts';
import { conditionsOf } from './conditions.ts';
import { engineOf } from './engines.ts';
import { compared, openOutputs, requireEditable, writeFiles } from './files.ts';
import { progressView, SILENT } from './progress.ts';
import { count, counts, optionalCount, positive, seconds } from './values.ts';

/** `lk bench batch`: the machine as the doctor sees it, a space that fits it, measuring, the result. */
export async function runBench(
  flags: BenchFlags,
  command: readonly string[] | null,
  program: { version: string; root: string },
): Promise<void> {
  keepIgnored();
  const outputs = openOutputs(flags, command ?? []);
  const before = flags.compare === undefined ? null : readResult(flags.compare, `--compare ${flags.compare}`);
  const options = optionsOf(flags);
  const env = process.env;
  const hide = hiding(env, [...process.argv.slice(2), ...(command ?? [])]);
  const host = thisMachine(env);
  const { facts, interpreter } = await observe(host, { python: flags.python, hide });
  const time = new Date();
  const asked = known(situate(facts, { ...NO_QUESTION, lenskit: flags.lenskit ?? null }));
  const situation = withPipelines(asked, 'lk bench batch measures no settings');
  const input = spaceInput(situation, flags, command !== null);
  const space = spaceFor(input);
  requireEditable(outputs, space);
  if (flags.format === 'toml' && !traitsOf(situation.rules).settingsFiles)
    throw new FlagError(
      `--format toml: LensKit reads settings files from 2026.1 on, and the rules here are ${situation.rules.generation}`,
    );

  const script = await scriptOf(command ?? [], situation);
  const engine = await engineOf({ flags, command, situation, interpreter, root: program.root, env });
  const view = flags.quiet ? SILENT : await progressView(process.stderr);
  let exitStatus = 0;
  if (script !== null && !flags.quiet) for (const line of hide(script.warnings)) say(line);
  try {
    const machine = { platform: process.platform, arch: process.arch, model: situation.cpuFacts.model };
    const journal = journalFor(flags, () =>
      conditionsOf({ situation, engine, space, program, machine, flags, seed: options.seed, hide }),
    );
    const keptOf = (run: Run): Run => hide(flags['keep-output'] ? run : runWithoutOutput(run));
    const kept = { ...journal, add: (key: string, run: Run): void => journal.add(key, keptOf(run)) };
    const session = new Session(engine, kept, meterOf(host), options.limits);
    const measure = async (): Promise<number> => {
      const current = { environment: env, relevant: relevant(facts.env), resolution: situation.resolution };
      const outcome = await bench(engine, session, {
        plan: planOf(space, input, current, engine.name !== 'command'),
        points: space.points,
        baselineEnv: current.relevant,
        method: flags.search,
        runs: options.runs,
        rounds: options.rounds,
        warmup: options.warmup,
        seed: journal.seed,
        forUsers: options.forUsers,
        extrapolate: flags.objective === 'batch',
        foreignLoad: await foreignLoad(host),
        spare: Math.max(0, (situation.cpus.online ?? 0) - situation.cpus.effective),
        onProgress: (progress) => view.update(progress),
        onShortage: (shortage) => {
          if (!flags.quiet) say(shortageWords(shortage));
        },
      });
      view.end();
      const result = hide(resultOf(outcome, { situation, engine, flags, space, program, time, machine }));
      result.warnings.push(
        ...journal.warnings,
        ...hide([...(script?.warnings ?? []), ...whyNothingMatters(result, script)]),
      );
      if (before !== null && flags.compare !== undefined) result.comparison = compared(flags.compare, before, result);
      show(result, flags, outputs.takeStandardOutput);
      const complete = await writeFiles(result, outputs, flags, space.unset);
      return !complete ? 2 : result.best === null ? 1 : 0;
    };
    // What was found until a signal is still told.
    const { done, status } = await interruptible(measure, () => session.stop()).finally(() => journal.close());
    exitStatus = status ?? done;
  } finally {
    view.end();
    for (const line of await engine.close()) say(`lk: ${line}`);
  }
  process.exitCode = exitStatus;
}

function optionsOf(flags: BenchFlags) {
  return {
    runs: flags.runs === undefined ? null : count('runs', flags.runs, 1, 1000),
    rounds: flags.rounds === undefined ? null : count('rounds', flags.rounds, 1, 1000),
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

function spaceInput(situation: Situation, flags: BenchFlags, isCommand: boolean): SpaceInput {
  const { rules, lenskit, cpus, share, ncpus, python, recommendation, settings } = situation;
  return {
    rules,
    cpus: ncpus.count,
    effective: Math.min(cpus.effective, share.cpus ?? cpus.effective),
    freeThreaded: python.freeThreaded,
    ray: python.packages.ray !== undefined && rayFault(situation) !== 'version',
    objective: isCommand || lenskit.version === null ? 'total' : flags.objective,
    // Of a command nothing is known.
    models: isCommand || lenskit.version === null || flags.pipeline !== undefined ? [] : [flags.model],
    ranges: {
      processes: counts('processes', flags.processes),
      threads: counts('threads', flags.threads),
      backendThreads: counts('backend-threads', flags['backend-threads']),
      maxOversubscription: positive('max-oversubscription', flags['max-oversubscription']),
    },
    recommended: recommendation.env,
    nested:
      traitsOf(rules).settingsFiles &&
      (settings.length > 0 || Object.keys(process.env).some((name) => /^lk_parallel/i.test(name))),
  };
}

function spaceFor(input: SpaceInput): Space {
  const space = spaceOf(input);
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
  situation: Situation;
  engine: Engine;
  flags: BenchFlags;
  space: Space;
  program: { version: string };
  time: Date;
  machine: BenchResult['machine'];
}

function resultOf(outcome: Benchmark, { situation, engine, flags, space, program, time, machine }: Known): BenchResult {
  const { cpus, ncpus, lenskit, rules } = situation;
  return {
    schemaVersion: BENCH_VERSION,
    program: { name: 'lk', version: program.version },
    time: time.toISOString(),
    engine: engine.name,
    job: engine.job,
    objective: engine.name === 'lenskit' ? flags.objective : 'total',
    generation: rules.generation,
    lenskit: lenskit.version,
    machine,
    cpus: { effective: cpus.effective, online: cpus.online, lenskit: ncpus.count, quota: cpus.quota?.cpus ?? null },
    space: space.candidates.length,
    comparison: null,
    ...outcome,
  };
}

/** The journal that was asked for; what it depends on is only looked at where there is one. */
function journalFor(flags: BenchFlags, conditions: () => ReturnType<typeof conditionsOf>): Journal {
  if (flags.resume === undefined) return noJournal(Number(flags.seed));
  const { head, contents } = conditions();
  return openJournal(flags.resume, head, {
    label: `--resume ${flags.resume}`,
    changed: () => contents.changed(),
  });
}

/**
 * The report; with a format to paste that format alone. Where no setting was shown to be better a comment says so, which
 * changes nothing where it is evaluated, where none succeeded there is nothing; the report goes to standard error.
 */
function show(result: BenchResult, flags: BenchFlags, aside: boolean): void {
  if (flags.json) {
    print(asJson(result));
    return;
  }
  const best = claimed(result);
  if (flags.format !== undefined && best !== null) {
    print(asSnippet(snippet(best.env, flags.format)));
    return;
  }
  if (flags.format !== undefined && result.best !== null) print(asSnippet(nothingToSet(unchangedWords(result))));
  const toError = aside || flags.format !== undefined;
  const options = { ...terminal(viewer(toError ? 2 : 1)), verbose: flags.verbose };
  const text = asText(result, (shown) => renderBenchText(shown, options));
  if (toError) printAside(text);
  else print(text);
}
