import { obeysCpuCount } from '../../cpus/lenskit-count.ts';
import { majorMinor } from '../../python/version.ts';
import { type Check, counted, pass, skip } from '../check.ts';

/** `PYTHON_CPU_COUNT` overrides Python's count from 3.13 on; before, Python does not know it. */
export const cpuPythonCpuCount: Check = {
  id: 'cpu/python-cpu-count',
  title: 'PYTHON_CPU_COUNT does not do what it seems to',
  run({ env, python, ncpus, cpus }) {
    const raw = env.PYTHON_CPU_COUNT;
    if (!raw || raw === 'default') return pass('PYTHON_CPU_COUNT is not set');
    if (python.version === null) return skip("Python's version is not known");
    const evidence = [
      { where: 'PYTHON_CPU_COUNT', said: raw },
      { where: 'Python', said: python.version },
    ];
    if (!obeysCpuCount(majorMinor(python.version))) {
      return {
        status: 'warn',
        title: `PYTHON_CPU_COUNT=${raw} does nothing: Python ${python.version} does not read it`,
        detail: 'Python obeys it from 3.13 on',
        evidence,
        fix: { unset: ['PYTHON_CPU_COUNT'] },
      };
    }
    if (ncpus.count !== Number(raw) || !/^\s*\+?\d+\s*$/.test(raw)) {
      return {
        status: 'fail',
        title: `PYTHON_CPU_COUNT=${raw}: Python does not start with it`,
        detail: 'it has to be a positive number, or the word default',
        evidence,
        fix: { unset: ['PYTHON_CPU_COUNT'] },
      };
    }
    if (ncpus.count === cpus.effective) return pass(`PYTHON_CPU_COUNT=${raw} is the effective number`);
    return {
      status: 'info',
      title: `LensKit counts ${counted(ncpus.count, 'CPU')} because PYTHON_CPU_COUNT says so`,
      evidence,
    };
  },
};
