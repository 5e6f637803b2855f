import { type Benchmark, bench } from '../../bench/bench.ts';
import { compared } from '../../bench/compared.ts';
import type { Engine } from '../../bench/engines/engine.ts';
import { type Journal, noJournal, openJournal } from '../../bench/journal.ts';
import { foreignLoad, meterOf } from '../../bench/meter.ts';
import { planOf } from '../../bench/plan.ts';
import { Session } from '../../bench/session.ts';
import { MOST_CANDIDATES, type Space, type SpaceInput, spaceOf } from '../../bench/space.ts';
import { cpusAtLoad } from '../../cpus/at-load.ts';
import { observe } from '../../doctor/observe.ts';
import { shortened } from '../../doctor/privacy.ts';
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
import { derivation } from '../../report/words.ts';
import { traitsOf } from '../../rules/generations.ts';
import { NO_QUESTION } from '../../situation/question.ts';
import { situate } from '../../situation/situate.ts';
import type { Situation } from '../../situation/situation.ts';
import { FlagError } from '../flags.ts';
import { known } from '../rules.ts';
import { readResult } from '../saved-result.ts';
import type { BenchFlags } from './batch-flags.ts';
import { assumedWords, ownSets, pythonOfCommand, type RulesOfCommand, rulesOfCommand } from './command-python.ts';
import { scriptOf, whyNothingMatters } from './command-script.ts';
import { conditionsOf } from './conditions.ts';
import { engineOf } from './engines.ts';
import { openOutputs, requireEditable, writeFiles } from './files.ts';
import { progressView, SILENT } from './progress.ts';
import { gaveWay, oneTask, triesRay } from './ray-lists.ts';

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
  const commandsPython = pythonOfCommand(host, { command, flags });
  const { facts, interpreter } = await observe(host, {
    python: flags.python,
    found: commandsPython?.found ?? null,
    hide,
  });
  const time = new Date();
  const situation = known(situate(facts, { ...NO_QUESTION, lenskit: flags.lenskit ?? null }));
  const input = spaceInput(situation, flags, command !== null);
  const space = spaceFor(input);
  requireEditable(outputs, space);
  if (flags.format === 'toml' && !traitsOf(situation.rules).settingsFiles)
    throw new FlagError(
      `--format toml: LensKit reads settings files from 2026.1 on, and the rules here are ${situation.rules.generation}`,
    );

  const script = await scriptOf(command ?? [], situation);
  const rules = shortened(rulesOfCommand(commandsPython, situation, flags), host.home);
  const sets = ownSets(
    commandsPython,
    (name) => space.unset.test(name) || space.candidates.some(({ env: own }) => name in own),
  );
  const beforehand = [
    ...(command === null ? [] : assumedWords(rules, situation)),
    ...sets.map((one) => `the command ${one} itself, whatever is tried`),
    ...(script?.warnings ?? []),
  ];
  const engine = await engineOf({ flags, command, situation, interpreter, root: program.root, env });
  const view = flags.quiet ? SILENT : await progressView(process.stderr, !flags['show-output']);
  let exitStatus = 0;
  if (!flags.quiet) for (const line of hide(beforehand)) say(line);
  try {
    const machine = { platform: process.platform, arch: process.arch, model: situation.cpuFacts.model };
    const journal = journalFor(flags, () =>
      conditionsOf({ situation, engine, space, program, machine, flags, seed: options.seed, hide }),
    );
    const keptOf = (run: Run): Run => hide(flags['keep-output'] ? run : runWithoutOutput(run));
    const kept = { ...journal, add: (key: string, run: Run): void => journal.add(key, keptOf(run)) };
    const session = new Session(engine, kept, meterOf(host), options.limits);
    const measure = async (): Promise<number> => {
      const current = {
        environment: env,
        relevant: relevant(facts.env, situation.rules),
        resolution: situation.resolution,
      };
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
      const result = hide(
        resultOf(outcome, { situation, engine, flags, space, program, time, machine, options, rules }),
      );
      result.warnings.push(
        ...journal.warnings,
        ...hide([
          ...beforehand,
          ...oneTask(result, engine.name === 'lenskit' ? engine.users : null),
          ...gaveWay(result, env.RAY_worker_niceness),
          ...whyNothingMatters(result, { script, sets, rules }),
        ]),
      );
      if (before !== null && flags.compare !== undefined) result.comparison = compared(flags.compare, before, result);
      show(result, flags, outputs.takeStandardOutput);
      const complete = await writeFiles(result, outputs, flags, space.replaced);
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
    runs: flags.runs ?? null,
    rounds: flags.rounds ?? null,
    // Runs of each setting before the first that counts.
    warmup: { current: flags.warmup ?? 0, others: flags.warmup ?? 0 },
    seed: flags.seed,
    forUsers: flags['for-users'] ?? null,
    limits: {
      budgetSeconds: flags.budget,
      maxRuns: flags['max-trials'] ?? null,
      timeoutSeconds: flags.timeout ?? null,
    },
  };
}

function spaceInput(situation: Situation, flags: BenchFlags, isCommand: boolean): SpaceInput {
  const { rules, lenskit, cpus, share, ncpus, python, recommendation, settings } = situation;
  return {
    rules,
    cpus: ncpus.count,
    libraryCpus: traitsOf(rules).counts === 'machine' ? cpusAtLoad(cpus) : ncpus.count,
    effective: Math.min(cpus.effective, share.cpus ?? cpus.effective),
    freeThreaded: python.freeThreaded,
    ray: triesRay(situation),
    objective: isCommand || lenskit.version === null ? 'total' : flags.objective,
    // Of a command nothing is known.
    models: isCommand || lenskit.version === null || flags.pipeline !== undefined ? [] : [flags.model],
    ranges: {
      processes: [...(flags.processes ?? [])],
      threads: [...(flags.threads ?? [])],
      backendThreads: [...(flags['backend-threads'] ?? [])],
      maxOversubscription: flags['max-oversubscription'],
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
function relevant(env: { readonly [name: string]: string }, rules: Situation['rules']): { [name: string]: string } {
  const own =
    traitsOf(rules).pools === 'numba'
      ? /^(LK_NUM_PROCS|(NUMBA|OMP|OPENBLAS|MKL)_NUM_THREADS)$/
      : /^lk_(num_|use_ray|tune_jobs|parallel)|^(OMP|OPENBLAS|MKL)_NUM_THREADS$/i;
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
  options: ReturnType<typeof optionsOf>;
  rules: RulesOfCommand;
}

function resultOf(outcome: Benchmark, known: Known): BenchResult {
  const { situation, engine, flags, space, program, time, machine, options, rules: whose } = known;
  const { cpus, ncpus, lenskit, rules } = situation;
  return {
    schemaVersion: BENCH_VERSION,
    program: { name: 'lk', version: program.version },
    time: time.toISOString(),
    engine: engine.name,
    job: engine.job,
    objective: engine.name === 'lenskit' ? flags.objective : 'total',
    generation: rules.generation,
    rules: whose,
    lenskit: lenskit.version,
    machine,
    cpus: { effective: cpus.effective, online: cpus.online, lenskit: ncpus.count, quota: cpus.quota?.cpus ?? null },
    conditions: {
      cpus: derivation({ cpus: { ...cpus, cgroupView: situation.cpuFacts.cgroupView } }),
      memoryBytes: situation.machine.memory.limit?.bytes ?? situation.machine.memory.total,
      software: softwareOf(situation),
      warmup: options.warmup,
      seed: options.seed,
      budgetSeconds: options.limits.budgetSeconds,
    },
    space: space.candidates.length,
    comparison: null,
    ...outcome,
  };
}

/** Versions of what bears on parallelism, by the names that people use. */
function softwareOf({ python, lenskit }: Situation): { [name: string]: string } {
  const pools = python.pools.map(({ family, owner, version }) => [`${family} of ${owner}`, version] as const);
  const versions = [
    ['LensKit', python.lenskit?.version ?? lenskit.version],
    ['Python', python.version && `${python.version}${python.freeThreaded ? ' (free-threaded)' : ''}`],
    ['Torch', python.torch?.version],
    ...Object.entries(python.packages).filter(([name]) => !['torch', 'lenskit'].includes(name)),
    ...pools,
  ] as const;
  return Object.fromEntries(versions.flatMap(([name, version]) => (version ? [[name, version]] : [])));
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
  if (flags.format !== undefined && result.best !== null)
    print(asSnippet(nothingToSet(unchangedWords(result), flags.format)));
  const toError = aside || flags.format !== undefined;
  const options = { ...terminal(viewer(toError ? 2 : 1)), verbose: flags.verbose };
  const text = asText(result, (shown) => renderBenchText(shown, options));
  if (toError) printAside(text);
  else print(text);
}
