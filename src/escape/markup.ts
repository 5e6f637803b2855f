/**
 * Text that is already what its target reads. It is no string: what has not been escaped cannot be put in its place,
 * and forgetting does not compile.
 */
export class Markup<Target extends string> {
  declare private readonly target: Target;

  constructor(readonly text: string) {}
}

type Part<Target extends string> = string | number | Markup<Target>;

/** A template tag for a target: what stands in the source is markup, what is put in is escaped. */
export function markup<Target extends string>(escaped: (text: string) => string) {
  return (literals: TemplateStringsArray, ...parts: readonly Part<Target>[]): Markup<Target> =>
    new Markup(
      literals.reduce((text, literal, index) => {
        const part = parts[index - 1] as Part<Target>;
        return text + (part instanceof Markup ? part.text : escaped(String(part))) + literal;
      }),
    );
}

/** Markup side by side. */
export function joined<Target extends string>(parts: readonly Markup<Target>[], between: string): Markup<Target> {
  return new Markup(parts.map(({ text }) => text).join(between));
}
