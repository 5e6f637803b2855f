import type { Candidate } from '../../rules/resolution.ts';
import { type Check, NO_PLAN, pass, skip } from '../check.ts';

/** A value that is set and loses to another. */
export const configShadowed: Check = {
  id: 'config/shadowed',
  title: 'a value that is set does not count',
  run({ resolution }) {
    if (resolution === null) return skip(NO_PLAN);
    const losers = resolution.knobs.flatMap((knob) => {
      const set = knob.candidates.filter((candidate) => candidate.set && candidate.kind !== 'default');
      const winner = set.find(({ used }) => used);
      return winner ? set.filter((candidate) => candidate !== winner).map((loser) => ({ winner, loser })) : [];
    });
    const [first] = losers;
    if (first === undefined) return pass('nothing that is set is overridden');
    return {
      status: 'info',
      title: `${said(first.loser)} does not count: ${said(first.winner)} does`,
      ...(losers.length > 1
        ? {
            detail: losers
              .slice(1)
              .map(({ loser, winner }) => `${said(winner)} before ${said(loser)}`)
              .join('; '),
          }
        : {}),
      evidence: losers.map(({ loser }) => ({ where: loser.name ?? loser.kind, said: loser.raw ?? '' })),
    };
  },
};

function said({ kind, name, raw, line }: Candidate): string {
  const place = kind === 'parameter' ? `parameter ${name}` : `${name}${line === undefined ? '' : `:${line}`}`;
  return `${place}=${raw}`;
}
