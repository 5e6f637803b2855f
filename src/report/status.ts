import type { ChalkInstance } from 'chalk';
import type { Status } from '../checks/check.ts';

/** What a status looks like where it stands before a finding; readable without colour. */
export const SYMBOLS: { readonly [status in Status]: string } = {
  error: '‼',
  fail: '✗',
  warn: '!',
  info: 'i',
  pass: '✓',
  skip: '–',
};

export function color(status: Status, paint: ChalkInstance): ChalkInstance {
  return {
    error: paint.red,
    fail: paint.red,
    warn: paint.yellow,
    info: paint.cyan,
    pass: paint.green,
    skip: paint.dim,
  }[status];
}
