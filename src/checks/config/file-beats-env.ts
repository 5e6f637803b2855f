import { traitsOf } from '../../rules/generations.ts';
import type { Candidate } from '../../rules/resolution.ts';
import { type Check, NO_PLAN, pass, skip } from '../check.ts';

/** From 2026.1 on `lenskit.toml` beats `LK_NUM_THREADS`, though LensKit's documentation says the contrary. */
export const configFileBeatsEnv: Check = {
  id: 'config/file-beats-env',
  title: 'a settings file overrides a variable',
  run({ rules, resolution }) {
    if (!traitsOf(rules).settingsFiles) return skip('LensKit reads no settings file before 2026.1');
    if (resolution === null) return skip(NO_PLAN);
    const beaten = resolution.knobs.flatMap((knob) => {
      const file = knob.candidates.find((candidate) => candidate.used && candidate.kind === 'file');
      const variable = knob.candidates.find(
        (candidate) => candidate.kind === 'env' && candidate.set && !candidate.used,
      );
      return file && variable ? [{ knob, file, variable }] : [];
    });
    const [first] = beaten;
    if (first === undefined) return pass('no variable is overridden by a file');
    return {
      status: 'warn',
      title: `${at(first.file)} beats ${first.variable.name}=${first.variable.raw}: ${first.knob.parameter} is ${first.knob.value}`,
      detail:
        "the variable is only the default of the file's setting, though LensKit's documentation says that it overrides the file; LK_PARALLEL__… does",
      evidence: beaten.flatMap(({ file, variable }) => [
        { where: at(file), said: file.raw ?? '' },
        { where: variable.name ?? '', said: variable.raw ?? '' },
      ]),
      fix: {
        env: Object.fromEntries(
          beaten.map(({ knob, variable }) => [`LK_PARALLEL__${knob.parameter.toUpperCase()}`, variable.raw ?? '']),
        ),
        unset: beaten.map(({ variable }) => variable.name ?? ''),
      },
    };
  },
};

function at({ name, line }: Candidate): string {
  return line === undefined ? (name ?? '') : `${name}:${line}`;
}
