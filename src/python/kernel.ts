import { isPythonName } from '../command-line/names.ts';
import type { Host } from '../host/host.ts';
import { numberAfter } from '../host/lines.ts';
import { findOnPath } from '../host/path.ts';

/** A cell's shell, and what wraps it, are few. */
const MOST_ANCESTORS = 16;
const MOST_BYTES = 64 * 1024;

/** What a kernel's Python is started with: `-m ipykernel_launcher`, `colab_kernel_launcher`, `spyder_kernels.console`. */
const KERNEL = /(?:^|[/.])(?:ipykernel|ipykernel_launcher|colab_kernel_launcher|spyder_kernels)(?:$|[/.])/;

/** A kernel's Python, and what its flags decide on the folders that packages are imported from. */
export interface Kernel {
  interpreter: string;
  /** `-s`, `-I`: not from the user's own folder. */
  noUserSite: boolean;
  /** `-E`, `-I`: PYTHONPATH and the like are not looked at. */
  ignoresEnvironment: boolean;
}

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
export function kernelPython(host: Host, notes: string[]): Kernel | null {
  const server = host.env.JPY_PARENT_PID;
  if (!server || host.platform !== 'linux') return null;
  const ancestors = ancestorsOf(host);
  const kernel =
    ancestors.find(({ argv }) => argv.slice(1).some((word) => KERNEL.test(word))) ??
    ancestors.find(({ argv, parent }) => parent === Number(server) && isPythonName(argv[0] ?? ''));
  const interpreter = kernel && interpreterOf(host, kernel);
  if (interpreter) return { interpreter, ...flagsOf(kernel.argv) };
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

/** Flags come before what is run (`-m`, `-c`); `-X` and `-W` have words of their own, perhaps the next argument. */
export function flagsOf(argv: readonly string[]): Omit<Kernel, 'interpreter'> {
  let letters = '';
  for (let at = 1; !/[cm]/.test(letters); at++) {
    const word = argv[at] ?? '';
    const [own] = /^-[A-VYZa-z]*/.exec(word) ?? [''];
    const option = /^[WX]/.test(word.slice(own.length));
    if (own === '' || (own.length < 2 && !option)) break;
    letters += own.slice(1);
    if (option && word.length === own.length + 1) at++;
  }
  const [flags = ''] = letters.split(/[cm]/);
  return { noUserSite: /[sI]/.test(flags), ignoresEnvironment: /[EI]/.test(flags) };
}
