import { traitsOf } from '../../rules/generations.ts';
import type { ScriptReport } from '../../script/judge.ts';
import type { Situation } from '../../situation/situation.ts';
import { type Check, type Finding, pass, skip, workerProcesses } from '../check.ts';

/** What `--script` does when a worker imports it, as `lk check script` judges it. */
export const scriptImportUnprotected: Check = {
  id: 'script/import-unprotected',
  title: 'a script starts itself over in worker processes',
  run(context) {
    const { script, rules, resolution } = context;
    if (script === null) return skip('no script was named: --script FILE');
    if (script.verdict === 'skipped') return skip(`${script.file}: ${script.why}`);
    if (traitsOf(rules).api === 'algorithms') return ofAlgorithms(context, script);
    const [finding] = script.findings.filter(({ id, level }) => level !== 'info' && id !== 'script/unused-ignore');
    if (finding === undefined) return pass(`${script.file}: ${script.why}`);
    const workers = workerProcesses(context);
    const spawns = traitsOf(rules).batch === 'processes' || workers > 0;
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

/**
 * Of the calls of 0.x only those are known that later releases have too, `lenskit.batch.recommend` and `predict`: a script
 * that makes one when it is imported dies in a worker, and works where a batch run stays in the process (0.14.4).
 */
function ofAlgorithms(context: Situation, script: ScriptReport): Finding {
  const finding = script.findings.find(({ id, level }) => id === 'script/import-unprotected' && level === 'error');
  if (script.verdict !== 'unprotected' || finding === undefined)
    return skip(`${script.file}: not all calls of LensKit before 2025.1 are known, so that nothing is said of it`);
  const workers = workerProcesses(context);
  const where = `${script.file}:${finding.place.line}`;
  return {
    status: workers > 0 ? 'fail' : 'info',
    title:
      workers > 0
        ? `${where}: ${finding.via.at(-1)?.name ?? 'a batch call'} runs again in each of ${workers} workers, which die of it`
        : `${where}: with more than one process workers would run it again, and die; as it is set now, there is one`,
    detail: 'workers are spawned, and import the script again: work belongs under if __name__ == "__main__"',
    evidence: finding.via.map(({ name, file, line }) => ({ where: `${file}:${line}`, said: name })),
    fix: { commands: [['lk', 'check', 'script', '--lenskit', '2025.8.1', '--fix', script.file]] },
  };
}
