import { expect, test } from 'vitest';
import { lineOf, readSources, walk, type SyntaxNode } from './source-tree.ts';

/** STYLE: the one file that everything drifts into is what hurts a codebase. */
const FILE_LINES = 300;
const FUNCTION_LINES = 60;

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function nameOf(node: SyntaxNode, above: readonly SyntaxNode[]): string {
  const own = (node['id'] as { name?: string } | null)?.name;
  const parent = above.at(-1);
  const key = (parent?.['key'] ?? parent?.['id']) as { name?: string } | null | undefined;
  return own ?? key?.name ?? 'a function';
}

test(`no file of the product is longer than ${FILE_LINES} lines`, () => {
  const long = readSources()
    .filter(({ isTest }) => !isTest)
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > FILE_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines. Which second idea can leave it?`);
  expect(long).toEqual([]);
});

test(`no function of the product is longer than ${FUNCTION_LINES} lines`, () => {
  const long: string[] = [];
  for (const file of readSources()) {
    if (file.isTest) continue;
    walk(file.program, (node, above) => {
      if (!FUNCTIONS.has(node.type)) return;
      const first = lineOf(file.text, node.start);
      const lines = lineOf(file.text, node.end) - first + 1;
      if (lines > FUNCTION_LINES) {
        long.push(`${file.path}:${first} ${nameOf(node, above)}: ${lines} lines. Name its steps.`);
      }
    });
  }
  expect(long).toEqual([]);
});
