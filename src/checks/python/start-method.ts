import { startMethod } from '../../python/start-method.ts';
import { traitsOf } from '../../rules/generations.ts';
import { type Check, counted, NO_PLAN, pass, skip, workerProcesses } from '../check.ts';

/** LensKit spawns its workers, whatever Python's default is: each imports the main script again. */
export const pythonStartMethod: Check = {
  id: 'python/start-method',
  title: 'workers import the script again',
  run(context) {
    const { rules, resolution, python, cpuFacts } = context;
    if (traitsOf(rules).batch === 'tasks') return pass('LensKit starts no worker processes of its own since 2026.1');
    if (resolution === null) return skip(NO_PLAN);
    const workers = workerProcesses(context);
    if (workers === 0) return pass('a batch run starts no worker process');
    const usual = startMethod(cpuFacts.platform, python.version) ?? 'not known';
    return {
      status: 'info',
      title: `${counted(workers, 'worker')} are spawned: each imports your script again`,
      detail: `so it needs if __name__ == '__main__'; Python's own default here is ${usual}, which LensKit overrides${traitsOf(rules).api === 'pipelines' ? '; lk check script looks at it' : ''}`,
      evidence: [{ where: 'Python', said: python.version ?? 'not known' }],
    };
  },
};
