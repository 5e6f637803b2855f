import { HIDDEN } from '../privacy/ranges.ts';
import { isSecretName } from '../privacy/secret-names.ts';
import { isTable, type PythonValue, type Table, table } from '../python-values/json.ts';

/** The same shape without any text of it. */
export function hiddenValue(value: PythonValue): PythonValue {
  if (typeof value === 'string') return HIDDEN;
  if (Array.isArray(value)) return value.map(hiddenValue);
  if (isTable(value)) return mapped(value, hiddenValue);
  return value;
}

/** The same without what stands under the name of a secret: a number may be one as well. */
export function withoutNamedSecrets(value: PythonValue): PythonValue {
  if (Array.isArray(value)) return value.map(withoutNamedSecrets);
  if (!isTable(value)) return value;
  return mapped(value, (item, key) => (isSecretName(key) ? wholly(item) : withoutNamedSecrets(item)));
}

/** Lists and tables stay what they are, so that LensKit's validation answers the same. */
function wholly(value: PythonValue): PythonValue {
  if (Array.isArray(value)) return value.map(wholly);
  if (isTable(value)) return mapped(value, wholly);
  return typeof value === 'boolean' || value === null ? value : HIDDEN;
}

function mapped(value: Table, change: (item: PythonValue, key: string) => PythonValue): Table {
  return table(Object.entries(value).map(([key, item]) => [key, change(item, key)] as const));
}
