/** A question that makes no sense: a `--lenskit` that names no version, a parameter that this LensKit does not take. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
