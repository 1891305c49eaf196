import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { listFiles, readText, ROOT } from './source-tree.ts';

const TOP = 'client|server|shared|fixtures|test|docs|\\.ci';

/** Paths that a page names: of our folders in code, or the target of a relative link. */
function pathsNamedBy(page: string, text: string): string[] {
  const inCode = text.matchAll(new RegExp(`(?<![\\w/.-])((?:${TOP})/[\\w./@-]*[\\w/])`, 'g'));
  const links = text.matchAll(/\]\((?!https?:|#|mailto:)([^)\s#]+)/g);
  return [
    ...[...inCode].map(([, path = '']) => path),
    ...[...links].map(([, path = '']) => normalize(join(dirname(page), path))),
  ];
}

test('a page names only paths that are there', () => {
  const pages = listFiles().filter((path) => path.endsWith('.md'));
  const lost = pages.flatMap((page) =>
    pathsNamedBy(page, readText(page))
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${page} names ${path}, which is not there`),
  );
  expect([...new Set(lost)]).toEqual([]);
});

/** Put together from parts, so that this file does not hold what it looks for. */
const TRACES: readonly (readonly [string, RegExp])[] = [
  ['a path of one machine', new RegExp(`/(?:${['work', 'farm'].join('|')})/(?:main|shared|in)\\b`)],
  ['a home folder', /\/(?:home|Users)\/[a-z][\w-]+\//],
  [
    'a package registry',
    /\bregistry\s*=\s*http|https?:\/\/[\w.-]*(?:npmmirror|artifactory|nexus|verdaccio)/i,
  ],
  [
    'an address in a private network',
    /https?:\/\/(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+/,
  ],
];

test('no tracked file holds a trace of the machine that it was written on', () => {
  const texts = listFiles().filter(
    (path) =>
      !/\.(png|jpe?g|webp|ico|woff2?|svs|tiff?|dcm)$/.test(path) &&
      !path.startsWith('test/architecture/'),
  );
  const found = texts.flatMap((path) => {
    const text = readText(path);
    return TRACES.filter(([, pattern]) => pattern.test(text)).map(
      ([what, pattern]) => `${path} holds ${what}: ${pattern.exec(text)?.[0] ?? ''}`,
    );
  });
  expect(found).toEqual([]);
});

test('the lockfile names no registry, so that any mirror can serve it', () => {
  const lock = JSON.parse(readText('package-lock.json')) as {
    packages: Record<string, { resolved?: string }>;
  };
  const elsewhere = Object.values(lock.packages)
    .map(({ resolved }) => resolved)
    .filter((resolved) => resolved !== undefined)
    .filter((resolved) => !resolved.startsWith('https://registry.npmjs.org/'));
  expect(elsewhere).toEqual([]);
});

test('the lockfile holds every platform, so that npm ci works on all of them', () => {
  const { packages } = JSON.parse(readText('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  // A mirror that lacks a platform makes npm leave it out in silence, and npm ci then refuses elsewhere.
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        packages[`node_modules/${name}`] === undefined &&
        packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});
