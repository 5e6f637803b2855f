import type { Node } from './parse.ts';
import type { Scope } from './scope.ts';

/** Modules of Python itself that are there whatever else is. */
const THERE =
  /^(abc|argparse|ast|asyncio|atexit|base64|bisect|collections|concurrent|contextlib|copy|csv|dataclasses|datetime|enum|functools|gc|glob|hashlib|heapq|importlib|inspect|io|itertools|json|logging|math|multiprocessing|operator|os|pathlib|pickle|platform|pprint|queue|random|re|shutil|signal|socket|statistics|string|struct|subprocess|sys|tempfile|textwrap|threading|time|traceback|types|typing|unittest|urllib|uuid|warnings|weakref|zipfile)(\.\w+)?$/;

const PLAIN: ReadonlySet<string> = new Set([
  'expression_statement',
  'assignment',
  'pattern_list',
  'tuple_pattern',
  'string',
  'string_start',
  'string_content',
  'string_end',
  'escape_sequence',
  'concatenated_string',
  'integer',
  'float',
  'true',
  'false',
  'none',
  'list',
  'tuple',
  'expression_list',
  'parenthesized_expression',
  'pass_statement',
  'comment',
]);

/** Nothing in it raises anything: plain values, functions, modules of Python itself. */
export function cannotRaise(block: Node | null, scope: Scope): boolean {
  const open: (Node | null)[] = [...(block?.namedChildren ?? [])];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null || node.type === 'lambda') continue;
    if (node.type === 'import_statement') {
      if (
        !node
          .childrenForFieldName('name')
          .every((one) => THERE.test((one?.childForFieldName('name') ?? one)?.text ?? ''))
      )
        return false;
    } else if (node.type === 'function_definition') {
      if (/[=:]/.test(node.childForFieldName('parameters')?.text ?? '')) return false;
    } else if (node.type === 'identifier') {
      const isTarget = node.parent?.type === 'assignment' && node.parent.childForFieldName('left')?.id === node.id;
      if (!isTarget && node.parent?.type !== 'pattern_list' && scope.get(node.text) === undefined) return false;
    } else if (!PLAIN.has(node.type) || (node.type === 'assignment' && node.childForFieldName('right') === null))
      return false;
    else open.push(...node.namedChildren);
  }
  return true;
}
