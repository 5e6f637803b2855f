/** `60 s`, `0.5 s`. */
export function duration(seconds: number): string {
  return `${Math.round(seconds * 100) / 100} s`;
}
