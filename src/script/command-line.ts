import type { Engine } from './engine.ts';
import type { PythonRules } from './python-rule.ts';
import {
  constant,
  constantOf,
  type FunctionOne,
  type Given,
  join,
  named,
  type ObjectOne,
  type One,
  textOf,
  UNKNOWN,
  type Value,
} from './values.ts';

/** What somebody says on the command line: a script is judged as `python FILE` runs it, and may be told more. */
export const OPTION: Value = [{ kind: 'name', name: '<option>', object: null }];

export function isAsked(one: One): boolean {
  return one.kind === 'name' && one.name === '<option>';
}

/** What an option is by default, as its parser says it, or anything. */
function optionOf({ keywords }: Given, isOption: boolean): Value {
  const action = textOf(keywords.get('action'));
  const isFlag = constantOf(keywords.get('is_flag')) === true;
  const isRequired = constantOf(keywords.get('required')) === true;
  const plain = action === 'store_true' || isFlag ? false : action === 'store_false' ? true : null;
  const own = keywords.get('default') ?? (isOption && !isRequired ? constant(plain) : []);
  return join(own, OPTION);
}

/** `parser.add_argument("--jobs", default=1)`: what the parser gives under its name. */
export function option(it: Engine, object: ObjectOne, given: Given): void {
  const names = given.positional.map((value) => textOf(value) ?? '');
  const [long = names[0] ?? ''] = names.filter((name) => name.startsWith('--'));
  const name = textOf(given.keywords.get('dest')) ?? nameOf(long);
  if (name !== '') it.store.write(object.cells, name, optionOf(given, long.startsWith('-')));
}

function nameOf(long: string): string {
  return long.replace(/^--?/, '').replaceAll('-', '_');
}

const CLICK = /^(click|asyncclick)\.(option|argument)\(\)$/;

/** `@click.option("--jobs", default=1)`: the function gets it where nobody says anything else; null: it is none. */
export function withOption(decorator: One, function_: FunctionOne): FunctionOne | null {
  if (decorator.kind !== 'name' || !CLICK.test(decorator.name) || decorator.object === null) return null;
  const name = textOf(decorator.object.cells.get('name'));
  const value = decorator.object.cells.get('value');
  if (name === undefined || value === undefined) return function_;
  return { ...function_, defaults: () => new Map([[name, value], ...function_.defaults()]) };
}

/** What gives options, by full name. */
export const COMMAND_LINE: PythonRules = [
  ...['click.option', 'click.argument'].map(
    (name) =>
      [
        name,
        (it: Engine, given: Given) => {
          const names = given.positional.map((value) => textOf(value) ?? '');
          const long =
            names.find((one) => /^[a-z_]/i.test(one)) ?? names.find((one) => one.startsWith('--')) ?? names[0];
          const cells = it.store.cells();
          it.store.write(cells, 'name', constant(nameOf((long ?? '').split('/', 1)[0] ?? '')));
          it.store.write(cells, 'value', optionOf(given, name === 'click.option'));
          return named(`${name}()`, { id: it.next(), cells });
        },
      ] as const,
  ),
  ...['typer.Option', 'typer.Argument'].map(
    (name) =>
      [
        name,
        (_: Engine, { positional, keywords }: Given) => {
          const own = keywords.get('default') ?? positional[0] ?? UNKNOWN;
          // `Option("--jobs")` behind `Annotated` names it.
          return own.some((one) => one.kind === 'unknown') ? OPTION : join(own, OPTION);
        },
      ] as const,
  ),
];
