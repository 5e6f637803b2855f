import type { ConfigError } from '../../rules/errors.ts';

/** Refused for asking for 0 processes or fewer, of which `config/non-positive` tells, as of those that are taken. */
export function isTooFewProcesses(refusal: ConfigError | null): refusal is ConfigError {
  return refusal?.tooFew === true && refusal.knob === 'processes';
}
