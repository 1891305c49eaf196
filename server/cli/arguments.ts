import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { TOKEN_PATTERN } from '../../shared/access/token.ts';

export interface CliRequest {
  readonly command: 'upload' | 'watch';
  readonly paths: readonly string[];
  readonly server: string;
  readonly token: string;
  readonly statePath: string;
  readonly logPath: string | undefined;
  /** Takes the parts of a slide's file name by its named groups. */
  readonly pattern: RegExp | undefined;
  /** For example '{case} {block}'; {stem} and {folder} always stand. */
  readonly name: string;
  readonly settleMs: number;
  readonly giveUpAfterMs: number;
}

export const USAGE = `用法  Usage
  farscope upload FILES… --to URL [--token TOKEN]
  farscope watch FOLDER  --to URL [--token TOKEN]

  --to URL          服务器地址  address of the server (or FARSCOPE_URL)
  --token TOKEN     上传令牌  token to upload (better: FARSCOPE_TOKEN, or --token-file)
  --pattern REGEX   从文件名取值  named groups over the file name: '(?<case>[A-Z0-9-]+)_(?<block>.+)'
  --name TEMPLATE   切片名称  name of the slide: '{case} {block}'; {stem} {folder} always stand
  --settle SECONDS  静止多久视为写完  unchanged for so long counts as finished (30)
  --give-up HOURS   无法连接时坚持多久  how long an unreachable server is tried (168)
  --state FILE      已上传记录  what was sent already
  --log FILE        日志  log, beside the status line
`;

/** What was typed does not fit; the message says what. */
export class UsageError extends Error {}

const OPTIONS = {
  to: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  pattern: { type: 'string' },
  name: { type: 'string', default: '{stem}' },
  settle: { type: 'string', default: '30' },
  'give-up': { type: 'string', default: '168' },
  state: { type: 'string' },
  log: { type: 'string' },
} as const;

const Positive = z.coerce.number().min(0).max(1_000_000);

function patternOf(text: string | undefined): RegExp | undefined {
  try {
    return text === undefined ? undefined : new RegExp(text, 'u');
  } catch (cause) {
    throw new UsageError('--pattern', { cause });
  }
}

function numberOf(text: string, option: string): number {
  const parsed = Positive.safeParse(text);
  if (!parsed.success) throw new UsageError(option);
  return parsed.data;
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

/** @param readToken reads the file of --token-file. @throws UsageError */
export function readArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  readToken: (path: string) => string,
): CliRequest {
  const { values, positionals } = parse(argv);
  const [command, ...paths] = positionals;
  if (command !== 'upload' && command !== 'watch') throw new UsageError('upload | watch');
  if (paths.length === 0 || (command === 'watch' && paths.length > 1)) {
    throw new UsageError(command === 'watch' ? 'FOLDER' : 'FILES');
  }
  const server = values.to ?? environment['FARSCOPE_URL'] ?? '';
  if (!URL.canParse(server) || !/^https?:/.test(server)) throw new UsageError('--to URL');
  const file = values['token-file'];
  const given =
    file === undefined ? (values.token ?? environment['FARSCOPE_TOKEN']) : readToken(file);
  const token = (given ?? '').trim();
  if (!TOKEN_PATTERN.test(token)) throw new UsageError('--token fst_…');
  return {
    command,
    paths,
    server,
    token,
    statePath: values.state ?? join(homedir(), '.farscope', 'sent.json'),
    logPath: values.log,
    pattern: patternOf(values.pattern),
    name: values.name,
    settleMs: numberOf(values.settle, '--settle') * 1_000,
    giveUpAfterMs: numberOf(values['give-up'], '--give-up') * 3_600_000,
  };
}

/** The name that a slide gets; what the pattern does not find falls back to the file's own name. */
export function slideName(
  { name, pattern }: Pick<CliRequest, 'name' | 'pattern'>,
  slide: { readonly name: string; readonly folder: string },
): string {
  const folder = slide.folder.split(/[\\/]/).at(-1) ?? '';
  const groups = pattern?.exec(slide.name)?.groups;
  if (pattern !== undefined && groups === undefined) return slide.name.slice(0, 200);
  const values: Readonly<Record<string, string>> = { stem: slide.name, folder, ...groups };
  const filled = name.replace(/\{(\w+)\}/g, (_whole, key: string) => values[key] ?? '');
  return filled.trim().slice(0, 200) || slide.name.slice(0, 200);
}
