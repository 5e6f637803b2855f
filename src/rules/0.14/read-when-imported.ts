import { numbaLayerChoices } from '../../backends/numba-layer.ts';
import { quoted } from '../errors.ts';

/**
 * What `resolve014` does not answer, since it is read by libraries when they are imported or first used: LensKit takes
 * any value, and the model that needs the library stops.
 */

/** The modules of `csr.kernels` (csr 0.5.2, `csr/kernels/__init__.py`); `mkl` is only there where csr was built with MKL. */
const CSR_KERNELS = ['numba', 'scipy', 'mkl'];

/** What stands in the way of a variable's value. */
export interface ImportFault {
  variable: string;
  raw: string;
  /** Whether it fails for certain. */
  certain: boolean;
  says: string;
}

/** The libraries of an environment; null: it is not known what it has. */
export type Libraries = { mkl: boolean; tbb: boolean } | null;

/** Seen with csr 0.5.2 and Numba 0.58.1: importing item-kNN fails on the kernel, and training on the layer. */
export function importFaults(env: { readonly [name: string]: string | undefined }, has: Libraries): ImportFault[] {
  return [...csrKernel(env.CSR_KERNEL, has), ...threadingLayer(env.NUMBA_THREADING_LAYER, has)];
}

function csrKernel(raw: string | undefined, has: Libraries): ImportFault[] {
  if (raw === undefined) return [];
  const at = `CSR_KERNEL=${quoted(raw)}`;
  if (!CSR_KERNELS.includes(raw)) {
    const says = `importing item-kNN stops with ModuleNotFoundError: ${at}: no kernel of csr; write numba or scipy, or unset it`;
    return [{ variable: 'CSR_KERNEL', raw, certain: true, says }];
  }
  if (raw !== 'mkl' || has === null || has.mkl) return [];
  const says = `importing item-kNN stops with ImportError: ${at}: no MKL is installed here; write numba, or unset it`;
  return [{ variable: 'CSR_KERNEL', raw, certain: false, says }];
}

function threadingLayer(raw: string | undefined, has: Libraries): ImportFault[] {
  if (raw === undefined) return [];
  const at = `NUMBA_THREADING_LAYER=${quoted(raw)}`;
  const fault = (certain: boolean, what: string): ImportFault[] => [
    {
      variable: 'NUMBA_THREADING_LAYER',
      raw,
      certain,
      says: `a model stops when Numba's threads start: ${at}: ${what}; write omp or workqueue, or unset it`,
    },
  ];
  const choices = numbaLayerChoices(raw);
  if (choices === null) return fault(true, raw === '' ? 'set to nothing' : 'no threading layer of Numba');
  const needsTbb = choices.every((layer) => layer === 'tbb');
  return needsTbb && has !== null && !has.tbb ? fault(false, 'no TBB is installed here that Numba can load') : [];
}
