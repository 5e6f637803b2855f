import type { Node } from './parse.ts';

/** What a name at the top stands for, where one import alone binds it; `builtins.NAME` where nothing does. */
export type Meaning = (name: string) => string | null;

/**
 * Calls that are quick, do the same whenever they are made and are wanted wherever the script is imported: they set up
 * what follows, or make a plain value. By full name.
 */
const HARMLESS_CALLS: readonly RegExp[] = [
  /^builtins\.(int|float|str|bool|bytes|complex|len|min|max|abs|round|pow|divmod|ord|chr|range|slice|dict|list|set|tuple|frozenset|object|isinstance|issubclass|hasattr|getattr|type|super|property|staticmethod|classmethod|bytearray|format|hex|id|\w+(Error|Exception|Warning)|Exception|KeyboardInterrupt|NotImplemented)$/,
  /^sys\.path\.(append|insert|extend|remove)$/,
  /^site\.addsitedir$/,
  /^sys\.(setrecursionlimit|getrecursionlimit)$/,
  /^os\.(getenv|getcwd|fspath|cpu_count|environ\.(get|setdefault|update|pop|copy))$/,
  /^os\.path\.\w+$/,
  /^pathlib\.(Pure)?(Posix|Windows)?Path(\(\)(\.parent|\.parents\[\])*\.(resolve|absolute|joinpath|expanduser|with_suffix|with_name|as_posix|relative_to|exists|is_file|is_dir))*$/,
  /^pathlib\.Path\.(cwd|home)$/,
  /^logging\.(getLogger|basicConfig|captureWarnings|disable|NullHandler)$/,
  /^logging\.getLogger\(\)\.(setLevel|addHandler)$/,
  /^warnings\.(filterwarnings|simplefilter)$/,
  /^re\.compile$/,
  /^(collections|typing|typing_extensions|types|enum|functools|operator|dataclasses|datetime|decimal|fractions|string|abc|contextvars|struct)\.(namedtuple|defaultdict|OrderedDict|Counter|deque|ChainMap|NamedTuple|TypedDict|TypeVar|ParamSpec|TypeVarTuple|NewType|SimpleNamespace|MappingProxyType|Enum|IntEnum|auto|partial|itemgetter|attrgetter|methodcaller|field|timedelta|date|time|timezone|Decimal|Fraction|Template|ContextVar|Struct)$/,
  /^(matplotlib\.use|matplotlib\.style\.use|matplotlib\.pyplot\.style\.use|seaborn\.set\w*)$/,
  /^(matplotlib|matplotlib\.pyplot)\.rcParams\.update$/,
  /^(pandas|polars|numpy)\.(set_option|set_printoptions|seterr|Config\.\w+)$/,
  /^(random|numpy\.random|torch)\.(seed|manual_seed|set_num_threads|set_default_dtype)$/,
  /^torch\.device$/,
  /^dotenv\.load_dotenv$/,
];

/** Methods of texts that are written there. */
const OF_TEXTS =
  /^(format|join|split|rsplit|splitlines|strip|lstrip|rstrip|lower|upper|title|capitalize|replace|encode|startswith|endswith|zfill|ljust|rjust|center)$/;

/** True for a statement that only defines, imports or gives names plain values, and may do so wherever it is imported. */
export function isHarmless(statement: Node, meaning: Meaning): boolean {
  const open: Node[] = [statement];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (DEFINES.has(node.type)) continue;
    if (WORKS.test(node.type)) return false;
    if (node.type === 'call' && !isHarmlessCall(node, meaning)) return false;
    // What ends the script where a module is not there.
    const isOptional = node.type === 'try_statement' && onlyImports(node.childForFieldName('body'));
    for (const child of node.namedChildren) {
      if (
        child === null ||
        child.type === 'lambda' ||
        (isOptional && child.type === 'except_clause' && endsScript(child))
      )
        continue;
      if (child.namedChildCount > 0 || WORKS.test(child.type)) open.push(child);
    }
  }
  return true;
}

const DEFINES: ReadonlySet<string> = new Set([
  'import_statement',
  'import_from_statement',
  'future_import_statement',
  'function_definition',
  'class_definition',
  'decorated_definition',
  'type_alias_statement',
]);

export function isDefinition(node: Node): boolean {
  return /^(function|class|decorated)_definition$/.test(node.type);
}

/** Of any length, or what it does is not known. */
const WORKS = /^(for_statement|while_statement|with_statement|await|yield|print_statement|exec_statement|ERROR)$/;

function onlyImports(block: Node | null): boolean {
  return (block?.namedChildren ?? []).every(
    (one) => one === null || /^(import_statement|import_from_statement|comment)$/.test(one.type),
  );
}

function endsScript(clause: Node): boolean {
  const last = clause.namedChildren.at(-1)?.namedChildren.findLast((one) => one?.type !== 'comment');
  return last !== undefined && /^(raise\b|(sys\.exit|exit|quit|os\._exit)\s*\()/.test(last?.text.slice(0, 40) ?? '');
}

function isHarmlessCall(node: Node, meaning: Meaning): boolean {
  const callee = node.childForFieldName('function');
  if (callee?.type === 'attribute' && callee.childForFieldName('object')?.type === 'string')
    return OF_TEXTS.test(callee.childForFieldName('attribute')?.text ?? '');
  const name = callee === null ? null : fullName(callee, meaning);
  return name !== null && HARMLESS_CALLS.some((pattern) => pattern.test(name));
}

/** `Path(x).resolve` as `pathlib.Path().resolve`; null: nobody knows. */
function fullName(callee: Node, meaning: Meaning): string | null {
  const parts: string[] = [];
  let at: Node | null = callee;
  for (let depth = 0; at !== null && depth < 12; depth++) {
    if (at.type === 'identifier') {
      const first = meaning(at.text);
      return first === null ? null : [first, ...parts.reverse()].join('');
    }
    if (at.type === 'attribute') {
      parts.push(`.${at.childForFieldName('attribute')?.text ?? ''}`);
      at = at.childForFieldName('object');
    } else if (at.type === 'call') {
      parts.push('()');
      at = at.childForFieldName('function');
    } else if (at.type === 'subscript') {
      parts.push('[]');
      at = at.childForFieldName('value');
    } else return null;
  }
  return null;
}

/** What an import binds a name to: a module, or what is of that name in it. */
export interface NamedImport {
  module: string;
  /** Of a relative import the number of its dots. */
  level: number;
  member: string | null;
}

/** By the names that an import binds: `import numpy as np`, `from pathlib import Path`, `from . import a`. */
export function importsAs(statement: Node): Map<string, NamedImport> {
  const found = new Map<string, NamedImport>();
  if (!/^import/.test(statement.type)) return found;
  const from = statement.childForFieldName('module_name')?.text.replace(/\s/g, '');
  for (const item of statement.childrenForFieldName('name')) {
    const name = (item?.childForFieldName('name') ?? item)?.text ?? '';
    const alias = item?.childForFieldName('alias')?.text;
    if (from !== undefined) {
      const level = /^\.*/.exec(from)?.[0].length ?? 0;
      found.set(alias ?? name, { module: from.slice(level), level, member: name });
    } else {
      const top = name.split('.')[0] ?? name;
      found.set(alias ?? top, { module: alias === undefined ? top : name, level: 0, member: null });
    }
  }
  return found;
}

/** The same as full names. */
export function importedAs(statement: Node): Map<string, string> {
  return new Map(
    [...importsAs(statement)].map(([name, { module: from, level, member }]) => {
      const full = '.'.repeat(level) + from;
      return [name, member === null ? full : `${full}.${member}`];
    }),
  );
}
