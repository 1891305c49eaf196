import type { Foundation } from './foundation.ts';

/** A log of lines for a part that knows no levels. */
export function lineLog({ log }: Pick<Foundation, 'log'>, part: string): (line: string) => void {
  const named = log.child({ part });
  return (line) => named.info(line);
}
