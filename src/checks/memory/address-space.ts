import { inert } from '../../escape/shell.ts';
import { canRaise, type ResourceLimit } from '../../machine/resource-limits.ts';
import { traitsOf } from '../../rules/generations.ts';
import { addressSpaceNeeded } from '../../situation/limits.ts';
import type { Situation } from '../../situation/situation.ts';
import { type ThreadStacks, threadStacks, USUAL_STACK } from '../../situation/thread-stacks.ts';
import { type Check, counted, type Evidence, type Fix, pass, recommended, size, skip } from '../check.ts';

/** `ulimit -v`, which some schedulers set, counts what is mapped, not what is used. */
export const memoryAddressSpace: Check = {
  id: 'memory/address-space',
  title: 'the address space is limited',
  run(context) {
    const { machine, atImport } = context;
    const limits = machine.limits ?? null;
    if (limits === null || limits.addressSpace === null) return skip('the limit of address space is not known');
    const { soft } = limits.addressSpace;
    if (soft === null) return pass('the address space is not limited');
    if (traitsOf(context.rules).pools === 'numba')
      return skip(`${size(soft)} of address space are allowed; what LensKit 0.14 takes of it was not measured`);
    const stacks = threadStacks(limits, context.env);
    const { toImport, toRun, least } = addressSpaceNeeded(atImport, context.resolution, stacks);
    if (soft >= toRun) return pass(`${size(soft)} of address space are allowed, and a small job takes ${size(toRun)}`);
    const lowered = threadStacks({ stack: { soft: USUAL_STACK, hard: null } }, context.env);
    const raising: Fix = canRaise(limits.addressSpace, toRun, limits.mayRaise)
      ? {
          commands: [
            [
              'ulimit',
              '-v',
              limits.addressSpace.hard === null || limits.mayRaise ? 'unlimited' : kilobytes(limits.addressSpace.hard),
            ],
          ],
        }
      : { text: inert`ask the scheduler for more: h_vmem of SGE, -M of LSF; ulimit -v goes no further here` };
    return {
      status: soft < Math.max(toImport, least) ? 'fail' : 'warn',
      title:
        soft < toImport
          ? `${size(soft)} of address space are allowed, and importing LensKit takes ${size(toImport)}`
          : `${size(soft)} of address space are allowed, and a small job takes ${size(toRun)}`,
      detail: `it counts what is mapped, such as Torch's libraries and the stacks (${size(stacks.usual)} each) and buffers of ${counted(atImport.main, 'thread')} at import`,
      evidence: [{ where: '/proc/self/limits', said: `Max address space ${soft}` }, ...stackEvidence(limits.stack)],
      fix: smallerStacks(context, soft, lowered) ?? (helps(context, soft, stacks) ? recommended(context) : raising),
    };
  },
};

/** Stacks of the usual size, where the plan fits with them, or what is recommended does; null: they do not help. */
function smallerStacks(context: Situation, soft: number, lowered: ThreadStacks): Fix | null {
  const { stack } = context.machine.limits ?? {};
  if (stack?.soft == null || stack.soft <= USUAL_STACK) return null;
  const commands = [['ulimit', '-S', '-s', String(USUAL_STACK / 1024)]];
  if (addressSpaceNeeded(context.atImport, context.resolution, lowered).toRun <= soft) return { commands };
  return helps(context, soft, lowered) ? { ...recommended(context), commands } : null;
}

/** True where a run as is recommended fits. */
function helps({ recommendedRun: run }: Situation, soft: number, stacks: ThreadStacks): boolean {
  return run !== null && addressSpaceNeeded(run.atImport, run.resolution, stacks).toRun <= soft;
}

function stackEvidence(stack: ResourceLimit | null = null): Evidence[] {
  return stack === null ? [] : [{ where: '/proc/self/limits', said: `Max stack size ${stack.soft ?? 'unlimited'}` }];
}

function kilobytes(bytes: number): string {
  return String(Math.floor(bytes / 1024));
}
