import { majorMinor } from '../../python/version.ts';
import { type Check, pass, skip } from '../check.ts';

/** LensKit 2025 takes Ray on Python 3.12 and newer (`ray_supported`), and wants Ray 2.42 or newer. */
export const rayUnsupported: Check = {
  id: 'ray/unsupported',
  title: 'this Ray does not work with this LensKit',
  run({ python, rules }) {
    if (python.interpreter === null) return skip('no Python was found');
    const ray = python.packages.ray;
    if (ray === undefined) return pass('Ray is not installed');
    const [major = 0, minor = 0] = ray.split('.').map(Number);
    const evidence = [{ where: 'ray', said: ray }];
    if (major !== 2 || minor < 42) {
      return {
        status: 'warn',
        title: `Ray ${ray} is installed, and LensKit wants 2.42 or newer, below 3`,
        evidence,
        fix: { text: 'pip install "ray~=2.42"' },
      };
    }
    const [pythonMajor, pythonMinor = 0] = majorMinor(python.version) ?? [];
    if (rules.generation !== '2026.1' && pythonMajor === 3 && pythonMinor < 12) {
      return {
        status: 'info',
        title: `LensKit ${rules.generation} uses Ray on Python 3.12 and newer, not on ${python.version}`,
        detail: "n_jobs='ray' stops with RuntimeError: ray backend not available",
        evidence: [...evidence, { where: 'Python', said: python.version ?? '' }],
      };
    }
    return pass(`Ray ${ray}`);
  },
};
