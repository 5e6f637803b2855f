import { inert } from '../../escape/shell.ts';
import { type MachineCheck, pass } from '../check.ts';

/** Without a Python there is nothing to look at but the machine. */
export const pythonMissing: MachineCheck = {
  id: 'python/missing',
  title: 'no Python was found',
  needsNoRules: true,
  run({ python, question }) {
    if (python.interpreter !== null)
      return pass(`${['Python', python.version].filter(Boolean).join(' ')} at ${python.interpreter}`);
    return {
      status: question.lenskit === null ? 'warn' : 'info',
      title: 'no Python was found: activate an environment, or name one',
      detail: python.notes.join('; ') || 'VIRTUAL_ENV, CONDA_PREFIX, .venv upward and the PATH were looked at',
      evidence: [{ where: 'PATH', said: 'no python3' }],
      fix: { text: inert`lk doctor --python PATH` },
    };
  },
};
