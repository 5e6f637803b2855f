import type { Effect } from './effects.ts';
import type { Engine } from './engine.ts';
import type { Node } from './parse.ts';
import { HERE, pathOf } from './python.ts';
import type { Scope } from './scope.ts';
import { constantOf, type Given, type ObjectOne, textOf, UNKNOWN, type Value } from './values.ts';

interface Argument {
  position?: number;
  keyword: string;
}

/** Something that works once: in a worker, which imports the script again, it fails. */
interface Once {
  /** What Python says the second time. */
  why: string;
  /** Named arguments that make it work again. */
  unless?: Argument;
  /** An argument that says whether it is one of these. */
  when?: Argument & { is: RegExp };
  /** The same of the call as it is written. */
  written?: RegExp;
  /** The file or folder that it makes or removes, which has to be known; `self`: a path that it is a method of. */
  makes?: Argument | 'self';
  removes?: Argument | 'self';
  /** All that lies in a folder goes with it. */
  isTree?: true;
  /** Something else that is another one each time: it has to be known. */
  about?: Argument;
}

const THERE = 'FileExistsError: it is there by then';
const GONE = 'FileNotFoundError: it is gone by then';
const IN_USE = 'OSError: the address is in use by then';
const CONTEXT = 'RuntimeError: context has already been set';
const AT_FIRST = (keyword: string): Argument => ({ position: 0, keyword });
const AT_SECOND = (keyword: string): Argument => ({ position: 1, keyword });

const TABLE: Once = {
  why: 'sqlite3.OperationalError: the table already exists by then',
  when: { position: 0, keyword: 'sql', is: /^\s*create\s+(table|index|view|unique\s+index)\s+(?!if\s+not\s+exists)/i },
};

/** By full name. */
const ONCE: ReadonlyMap<string, Once> = new Map<string, Once>([
  ['os.mkdir', { why: THERE, makes: AT_FIRST('path') }],
  ['os.makedirs', { why: THERE, unless: { keyword: 'exist_ok', position: 2 }, makes: AT_FIRST('name') }],
  ['pathlib.Path().mkdir', { why: THERE, unless: { keyword: 'exist_ok', position: 2 }, makes: 'self' }],
  ['pathlib.Path().touch', { why: THERE, when: { position: 1, keyword: 'exist_ok', is: /^false$/ }, makes: 'self' }],
  ['os.symlink', { why: THERE, makes: AT_SECOND('dst') }],
  ['os.link', { why: THERE, makes: AT_SECOND('dst') }],
  ['os.mkfifo', { why: THERE, makes: AT_FIRST('path') }],
  ['os.open', { why: THERE, written: /\bO_EXCL\b/, makes: AT_FIRST('path') }],
  ['pathlib.Path().symlink_to', { why: THERE, makes: 'self' }],
  ['pathlib.Path().hardlink_to', { why: THERE, makes: 'self' }],
  ['pathlib.Path().link_to', { why: THERE, makes: AT_FIRST('target') }],
  ['os.rename', { why: GONE, removes: AT_FIRST('src'), makes: AT_SECOND('dst') }],
  ['os.renames', { why: GONE, removes: AT_FIRST('old'), makes: AT_SECOND('new') }],
  ['os.replace', { why: GONE, removes: AT_FIRST('src'), makes: AT_SECOND('dst') }],
  ['shutil.move', { why: GONE, removes: AT_FIRST('src'), makes: AT_SECOND('dst') }],
  ['pathlib.Path().rename', { why: GONE, removes: 'self', makes: AT_FIRST('target') }],
  ['pathlib.Path().replace', { why: GONE, removes: 'self', makes: AT_FIRST('target') }],
  ['os.remove', { why: GONE, removes: AT_FIRST('path') }],
  ['os.unlink', { why: GONE, removes: AT_FIRST('path') }],
  ['pathlib.Path().unlink', { why: GONE, unless: { keyword: 'missing_ok', position: 0 }, removes: 'self' }],
  ['os.rmdir', { why: GONE, removes: AT_FIRST('path') }],
  ['os.removedirs', { why: GONE, removes: AT_FIRST('name') }],
  ['pathlib.Path().rmdir', { why: GONE, removes: 'self' }],
  [
    'shutil.rmtree',
    { why: GONE, unless: { keyword: 'ignore_errors', position: 1 }, removes: AT_FIRST('path'), isTree: true },
  ],
  ['shutil.copytree', { why: THERE, unless: { keyword: 'dirs_exist_ok' }, makes: AT_SECOND('dst') }],
  ['socket.socket().bind', { why: IN_USE }],
  ['socket.create_server', { why: IN_USE }],
  ...[
    'http.server.HTTPServer',
    'http.server.ThreadingHTTPServer',
    'socketserver.TCPServer',
    'socketserver.ThreadingTCPServer',
    'socketserver.UDPServer',
    'xmlrpc.server.SimpleXMLRPCServer',
    'wsgiref.simple_server.make_server',
    'multiprocessing.connection.Listener',
  ].map((name) => [name, { why: IN_USE }] as const),
  ['input', { why: 'nobody answers a worker process: EOFError, or it waits for ever' }],
  ['getpass.getpass', { why: 'nobody answers a worker process: EOFError, or it waits for ever' }],
  ['multiprocessing.set_start_method', { why: CONTEXT, unless: { keyword: 'force', position: 1 } }],
  ['torch.multiprocessing.set_start_method', { why: CONTEXT, unless: { keyword: 'force', position: 1 } }],
  ['sqlite3.connect().execute', TABLE],
  ['sqlite3.connect().executescript', TABLE],
  ['sqlite3.connect().cursor().execute', TABLE],
  ['sqlite3.connect().cursor().executescript', TABLE],
  [
    'multiprocessing.shared_memory.SharedMemory',
    {
      why: 'FileExistsError: it is there by then',
      when: { position: 1, keyword: 'create', is: /^true$/ },
      about: AT_FIRST('name'),
    },
  ],
]);

/** Opens a file: `x` makes one that is not there yet, other modes than `r` write it. */
const OPENS: ReadonlyMap<string, { path: Argument | 'self'; mode: Argument }> = new Map(
  [
    ...['open', 'io.open', 'codecs.open', 'gzip.open', 'bz2.open', 'lzma.open', 'zipfile.ZipFile'].map((name) => ({
      name,
      path: AT_FIRST(name === 'zipfile.ZipFile' || name === 'open' ? 'file' : 'filename'),
      mode: AT_SECOND('mode'),
    })),
    ...['gzip.GzipFile', 'bz2.BZ2File', 'lzma.LZMAFile'].map((name) => ({
      name,
      path: AT_FIRST('filename'),
      mode: AT_SECOND('mode'),
    })),
    ...['tarfile.open', 'tarfile.TarFile', 'tarfile.TarFile.open'].map((name) => ({
      name,
      path: AT_FIRST('name'),
      mode: AT_SECOND('mode'),
    })),
    { name: 'pathlib.Path().open', path: 'self' as const, mode: AT_FIRST('mode') },
    { name: 'h5py.File', path: AT_FIRST('name'), mode: AT_SECOND('mode') },
  ].map(({ name, path, mode }) => [name, { path, mode }]),
);

/** Of a call by its name: what works once, and files that are written. */
export function works(
  it: Engine,
  name: string,
  object: ObjectOne | null,
  given: Given,
  node: Node,
  scope: Scope,
): void {
  const argument = ({ position, keyword }: Argument): Value | undefined =>
    given.keywords.get(keyword) ?? (position === undefined ? undefined : given.positional[position]);
  const fileOf = (one: Argument | 'self' | undefined): string | undefined => {
    if (one === undefined) return undefined;
    return plain(one === 'self' ? textOf(object?.cells.get('text')) : pathOf(argument(one) ?? UNKNOWN));
  };
  if (/^pathlib\.Path\(\)\.(write_text|write_bytes|touch)$/.test(name)) {
    const file = fileOf('self');
    if (file !== undefined && !it.files.made.has(file)) it.files.made.set(file, null);
  }
  if (name === 'os.chdir') entered(it, given, node, scope);
  const opens = OPENS.get(name);
  if (opens !== undefined) {
    const mode = textOf(argument(opens.mode)) ?? '';
    const file = fileOf(opens.path);
    if (/x/.test(mode) || (name === 'h5py.File' && mode === 'w-')) {
      if (file !== undefined) made(it, file, name, THERE, node, scope);
    } else if (/[wa+]/.test(mode)) {
      it.note({ kind: 'costly', what: name, node }, scope);
      if (file !== undefined && !it.files.made.has(file)) it.files.made.set(file, null);
    }
    return;
  }
  const rule = ONCE.get(name);
  if (rule === undefined) return;
  const allows = rule.unless ? argument(rule.unless) : undefined;
  const again =
    (allows !== undefined && constantOf(allows) !== false) ||
    (rule.when && !rule.when.is.test(String(constantOf(argument(rule.when))))) ||
    (rule.written && !rule.written.test(node.text)) ||
    (name.endsWith('.bind') && /,\s*0\s*\)/.test(node.text)) ||
    (/Server$|make_server$|Listener$/.test(name) && /,\s*0\s*[,)]/.test(node.text));
  const [makes, removes] = [fileOf(rule.makes), fileOf(rule.removes)];
  if (rule.removes !== undefined) {
    if (removes !== undefined) removed(it, removes, rule.isTree === true, again ? null : { name, rule }, node, scope);
    if (makes !== undefined && !it.files.made.has(makes)) it.files.made.set(makes, null);
  } else if (rule.makes !== undefined) {
    if (makes === undefined) return;
    if (!again) made(it, makes, name, rule.why, node, scope);
    else if (!it.files.made.has(makes)) it.files.made.set(makes, null);
  } else if (!again && (rule.about === undefined || textOf(argument(rule.about)) !== undefined))
    once(it, name, rule.why, node, scope);
}

/** Notes it; not where what it raises is caught, or where it may not be reached. */
function once(it: Engine, what: string, why: string, node: Node, scope: Scope): Effect | null {
  if (it.caught > 0 || !it.isCertain || it.repeats > 1) return null;
  return it.effects.note({ kind: 'once', what, node, why, module: scope.module, chain: [...it.chain], certain: true });
}

/** What the script itself removed before is made again. */
function made(it: Engine, file: string, what: string, why: string, node: Node, scope: Scope): void {
  const { files } = it;
  const isGone = [...files.gone].some((other) => file === other || file.startsWith(`${other}/`));
  files.made.set(file, isGone ? null : once(it, what, why, node, scope));
}

/** What the script itself made before is removed again; that it was made then does no harm, where no worker began between. */
function removed(
  it: Engine,
  file: string,
  isTree: boolean,
  fails: { name: string; rule: Once } | null,
  node: Node,
  scope: Scope,
): void {
  const { files } = it;
  const own = [...files.made].filter(([other]) => other === file || (isTree && other.startsWith(`${file}/`)));
  if (own.length === 0 && fails !== null) once(it, fails.name, fails.rule.why, node, scope);
  const { list } = it.effects;
  for (const [other, effect] of own) {
    files.made.delete(other);
    const started = effect === null ? -1 : list.findIndex(({ kind }) => kind === 'parallel');
    if (effect !== null && it.isCertain && (started < 0 || started < list.indexOf(effect))) effect.undone = true;
  }
  files.gone.add(file);
}

function entered(it: Engine, given: Given, node: Node, scope: Scope): void {
  const text = textOf(given.positional[0] ?? given.keywords.get('path'));
  if (text === undefined || text.startsWith('/') || /^[./]*$/.test(text) || it.caught > 0 || !it.isCertain) return;
  const why = 'FileNotFoundError: a worker starts where the main process is by then, inside that folder';
  it.note({ kind: 'once', what: 'os.chdir', node, why }, scope);
}

/** One way of writing a path. */
function plain(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const here = path.startsWith(`${HERE}/`) ? path.slice(HERE.length + 1) : path;
  const parts = here.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0));
  return parts.join('/');
}

/** Something else may have made a file that it was told of. */
export function mentions(it: Engine, given: Given): void {
  for (const value of [...given.positional, ...given.keywords.values()]) {
    const file = plain(pathOf(value));
    if (file !== undefined && file !== '' && !it.files.made.has(file)) it.files.made.set(file, null);
  }
}
