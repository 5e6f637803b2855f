import { ATTENTION } from '../checks/attention.ts';
import {
  COMPARISON_VERSION,
  type ComparedMachine,
  type ComparisonReport,
  type FindingCount,
  type Group,
} from '../documents/comparison.ts';
import { asApart, deciding, MOST_CAUSES } from './aspects.ts';
import { machineOf, type Named, serious } from './compared.ts';
import { type Digest, digestOf, keyOf } from './digest.ts';
import { pairOf } from './pair.ts';

interface Kept {
  digest: Digest;
  like: ComparedMachine;
  members: string[];
}

/** What is kept of a machine where there are many. */
export interface Summary {
  machine: ComparedMachine;
  digest: Digest;
  /** Errors, failures and warnings. */
  findings: ReturnType<typeof serious>;
}

export function summaryOf(machine: Named): Summary {
  const findings = serious(machine.compared).map(({ id, status, title }) => ({ id, status, title }));
  return { machine: machineOf(machine), digest: digestOf(machine.compared), findings };
}

/** Machines, one after the other: of each is kept what decides, so that ten thousand take little memory. */
export class Comparison {
  private readonly groups = new Map<string, Kept>();
  private readonly findings = new Map<string, FindingCount>();
  private readonly unreadable: ComparisonReport['unreadable'] = [];
  private machines = 0;
  private failing = 0;
  private warned = 0;

  add({ machine, digest, findings }: Summary): void {
    this.machines++;
    if (findings.some(({ status }) => status !== 'warn')) this.failing++;
    else if (findings.length > 0) this.warned++;
    for (const check of findings) this.count(machine.name, check);
    const key = keyOf(digest);
    const group = this.groups.get(key);
    if (group) group.members.push(machine.name);
    else this.groups.set(key, { digest, like: machine, members: [machine.name] });
  }

  /** What was named and could not be read. */
  refuse(name: string, why: string): void {
    this.unreadable.push({ name, why });
  }

  /** @param pair the machines, where there are two */
  report(program: { version: string; time: Date }, pair: readonly [Named, Named] | null): ComparisonReport {
    const { machines, failing, warned, unreadable } = this;
    return {
      schemaVersion: COMPARISON_VERSION,
      program: { name: 'lk', version: program.version },
      time: program.time.toISOString(),
      unreadable,
      pair: pair && pairOf(...pair),
      groups: pair === null ? this.grouped() : null,
      findings: [...this.findings.values()].sort(
        (one, other) => worstOf(one) - worstOf(other) || countOf(other) - countOf(one),
      ),
      summary: {
        machines,
        failing,
        warned,
        fine: machines - failing - warned,
        unreadable: unreadable.length,
      },
    };
  }

  private count(name: string, { id, status, title }: Summary['findings'][number]): void {
    const own = this.findings.get(id) ?? { id, error: 0, fail: 0, warn: 0, example: { machine: name, title } };
    const isWorse = ATTENTION.slice(0, ATTENTION.indexOf(status) + 1).every((worse) => own[worse] === 0);
    own[status]++;
    if (isWorse) own.example = { machine: name, title };
    this.findings.set(id, own);
  }

  private grouped(): Group[] {
    const all = [...this.groups.values()].sort((one, other) => other.members.length - one.members.length);
    const [most] = all;
    return all.map(({ digest, like, members }) => ({
      machines: members.length,
      apart:
        most === undefined || digest === most.digest
          ? []
          : deciding(digest, most.digest)
              .slice(0, MOST_CAUSES)
              .map(({ a }) => asApart(a)),
      like,
      members,
    }));
  }
}

function worstOf(count: FindingCount): number {
  return ATTENTION.findIndex((status) => count[status] > 0);
}

function countOf({ error, fail, warn }: FindingCount): number {
  return error + fail + warn;
}
