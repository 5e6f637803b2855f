import type { Host } from '../host/host.ts';
import { numberAfter } from '../host/lines.ts';
import { findOnPath } from '../host/path.ts';

/** A cell's shell, and what wraps it, are few. */
const MOST_ANCESTORS = 16;
const MOST_BYTES = 64 * 1024;

/** What a kernel's Python is started with: `-m ipykernel_launcher`, `colab_kernel_launcher`, `spyder_kernels.console`. */
const KERNEL = /(?:^|[/.])(?:ipykernel|ipykernel_launcher|colab_kernel_launcher|spyder_kernels)(?:$|[/.])/;
const PYTHON = /^(?:python[\d.]*t?|pypy[\d.]*)$/;

interface Process {
  parent: number;
  /** The arguments it was started with, the program first. */
  argv: string[];
  /** The program's file, without symbolic links; null: not to be read. */
  program: string | null;
}

/**
 * The Python of the Jupyter kernel in whose cell this runs (`!lk doctor`). The kernel inherits the environment of the
 * server, so that VIRTUAL_ENV and the PATH may be the server's and not its own. `JPY_PARENT_PID` is set by what starts
 * kernels (jupyter_client, `launcher.py`): the kernel is the ancestor that runs ipykernel, or the Python that the process
 * of that number started. null: this is no cell of a kernel in Python, or nobody can tell.
 */
export function kernelPython(host: Host, notes: string[]): string | null {
  const server = host.env.JPY_PARENT_PID;
  if (!server || host.platform !== 'linux') return null;
  const ancestors = ancestorsOf(host);
  const kernel =
    ancestors.find(({ argv }) => argv.slice(1).some((word) => KERNEL.test(word))) ??
    ancestors.find(({ argv, parent }) => parent === Number(server) && PYTHON.test(nameOf(argv[0] ?? '')));
  const interpreter = kernel && interpreterOf(host, kernel);
  if (interpreter) return interpreter;
  notes.push('JPY_PARENT_PID is set, and the Python of the kernel is not found among the processes that started this');
  return null;
}

/** From the nearest on, as far as /proc shows them. */
function ancestorsOf(host: Host): Process[] {
  const found: Process[] = [];
  let pid = parentOf(host, 'self');
  while (pid !== null && pid > 1 && found.length < MOST_ANCESTORS) {
    const parent = parentOf(host, pid);
    const line = host.read(`/proc/${pid}/cmdline`, MOST_BYTES);
    if (parent === null || !line.ok) break;
    found.push({ parent, argv: line.text.split('\0'), program: host.realpath(`/proc/${pid}/exe`) });
    pid = parent;
  }
  return found;
}

function parentOf(host: Host, pid: number | 'self'): number | null {
  const status = host.read(`/proc/${pid}/status`);
  return status.ok ? numberAfter(status.text, 'PPid:') : null;
}

/**
 * The path that it was started by, since a virtual environment is known by the link to its Python, not by what that
 * leads to; a bare name is looked up as it was, on the PATH that is inherited, and has to lead to the program.
 */
function interpreterOf(host: Host, { argv, program }: Process): string | null {
  const [name = ''] = argv;
  const started = name.startsWith('/') ? name : name === '' || name.includes('/') ? null : findOnPath(host, [name]);
  if (started !== null && host.kind(started) === 'file' && (program === null || host.realpath(started) === program))
    return started;
  return program !== null && host.kind(program) === 'file' ? program : null;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
