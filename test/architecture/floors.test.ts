import { expect, test } from 'vitest';
import { FLOORS, NETWORK_CALLERS, SOLE_IMPORTERS, type Floor } from './floors-table.ts';
import { lineOf, readSources, walk, type SourceFile } from './source-tree.ts';

/** "server/<noun>/" stands for each folder of the server that has no row of its own. */
function prefixFor(path: string, files: string): string | undefined {
  const placeholder = files.indexOf('<');
  if (placeholder === -1) return path.startsWith(files) ? files : undefined;
  const head = files.slice(0, placeholder);
  if (!path.startsWith(head)) return undefined;
  const folder = path.slice(head.length).split('/');
  return folder.length > 1 ? `${head}${folder[0] ?? ''}/` : undefined;
}

function floorOf(path: string): { floor: Floor; self: string } | undefined {
  for (const floor of FLOORS) {
    const self = prefixFor(path, floor.files);
    if (self !== undefined) return { floor, self };
  }
  return undefined;
}

function offendersOf(file: SourceFile): string[] {
  const found = floorOf(file.path);
  if (found === undefined) return [`${file.path}: stands on no floor; add it to floors-table.ts`];
  const { floor, self } = found;
  const allowed = [self, ...floor.mayImport, ...(file.isTest ? ['test/', 'fixtures/'] : [])];
  return file.imports.flatMap(({ target, package: name, specifier, line }) => {
    const ours = target !== undefined && !allowed.some((prefix) => target.startsWith(prefix));
    const foreign =
      name !== undefined &&
      !file.isTest &&
      floor.packages !== undefined &&
      !floor.packages.includes(name);
    return ours || foreign
      ? [`${file.path}:${line} imports ${target ?? specifier}. ${floor.instead}`]
      : [];
  });
}

test('every import keeps to the floors', () => {
  expect(readSources().flatMap(offendersOf)).toEqual([]);
});

test('a package with one home is imported nowhere else', () => {
  const offenders = readSources().flatMap((file) =>
    file.imports.flatMap(({ package: name, line }) => {
      const homes = name === undefined ? undefined : SOLE_IMPORTERS[name];
      const atHome = homes?.some((home) => file.path.startsWith(home)) ?? true;
      return atHome || file.isTest
        ? []
        : [`${file.path}:${line} imports ${name ?? ''}. Ask ${homes?.join(', ') ?? ''} for it.`];
    }),
  );
  expect(offenders).toEqual([]);
});

test('only client/api and the command line speak to a server, and the server calls nobody', () => {
  const names = new Set(['fetch', 'XMLHttpRequest', 'EventSource', 'WebSocket']);
  const offenders: string[] = [];
  for (const file of readSources()) {
    if (file.isTest || NETWORK_CALLERS.some((prefix) => file.path.startsWith(prefix))) continue;
    walk(file.program, (node) => {
      if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return;
      const callee = node['callee'] as {
        name?: string;
        property?: { name?: string };
        object?: { name?: string };
      };
      const onGlobal = ['globalThis', 'window', 'self'].includes(callee.object?.name ?? '');
      const name = onGlobal ? callee.property?.name : callee.name;
      if (name !== undefined && names.has(name)) {
        offenders.push(
          `${file.path}:${lineOf(file.text, node.start)} calls ${name}. Put the call into client/api and take it as a need.`,
        );
      }
    });
  }
  expect(offenders).toEqual([]);
});

test('every import of ours leads to a file that is there', () => {
  const known = new Set(readSources().map(({ path }) => path));
  const lost = readSources().flatMap((file) =>
    file.imports
      .filter(({ target }) => target !== undefined && /\.tsx?$/.test(target) && !known.has(target))
      .map(({ target, line }) => `${file.path}:${line} imports ${target ?? ''}, which is not there`)
      .filter((line) => !line.includes('.d.ts,')),
  );
  expect(lost).toEqual([]);
});

/** Strongly connected groups of files (Tarjan), each group of more than one is a cycle. */
function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) cycles.push(group.toSorted());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return cycles;
}

test('no file imports itself by way of others', () => {
  const edges = new Map(
    readSources().map((file) => [
      file.path,
      file.imports.flatMap(({ target, spawned }) =>
        target === undefined || spawned ? [] : [target],
      ),
    ]),
  );
  // Move what both need into a file of its own.
  expect(findCycles(edges)).toEqual([]);
});

test('a cycle is found, and a diamond is not taken for one', () => {
  const cycle = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['a']],
    ['d', ['a']],
  ]);
  expect(findCycles(cycle)).toEqual([['a', 'b', 'c']]);
  const diamond = new Map([
    ['a', ['b', 'c']],
    ['b', ['d']],
    ['c', ['d']],
  ]);
  expect(findCycles(diamond)).toEqual([]);
});
