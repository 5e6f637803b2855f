import { inert } from '../../escape/shell.ts';
import { traitsOf } from '../../rules/generations.ts';
import { rayFault } from '../../situation/ray.ts';
import { type Check, pass, skip } from '../check.ts';

/** LensKit 2025 takes Ray on Python 3.12 and newer, and wants Ray 2.42 or newer. */
export const rayUnsupported: Check = {
  id: 'ray/unsupported',
  title: 'this Ray does not work with this LensKit',
  run({ python, rules }) {
    if (python.interpreter === null) return skip('no Python was found');
    const ray = python.packages.ray;
    if (ray === undefined) return pass('Ray is not installed');
    if (traitsOf(rules).api === 'algorithms') return pass('LensKit does not use Ray before 2025.1');
    const evidence = [{ where: 'ray', said: ray }];
    const fault = rayFault({ python, rules });
    if (fault === 'version') {
      return {
        status: 'warn',
        title: `Ray ${ray} is installed, and LensKit wants 2.42 or newer, below 3`,
        evidence,
        fix: { text: inert`pip install "ray~=2.42"` },
      };
    }
    if (fault === 'python') {
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
