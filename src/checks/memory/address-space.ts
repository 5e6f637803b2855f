import { inert } from '../../escape/shell.ts';
import { canRaise } from '../../machine/resource-limits.ts';
import { addressSpaceNeeded } from '../../situation/limits.ts';
import { type Check, type Fix, pass, recommended, size, skip } from '../check.ts';

/** `ulimit -v`, which some schedulers set, counts what is mapped, not what is used. */
export const memoryAddressSpace: Check = {
  id: 'memory/address-space',
  title: 'the address space is limited',
  run(context) {
    const { machine, atImport, recommendedRun } = context;
    const limits = machine.limits ?? null;
    if (limits === null || limits.addressSpace === null) return skip('the limit of address space is not known');
    const { soft } = limits.addressSpace;
    if (soft === null) return pass('the address space is not limited');
    const { toImport, toRun } = addressSpaceNeeded(atImport, context.resolution);
    if (soft >= toRun) return pass(`${size(soft)} of address space are allowed, and a small job takes ${size(toRun)}`);
    const isShort = soft < toImport;
    const helps =
      recommendedRun !== null && addressSpaceNeeded(recommendedRun.atImport, recommendedRun.resolution).toRun <= soft;
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
      status: isShort ? 'fail' : 'warn',
      title: isShort
        ? `${size(soft)} of address space are allowed, and importing LensKit takes ${size(toImport)}`
        : `${size(soft)} of address space are allowed, and a small job takes ${size(toRun)}`,
      detail: `it counts what is mapped, such as Torch's libraries and the stacks and buffers of ${atImport.main} threads at import`,
      evidence: [{ where: '/proc/self/limits', said: `Max address space ${soft}` }],
      fix: helps ? recommended(context) : raising,
    };
  },
};

function kilobytes(bytes: number): string {
  return String(Math.floor(bytes / 1024));
}
