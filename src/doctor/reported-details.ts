import type { Details, GpuDetails } from '../details/details.ts';
import type { ReportedDetails } from '../documents/doctor-report.ts';
import type { Facts } from '../situation/facts.ts';

/** The details of the report: what files said, with what nvidia-smi and the probe said better. null: nobody looked. */
export function reportedDetails({ details, probe }: Facts): ReportedDetails | null {
  if (details === undefined) return null;
  const observed = probe?.ok ? (probe.observed.details ?? null) : null;
  return { ...details, gpus: gpus(details.gpus, probe), observed };
}

/** nvidia-smi lists NVIDIA's in the order of their places on the bus, as the kernel's module does. */
function gpus(read: Details['gpus'], probe: Facts['probe']): GpuDetails[] {
  const asked = probe?.gpus ?? [];
  if (asked.length === 0) return read;
  const [own, others] = [
    read.filter(({ vendor }) => vendor === 'NVIDIA'),
    read.filter(({ vendor }) => vendor !== 'NVIDIA'),
  ];
  const told = asked.map(
    ({ model, memoryBytes = null, capability = null }, index): GpuDetails => ({
      vendor: 'NVIDIA',
      model,
      bus: own.length === asked.length ? (own[index]?.bus ?? null) : null,
      memoryBytes,
      capability,
      source: 'nvidia-smi',
    }),
  );
  return [...told, ...others];
}
