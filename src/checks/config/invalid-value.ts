import { inert } from '../../escape/shell.ts';
import type { ConfigError } from '../../rules/errors.ts';
import { quoted } from '../../rules/errors.ts';
import { type Check, type Evidence, type Fix, pass } from '../check.ts';

/** LensKit would raise an exception on this configuration. */
export const configInvalidValue: Check = {
  id: 'config/invalid-value',
  title: 'LensKit refuses a value',
  run({ refusal, recommendation }) {
    if (refusal === null) return pass('LensKit takes the configuration');
    return {
      status: 'fail',
      title: `LensKit stops with ${refusal.type}: ${refusal.message}`,
      ...(refusal.others.length > 0 ? { detail: refusal.others.map(({ message }) => message).join('; ') } : {}),
      evidence: [refusal, ...refusal.others].map(evidence),
      fix: fixFor(refusal, recommendation.env),
    };
  },
};

function evidence({ source, value }: ConfigError): Evidence {
  const line = source?.line === undefined ? '' : `:${source.line}`;
  const where = source?.kind === 'parameter' ? `parameter ${source.name}` : `${source?.name ?? 'settings'}${line}`;
  return { where, said: quoted(value ?? '') };
}

function fixFor({ source }: ConfigError, env: { [name: string]: string }): Fix {
  const name = source?.name;
  if (source?.kind === 'parameter') return { text: inert`correct the parameter ${name ?? ''}` };
  if (source?.kind !== 'env' || name === undefined) {
    return name === undefined || source?.line === undefined
      ? { text: inert`correct ${name ?? 'the settings'}` }
      : { text: inert`correct ${name}, line ${source.line}` };
  }
  const value = env[name];
  return value === undefined ? { unset: [name] } : { env: { [name]: value } };
}
