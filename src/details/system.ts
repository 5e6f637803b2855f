import type { Host } from '../host/host.ts';
import { readInterpreter } from '../python/elf.ts';
import type { SystemDetails } from './details.ts';
import { constantFrom } from './scan.ts';

const MOST_BYTES = 8 * 1024 * 1024;

/** The platform and the C library. @param interpreter the Python's, whose C library counts */
export function observeSystem(host: Host, interpreter: string | null): SystemDetails {
  const elf = interpreter === null ? null : readInterpreter(host, host.realpath(interpreter) ?? interpreter);
  return {
    name: nameOf(host),
    kernel: lineOf(host, '/proc/sys/kernel/osrelease'),
    architecture: elf?.machine ?? (host.live ? (NODES_NAMES[process.arch] ?? process.arch) : null),
    cLibrary: cLibraryOf(host, elf?.loader ?? null),
  };
}

/** As `uname -m` says it. */
const NODES_NAMES: { readonly [arch: string]: string } = { x64: 'x86_64', arm64: 'aarch64', ia32: 'i686' };

/** `PRETTY_NAME` of os-release(5). */
function nameOf(host: Host): string | null {
  for (const file of ['/etc/os-release', '/usr/lib/os-release']) {
    const read = host.read(file, 64 * 1024);
    const name = read.ok ? /^PRETTY_NAME=["']?([^"'\n]{1,200})/m.exec(read.text)?.[1] : undefined;
    if (name !== undefined) return name;
  }
  return null;
}

function lineOf(host: Host, file: string): string | null {
  const read = host.read(file, 4096);
  return (read.ok && read.text.split('\n', 1)[0]?.trim()) || null;
}

/** Where dynamic loaders lie, if no interpreter names its own. */
const FOLDERS = ['/lib64', '/lib', '/usr/lib64', '/usr/lib'];
const LOADER = /^ld-(linux[\w.-]{0,30}|musl-[\w-]{1,30})\.so\.\d$/;

function cLibraryOf(host: Host, named: string | null): SystemDetails['cLibrary'] {
  const loader =
    named ??
    FOLDERS.flatMap((folder) =>
      (host.list(folder) ?? []).filter((name) => LOADER.test(name)).map((name) => `${folder}/${name}`),
    )[0];
  if (loader === undefined) return null;
  const real = host.realpath(loader) ?? loader;
  if (loader.includes('/ld-musl-')) return { name: 'musl', version: muslOf(host, real), file: loader };
  // The C library lies beside its loader, or in the folder of its machine.
  const folder = real.slice(0, real.lastIndexOf('/'));
  const machines = (host.list(folder) ?? [])
    .filter((name) => name.endsWith('-linux-gnu'))
    .map((name) => `${folder}/${name}`);
  const file = [folder, ...machines].map((place) => `${place}/libc.so.6`).find((place) => host.kind(place) === 'file');
  return file === undefined ? null : { name: 'glibc', version: glibcOf(host, file), file };
}

/** `GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.`, as it says itself when it is run. */
function glibcOf(host: Host, file: string): string | null {
  const said = host.parts(file, (part) => constantFrom(part, 'GNU C Library ', /release version \d/, MOST_BYTES));
  const old = /\/libc-(\d+\.\d+)\.so$/.exec(host.realpath(file) ?? '')?.[1];
  return /release version (\d+\.\d+(?:\.\d+)?)/.exec(said ?? '')?.[1] ?? old ?? null;
}

/** musl keeps its version as a constant of its own; Alpine's and Void's files of packages say it as well. */
function muslOf(host: Host, file: string): string | null {
  const said = host.parts(file, (part) => constantFrom(part, '1.', /^1\.\d{1,2}\.\d{1,3}$/, MOST_BYTES, 16));
  if (said !== null) return said;
  const alpine = host.read('/lib/apk/db/installed', MOST_BYTES);
  return (alpine.ok ? /^P:musl\nV:(\d[\w.]{1,20})/m.exec(alpine.text)?.[1] : undefined) ?? null;
}
