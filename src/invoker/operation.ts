import { InvokerError } from './errors.ts';

export type Operation = (model: unknown, argument: unknown) => unknown;

/** @throws InvokerError where the module has no such export; what the module throws itself */
export async function operationOf(url: string): Promise<Operation> {
  const module_ = (await import(url)) as { default?: unknown };
  // A CommonJS module's exports are the default; one compiled from TypeScript has its own below.
  const inner = (module_.default as { default?: unknown } | undefined)?.default;
  const operation = typeof module_.default === 'function' ? module_.default : inner;
  if (typeof operation === 'function') return operation as Operation;
  throw new InvokerError(
    `${url}: no default export that is a function; write export default (model, argument) => result`,
  );
}
