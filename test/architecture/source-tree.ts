import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A syntax node as the parser gives it (ESTree with TypeScript's additions). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** Path from the root when it is a file of ours, else undefined. */
  readonly target: string | undefined;
  /** Name of the package, "node:fs" or "@scope/name", when it is not ours. */
  readonly package: string | undefined;
  readonly line: number;
  /** Starts the file as a worker or a program: it binds, but closes no cycle. */
  readonly spawned: boolean;
}

export interface SourceFile {
  /** Path from the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: SyntaxNode;
  readonly imports: readonly Import[];
  readonly isTest: boolean;
}

/** Files that git knows or would know: tracked ones, and new ones that it does not ignore. */
export function listFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  // Removed but not yet committed: git still lists it.
  return listed.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
  }
  return line;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Calls `visit` for a node and everything below it, with the nodes above it, nearest last. */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, above: readonly SyntaxNode[]) => void,
  above: readonly SyntaxNode[] = [],
): void {
  visit(node, above);
  const below = [...above, node];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) walk(child, visit, below);
    }
  }
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** `new URL('./worker.ts', import.meta.url)`, `import('./x.ts')`: strings that bind a file too. */
function looseSpecifiers(program: SyntaxNode): Written[] {
  const found: Written[] = [];
  walk(program, (node) => {
    const isUrl =
      node.type === 'NewExpression' && isNode(node['callee']) && node['callee']['name'] === 'URL';
    const first = isUrl ? (node['arguments'] as SyntaxNode[])[0] : undefined;
    const source = node.type === 'ImportExpression' ? node['source'] : first;
    if (!isNode(source) || typeof source['value'] !== 'string') return;
    const specifier = source['value'];
    if (!isUrl || /^\.{1,2}\/.*\.tsx?$/.test(specifier))
      found.push({ specifier, start: node.start, spawned: isUrl });
  });
  return found;
}

interface Written {
  readonly specifier: string;
  readonly start: number;
  readonly spawned: boolean;
}

function resolveImport(path: string, text: string, written: Written): Import {
  const { specifier, spawned } = written;
  const line = lineOf(text, written.start);
  if (!specifier.startsWith('.')) {
    return { specifier, target: undefined, package: packageOf(specifier), line, spawned };
  }
  const bare = specifier.replace(/\?.*$/, '');
  const target = normalize(join(dirname(path), bare)).replaceAll('\\', '/');
  return { specifier, target, package: undefined, line, spawned };
}

function readSource(path: string): SourceFile {
  const text = readText(path);
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message ?? ''}`);
  const root = program as unknown as SyntaxNode;
  const fixed = [
    ...module.staticImports.map(({ moduleRequest, start }) => ({
      specifier: moduleRequest.value,
      start,
    })),
    ...module.staticExports.flatMap(({ entries, start }) =>
      entries.flatMap(({ moduleRequest }) =>
        moduleRequest === null ? [] : [{ specifier: moduleRequest.value, start }],
      ),
    ),
  ];
  const imports = [
    ...fixed.map((written) => ({ ...written, spawned: false })),
    ...looseSpecifiers(root),
  ].map((written) => resolveImport(path, text, written));
  const isTest = /\.(test|contract)\.tsx?$/.test(path) || path.startsWith('test/');
  return { path, text, program: root, imports, isTest };
}

let cached: readonly SourceFile[] | undefined;

/** All TypeScript of the repository, parsed once. */
export function readSources(): readonly SourceFile[] {
  cached ??= listFiles()
    .filter((path) => /^(shared|server|client|fixtures|test)\/.*\.tsx?$/.test(path))
    .filter((path) => !path.endsWith('.d.ts'))
    .map(readSource);
  return cached;
}
