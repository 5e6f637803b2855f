import { isTable, type PythonValue, type Table, table } from '../config/python-json.ts';
import { HIDDEN } from '../privacy/secret-text.ts';

/** The same shape without any text of it. */
export function hiddenValue(value: PythonValue): PythonValue {
  if (typeof value === 'string') return HIDDEN;
  if (Array.isArray(value)) return value.map(hiddenValue);
  if (isTable(value)) return hiddenTable(value);
  return value;
}

function hiddenTable(value: Table): Table {
  return table(Object.entries(value).map(([key, item]) => [key, hiddenValue(item)] as const));
}
