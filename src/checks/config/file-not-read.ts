import { inert } from '../../escape/shell.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, pass } from '../check.ts';

/** A settings file that LensKit does not read: always before 2026.1, and in scripts that do not call `configure()`. */
export const configFileNotRead: Check = {
  id: 'config/file-not-read',
  title: 'a settings file is not read',
  run({ settings, rules }) {
    const [file] = settings;
    if (file === undefined) return pass('there is no settings file');
    const where = file.path ?? file.name;
    const evidence = settings.map(({ path, name }) => ({ where: path ?? name, said: 'is there' }));
    const { settingsFiles, api } = traitsOf(rules);
    if (!settingsFiles) {
      return {
        status: 'warn',
        title: `LensKit of these rules reads no ${where}`,
        detail: 'settings files came with 2026.1',
        evidence,
        fix: {
          text:
            api === 'algorithms'
              ? inert`set LK_NUM_PROCS and NUMBA_NUM_THREADS, or n_jobs of the batch call, instead`
              : inert`set LK_NUM_… variables, or the parameters of initialize(), instead`,
        },
      };
    }
    return {
      status: 'info',
      title: `${where} counts for scripts that call lenskit.configure(), and for LensKit's command line`,
      detail: 'this report assumes that yours does',
      evidence,
    };
  },
};
