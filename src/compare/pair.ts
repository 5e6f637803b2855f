import type { Fix } from '../checks/check.ts';
import { counted, size } from '../checks/check.ts';
import type { Difference, FindingChange, Pair, Said } from '../documents/comparison.ts';
import { loadRows } from '../report/load-rows.ts';
import {
  backendList,
  decidedBy,
  derivation,
  knobName,
  mainValue,
  origin,
  shown,
  shownKnobs,
  workerValue,
} from '../report/words.ts';
import { traitsOf } from '../rules/generations.ts';
import { processesOf, usesRay } from '../rules/resolution.ts';
import { asNoun, deciding, MOST_CAUSES } from './aspects.ts';
import { type Compared, machineOf, type Named, serious } from './compared.ts';
import { digestOf } from './digest.ts';
import { movesOf } from './moves.ts';

/** What differs between two machines and matters. */
export function pairOf(a: Named, b: Named): Pair {
  const causes = deciding(digestOf(a.compared), digestOf(b.compared)).slice(0, MOST_CAUSES);
  return {
    a: machineOf(a),
    b: machineOf(b),
    causes: causes.map(({ about, a: own, b: other }) => ({ about, a: asNoun(own), b: asNoun(other) })),
    differences: differencesOf(a.compared, b.compared),
    moves: movesOf(a.compared, b.compared),
    findings: changesOf(a.compared, b.compared),
    recommendation: recommendations(a.compared, b.compared),
  };
}

interface Row extends Said {
  name: string;
  /** What has to differ for it to be told; by default the value. */
  key?: string;
  /** What a worker has, which differs where both have workers; null: there is none. */
  worker?: string | null;
}

type Rows = (machine: Compared) => Row[];

/** What is looked at on each machine, in the order in which it is told. */
const ROWS: readonly { about: Difference['about']; of: Rows }[] = [
  { about: 'cpus', of: cpuRows },
  { about: 'machine', of: aroundRows },
  { about: 'versions', of: versionRows },
  { about: 'knobs', of: knobRows },
  { about: 'plan', of: planRows },
  { about: 'pools', of: poolRows },
  { about: 'scripts', of: scriptRows },
];

/** Of a LensKit that refuses its configuration, or whose rules are not known, there is nothing of these. */
const WITHOUT_PLAN: typeof ROWS = [
  ...ROWS.filter(({ about }) => ['cpus', 'machine', 'versions'].includes(about)),
  { about: 'knobs', of: (machine) => knobRows(machine).filter(({ isSet }) => isSet) },
  { about: 'plan', of: stateRow },
];

function differencesOf(a: Compared, b: Compared): Difference[] {
  const rows = a.plan === null || b.plan === null ? WITHOUT_PLAN : ROWS;
  return rows.flatMap(({ about, of }) => {
    const [before, after] = [byName(of(a)), byName(of(b))];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
      const [own, other] = [before.get(name), after.get(name)];
      if (own && other && isSame(own, other)) return [];
      return [{ about, name, a: own ? said(own) : null, b: other ? said(other) : null }];
    });
  });
}

function stateRow({ plan, lenskit }: Compared): Row[] {
  const why =
    lenskit.generation === null ? 'the rules of this LensKit are not known' : 'LensKit refuses the configuration';
  return [
    plan === null ? { name: 'plan', value: 'none', why } : { name: 'plan', value: 'LensKit takes it', why: null },
  ];
}

function byName(rows: readonly Row[]): Map<string, Row> {
  return new Map(rows.map((row) => [row.name, row]));
}

/** That there are no workers on one of them is told once, in the plan. */
function isSame(a: Row, b: Row): boolean {
  const [own, other] = [a.worker ?? null, b.worker ?? null];
  return (a.key ?? a.value) === (b.key ?? b.value) && (own === null || other === null || own === other);
}

function said({ value, why, worker = null }: Row): Said {
  return { value: worker === null ? value : `${value}, in a worker ${worker}`, why };
}

function cpuRows(machine: Compared): Row[] {
  const { cpus } = machine;
  const how = derivation(machine);
  const byLenskit = cpus.lenskit === null ? 'not known' : String(cpus.lenskit);
  return [
    { name: 'effective CPUs', value: String(cpus.effective), why: how, key: `${cpus.effective} ${how}` },
    { name: 'LensKit counts', value: byLenskit, why: cpus.lenskitWhy },
  ];
}

function aroundRows({ machine }: Compared): Row[] {
  const { surroundings, share, memory } = machine;
  return [
    ...(surroundings.length > 0 ? [{ name: 'runs in', value: surroundings.join(', '), why: null }] : []),
    ...(share === null ? [] : [{ name: 'share of the node', value: counted(share, 'CPU'), why: null }]),
    ...(memory.limit === null
      ? []
      : [{ name: 'memory limit', value: size(memory.limit.bytes), why: memory.limit.file }]),
  ];
}

function versionRows({ lenskit, python }: Compared): Row[] {
  const { interpreter, version, implementation, freeThreaded, startMethod, packages } = python;
  const { lenskit: _, ...others } = packages;
  return [
    { name: 'LensKit', value: lenskit.version ?? 'not found', why: null },
    {
      name: 'rules',
      value: `${lenskit.generation ?? 'not known'}${lenskit.version === null ? ' (assumed)' : ''}`,
      why: null,
    },
    {
      name: implementation === 'PyPy' ? 'PyPy' : 'Python',
      value: interpreter === null ? 'not found' : `${version ?? '?'}${freeThreaded ? ', free-threaded' : ''}`,
      why: null,
    },
    ...(startMethod === null ? [] : [{ name: 'start method', value: startMethod, why: null }]),
    ...Object.entries(others).map(([name, found]) => ({ name, value: found, why: null })),
  ];
}

function knobRows(machine: Compared): (Row & { isSet: boolean })[] {
  const list = backendList(machine);
  return shownKnobs(machine, false).map((knob) => {
    const value = mainValue(knob);
    const why = origin(knob, list);
    // By what number a default is reached is none of its differences.
    const isSet = knob.source !== null && knob.source.kind !== 'default';
    const key = `${value} ${isSet ? why : 'default'}`;
    return { name: knobName(knob), value, why, key, worker: workerValue(knob) || null, isSet };
  });
}

function planRows(machine: Compared): Row[] {
  // Models that keep other numbers busy than most are named behind it.
  return loadRows(machine).map(([name, value, why]) => ({ name, value, why, key: `${value} ${why.split(';')[0]}` }));
}

function poolRows({ pools }: Compared): Row[] {
  return pools.map((row) => ({
    name: row.pool,
    value: shown(row.main),
    why: decidedBy(row),
    worker: row.worker === null ? null : shown(row.worker),
  }));
}

/** Whether scripts have to keep their work under a guard. */
function scriptRows({ lenskit, plan }: Compared): Row[] {
  if (lenskit.generation === null || plan === null) return [];
  const { batch, api } = traitsOf({ generation: lenskit.generation });
  const workers = Number(processesOf(plan.main));
  const guard = usesRay(plan.main)
    ? { value: 'needed', why: "Ray's workers import the script" }
    : batch === 'tasks'
      ? { value: 'not needed', why: 'batch jobs are threads of the process' }
      : workers > 1
        ? { value: 'needed', why: `${workers} worker processes import the script` }
        : { value: 'not needed', why: 'one process makes the lists; with more each would import the script' };
  return [
    { name: 'guard (if __name__ == "__main__")', ...guard, key: `${guard.value} ${guard.why}` },
    { name: 'scripts are written for', value: api === 'algorithms' ? 'lenskit.algorithms' : 'pipelines', why: null },
  ];
}

function changesOf(a: Compared, b: Compared): FindingChange[] {
  const [before, after] = [serious(a), serious(b)];
  const ids = [...new Set([...before, ...after].map(({ id }) => id))];
  return ids.flatMap((id) => {
    const [own, other] = [before, after].map((all) => {
      const found = all.find((check) => check.id === id);
      return found ? { status: found.status, title: found.title } : null;
    });
    const same = own?.status === other?.status && own?.title === other?.title;
    return same ? [] : [{ id, a: own ?? null, b: other ?? null }];
  });
}

function recommendations(a: Compared, b: Compared): Pair['recommendation'] {
  const [own, other] = [a, b].map(({ recommendation }) => (recommendation === null ? null : fixOf(recommendation)));
  if (!own || !other || JSON.stringify(own) === JSON.stringify(other)) return null;
  return { a: own, b: other };
}

function fixOf({ env, unset, parameters }: NonNullable<Compared['recommendation']>): Fix {
  return {
    env,
    ...(unset.length > 0 ? { unset } : {}),
    ...(Object.keys(parameters).length > 0 ? { parameters } : {}),
  };
}
