import type { Effect, Left, Outcome } from './effects.ts';
import { PROCESSES } from './environment.ts';
import { inAll } from './files-made.ts';
import {
  byStatement,
  cannotBeSent,
  endsWorkers,
  fails,
  incompleteFinding,
  missing,
  repeated,
  type ScriptFinding,
  type Subject,
  syntaxFinding,
  unfollowedFinding,
  unprotected,
} from './findings.ts';
import { type Ignored, Ignores } from './ignores.ts';
import { Interpreter, type Start } from './interpret.ts';
import { SHOWS } from './lenskit-calls.ts';
import { type Modules, moduleOf } from './modules.ts';
import { scorersOf } from './scorers.ts';
import type { Source } from './source.ts';
import { unsendable } from './unsendable.ts';
import { constant } from './values.ts';
import { joinVariables, type Variables } from './variables.ts';
import { type Missing, missingNames } from './worker-names.ts';

export type { ScriptFinding } from './findings.ts';

export type Verdict =
  | 'unprotected'
  | 'repeats work'
  | 'guard ends workers'
  | 'fails in workers'
  | 'protected'
  | 'no parallelism'
  | 'not followed'
  | 'notebook'
  | 'skipped'
  | 'unreadable';

/** A file with what was found of it. */
export interface ScriptReport {
  file: string;
  verdict: Verdict;
  /** Why, in one line. */
  why: string;
  findings: ScriptFinding[];
  /** What a comment of the script keeps back (`# lk: ignore[…]`); the verdict is what it is all the same. */
  ignored: Ignored[];
  /** LensKit's models that it builds, as `MODELS` calls them. */
  models: string[];
}

/** Variables that the script is started with. */
export type Environment = { readonly [name: string]: string | undefined };

export interface Judgement {
  /** LensKit of these rules starts worker processes (up to 2025.8). */
  spawns: boolean;
  modules: Modules;
  environment?: Environment;
  /** Its LensKit is 0.x, which reads LK_NUM_PROCS whenever it starts something. */
  before2024?: boolean;
  /** The version of the Python that runs it; null: not known. */
  python?: string | null;
  /** False: no model is mentioned in it, nor in what it imports. */
  scorers?: boolean;
}

/** How a process begins that is started with these variables. */
export function startOf(
  name: Start['name'],
  { environment = {}, before2024 = false, python = null }: Pick<Judgement, 'environment' | 'before2024' | 'python'>,
  inherited: { variables: Variables; left: Left } = {
    variables: new Map([[PROCESSES, constant(environment[PROCESSES] ?? null)]]),
    left: new Map(),
  },
): Start {
  return { name, ...inherited, paths: pathsOf(environment), before2024, defersAnnotations: defersAnnotations(python) };
}

/** From Python 3.14 on annotations are evaluated when somebody asks for them (PEP 649). */
function defersAnnotations(python: string | null): boolean {
  const [, major = 0, minor = 0] = /^(\d{1,3})\.(\d{1,3})/.exec(python ?? '')?.map(Number) ?? [];
  return major > 3 || (major === 3 && minor >= 14);
}

/** Folders that Python looks for modules in, besides the script's. */
export function pathsOf({ PYTHONPATH = '' }: Environment = {}): string[] {
  return PYTHONPATH.split(':').filter(Boolean);
}

/**
 * Judges a script as `python FILE` runs it: first what the main process does, then what a worker does that it starts,
 * which imports the script again with the variables as they are by then.
 */
export function judgeScript(file: string, source: Source, judgement: Judgement): ScriptReport {
  const { spawns, modules } = judgement;
  const subject: Subject = { file, source, spawns };
  const run = (start: Start): Outcome => new Interpreter(modules, start).run(moduleOf(start.name, file, source));
  const main = run(startOf('__main__', judgement));
  const started = main.effects.filter(({ kind }) => kind === 'parallel');
  const inherited = started.flatMap((effect) => effect.inherited ?? []);
  const variables = inherited.length > 0 ? joinVariables(inherited) : main.inherited;
  const left = started.length > 0 ? inAll(started.flatMap((effect) => effect.left ?? [])) : main.left;
  const imported = run(startOf('__mp_main__', judgement, { variables, left }));
  const models = judgement.scorers === false ? [] : scorersOf(moduleOf('__main__', file, source), modules);
  const rest = [
    ...source.parsed.errors.map((place) => syntaxFinding(place, source)),
    ...(main.incomplete || imported.incomplete ? [incompleteFinding(source)] : []),
    ...[...new Map([...main.unfollowed, ...imported.unfollowed].map((one) => [one.node.id, one])).values()].map((one) =>
      unfollowedFinding(one, subject),
    ),
  ];
  const judged = verdictOf(main, imported, subject);
  const isWhole = rest.length === 0;
  const besides = [...(judged.verdict === 'unprotected' ? [] : askedFor(imported, subject)), ...rest];
  return { file, ...said(judged, besides, new Ignores(file, source), isWhole), models };
}

/** What is said of what was found: not what a comment keeps back, but where one keeps back nothing. */
export function said(
  { verdict, why, findings, others }: Judged,
  rest: readonly ScriptFinding[],
  ignores: Ignores,
  isWhole: boolean,
): Pick<ScriptReport, 'verdict' | 'why' | 'findings' | 'ignored'> {
  // Where a comment keeps the first back there may be another that it does not.
  const kept = findings.flatMap((first) =>
    ignores.kept(ignores.isEmpty ? [first] : [first, ...(others?.get(first)?.() ?? [])]).slice(0, 1),
  );
  const [first] = ignores.ignored;
  const isKeptBack = findings.length > 0 && kept.length === 0;
  const besides = ignores.kept(rest);
  return {
    verdict,
    why: isKeptBack
      ? `${why}: kept back in line ${first?.by}`
      : why === findings[0]?.message
        ? (kept[0]?.message ?? why)
        : why,
    findings: [...kept, ...besides, ...ignores.unused(isWhole)],
    ignored: ignores.ignored,
  };
}

/** What starts workers where somebody asks for them on the command line, and by default does not. */
function askedFor({ effects }: Outcome, subject: Subject): ScriptFinding[] {
  const asked = effects.filter((one) => one.kind === 'parallel' && one.asked);
  if (isPackageMain(subject.file)) return [];
  return byStatement(asked, subject.file).map(([first]) => unprotected(first as Effect, false, subject));
}

/** What a script is, and what there is to say of it. */
interface Judged {
  verdict: Verdict;
  why: string;
  findings: ScriptFinding[];
  /** What else the same statement at the top does, of each finding. */
  others?: ReadonlyMap<ScriptFinding, () => ScriptFinding[]>;
}

function found(verdict: Verdict, findings: ScriptFinding[]): Judged {
  return { verdict, why: findings[0]?.message ?? '', findings };
}

/** The first effect of each group as a finding, and the rest on demand. */
function foundInEach(verdict: Verdict, groups: readonly Effect[][], say: (effect: Effect) => ScriptFinding): Judged {
  const others = new Map(
    groups.map(([first, ...rest]) => [say(first as Effect), () => rest.slice(0, MOST_OTHERS).map(say)] as const),
  );
  return { ...found(verdict, [...others.keys()]), others };
}

/** So many calls of one statement are looked at for comments. */
const MOST_OTHERS = 200;

/** `python -m package` and `python package` do not import their main module again (multiprocessing/spawn.py). */
function isPackageMain(file: string): boolean {
  return /(^|\/)__main__\.py$/.test(file);
}

function verdictOf(main: Outcome, imported: Outcome, subject: Subject): Judged {
  const { file } = subject;
  const of = (outcome: Outcome, kind: Effect['kind']): Effect[] =>
    outcome.effects.filter((one) => one.kind === kind && !one.asked);
  const started = of(main, 'parallel');
  const mustStart = started.length === 0 || started.some(({ certain }) => certain);
  const again = byStatement(of(imported, 'parallel'), file);
  if (again.length > 0 && isPackageMain(file))
    return { verdict: 'protected', why: 'run as a package, __main__.py is not imported by workers', findings: [] };
  if (again.length > 0)
    return foundInEach('unprotected', again, (effect) => unprotected(effect, effect.certain && mustStart, subject));
  // What the syntax of a place says is not known.
  const isBroken = subject.source.parsed.errors.length > 0;
  const isCut = isBroken || [main, imported].some(({ incomplete, unfollowed }) => incomplete || unfollowed.length > 0);
  const notFollowed = {
    verdict: 'not followed' as const,
    why: 'it was not followed to its end, and nothing was found by then',
    findings: [],
  };
  if (started.length === 0) {
    if (isCut) return notFollowed;
    return { verdict: 'no parallelism', why: 'nothing that is run here starts worker processes', findings: [] };
  }
  if (!isPackageMain(file)) {
    const undone = new Set(of(main, 'once').flatMap(({ node, undone }) => (undone ? [node.id] : [])));
    const failing = byStatement(
      of(imported, 'once').filter(({ certain, node }) => certain && !undone.has(node.id)),
      file,
    );
    if (failing.length > 0) return foundInEach('fails in workers', failing, (effect) => fails(effect, subject));
    const end = endOf(main, imported);
    if (end !== null) return found('guard ends workers', [endsWorkers(end.effect, end.certain && mustStart, subject)]);
    const absent = [...unbound(main, imported), ...missingNames(main, imported)];
    if (absent.length > 0)
      return found(
        'fails in workers',
        absent.map(({ name, needed, node }) => missing(name, needed, node, subject)),
      );
    const kept = unsendable(main);
    if (kept.length > 0)
      return found(
        'fails in workers',
        kept.map((one) => cannotBeSent(one, subject)),
      );
    // What is only seen is repeated where the main process does it as well.
    const shown = new Set(of(main, 'costly').map(({ node }) => node.id));
    const costly = byStatement(
      of(imported, 'costly').filter(({ what, node }) => !SHOWS.test(what) || shown.has(node.id)),
      file,
    );
    if (costly.length > 0) return foundInEach('repeats work', costly, (effect) => repeated(effect, subject));
  }
  if (isBroken || imported.incomplete || imported.unfollowed.length > 0) return notFollowed;
  return {
    verdict: 'protected',
    why: 'what starts worker processes does not run when a worker imports the script',
    findings: [],
  };
}

/** A name that a worker reads while it imports the script, and that only the main process has bound by then. */
function unbound(main: Outcome, imported: Outcome): Missing[] {
  const inBoth = new Set(main.effects.flatMap(({ kind, node }) => (kind === 'unbound' ? [node.id] : [])));
  const own = imported.effects.find(
    ({ kind, node, certain, module: where }) =>
      kind === 'unbound' && certain && where === imported.scope.module && !inBoth.has(node.id),
  );
  return own === undefined ? [] : [{ name: own.what, needed: 'the script itself', node: own.node }];
}

/**
 * Where a worker ends while it imports the script. What may end the main process before it starts workers depends on
 * something that is the same in both, and has not happened.
 */
function endOf(main: Outcome, imported: Outcome): { effect: Effect | null; certain: boolean } | null {
  if (imported.ends === 'no') return null;
  const ends = imported.effects.filter(({ kind }) => kind === 'ends');
  if (imported.ends === 'yes')
    return { effect: ends.findLast(({ certain }) => certain) ?? ends.at(-1) ?? null, certain: true };
  const begins = main.effects.findIndex(({ kind }) => kind === 'parallel');
  const passed = new Set(
    main.effects
      .slice(0, begins)
      .flatMap(({ kind, node, module: { file } }) => (kind === 'ends' ? [`${file}:${node.id}`] : [])),
  );
  const own = ends.find(({ node, module: { file } }) => !passed.has(`${file}:${node.id}`));
  return own === undefined ? null : { effect: own, certain: false };
}
