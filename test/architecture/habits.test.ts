import { basename } from 'node:path';
import { expect, test } from 'vitest';
import {
  lineOf,
  listFiles,
  readSources,
  walk,
  type SourceFile,
  type SyntaxNode,
} from './source-tree.ts';

type Complaint = (node: SyntaxNode, file: SourceFile) => string | undefined;

function collect(complain: Complaint, only: (path: string, isTest: boolean) => boolean): string[] {
  const found: string[] = [];
  for (const file of readSources()) {
    if (!only(file.path, file.isTest)) continue;
    walk(file.program, (node) => {
      const words = complain(node, file);
      if (words !== undefined) found.push(`${file.path}:${lineOf(file.text, node.start)} ${words}`);
    });
  }
  return found;
}

const everywhere = (): boolean => true;

test('nothing is of type any', () => {
  const complain: Complaint = (node) =>
    node.type === 'TSAnyKeyword' ? 'says any: unknown, until it is parsed.' : undefined;
  expect(collect(complain, everywhere)).toEqual([]);
});

test('no failure is caught and dropped', () => {
  const complain: Complaint = (node) => {
    if (node.type !== 'CatchClause') return undefined;
    const { body } = node['body'] as { body: unknown[] };
    return body.length === 0
      ? 'catches a failure and drops it: add what is known, or make it a value.'
      : undefined;
  };
  expect(collect(complain, everywhere)).toEqual([]);
});

/** A rejection may be left to somebody else, or be of no matter, when a comment close above says so. */
function hasReasonAbove({ text }: SourceFile, node: SyntaxNode): boolean {
  const before = text.slice(0, node.start).split('\n');
  return before.slice(-4, -1).some((line) => /^\s*(\/\/|\/?\*)/.test(line));
}

test('no rejection is answered with nothing', () => {
  const complain: Complaint = (node, file) => {
    const callee = node['callee'] as { property?: { name?: string } } | undefined;
    if (node.type !== 'CallExpression' || callee?.property?.name !== 'catch') return undefined;
    const handler = (node['arguments'] as SyntaxNode[])[0];
    const body = handler?.['body'] as { type: string; body?: unknown[]; name?: string } | undefined;
    const empty = body?.type === 'BlockStatement' && body.body?.length === 0;
    const nothing = body?.type === 'Identifier' && body.name === 'undefined';
    return (empty || nothing) && !hasReasonAbove(file, node)
      ? 'swallows a rejection: name the failure that is expected, or say above who hears of it.'
      : undefined;
  };
  expect(collect(complain, (_path, isTest) => !isTest)).toEqual([]);
});

/** The name that a chain such as test.each(…).skip begins with. */
function headOf(node: SyntaxNode): string | undefined {
  let at: SyntaxNode | undefined = node;
  while (at !== undefined && at.type !== 'Identifier') {
    at = (at['object'] ?? at['callee']) as SyntaxNode | undefined;
  }
  return at?.['name'] as string | undefined;
}

test('no test is skipped, left for later, or run alone', () => {
  const banned = new Set(['skip', 'only', 'todo', 'skipIf', 'runIf', 'fixme', 'fails']);
  const complain: Complaint = (node) => {
    if (node.type !== 'MemberExpression') return undefined;
    const name = (node['property'] as { name?: string }).name ?? '';
    const head = headOf(node['object'] as SyntaxNode);
    const ofTest = head === 'test' || head === 'it' || head === 'describe';
    return banned.has(name) && ofTest
      ? `says ${head}.${name}: a test runs or it is not there.`
      : undefined;
  };
  expect(collect(complain, (_path, isTest) => isTest)).toEqual([]);
});

test('nothing is exported by default, except where a tool demands it', () => {
  const demanded = /(^|\/)(vite|playwright)\.config\.ts$|global-setup\.ts$/;
  const complain: Complaint = (node) =>
    node.type === 'ExportDefaultDeclaration' ? 'exports by default: give it its name.' : undefined;
  expect(collect(complain, (path) => !demanded.test(path))).toEqual([]);
});

test('no file is named for a drawer', () => {
  const drawers =
    /(^|[-.])(utils?|helpers?|common|misc|manager|service|impl)([-.]|$)|^(index|base)([-.]|$)/i;
  const named = listFiles().filter(
    (path) => /\.(tsx?|cjs)$/.test(path) && drawers.test(basename(path).replace(/\.\w+$/, '')),
  );
  // Name a file for its main export; a folder has no barrel.
  expect(named).toEqual([]);
});

test('file names are in kebab case', () => {
  const odd = readSources()
    .map(({ path }) => path)
    .filter((path) => !/^[a-z0-9]+([-.][a-z0-9]+)*\.tsx?$/.test(basename(path)));
  expect(odd).toEqual([]);
});
