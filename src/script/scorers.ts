import { MODELS } from '../plan/models.ts';
import { isLenskits, isPackage, modelAt } from './lenskit-models.ts';
import type { Modules } from './modules.ts';
import type { Binding, Import, Reference, Symbols, Unit } from './symbol-table.ts';
import { MAIN_BLOCK, symbolsOf } from './symbols.ts';
import type { Module } from './values.ts';

/** What a name may stand for, as far as it leads to a scorer. */
type Meaning =
  /** A dotted name from outside of the file, and the module beside the script that has it. */
  | { kind: 'path'; path: string; module: Module | null }
  | { kind: 'model'; name: string }
  /** A function or class at the top of a module. */
  | { kind: 'unit'; module: Module; name: string };

/** Names that are looked up for one script; one that needs more is generated or hostile. */
const MOST_LOOKUPS = 200_000;
/** Aliases of aliases, and imports that lead to imports, are followed so far. */
const MOST_STEPS = 100;
/** What one name may stand for, at most. */
const MOST_MEANINGS = 32;
/** Of more `import *` in one module only the last are looked through. */
const MOST_STARS = 32;
/** A dotted name with more parts leads to no module. */
const MOST_PARTS = 16;

/**
 * The names of LensKit's models whose class a script constructs or hands on, in the order of `MODELS`: whatever its
 * imports, aliases and subclasses are called, in functions that nobody calls as well, and in what it uses of the
 * modules beside it.
 */
export function scorersOf(script: Module, modules: Modules): string[] {
  const found = new Search(script, modules).run();
  return MODELS.map(({ name }) => name).filter((name) => found.has(name));
}

/** The names of each module that was read; many scripts import one module. */
const tables = new WeakMap<Module, Symbols>();

function tableOf(module_: Module): Symbols {
  const known = tables.get(module_);
  if (known !== undefined) return known;
  const made = symbolsOf(module_.source.parsed.root);
  tables.set(module_, made);
  return made;
}

class Search {
  private readonly script: Module;
  private readonly modules: Modules;
  private readonly found = new Set<string>();
  private readonly reached = new Set<Unit>();
  private readonly open: { unit: Unit; module: Module }[] = [];
  /** Of each binding, what it may stand for; null while that is looked up. */
  private readonly known = new Map<Binding, Meaning[] | null>();
  private readonly paths = new Map<string, Module | null>();
  /** Of each name that stars bring, by the module and the name; null while it is looked up. */
  private readonly brought = new Map<string, Meaning[] | null>();
  private lookups = 0;
  /** Something was not followed to its end: what hangs on it is not kept. */
  private cut = false;

  constructor(script: Module, modules: Modules) {
    this.script = script;
    this.modules = modules;
  }

  run(): ReadonlySet<string> {
    this.reachAll(this.script);
    for (let next = this.open.pop(); next !== undefined && this.lookups < MOST_LOOKUPS; next = this.open.pop()) {
      for (const what of next.unit.imports) this.visit(what, next.module);
      for (const reference of next.unit.references) this.use(reference, next.module);
    }
    return this.found;
  }

  private reach(module_: Module, name: string): void {
    const unit = tableOf(module_).units.get(name);
    if (unit === undefined || this.reached.has(unit)) return;
    this.reached.add(unit);
    this.open.push({ unit, module: module_ });
  }

  private reachAll(module_: Module): void {
    for (const name of tableOf(module_).units.keys()) {
      if (name !== MAIN_BLOCK || module_ === this.script) this.reach(module_, name);
    }
  }

  /** A module that is imported runs, and the packages around it. */
  private visit({ level, module: dotted, name }: Import, from: Module): void {
    const parts = dotted.split('.', MOST_PARTS);
    if (level === 0) {
      for (const index of parts.keys()) this.runs(this.find(parts.slice(0, index + 1).join('.')));
    } else this.runs(this.modules.findRelative(from, level, dotted));
    if (name === null || name === '*') return;
    for (const meaning of this.imported({ level, module: dotted, name }, from, 0)) {
      if (meaning.kind === 'path') this.runs(meaning.module);
    }
  }

  private runs(module_: Module | null): void {
    if (module_ !== null) this.reach(module_, '');
  }

  private use(reference: Reference, from: Module): void {
    if (reference.bindings.length === 0 && reference.name === 'globals') this.reachAll(from);
    for (const meaning of this.meanings(reference, from, 0)) {
      if (meaning.kind === 'unit') this.reach(meaning.module, meaning.name);
      else if (meaning.kind === 'model' && reference.handsOn) this.found.add(meaning.name);
      else if (meaning.kind === 'path' && meaning.module !== null && reference.handsOn) this.handOn(meaning.module);
    }
  }

  /** `getattr(models, name)`: what of the module is used is not known. */
  private handOn(module_: Module): void {
    this.reachAll(module_);
    for (const alias of tableOf(module_).aliases) this.use({ ...alias, handsOn: true }, module_);
  }

  private meanings(reference: Reference, from: Module, steps: number): Meaning[] {
    if (++this.lookups > MOST_LOOKUPS || steps > MOST_STEPS) {
      this.cut = true;
      return [];
    }
    let meanings =
      reference.bindings.length > 0
        ? reference.bindings.flatMap((binding) => this.bound(binding, from, steps + 1))
        : this.starred(from, reference.name, steps + 1);
    for (const attribute of reference.path) {
      meanings = distinct(meanings).flatMap((meaning) => this.attribute(meaning, attribute, steps + 1));
    }
    return distinct(meanings);
  }

  private bound(binding: Binding, from: Module, steps: number): Meaning[] {
    const known = this.known.get(binding);
    if (known !== undefined) return known ?? [];
    this.known.set(binding, null);
    const before = this.cut;
    this.cut = false;
    const found = [
      ...(binding.import === null ? [] : this.imported(binding.import, from, steps)),
      ...binding.from.flatMap((reference) => this.meanings(reference, from, steps)),
      ...(binding.unit === null ? [] : [{ kind: 'unit', module: from, name: binding.unit } as const]),
    ];
    const meanings = distinct(found);
    if (this.cut) this.known.delete(binding);
    else this.known.set(binding, meanings);
    this.cut ||= before;
    return meanings;
  }

  private imported({ level, module: dotted, name }: Import, from: Module, steps: number): Meaning[] {
    const module_ = level === 0 ? this.find(dotted) : this.modules.findRelative(from, level, dotted);
    const path = level === 0 ? dotted : (module_?.name ?? '');
    const whole: Meaning = { kind: 'path', path, module: module_ };
    if (name === null) return [whole];
    if (level === 0 || module_ !== null) {
      const inside = this.attribute(whole, name, steps);
      if (inside.length > 0 || level === 0) return inside;
    }
    const below = this.modules.findRelative(from, level, dotted === '' ? name : `${dotted}.${name}`);
    return below === null ? [] : [{ kind: 'path', path: below.name, module: below }];
  }

  private attribute(meaning: Meaning, name: string, steps: number): Meaning[] {
    // An attribute of a class or function is none of its own: `ItemKNNScorer.__name__`, `Study.run`.
    if (meaning.kind === 'unit') return [meaning];
    if (meaning.kind === 'model') return [];
    if (meaning.module !== null) {
      const own = this.exported(meaning.module, name, steps);
      if (own !== null) return own;
    }
    const path = `${meaning.path}.${name}`;
    if (isLenskits(path)) {
      const model = modelAt(path);
      return [model === undefined ? { kind: 'path', path, module: null } : { kind: 'model', name: model }];
    }
    const below = this.find(path);
    // A folder without __init__.py is a package, too.
    return below === null && !this.isBeside(path) ? [] : [{ kind: 'path', path, module: below }];
  }

  /** Null: the module has no such name. */
  private exported(module_: Module, name: string, steps: number): Meaning[] | null {
    const bindings = tableOf(module_).exports(name);
    if (bindings.length > 0) {
      if (steps > MOST_STEPS) {
        this.cut = true;
        return [];
      }
      return bindings.flatMap((binding) => this.bound(binding, module_, steps + 1));
    }
    const starred = this.starred(module_, name, steps + 1);
    return starred.length > 0 ? starred : null;
  }

  /** What `from … import *` brings under a name. */
  private starred(from: Module, name: string, steps: number): Meaning[] {
    const { stars } = tableOf(from);
    if (stars.length === 0) return [];
    const key = `${name} ${from.file}`;
    const known = this.brought.get(key);
    if (known !== undefined) return known ?? [];
    if (++this.lookups > MOST_LOOKUPS || steps > MOST_STEPS) {
      this.cut = true;
      return [];
    }
    this.brought.set(key, null);
    let found: Meaning[] = [];
    for (const star of stars.slice(0, MOST_STARS)) {
      found = this.ofStar(star, from, name, steps + 1);
      if (found.length > 0) break;
    }
    this.brought.set(key, found);
    return found;
  }

  private ofStar({ level, module: dotted }: Import, from: Module, name: string, steps: number): Meaning[] {
    if (level === 0 && isLenskits(dotted)) {
      const path = `${dotted}.${name}`;
      const model = modelAt(path);
      if (model !== undefined) return [{ kind: 'model', name: model }];
      return isPackage(path) ? [{ kind: 'path', path, module: null }] : [];
    }
    const module_ = level === 0 ? this.find(dotted) : this.modules.findRelative(from, level, dotted);
    return module_ === null ? [] : (this.exported(module_, name, steps) ?? []);
  }

  /** The module of a dotted name beside the script; looked for only where its first part is there. */
  private find(dotted: string): Module | null {
    const known = this.paths.get(dotted);
    if (known !== undefined) return known;
    const found = isLenskits(dotted) || !this.isBeside(dotted) ? null : this.modules.find(this.script.file, dotted);
    this.paths.set(dotted, found);
    return found;
  }

  private isBeside(dotted: string): boolean {
    return (
      dotted.split('.', MOST_PARTS + 1).length <= MOST_PARTS &&
      this.modules.mayHave(this.script.file, dotted.split('.', 1)[0] ?? '')
    );
  }
}

function distinct(meanings: readonly Meaning[]): Meaning[] {
  if (meanings.length < 2) return [...meanings];
  const seen = new Map<string, Meaning>();
  for (const meaning of meanings) {
    const own = meaning.kind === 'path' ? meaning.path : meaning.name;
    const file = meaning.kind === 'model' ? '' : (meaning.module?.file ?? '');
    seen.set(`${meaning.kind} ${own} ${file}`, meaning);
  }
  return [...seen.values()].slice(0, MOST_MEANINGS);
}
