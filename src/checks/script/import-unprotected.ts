import { traitsOf } from '../../rules/generations.ts';
import { startsAlways } from '../../script/lenskit-calls.ts';
import { type Check, pass, skip, workerProcesses } from '../check.ts';

/** What `--script` does when a worker imports it, as `lk check script` judges it. */
export const scriptImportUnprotected: Check = {
  id: 'script/import-unprotected',
  title: 'a script starts itself over in worker processes',
  run(context) {
    const { script, rules, resolution, question } = context;
    if (script === null) return skip('no script was named: --script FILE');
    if (script.verdict === 'skipped') return skip(`${script.file}: ${script.why}`);
    const [finding] = script.findings.filter(({ id, level }) => level !== 'info' && id !== 'script/unused-ignore');
    if (finding === undefined) return pass(`${script.file}: ${script.why}`);
    const { batch, api } = traitsOf(rules);
    const workers = workerProcesses(context);
    const spawns = batch === 'processes' || workers > 0;
    const none = resolution !== null && workers === 0;
    // In 0.x one process is the default of small machines, where the script works; some calls start one all the same.
    const stays =
      api === 'algorithms' && none && !finding.via.some(({ name }) => startsAlways(name.replace(/\(\)$/, '')));
    const chosen = question.lenskit === null ? [] : ['--lenskit', question.lenskit];
    return {
      status: !spawns || stays ? 'info' : finding.level === 'error' ? 'fail' : 'warn',
      title: `${script.file}:${finding.place.line}: ${finding.message}`,
      detail: spawns
        ? `with more than one process each worker imports the script again${none && (stays || api === 'pipelines') ? '; as it is set now, there is one' : ''}`
        : 'this LensKit starts no worker processes that import it',
      evidence: finding.via.map(({ name, file, line }) => ({ where: `${file}:${line}`, said: name })),
      fix: { commands: [['lk', 'check', 'script', ...chosen, '--fix', script.file]] },
    };
  },
};
