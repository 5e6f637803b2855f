import { isTable, type PythonValue } from '../../python-values/json.ts';
import type { Source } from '../errors.ts';

/** What is set at a place of the settings, or below it. */
interface Place {
  /** Of a leaf; null: a table, or nothing yet. */
  source: Source | null;
  /** Of the first leaf below. */
  below: Source | null;
  places: Map<string, Place>;
}

const nowhere = (): Place => ({ source: null, below: null, places: new Map() });

/**
 * Where each leaf of merged settings comes from. Filled while the sources are merged, the highest first, so that a
 * value and its source cannot differ: a leaf is taken only where nothing higher stands at it, above it or below it.
 */
export class Origins {
  private readonly root = nowhere();

  /** What a source says at a path, leaf by leaf, below all that is there. */
  add(value: PythonValue, path: readonly string[], source: (path: readonly string[]) => Source): void {
    if (isTable(value)) {
      for (const [key, item] of Object.entries(value)) this.add(item, [...path, key], source);
    } else if (this.at(path) === null) this.put(path, source(path));
  }

  /** The source of what stands at a path, above it, or else below it; null: nobody set it. */
  at(path: readonly string[]): Source | null {
    let place = this.root;
    for (const key of path) {
      const next = place.places.get(key);
      if (next === undefined) return null;
      if (next.source !== null) return next.source;
      place = next;
    }
    return place.below;
  }

  private put(path: readonly string[], source: Source): void {
    let place = this.root;
    for (const key of path) {
      place.below ??= source;
      const next = place.places.get(key) ?? nowhere();
      place.places.set(key, next);
      place = next;
    }
    place.source = source;
  }
}
