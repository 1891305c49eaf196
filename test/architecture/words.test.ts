import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { readSources, type SourceFile, type SyntaxNode, walk } from './source-tree.ts';

/** A words file: every defineWords({ zh, en }) of client/, as the parser sees it. */
interface WordsFile {
  readonly file: SourceFile;
  readonly zh: ReadonlyMap<string, string>;
  readonly en: ReadonlyMap<string, string>;
}

const HAN = /\p{Script=Han}/u;
/** Names that stand in their own language wherever they stand. */
const OWN_NAMES = /中文|远镜/gu;

/** Of an object literal: key → the text of its value, { one, other } joined. */
function phrasesOf(literal: SyntaxNode): ReadonlyMap<string, string> {
  const phrases = new Map<string, string>();
  for (const property of literal['properties'] as readonly SyntaxNode[]) {
    const key = property['key'] as { name?: string; value?: string };
    const texts: string[] = [];
    walk(property['value'] as SyntaxNode, (node) => {
      if (node.type === 'Literal' && typeof node['value'] === 'string') texts.push(node['value']);
      if (node.type === 'TemplateElement') texts.push((node['value'] as { raw: string }).raw);
    });
    phrases.set(key.name ?? key.value ?? '', texts.join('\n'));
  }
  return phrases;
}

/** `{ … }`, `{ … } as const` or `{ … } satisfies …`: the literal itself. */
function literalOf(node: SyntaxNode): SyntaxNode {
  return node.type === 'ObjectExpression' ? node : literalOf(node['expression'] as SyntaxNode);
}

function wordsIn(file: SourceFile): readonly WordsFile[] {
  const found: WordsFile[] = [];
  walk(file.program, (node) => {
    const callee = node['callee'] as { name?: string } | undefined;
    if (node.type !== 'CallExpression' || callee?.name !== 'defineWords') return;
    const argument = literalOf((node['arguments'] as readonly SyntaxNode[])[0] as SyntaxNode);
    const languages = new Map(
      (argument['properties'] as readonly SyntaxNode[]).map((property) => [
        (property['key'] as { name: string }).name,
        phrasesOf(literalOf(property['value'] as SyntaxNode)),
      ]),
    );
    const zh = languages.get('zh');
    const en = languages.get('en');
    if (zh !== undefined && en !== undefined) found.push({ file, zh, en });
  });
  return found;
}

const product = readSources().filter(({ path, isTest }) => path.startsWith('client/') && !isTest);
const words = product.flatMap(wordsIn);
const wordsPaths = new Set(words.map(({ file }) => file.path));

test('there are words for every screen', () => {
  const folders = new Set(words.map(({ file }) => dirname(file.path)));
  for (const feature of ['sign-in', 'slides', 'accounts', 'hospitals', 'profile']) {
    expect(folders).toContain(`client/features/${feature}`);
  }
});

test('both languages have the same keys, and none is empty', () => {
  for (const { file, zh, en } of words) {
    expect([...en.keys()], file.path).toEqual([...zh.keys()]);
    for (const [key, text] of [...zh, ...en])
      expect(text.trim(), `${file.path} ${key}`).not.toBe('');
  }
});

test('the English words have no Chinese letters', () => {
  const odd = words.flatMap(({ file, en }) =>
    [...en]
      .filter(([, text]) => HAN.test(text.replaceAll(OWN_NAMES, '')))
      .map(([key]) => `${file.path} ${key}`),
  );
  expect(odd).toEqual([]);
});

test('both languages fill in the same values', () => {
  const placeholders = (text: string) => new Set(text.match(/\{\w+\}/g));
  for (const { file, zh, en } of words) {
    for (const [key, text] of zh) {
      expect(placeholders(en.get(key) ?? ''), `${file.path} ${key}`).toEqual(placeholders(text));
    }
  }
});

/** Keys are used by name; a key such as a role is used through a value, which its own type proves. */
function isUsed(key: string, users: readonly SourceFile[]): boolean {
  return users.some(({ text }) => text.includes(`'${key}'`) || text.includes(`${key}:`));
}

test('no word is left over', () => {
  const unused = words.flatMap(({ file, zh }) => {
    const users = product.filter(
      ({ path, imports }) =>
        path !== file.path &&
        (dirname(path) === dirname(file.path) ||
          imports.some(({ target }) => target === file.path)),
    );
    const others = [...users, ...product.filter(({ path }) => path.startsWith('shared/'))];
    const byValue = /^client\/app\/(role|rescan-reason)-words\.ts$/.test(file.path);
    return byValue
      ? []
      : [...zh.keys()].filter((key) => !isUsed(key, others)).map((key) => `${file.path} ${key}`);
  });
  expect(unused).toEqual([]);
});

test('Chinese stands in words files only, so that nothing on the screen has one language', () => {
  const stray: string[] = [];
  for (const file of product) {
    if (wordsPaths.has(file.path)) continue;
    walk(file.program, (node) => {
      const text = node.type === 'JSXText' || node.type === 'Literal' ? node['value'] : undefined;
      if (typeof text === 'string' && HAN.test(text)) stray.push(`${file.path}: ${text.trim()}`);
    });
  }
  expect(stray).toEqual([]);
});
