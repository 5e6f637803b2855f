import { type Check, pass, skip } from '../check.ts';

/** MKL brings Intel's OpenMP unless it is told to use the one that Torch's wheels load. */
export const backendMklThreadingLayer: Check = {
  id: 'backend/mkl-threading-layer',
  title: "MKL's threading layer does not fit",
  run({ python, env }) {
    if (python.interpreter === null) return skip('no Python was found');
    const mkl = python.pools.find(({ family }) => family === 'MKL');
    if (mkl === undefined) return pass('no MKL library of its own is installed');
    const gnu = python.pools.find(({ family }) => family === 'libgomp');
    const layer = env.MKL_THREADING_LAYER;
    if (gnu === undefined || /^(gnu|sequential)$/i.test(layer ?? ''))
      return pass(`MKL_THREADING_LAYER is ${layer ?? 'not needed'}`);
    return {
      status: 'warn',
      title: `MKL and libgomp are both there, and MKL_THREADING_LAYER is ${layer ?? 'not set'}`,
      detail: "MKL then loads Intel's OpenMP beside GNU's: two pools, and an import error if numpy comes second",
      evidence: [
        { where: 'MKL', said: mkl.file },
        { where: 'libgomp', said: gnu.file },
      ],
      fix: { env: { MKL_THREADING_LAYER: 'GNU' } },
    };
  },
};
