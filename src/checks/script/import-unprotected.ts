import { type Check, pass, skip, workerProcesses } from '../check.ts';

/** What `--script` does when a worker imports it, as `lk check script` judges it. */
export const scriptImportUnprotected: Check = {
  id: 'script/import-unprotected',
  title: 'a script starts itself over in worker processes',
  run(context) {
    const { script, rules, resolution } = context;
    if (script === null) return skip('no script was named: --script FILE');
    if (script.verdict === 'skipped') return skip(`${script.file}: ${script.why}`);
    const [finding] = script.findings.filter(({ level }) => level !== 'info');
    if (finding === undefined) return pass(`${script.file}: ${script.why}`);
    const workers = workerProcesses(context);
    const spawns = rules.generation !== '2026.1' || workers > 0;
    const none = resolution !== null && workers === 0;
    return {
      status: spawns ? (finding.level === 'error' ? 'fail' : 'warn') : 'info',
      title: `${script.file}:${finding.place.line}: ${finding.message}`,
      detail: spawns
        ? `with more than one process each worker imports the script again${none ? '; as it is set now, there is one' : ''}`
        : 'this LensKit starts no worker processes that import it',
      evidence: finding.via.map(({ name, file, line }) => ({ where: `${file}:${line}`, said: name })),
      fix: { commands: [['lk', 'check', 'script', '--fix', script.file]] },
    };
  },
};
