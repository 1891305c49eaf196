import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig, VARIABLES } from '../../server/config.ts';

const ROOT = join(import.meta.dirname, '../..');
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** The part of the Compose Specification that our file uses; a word that is not in it is a slip. */
const Service = z.strictObject({
  image: z.string(),
  build: z.literal('.').optional(),
  init: z.boolean().optional(),
  restart: z.literal('unless-stopped'),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  shm_size: z.string().optional(),
  stop_grace_period: z.string().optional(),
  ports: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  command: z.array(z.string()).optional(),
  deploy: z.strictObject({ replicas: z.number().int() }).optional(),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.literal('service_healthy') }))
    .optional(),
  healthcheck: z
    .union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({
        test: z.array(z.string()).min(2),
        interval: z.string(),
        retries: z.number().int(),
      }),
    ])
    .optional(),
});
const Compose = z.object({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.null()),
});

const compose = Compose.parse(parse(textOf('compose.yaml'), { merge: true }));
const { services } = compose;

/** ${NAME}, ${NAME:-standard} and ${NAME:?what to do}, as compose fills them in. */
function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind, rest: string) => {
    const value = values[name];
    if (value !== undefined) return value;
    if (kind === '-') return rest;
    throw new Error(`${name} has no value`);
  });
}

/** What an operator fills in, by the names of the example. */
function exampleValues(): Record<string, string> {
  const lines = textOf('.env.example').matchAll(/^(\w+)=(.*)$/gm);
  return Object.fromEntries(
    [...lines].map(([, name = '', value = '']) => [name, value === '' ? 'x'.repeat(32) : value]),
  );
}

function environmentOf(name: string): Record<string, string> {
  const values = exampleValues();
  const entries = Object.entries(services[name]?.environment ?? {});
  return Object.fromEntries(entries.map(([key, text]) => [key, fillIn(text, values)]));
}

test('what compose.yaml asks for is in the example of its settings, and nothing else is', () => {
  const asked = [...textOf('compose.yaml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
  expect(new Set(asked)).toEqual(new Set(Object.keys(exampleValues())));
});

test('the servers and the worker of compose.yaml are given an environment that fits', () => {
  for (const name of ['api', 'worker']) {
    const environment = environmentOf(name);
    const unknown = Object.keys(environment).filter(
      (key) => !VARIABLES.includes(key) && !key.startsWith('AWS_'),
    );
    expect(unknown).toEqual([]);
    const config = readConfig(environment);
    expect(config).toMatchObject({
      databaseUrl: `postgresql://farscope:${'x'.repeat(32)}@postgres:5432/farscope`,
      redisUrl: 'redis://redis:6379',
      s3: { bucket: 'farscope', endpoint: 'https://s3.example.org', pathStyle: true },
      demo: false,
    });
  }
  expect(readConfig(environmentOf('api'))).toMatchObject({ workers: 0, secureCookies: true });
});

test('who waits for another waits for one that says when it is healthy, and volumes are there', () => {
  const ownHealth = textOf('Dockerfile').includes('HEALTHCHECK');
  for (const [name, { depends_on: needed = {}, volumes = [] }] of Object.entries(services)) {
    for (const other of Object.keys(needed)) {
      const service = services[other];
      const says = service?.healthcheck !== undefined || (ownHealth && service?.build === '.');
      expect(says, `${name} waits for ${other}`).toBe(true);
    }
    for (const volume of volumes) {
      const [from = '', at] = volume.split(':');
      if (at === undefined) continue;
      const known = from.startsWith('./')
        ? existsSync(join(ROOT, from))
        : Object.keys(compose.volumes).includes(from);
      expect(known, volume).toBe(true);
    }
  }
});

test('several servers share keys and no scratch, and none runs as root or may become it', () => {
  for (const name of ['api', 'worker']) {
    const { volumes, cap_drop: dropped, read_only: readOnly } = services[name] ?? {};
    expect(volumes).toEqual(['/var/lib/farscope', 'secrets:/run/farscope-secrets']);
    expect(dropped).toEqual(['ALL']);
    expect(readOnly).toBe(true);
  }
  expect(services['api']?.deploy?.replicas).toBeGreaterThan(1);
});

test('the image is built of what is here, and ends as an ordinary user', () => {
  const text = textOf('Dockerfile').replaceAll('\\\n', ' ');
  const stages = text.split(/^FROM /m).slice(1);
  expect(stages.length).toBe(2);
  const last = stages.at(-1) ?? '';
  expect(/^USER node$/m.test(last)).toBe(true);
  expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('CMD ["node"'));
  const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, from = '']) =>
    from.split(' '),
  );
  for (const path of copied) expect(existsSync(join(ROOT, path)), path).toBe(true);
  const ignored = textOf('.dockerignore').split('\n');
  for (const path of copied) expect(ignored).not.toContain(path);
  const commands = [
    /^CMD (\[.*\])$/m.exec(last)?.[1] ?? '[]',
    JSON.stringify(services['worker']?.command),
  ];
  for (const command of commands) {
    const script = z.array(z.string()).parse(JSON.parse(command)).at(-1) ?? '';
    expect(existsSync(join(ROOT, script)), script).toBe(true);
    expect(copied).toContain(script.split('/')[0]);
  }
});

test('the page for operators names every setting there is', () => {
  const page = textOf('docs/deployment.md');
  expect(VARIABLES.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
