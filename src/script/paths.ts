import type { Engine } from './engine.ts';
import { folderOf } from './folders.ts';
import type { PythonRule, PythonRules } from './python-rule.ts';
import { assembled } from './texts.ts';
import { constant, named, textOf, UNKNOWN, type Value } from './values.ts';

/** The folder that the script is started in, where a path has to begin at the root. */
export const HERE = '/<here>';

/** A path as text; undefined where it is not known. */
export function pathOf(value: Value): string | undefined {
  const [one] = value;
  if (value.length === 1 && one?.kind === 'name' && one.name === 'pathlib.Path()')
    return textOf(one.object?.cells.get('text'));
  return textOf(value);
}

function joined(parts: readonly (string | undefined)[]): Value {
  if (parts.length === 0 || parts.some((part) => part === undefined)) return UNKNOWN;
  const text = (parts as string[]).reduce<string | undefined>((path, part) => {
    if (path === undefined || path === '' || part.startsWith('/')) return path === undefined ? path : part;
    return assembled([path, part], '/');
  }, '');
  return text === undefined ? UNKNOWN : constant(text);
}

/** One way of writing a path. */
export function plainPath(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const here = path.startsWith(`${HERE}/`) ? path.slice(HERE.length + 1) : path;
  const parts = here.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0));
  return parts.join('/');
}

/** `pathlib.Path(text)`. */
export function pathObject(it: Engine, text: Value): Value {
  const cells = it.store.cells();
  it.store.write(cells, 'text', text);
  return named('pathlib.Path()', { id: it.next(), cells });
}

const own: PythonRule = (it, _, __, ___, object) =>
  object ? pathObject(it, object.cells.get('text') ?? UNKNOWN) : null;

/** What paths come to, and folders in which modules are looked for. */
export const PATHS: PythonRules = [
  [
    'pathlib.Path',
    (it, { positional }) => pathObject(it, positional.length === 0 ? constant('.') : joined(positional.map(pathOf))),
  ],
  [
    'pathlib.Path().joinpath',
    (it, { positional }, _, __, object) =>
      pathObject(it, joined([textOf(object?.cells.get('text')), ...positional.map(pathOf)])),
  ],
  ['pathlib.Path().resolve', own],
  ['pathlib.Path().absolute', own],
  ['pathlib.Path().expanduser', own],
  ['pathlib.Path().as_posix', (_, __, ___, ____, object) => object?.cells.get('text') ?? null],
  ['os.path.join', (_, { positional }) => joined(positional.map(pathOf))],
  ['os.path.abspath', (_, { positional }) => same(positional[0])],
  ['os.path.realpath', (_, { positional }) => same(positional[0])],
  ['os.path.normpath', (_, { positional }) => same(positional[0])],
  ['os.fspath', (_, { positional }) => same(positional[0])],
  [
    'os.path.dirname',
    (_, { positional }) => {
      const text = pathOf(positional[0] ?? UNKNOWN);
      return text === undefined ? UNKNOWN : constant(text.includes('/') ? folderOf(text) : '');
    },
  ],
  ['sys.path.insert', (it, { positional }) => found(it, positional[1])],
  ['sys.path.append', (it, { positional }) => found(it, positional[0])],
  ['site.addsitedir', (it, { positional }) => found(it, positional[0])],
];

function same(value: Value | undefined): Value {
  const text = pathOf(value ?? UNKNOWN);
  return text === undefined ? UNKNOWN : constant(text);
}

function found(it: Engine, value: Value | undefined): Value {
  const text = pathOf(value ?? UNKNOWN);
  if (text === undefined) return constant(null);
  const known = text.startsWith(`${HERE}/`) ? text.slice(HERE.length + 1) : text;
  // Folders that are not named from the root are seen from where the script is started; its own folder is the best guess.
  const own = it.script.split('/').slice(0, -1).join('/') || '.';
  it.paths.push(known !== text || text.startsWith('/') ? known : `${own}/${text}`);
  return constant(null);
}
