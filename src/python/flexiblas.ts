import type { Host } from '../host/host.ts';

/** What FlexiBLAS hands its work to. */
export interface FlexiblasBackend {
  /** As it is called there: `OPENBLAS-OPENMP`; null: it has a default of its own, which is in its code alone. */
  name: string | null;
  /** The library; null: there is no such name, and FlexiBLAS ends the process. */
  file: string | null;
  /** What decides: a variable, a file, or how it was built. */
  by: string;
  /** The setting that leads to nothing and is passed over; null: none. */
  ignored: string | null;
}

/** A file of settings: what stands before the first section, and the sections' libraries, by names in capitals. */
interface Settings {
  file: string;
  head: Map<string, string>;
  libraries: Map<string, string>;
}

const LARGEST = 256 * 1024;
const MOST_FILES = 256;

/**
 * FlexiBLAS loads a BLAS when it is loaded itself: the library or name in FLEXIBLAS, else what the last of its files
 * calls `default` (of the system, the user, the user on this host, FLEXIBLAS_CONFIG; those of `flexiblasrc.d` cannot),
 * else what it was built with. A name is that of a section, of the first file that has it, and a relative library is looked for
 * in FLEXIBLAS_LIBRARY_PATH, the files' `path…` and the folder `flexiblas` beside it. In FLEXIBLAS a name without a
 * section is passed over for the default, a default without one ends the process, and a section whose library is not
 * there leads to the reference BLAS (FlexiBLAS 3.4: `src/flexiblas.c`, `src/mgmt.c`, `src/paths.c`; seen with 3.4.82).
 *
 * @param library where it lies, without links
 */
export function flexiblasBackend(host: Host, library: string): FlexiblasBackend {
  const { FLEXIBLAS, FLEXIBLAS_CONFIG, FLEXIBLAS_LIBRARY_PATH } = host.env;
  const beside = library.slice(0, library.lastIndexOf('/'));
  const etc = beside.startsWith('/usr/lib') ? '/etc' : `${prefixAbove(beside)}/etc`;
  const drop = host.env.FLEXIBLASRC_DIR ?? `${etc}/flexiblasrc.d`;
  const hostname = host.read('/proc/sys/kernel/hostname', 4096);
  const ofUser = host.home === '' ? [] : [`${host.home}/.flexiblasrc`];
  const ofHost = hostname.ok ? ofUser.map((file) => `${file}.${hostname.text.trim()}`) : [];
  const read = (files: readonly string[]): Settings[] => files.flatMap((file) => readSettings(host, file) ?? []);
  const dropped = (host.list(drop, MOST_FILES) ?? []).filter((name) => name.endsWith('.conf'));
  const inDrop = read(dropped.map((name) => `${drop}/${name}`));
  const system = read([`${etc}/flexiblasrc`]);
  const own = read([...ofUser, ...ofHost, ...(FLEXIBLAS_CONFIG ? [FLEXIBLAS_CONFIG] : [])]);
  const all = [...system, ...inDrop, ...own];
  const folders = [
    ...(FLEXIBLAS_LIBRARY_PATH ?? '').split(':'),
    ...[...own.toReversed(), ...system].flatMap(({ head }) => pathsIn(head)),
    `${beside}/flexiblas`,
  ]
    .filter((folder) => folder.startsWith('/'))
    .slice(-MOST_FILES);
  const place = (name: string): string | null =>
    (name.includes('/') ? [name] : folders.map((folder) => `${folder}/${name}`)).find(
      (file) => host.kind(file) === 'file',
    ) ?? null;
  const section = (name: string): string | null =>
    all.find(({ libraries }) => libraries.has(name.toUpperCase()))?.libraries.get(name.toUpperCase()) ?? null;
  const netlib = (by: string, ignored: string): FlexiblasBackend => ({
    name: 'NETLIB',
    file: place('libflexiblas_netlib.so'),
    by,
    ignored,
  });
  const asked = FLEXIBLAS ? (place(FLEXIBLAS) ?? place(section(FLEXIBLAS) ?? '')) : null;
  const variable = `FLEXIBLAS=${FLEXIBLAS}`;
  if (FLEXIBLAS && asked !== null) return { name: FLEXIBLAS, file: asked, by: variable, ignored: null };
  if (FLEXIBLAS && section(FLEXIBLAS) !== null) return netlib('what it falls back to', variable);
  const ignored = FLEXIBLAS === undefined ? null : variable;
  const settled = [...system, ...own].findLast(({ head }) => head.has('default'));
  const name = settled?.head.get('default')?.toUpperCase();
  if (settled === undefined || name === undefined)
    return { name: null, file: null, by: 'its default, which is in its code alone', ignored };
  const by = `default in ${settled.file}`;
  const found = section(name);
  const file = place(found ?? '');
  return file === null && found !== null ? netlib('what it falls back to', by) : { name, file, by, ignored };
}

/** `/easybuild/software/FlexiBLAS/3.3.1`, of its `lib`, `lib64` or `lib/x86_64-linux-gnu`. */
function prefixAbove(folder: string): string {
  return folder.slice(0, Math.max(0, folder.lastIndexOf('/lib')));
}

function pathsIn(head: Map<string, string>): string[] {
  return [...head].filter(([key]) => key.startsWith('path')).map(([, value]) => value);
}

function readSettings(host: Host, file: string): Settings | null {
  const read = host.read(file, LARGEST);
  if (!read.ok) return null;
  const head = new Map<string, string>();
  const libraries = new Map<string, string>();
  let section: string | null = null;
  for (const line of read.text.split('\n').map((text) => text.trim())) {
    if (line.startsWith('[') && line.endsWith(']')) section = line.slice(1, -1).trim().toUpperCase();
    const equals = line.indexOf('=');
    if (equals < 0 || /^[#;[]/.test(line)) continue;
    const [key, value] = [line.slice(0, equals).trim(), withoutQuotes(line.slice(equals + 1).trim())];
    if (section === null) head.set(key, value);
    else if (key === 'library') libraries.set(section, value);
  }
  return { file, head, libraries };
}

function withoutQuotes(text: string): string {
  return text.replaceAll(/["']/g, '');
}
