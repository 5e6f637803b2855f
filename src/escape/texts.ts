type Change = (text: string) => string;

/** Plain data with every text in it changed: in lists and objects, in keys if so asked. What is of a class stays as it is. */
export function eachText<T>(value: T, change: Change, changeKey: Change = (key) => key): T {
  return changed(value, change, changeKey) as T;
}

function changed(value: unknown, change: Change, changeKey: Change): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => changed(item, change, changeKey));
  if (typeof value !== 'object' || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  const copy = Object.create(prototype) as { [key: string]: unknown };
  for (const [name, item] of Object.entries(value)) {
    const key = changeKey(name);
    const changedItem = changed(item, change, changeKey);
    // __proto__ is a key like any other
    if (key === '__proto__') {
      Object.defineProperty(copy, key, { value: changedItem, enumerable: true, configurable: true, writable: true });
    } else copy[key] = changedItem;
  }
  return copy;
}
