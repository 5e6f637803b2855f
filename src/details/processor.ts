import { parseCpuList } from '../cpus/cpu-list.ts';
import type { Host } from '../host/host.ts';
import type { Cache, ProcessorDetails } from './details.ts';

const CPUS = '/sys/devices/system/cpu';
const MOST_CPUINFO = 16 * 1024 * 1024;

/** The instructions by which NumPy, OpenBLAS, oneDNN and Torch choose their code, as the kernel names them. */
const VECTOR =
  /^(sse4_2|avx|avx2|fma|f16c|avx512\w{1,12}|amx_\w{1,8}|avx_vnni|asimd|asimddp|asimdhp|sve|sve2|bf16|i8mm|sme)$/;

/** The processor by `/proc/cpuinfo` and `/sys/devices/system/cpu` (kernel: `Documentation/ABI/testing/sysfs-devices-system-cpu`). */
export function observeProcessor(host: Host, model: string | null): ProcessorDetails {
  const first = firstOf(host);
  const value = (name: string): string | null => first.get(name) ?? null;
  const flags = (value('flags') ?? value('Features') ?? '').split(' ');
  const megahertz = Number(value('cpu MHz') ?? Number.NaN);
  const now = kilohertz(host, 'scaling_cur_freq') ?? (Number.isFinite(megahertz) ? Math.round(megahertz) : null);
  return {
    model: model ?? value('model name') ?? value('Model'),
    ...topologyOf(host),
    numaNodes: numbered(host.list('/sys/devices/system/node'), 'node').length || null,
    caches: cachesOf(host),
    frequency: { now, most: kilohertz(host, 'cpuinfo_max_freq') },
    vector: flags.filter((flag) => VECTOR.test(flag)),
  };
}

/** The lines of the first CPU. */
function firstOf(host: Host): Map<string, string> {
  const read = host.read('/proc/cpuinfo', MOST_CPUINFO);
  const block = read.ok ? (read.text.split('\n\n', 1)[0] ?? '') : '';
  return new Map(
    block.split('\n').flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const];
    }),
  );
}

function numbered(names: readonly string[] | null, prefix: string): string[] {
  return (names ?? []).filter((name) => name.startsWith(prefix) && /^\d{1,5}$/.test(name.slice(prefix.length)));
}

function text(host: Host, file: string): string | null {
  const read = host.read(file, 64 * 1024);
  return read.ok ? read.text.trim() : null;
}

function topologyOf(host: Host): { sockets: number | null; cores: number | null } {
  const sockets = new Set<string>();
  const cores = new Set<string>();
  for (const cpu of numbered(host.list(CPUS), 'cpu')) {
    const socket = text(host, `${CPUS}/${cpu}/topology/physical_package_id`);
    const core = text(host, `${CPUS}/${cpu}/topology/core_id`);
    // A CPU that is offline has none.
    if (socket === null || core === null) continue;
    sockets.add(socket);
    cores.add(`${socket} ${core}`);
  }
  return { sockets: sockets.size || null, cores: cores.size || null };
}

const UNITS: { readonly [unit: string]: number } = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 };
const KINDS: { readonly [type: string]: string } = { Data: 'd', Instruction: 'i', Unified: '' };

function cachesOf(host: Host): Cache[] {
  const folder = `${CPUS}/cpu0/cache`;
  return numbered(host.list(folder), 'index').flatMap((index) => {
    const read = (name: string): string => text(host, `${folder}/${index}/${name}`) ?? '';
    const [, amount, unit = ''] = /^(\d{1,9})([KMG])$/.exec(read('size')) ?? [];
    const kind = KINDS[read('type')];
    const level = /^[1-9]$/.exec(read('level'))?.[0];
    if (amount === undefined || kind === undefined || level === undefined) return [];
    const sharedBy = parseCpuList(read('shared_cpu_list'))?.size ?? 1;
    return [{ name: `L${level}${kind}`, bytes: Number(amount) * (UNITS[unit] ?? 1), sharedBy }];
  });
}

/** In MHz. */
function kilohertz(host: Host, name: string): number | null {
  const said = text(host, `${CPUS}/cpu0/cpufreq/${name}`);
  return said !== null && /^\d{4,8}$/.test(said) ? Math.round(Number(said) / 1000) : null;
}
