/** A worker that ended although it should not have, or an operation that no worker can run. */
export class InvokerError extends Error {
  override readonly name = 'InvokerError';
}

/** An exception as it crosses from a worker: structured cloning would lose its name and properties. */
export interface CarriedError {
  carried: true;
  name: string;
  message: string;
  stack: string | undefined;
  /** Thrown values that are no errors. */
  value: unknown;
  properties: { [name: string]: unknown };
  cause: CarriedError | null;
}

export function carry(thrown: unknown): CarriedError {
  if (!(thrown instanceof Error)) {
    return {
      carried: true,
      name: '',
      message: '',
      stack: undefined,
      value: cloneable(thrown),
      properties: {},
      cause: null,
    };
  }
  const own = Object.entries(thrown).filter(([name]) => !['name', 'message', 'stack', 'cause'].includes(name));
  return {
    carried: true,
    name: thrown.name,
    message: thrown.message,
    stack: thrown.stack,
    value: null,
    properties: Object.fromEntries(own.map(([name, value]) => [name, cloneable(value)])),
    cause: thrown.cause === undefined ? null : carry(thrown.cause),
  };
}

const BUILT_IN: { readonly [name: string]: ErrorConstructor } = {
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  EvalError,
  URIError,
};

/** The exception again, with its name, message, stack, properties and cause; built-in classes are theirs. */
export function uncarry(error: CarriedError): unknown {
  if (error.stack === undefined && error.name === '') return error.value;
  const Class = BUILT_IN[error.name] ?? Error;
  const thrown = new Class(error.message, error.cause ? { cause: uncarry(error.cause) } : undefined);
  if (thrown.name !== error.name)
    Object.defineProperty(thrown, 'name', { value: error.name, configurable: true, writable: true });
  if (error.stack !== undefined)
    Object.defineProperty(thrown, 'stack', { value: error.stack, configurable: true, writable: true });
  return Object.assign(thrown, error.properties);
}

function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}
