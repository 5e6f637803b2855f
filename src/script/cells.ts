import type { ModuleNames } from './project-modules.ts';
import type { Uses } from './uses.ts';

/** A name at the top of a module as one text, `FILE#NAME`; of the script without a file. `*`: all of the module. */
export type Cell = string;

/** Where Python looks for modules: what changes it sets up later imports. */
export const SEARCH_PATH: Cell = 'sys#path';
const SEARCHED = /^(path|meta_path|path_hooks)$/;

/** Which name at the top of which module a dotted name is, through imports and what modules hand on. */
export class Cells {
  /** The modules that were named so far, by their files. */
  readonly modules = new Map<string, ModuleNames>();

  /** What code may call: names, and all of a module that it imports when it runs. */
  calledBy(uses: Uses, module_: ModuleNames): Cell[] {
    const called = [...uses.runs].flatMap((chain) => this.resolve(module_, chain) ?? []);
    const loaded = [...uses.loads].flatMap((dotted) => {
      const level = /^\.*/.exec(dotted)?.[0].length ?? 0;
      const found = module_.find(dotted.slice(level), level);
      return found ? [this.cellIn(found, '*')] : [];
    });
    return [...called, ...loaded];
  }

  /** What code looks up. */
  readBy(uses: Uses, module_: ModuleNames): Set<Cell> {
    const found = new Set<Cell>();
    const isTaken = new Set([...uses.chains].map((chain) => chain.slice(0, chain.indexOf('.'))));
    for (const chain of uses.chains) {
      const cell = this.resolve(module_, chain);
      if (cell !== null) found.add(cell);
    }
    // A module of which something is taken is not looked up as a whole.
    for (const name of uses.reads) {
      const cell = isTaken.has(name) ? null : this.resolve(module_, name);
      if (cell !== null) found.add(cell);
    }
    return found;
  }

  cellIn(module_: ModuleNames, name: string): Cell {
    this.modules.set(module_.key, module_);
    return `${module_.key}#${name}`;
  }

  /** The name at the top of a module that a dotted name is of; null: it is nothing of these modules. */
  resolve(module_: ModuleNames, dotted: string, depth = 0): Cell | null {
    const [first = '', ...rest] = dotted.split('.');
    const imported = module_.imports.get(first);
    if (imported === undefined || depth > 8)
      return depth > 0 || module_.binders.has(first) ? this.cellIn(module_, first) : null;
    const { module: from, level, member } = imported;
    if (from === 'sys' && SEARCHED.test(member ?? rest[0] ?? '')) return SEARCH_PATH;
    if (member === null) return this.inside(module_, from, level, rest, depth);
    const below = from === '' ? member : `${from}.${member}`;
    if (module_.find(below, level) !== null) return this.inside(module_, below, level, rest, depth);
    const found = module_.find(from, level);
    return found === null ? null : this.resolve(found, [member, ...rest].join('.'), depth + 1);
  }

  inside(from: ModuleNames, dotted: string, level: number, rest: string[], depth: number): Cell | null {
    const found = from.find(dotted, level);
    const [name] = rest;
    if (name === undefined) return found && this.cellIn(found, '*');
    const below = `${dotted}.${name}`;
    if (from.find(below, level) !== null) return this.inside(from, below, level, rest.slice(1), depth);
    return found && this.resolve(found, rest.join('.'), depth + 1);
  }

  /** A class that is made of one of LensKit's. */
  isComponent(module_: ModuleNames, place: number, depth = 0): boolean {
    return (module_.bases.get(place) ?? []).some((base) => {
      const first = base.split('.', 1)[0] ?? '';
      if (/^lenskit(\.|$)/.test(module_.imports.get(first)?.module ?? '')) return true;
      const cell = depth > 8 ? null : this.resolve(module_, base);
      if (cell === null) return false;
      const at = cell.indexOf('#');
      const of = this.modules.get(cell.slice(0, at));
      const places = of?.binders.get(cell.slice(at + 1)) ?? [];
      return (
        of !== undefined &&
        places.some((one) => (of !== module_ || one < place) && this.isComponent(of, one, depth + 1))
      );
    });
  }

  isModule(cell: Cell | null): boolean {
    return cell?.endsWith('#*') === true;
  }
}
