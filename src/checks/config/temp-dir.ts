import { inert } from '../../escape/shell.ts';
import { ruleSetOf } from '../../rules/generations.ts';
import { type Check, counted, NO_PLAN, pass, skip, workerProcesses } from '../check.ts';

const VARIABLE = 'LK_TEMP_DIR';

/** What `tempfile.mkstemp` raises there. */
export const TEMP_DIR_EXCEPTIONS = {
  absent: 'FileNotFoundError',
  'no folder': 'NotADirectoryError',
  'not writable': 'PermissionError',
} as const;

/** 0.14 hands the model to its workers through a file of `LK_TEMP_DIR`, where that is set: it makes no folder. */
export const configTempDir: Check = {
  id: 'config/temp-dir',
  title: 'LK_TEMP_DIR names no folder that can be written',
  run(context) {
    const { env, rules, machine, resolution } = context;
    if (env[VARIABLE] === undefined) return pass('LK_TEMP_DIR is not set');
    if (!ruleSetOf(rules).variables(rules).includes(VARIABLE))
      return pass('LK_TEMP_DIR is read up to LensKit 0.14 alone');
    const temp = machine.lenskitTemp ?? null;
    if (temp === null) return skip('the folder of LK_TEMP_DIR was not looked at');
    const { folder, unusable } = temp;
    if (unusable === null) return pass(`models for workers go through files of ${folder}`);
    if (resolution === null) return skip(NO_PLAN);
    const workers = workerProcesses(context);
    const exception = TEMP_DIR_EXCEPTIONS[unusable];
    const what = { absent: 'is not there', 'no folder': 'is no folder', 'not writable': 'cannot be written' }[unusable];
    return {
      status: workers === 0 ? 'info' : 'fail',
      title:
        workers === 0
          ? `${folder} ${what}: a batch call that makes workers would end with ${exception}`
          : `${folder} ${what}: a batch call with ${counted(workers, 'worker')} ends with ${exception}`,
      detail: 'LK_TEMP_DIR is set, so that the model is put into a file there and not into shared memory',
      evidence: [{ where: VARIABLE, said: folder }],
      fix:
        unusable === 'absent'
          ? { unset: [VARIABLE], text: inert`or make the folder: mkdir -p ${folder}` }
          : { unset: [VARIABLE] },
    };
  },
};
