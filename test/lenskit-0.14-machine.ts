import type { NativePool } from '../src/python/pools.ts';
import { machine } from './machine.ts';

export const V014 = '0.14.4';
/** A native pool of a made-up environment. */
export const library = (family: NativePool['family'], api: NativePool['api'], owner: string): NativePool => ({
  family,
  api,
  owner,
  file: `/venv/${owner}/${family}.so`,
  version: null,
});
export const OPENBLAS = { pools: [library('OpenBLAS', 'blas', 'numpy'), library('OpenBLAS', 'blas', 'scipy')] };
export const MKL = { pools: [library('MKL', 'blas', 'environment')] };
/** A machine with LensKit 0.14.4, and OpenBLAS unless something else is said. */
export const on = (env: { [name: string]: string }, options: Parameters<typeof machine>[0] = {}) =>
  machine({ lenskit: V014, environment: OPENBLAS, ...options, env });
