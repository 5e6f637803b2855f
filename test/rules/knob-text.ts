import type { Source } from '../../src/rules/errors.ts';
import type { Candidate, Knob } from '../../src/rules/resolution.ts';

/** All of a knob as lines, so that a test can say in one what would be a page of objects. */
export function knobText({
  name,
  env,
  parameter,
  status,
  value,
  source,
  candidates,
  worker,
  documented,
}: Knob): string {
  return [
    `${name} (${env}${parameter === '' ? '' : `, ${parameter}`}; ${status}): ${valueText(value)}, ${source ? sourceText(source) : 'from nowhere'}`,
    ...candidates.map(candidateText),
    ...(worker ? [`in workers ${valueText(worker.value)}: ${worker.formula}: ${worker.substituted}`] : []),
    ...(documented ? [`documented ${valueText(documented.value)}: ${documented.formula}`] : []),
    ...(documented?.worker
      ? [`documented in workers ${valueText(documented.worker.value)}: ${documented.worker.formula}`]
      : []),
  ].join('\n');
}

function sourceText({ kind, name, raw, line, ...rest }: Source): string {
  const at = line === undefined ? '' : `:${line}`;
  const more = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
  return `${kind}${name === undefined ? '' : ` ${name}${at}`}${raw === undefined ? '' : `=${raw}`}${more}`;
}

function candidateText({ kind, name, key, set, used, raw, line, formula, substituted, value }: Candidate): string {
  const place = [kind, name, key].filter((part) => part !== undefined).join(' ');
  const at = line === undefined ? '' : `:${line}`;
  const text = raw === undefined ? '' : `=${raw}`;
  const comes = [
    ...(value === undefined ? [] : [` ${valueText(value)}`]),
    ...[formula, substituted].filter((part) => part !== undefined).map((part) => ` ${part}`),
  ].join(':');
  return `${used ? '*' : set ? '+' : '-'} ${place}${at}${text}${comes === '' ? '' : `:${comes}`}`;
}

function valueText(value: Knob['value'] | undefined): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return typeof value === 'string' ? value : String(value);
}
