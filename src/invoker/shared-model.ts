/** A model that cannot be shared, with the place in it. */
export class ModelError extends TypeError {
  override readonly name = 'ModelError';
}

/**
 * A copy of plain data whose buffers are shared between threads: every typed array, DataView, Buffer and
 * ArrayBuffer, anywhere in objects, arrays, Maps and Sets, is copied once into a `SharedArrayBuffer`. Views of
 * one buffer stay views of one buffer, and what occurs twice occurs twice. What is shared already stays as it is.
 *
 * A Buffer becomes a Uint8Array in the workers: that is what structured cloning makes of it.
 *
 * @throws ModelError for functions, symbols and instances of classes, with their place
 */
export function shareModel<T>(model: T): T {
  return share(model, 'model', { seen: new Map(), buffers: new Map() }) as T;
}

interface Copies {
  seen: Map<object, unknown>;
  buffers: Map<ArrayBuffer, SharedArrayBuffer>;
}

function share(value: unknown, place: string, copies: Copies): unknown {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new ModelError(`${place}: a ${typeof value} cannot be shared; pass plain data`);
  if (typeof value !== 'object' || value === null || value instanceof SharedArrayBuffer) return value;
  const known = copies.seen.get(value);
  if (known !== undefined) return known;
  if (value instanceof ArrayBuffer) return remember(copies, value, sharedBuffer(value, copies));
  if (ArrayBuffer.isView(value)) return remember(copies, value, sharedView(value, copies));
  if (value instanceof Date || value instanceof RegExp || value instanceof Error) return value;
  if (value instanceof Map) {
    const map = remember(copies, value, new Map<unknown, unknown>());
    for (const [key, item] of value)
      map.set(share(key, `${place}.key`, copies), share(item, `${place}.get(${String(key)})`, copies));
    return map;
  }
  if (value instanceof Set) {
    const set = remember(copies, value, new Set<unknown>());
    for (const item of value) set.add(share(item, `${place}.item`, copies));
    return set;
  }
  if (Array.isArray(value)) {
    const list = remember(copies, value, [] as unknown[]);
    for (const [index, item] of value.entries()) list[index] = share(item, `${place}[${index}]`, copies);
    return list;
  }
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype !== Object.prototype && prototype !== null) {
    const name = (prototype.constructor as { name?: string } | undefined)?.name ?? 'a class';
    throw new ModelError(`${place}: an instance of ${name} cannot be shared; pass plain data`);
  }
  const object = remember(copies, value, {} as { [key: string]: unknown });
  for (const [key, item] of Object.entries(value)) {
    // `__proto__` as a key is data, not a prototype.
    Object.defineProperty(object, key, {
      value: share(item, `${place}.${key}`, copies),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object;
}

function remember<T>(copies: Copies, original: object, copy: T): T {
  copies.seen.set(original, copy);
  return copy;
}

function sharedBuffer(buffer: ArrayBuffer, { buffers }: Copies): SharedArrayBuffer {
  const known = buffers.get(buffer);
  if (known !== undefined) return known;
  const shared = new SharedArrayBuffer(buffer.byteLength);
  new Uint8Array(shared).set(new Uint8Array(buffer));
  buffers.set(buffer, shared);
  return shared;
}

function sharedView(view: ArrayBufferView, copies: Copies): ArrayBufferView {
  if (view.buffer instanceof SharedArrayBuffer) return view;
  // Small Buffers are slices of one large pool with other data in it: only their own bytes are copied.
  if (Buffer.isBuffer(view)) {
    const shared = Buffer.from(new SharedArrayBuffer(view.byteLength));
    shared.set(view);
    return shared;
  }
  const buffer = sharedBuffer(view.buffer as ArrayBuffer, copies);
  if (view instanceof DataView) return new DataView(buffer, view.byteOffset, view.byteLength);
  const TypedArray = view.constructor as new (
    buffer: SharedArrayBuffer,
    offset: number,
    length: number,
  ) => ArrayBufferView;
  return new TypedArray(buffer, view.byteOffset, (view as Uint8Array).length);
}
