import type { Quota } from '../../cpus/quota.ts';
import { inert } from '../../escape/shell.ts';
import type { CpuShare } from '../../probe/cpu-share.ts';
import { counted, type Evidence, type Finding, type MachineCheck, pass, skip } from '../check.ts';

/** So much less than what was read may be how a second begins and ends. */
const LESS = 0.15;
/** So much of the loops' CPUs idle, though a loop waits on each: something stops the loops. Without a limit 0.5 % at most, also where others keep all CPUs busy. */
const IDLE = 0.1;
/** More than what was read by so much is more than a quota lets through in a second. CPUs. */
const MORE = 0.25;

/** Busy loops got other CPUs than what was read allows: a limit that cannot be seen, or one that does not hold. */
export const probeCpuShare: MachineCheck = {
  id: 'probe/cpu-share',
  title: 'busy loops got other CPUs than what was read allows',
  needsNoRules: true,
  run({ cpuShare, cpus, cpuFacts, question }) {
    if (cpuShare === null) return skip('not measured: --probe runs busy loops for a second');
    if (!cpuShare.ok) return skip(cpuShare.why);
    if (question.cpus !== null || question.allocation !== null)
      return skip('what was measured are the CPUs that are there, not those of the what-if');
    const { loops, got, seconds } = cpuShare;
    const isKnown = cpuFacts.affinity !== null || cpus.online !== null;
    const read = isKnown ? Math.min(cpus.exact, loops) : loops;
    const allowed = between(read, cpus.quota, seconds);
    if (allowed === null) return skip('the period of the quota is longer than the measurement');
    if (got > allowed.most + MORE) return more(cpuShare, read, cpus.quota);
    if (got >= allowed.least * (1 - LESS) && (cpus.quota !== null || !cpuShare.stopped))
      return pass(`${observed(cpuShare)}, as was read`);
    return less(cpuShare, read, cpus.quota !== null);
  },
};

/** What a quota lets through in so many seconds depends on where its periods begin. null: nothing can be said. */
function between(read: number, quota: Quota | null, seconds: number): { least: number; most: number } | null {
  if (quota === null || quota.cpus > read) return { least: read, most: read };
  const period = Number(quota.periodMicroseconds) / 1e6;
  if (period > seconds / 2) return null;
  return { least: read * (1 - period / seconds), most: read * (1 + period / seconds) };
}

function less(share: CpuShare, read: number, hasQuota: boolean): Finding {
  const { loops, got, idle, stolen, stopped } = share;
  // What a quota that was read leaves idle, or stops, is no riddle.
  const unexplained = idle === null ? null : idle - Math.max(0, loops - read);
  const isStopped = !hasQuota && (stopped ?? 0) > 0;
  if (isStopped || (unexplained !== null && unexplained >= IDLE * read)) {
    return {
      status: 'warn',
      title: `${observed(share)}: a limit holds here that cannot be read`,
      detail: `${howMeasured(share)}; ${isStopped ? 'the kernel stopped them' : `${shown(idle ?? 0)} CPUs were idle meanwhile, though a loop waited on each`}`,
      evidence: evidenceOf(share),
      fix: { commands: [['lk', 'doctor', '--cpus', String(Math.max(1, Math.ceil(got - MORE)))]] },
    };
  }
  if (idle === null || stolen === null) {
    return {
      status: 'info',
      title: `${observed(share)}: by a limit that cannot be read, or by other work on this machine`,
      detail: `${howMeasured(share)}; /proc/stat does not tell what the CPUs did meanwhile`,
      evidence: evidenceOf(share),
    };
  }
  const others = Math.max(0, loops - got - idle - stolen);
  return {
    status: 'info',
    title:
      stolen > others
        ? `${observed(share)}: the hypervisor gave ${shown(stolen)} to other machines`
        : `${observed(share)}: other work on this machine had ${shown(others)}`,
    detail: `${howMeasured(share)}; none of what is missing was idle, so that no limit shows`,
    evidence: evidenceOf(share),
  };
}

function more(share: CpuShare, read: number, quota: Quota | null): Finding {
  return {
    status: 'warn',
    title: `${observed(share)}, and ${shown(read)} ${quota === null ? 'were read' : 'by a quota were read'}: what was read does not hold`,
    detail: howMeasured(share),
    evidence: [
      ...(quota === null
        ? []
        : [
            {
              where: quota.file,
              said: `${quota.quotaMicroseconds} µs of CPU time every ${quota.periodMicroseconds} µs`,
            },
          ]),
      ...evidenceOf(share),
    ],
    fix: { text: inert`paste the report of lk doctor --probe --format markdown into an issue` },
  };
}

/** `observed 0.5 CPUs of 2`. */
export function observed({ got, loops }: Pick<CpuShare, 'got' | 'loops'>): string {
  return `observed ${shown(got)} CPUs of ${loops}`;
}

function howMeasured({ loops, seconds }: CpuShare): string {
  return `${counted(loops, 'busy loop')}, each on a CPU of its own, for ${shown(seconds)} s`;
}

function evidenceOf({ got, loops, idle, stolen, stopped }: CpuShare): Evidence[] {
  return [
    { where: 'busy loops', said: `${got} CPU seconds a second, of ${loops}` },
    ...(idle === null ? [] : [{ where: '/proc/stat', said: `idle ${idle}, stolen ${stolen}` }]),
    ...(stopped === null ? [] : [{ where: 'cpu.stat.local', said: `stopped for ${shown(stopped)} s` }]),
  ];
}

/** One digit, or two where there would be none. */
function shown(value: number): string {
  return String(Math.round(value * 10) / 10 || Math.round(value * 100) / 100);
}
