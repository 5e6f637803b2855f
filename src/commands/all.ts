import BenchBatch from './bench/batch.ts';
import CheckScript from './check/script.ts';
import Compare from './compare/compare.ts';
import Completion from './completion/completion.ts';
import Doctor from './doctor/doctor.ts';
import Env from './env/env.ts';
import Explain from './explain.ts';
import Nodes from './nodes/nodes.ts';
import Ps from './ps.ts';
import Run from './run/run-command.ts';
import Watch from './watch.ts';

/** Named one by one, so that none is searched for. */
export const COMMANDS = {
  'bench:batch': BenchBatch,
  'check:script': CheckScript,
  compare: Compare,
  completion: Completion,
  doctor: Doctor,
  env: Env,
  explain: Explain,
  nodes: Nodes,
  ps: Ps,
  run: Run,
  watch: Watch,
};
