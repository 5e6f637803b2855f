import type { Effect, Unfollowed } from './effects.ts';
import type { FindingId } from './finding-ids.ts';
import { type Node, type Place, placeOf } from './parse.ts';
import type { Source } from './source.ts';

/** What is wrong with a script, or worth knowing; plain data. */
export interface ScriptFinding {
  id: FindingId;
  level: 'error' | 'warning' | 'info';
  /** In a notebook within its cell. */
  place: Place;
  /** The number of the code cell; null: no notebook. */
  cell: number | null;
  /** The line of the place. */
  source: string;
  message: string;
  /** How it comes about: the calls between, with file and line. */
  via: { name: string; file: string; line: number }[];
  /** What to write instead: what `--fix` does (`advice.ts`). */
  fix: string | null;
}

/** The script that findings are of. */
export interface Subject {
  file: string;
  source: Source;
  /** Its LensKit starts worker processes that import it. */
  spawns: boolean;
}

/**
 * Effects by the statement at the top that reaches them. The first of each is what there is to say: to mend it mends the others.
 * What must happen comes before what may.
 */
export function byStatement(effects: readonly Effect[], file: string): Effect[][] {
  const groups = new Map<number, Effect[]>();
  for (const effect of effects) {
    const { id } = topStatement(outermost(effect, file));
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [effect]);
    else if (effect.certain && !group[0]?.certain) group.unshift(effect);
    else group.push(effect);
  }
  return [...groups.values()];
}

/** The call in the script itself through which the effect is reached. */
function outermost(effect: Pick<Effect, 'chain' | 'node'>, file: string): Node {
  return effect.chain.find(({ module }) => module.file === file)?.node ?? effect.node;
}

export function topStatement(node: Node): Node {
  let top = node;
  while (top.parent !== null && top.parent.parent !== null) top = top.parent;
  return top;
}

function findingAt(node: Node, source: Source): Pick<ScriptFinding, 'place' | 'cell' | 'source'> {
  const place = placeOf(node);
  return { place, cell: null, source: lineOf(source, place.line) };
}

export function lineOf({ text }: Source, line: number): string {
  return (text.split('\n', line)[line - 1] ?? '').replace(/\r$/, '').slice(0, 400);
}

export function viaOf({
  chain,
  node,
  module: module_,
  what,
}: Pick<Effect, 'chain' | 'node' | 'module' | 'what'>): ScriptFinding['via'] {
  return [
    ...chain.map((call) => ({ name: call.name, file: call.module.file, line: placeOf(call.node).line })),
    { name: `${what}()`, file: module_.file, line: placeOf(node).line },
  ];
}

/** What must happen is an error, what only may a warning; where no worker imports the script, information. */
function levelOf(certain: boolean, spawns: boolean): ScriptFinding['level'] {
  return spawns ? (certain ? 'error' : 'warning') : 'info';
}

export function unprotected(effect: Effect, certain: boolean, { file, source, spawns }: Subject): ScriptFinding {
  const call = outermost(effect, file);
  const through = effect.chain.length > 0 ? `, through ${effect.chain.map(({ name }) => name).join(', ')}` : '';
  const runs = certain ? 'runs' : 'may run';
  const where = effect.asked ? ', where the command line asks for more than one process' : '';
  return {
    id: 'script/import-unprotected',
    // By default it is one process.
    level: effect.asked ? 'info' : levelOf(certain, spawns),
    ...findingAt(call, source),
    message: spawns
      ? `${effect.what}() ${runs} when a worker process imports the script${through}${where}${effect.why ? ` (${effect.why})` : ''}`
      : `${effect.what}() ${runs} whenever the script is imported${through}; this LensKit starts no worker processes for it`,
    via: viaOf(effect),
    fix: null,
  };
}

export function repeated(effect: Effect, { file, source, spawns }: Subject): ScriptFinding {
  const call = outermost(effect, file);
  const what = effect.what.startsWith('.') ? effect.what.slice(1) : effect.what;
  return {
    id: 'script/repeated-work',
    level: spawns ? 'warning' : 'info',
    ...findingAt(call, source),
    message: `${what}() runs again in every worker process: it stands outside if __name__ == "__main__"`,
    via: viaOf(effect),
    fix: null,
  };
}

export function fails(effect: Effect, { file, source, spawns }: Subject): ScriptFinding {
  const call = outermost(effect, file);
  return {
    id: 'script/fails-in-workers',
    level: levelOf(effect.certain, spawns),
    ...findingAt(call, source),
    message: `${effect.what}() works once: a worker process runs it again when it imports the script, and fails (${effect.why ?? ''})`,
    via: viaOf(effect),
    fix: null,
  };
}

export function missing(name: string, needed: string, node: Node, { source, spawns }: Subject): ScriptFinding {
  return {
    id: 'script/fails-in-workers',
    level: levelOf(true, spawns),
    ...findingAt(node, source),
    message: `${name} is there in the main process alone, and ${needed} needs it in a worker process`,
    via: [],
    fix: `${OUTSIDE} ${name} outside if __name__ == "__main__"`,
  };
}

/** Something that is sent to workers, and that pickle refuses. */
export function cannotBeSent(
  { what, why, effect }: { what: string; why: string; effect: Effect },
  { file, source, spawns }: Subject,
): ScriptFinding {
  return {
    id: 'script/fails-in-workers',
    level: levelOf(effect.certain, spawns),
    ...findingAt(outermost(effect, file), source),
    message: `${effect.what}() sends workers what cannot be sent: ${what} (${why})`,
    via: effect.chain.length > 0 ? viaOf(effect) : [],
    fix: '# define it at the top of a module, or keep it out of what is sent',
  };
}

const OUTSIDE = '# define';

/** A name that workers need and only the main process has. */
export function isMissing({ id, fix }: ScriptFinding): boolean {
  return id === 'script/fails-in-workers' && fix?.startsWith(OUTSIDE) === true;
}

export function endsWorkers(effect: Effect | null, certain: boolean, { file, source, spawns }: Subject): ScriptFinding {
  const node = effect === null ? source.parsed.root : topStatement(outermost(effect, file));
  const ends = certain ? 'ends' : 'may end';
  return {
    id: 'script/guard-ends-workers',
    level: levelOf(certain, spawns),
    ...findingAt(node, source),
    message: `the script ${ends} where it is not the main program: that ends every worker process too, and LensKit fails with BrokenProcessPool`,
    via: effect === null ? [] : effect.chain.length > 0 ? viaOf(effect) : [],
    fix: null,
  };
}

export function syntaxFinding(place: Place, source: Source): ScriptFinding {
  return {
    id: 'script/syntax',
    level: 'info',
    place,
    cell: null,
    source: lineOf(source, place.line),
    message: 'the syntax could not be read here; the rest was judged',
    via: [],
    fix: null,
  };
}

export function incompleteFinding(source: Source): ScriptFinding {
  return {
    id: 'script/incomplete',
    level: 'info',
    place: { line: 1, column: 1, endLine: 1, endColumn: 1 },
    cell: null,
    source: lineOf(source, 1),
    message: 'the script is too large or too deeply nested to be followed to its end; what was found by then is said',
    via: [],
    fix: null,
  };
}

export function unfollowedFinding(
  { node, chain, module: module_, why }: Unfollowed,
  { file, source }: Subject,
): ScriptFinding {
  return {
    id: 'script/incomplete',
    level: 'info',
    ...findingAt(outermost({ node, chain }, file), source),
    message: `not followed: ${why}`,
    via: chain.length > 0 ? viaOf({ node, chain, module: module_, what: 'code' }) : [],
    fix: null,
  };
}
