import type { Source } from './errors.ts';
import { isTable, type PythonValue } from './python-json.ts';

/**
 * Where each leaf of merged settings comes from. Filled while the sources are merged, the highest first, so that a
 * value and its source cannot differ: a leaf is taken only where nothing higher stands at it, above it or below it.
 */
export class Origins {
  private readonly leaves = new Map<string, Source>();

  /** What a source says at a path, leaf by leaf, below all that is there. */
  add(value: PythonValue, path: readonly string[], source: (path: readonly string[]) => Source): void {
    if (isTable(value)) {
      for (const [key, item] of Object.entries(value)) this.add(item, [...path, key], source);
    } else if (this.at(path) === null) this.leaves.set(keyOf(path), source(path));
  }

  /** The source of what stands at a path, above it, or else below it; null: nobody set it. */
  at(path: readonly string[]): Source | null {
    for (let length = path.length; length > 0; length--) {
      const found = this.leaves.get(keyOf(path.slice(0, length)));
      if (found) return found;
    }
    const below = `${keyOf(path)}${SEPARATOR}`;
    for (const [key, source] of this.leaves) if (key.startsWith(below)) return source;
    return null;
  }
}

// No variable and no file can have it in a key.
const SEPARATOR = '\u0000';

function keyOf(path: readonly string[]): string {
  return path.join(SEPARATOR);
}
