import type { z } from 'zod';
import { AppError } from '../errors/app-error.ts';

function valueOf<Value>(line: string, schema: z.ZodType<Value>): Value {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw new AppError('reply.unexpected', 'not a line of this answer', { cause });
  }
}

/**
 * The values of an answer that has one JSON value a line, each as soon as it is there.
 * @param parts the text of the answer, cut anywhere
 * @throws AppError 'reply.unexpected'
 */
export async function* readLines<Value>(
  parts: AsyncIterable<string>,
  schema: z.ZodType<Value>,
): AsyncGenerator<Value> {
  let held = '';
  for await (const part of parts) {
    const lines = (held + part).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield valueOf(line, schema);
  }
}
