import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Module, Value } from './values.ts';
import { joinVariables, type Variables } from './variables.ts';

/** A call on the way to something. */
export interface Link {
  name: string;
  node: Node;
  module: Module;
}

/** Something that happens while a module runs. */
export interface Effect {
  /**
   * `parallel` starts worker processes, `costly` takes time or writes files, `once` works once and not again, `ends` ends the
   * process, `unbound` reads a name that nobody has bound, `operation` sends a function of the script to workers.
   */
  kind: 'parallel' | 'costly' | 'once' | 'ends' | 'unbound' | 'operation';
  /** The full name of what is called. */
  what: string;
  /** The call, and the module that it stands in. */
  node: Node;
  module: Module;
  /** The calls through which it is reached, the outermost first; empty: it stands at the top. */
  chain: readonly Link[];
  /** It happens whenever the module runs; otherwise it may. */
  certain: boolean;
  /** What comes of it: the error, of what works once. */
  why?: string;
  /** `once`: what it made is removed again before any worker begins. */
  undone?: true;
  /** `operation`: a function of the script that is sent to workers. */
  function?: string;
  /** `parallel`: what workers are sent, and the environment that they inherit. */
  sent?: readonly Value[];
  inherited?: Variables;
  /** `parallel`: files and folders as the workers find them. */
  left?: Left;
  /** `parallel`: by default it starts none, and more than one process is asked for on the command line alone. */
  asked?: true;
}

/** What surely stands at a path: `gone` what was there. */
export type There = 'file' | 'folder' | 'gone';

/** What a process finds that another one has left, by paths. */
export type Left = ReadonlyMap<string, There>;

/** Code that was not followed, and why. */
export interface Unfollowed {
  node: Node;
  module: Module;
  chain: readonly Link[];
  why: string;
}

export interface Outcome {
  effects: readonly Effect[];
  unfollowed: readonly Unfollowed[];
  /** The names at the top, in the end. */
  scope: Scope;
  /** Whether the process ends before the end of the file. */
  ends: 'no' | 'perhaps' | 'yes';
  /** It was too much to follow: what was found by then. */
  incomplete: boolean;
  /** The environment in the end, for processes that are started. */
  inherited: Variables;
  /** Files and folders in the end. */
  left: Left;
}

/** More of a kind are not listed: they would say no more than these, and must not cost the others their place. */
const MOST_EFFECTS = 2000;

/** Effects in their order, each once; what may happen and what must are one if they are the same. */
export class Effects {
  readonly list: Effect[] = [];
  private readonly known = new Map<string, Effect>();
  private readonly counts = new Map<Effect['kind'], number>();

  /** What it is noted as; null: there are too many of its kind. */
  note(effect: Effect): Effect | null {
    const way = effect.chain.map(({ node, module }) => `${module.file}:${node.id}`).join('>');
    const key = `${effect.kind} ${effect.module.file}:${effect.node.id} ${way}`;
    const before = this.known.get(key);
    if (before !== undefined) {
      before.certain ||= effect.certain;
      if (!effect.asked) delete before.asked;
      if (effect.inherited && before.inherited) before.inherited = joinVariables([before.inherited, effect.inherited]);
      if (effect.sent) before.sent = [...new Set([...(before.sent ?? []), ...effect.sent])].slice(0, 32);
      return before;
    }
    const many = this.counts.get(effect.kind) ?? 0;
    if (many >= MOST_EFFECTS) return null;
    this.counts.set(effect.kind, many + 1);
    const own = { ...effect };
    this.known.set(key, own);
    this.list.push(own);
    return own;
  }
}
