/** Who may import whom, types included. The first row whose `files` is a prefix of the path counts. */
export interface Floor {
  readonly files: string;
  /** Prefixes of our own files; a floor may always import itself ("self"). */
  readonly mayImport: readonly string[];
  /** Packages that it may import; left out: any that has no sole importer. */
  readonly packages?: readonly string[];
  /** What to do instead of the import that is not allowed. */
  readonly instead: string;
}

/** What a noun of the server may lean on: the engines, HTTP, and the ports between nouns. */
const NOUN_FLOORS = [
  'shared/',
  'server/storage/',
  'server/imaging/',
  'server/http/',
  'server/deps.ts',
  'server/take-in.ts',
];

/** Small things that every screen needs, below the features although they lie in client/app. */
const CLIENT_KIT = [
  'client/app/i18n.ts',
  'client/app/formats.ts',
  'client/app/role-words.ts',
  'client/app/rescan-reason-words.ts',
  'client/app/use-now.ts',
  'client/app/theme.ts',
  'client/app/app-words.ts',
  'client/app/forms/',
  'client/app/frame/',
  'client/app/hotkeys/',
];
const CLIENT_FLOORS = [
  'client/api/',
  'client/state/',
  'client/local/',
  'client/viewer/',
  'client/ui/',
];

export const FLOORS: readonly Floor[] = [
  {
    files: 'shared/',
    mayImport: [],
    packages: ['zod', '@noble/hashes'],
    instead:
      'shared/ runs everywhere: take what you need as a parameter, or move the code up a floor.',
  },
  {
    files: 'server/storage/',
    mayImport: ['shared/'],
    instead: 'An engine knows no noun: let the noun hand in what it needs.',
  },
  {
    files: 'server/imaging/',
    mayImport: ['shared/'],
    instead: 'Imaging knows bytes and pixels only: let its caller read and keep them.',
  },
  {
    files: 'server/http/',
    mayImport: ['shared/', 'server/deps.ts', 'server/storage/'],
    instead: 'HTTP knows no noun: let the noun mount its handlers.',
  },
  {
    files: 'server/deps.ts',
    mayImport: ['shared/', 'server/storage/'],
    instead: 'A port between nouns names neither of them.',
  },
  {
    files: 'server/take-in.ts',
    mayImport: ['shared/', 'server/storage/'],
    instead: 'A port between nouns names neither of them.',
  },
  {
    files: 'server/demo/',
    mayImport: [...NOUN_FLOORS, 'fixtures/'],
    instead: 'The demo puts content in by the same needs that the nouns are given.',
  },
  {
    files: 'server/<noun>/',
    mayImport: NOUN_FLOORS,
    instead:
      'A noun never imports a noun: take it as a need in the first parameter, and let server/app.ts or server/main.ts fill it.',
  },
  {
    files: 'server/',
    mayImport: ['server/', 'shared/', 'package.json'],
    instead: 'The server knows no client.',
  },
  {
    // What waits to be sent survives a reload in the local database.
    files: 'client/api/',
    mayImport: ['shared/', 'client/local/'],
    instead: 'Calls to the server know no screen: hand in what differs.',
  },
  { files: 'client/state/', mayImport: ['shared/'], instead: 'State knows no screen.' },
  {
    files: 'client/local/',
    mayImport: ['shared/'],
    instead: 'The local database knows no screen.',
  },
  {
    files: 'client/viewer/',
    mayImport: ['shared/'],
    instead: 'The viewer takes tiles, words and settings as needs.',
  },
  {
    files: 'client/ui/',
    mayImport: ['shared/errors/', 'client/app/i18n.ts'],
    instead: 'ui/ has no pathology words: take texts and data as properties.',
  },
  {
    files: 'client/features/<feature>/',
    mayImport: ['shared/', ...CLIENT_FLOORS, ...CLIENT_KIT],
    instead:
      'A feature never imports a feature: compose both in client/app, or move the part down.',
  },
  ...CLIENT_KIT.map((files) => ({
    files,
    mayImport: ['shared/', ...CLIENT_FLOORS, ...CLIENT_KIT],
    instead: 'Every feature uses this: it must not lean on one.',
  })),
  { files: 'client/', mayImport: ['client/', 'shared/'], instead: 'The client knows no server.' },
  {
    files: 'fixtures/',
    mayImport: ['shared/', 'server/imaging/'],
    instead: 'Fixtures make files: they need no server.',
  },
  {
    files: 'test/',
    mayImport: ['shared/', 'server/', 'client/', 'fixtures/', 'test/'],
    instead: 'Tests may import everything.',
  },
];

/** Packages with one home. Tests may use them to look at a result from outside. */
export const SOLE_IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  sharp: ['server/imaging/'],
  '@julusian/jpeg-turbo': ['server/imaging/'],
  '@cornerstonejs/codec-openjpeg': ['server/imaging/'],
  koffi: ['server/imaging/'],
  kysely: ['server/storage/'],
  pg: ['server/storage/'],
  'pg-boss': ['server/storage/'],
  '@aws-sdk/client-s3': ['server/storage/'],
  '@aws-sdk/s3-request-presigner': ['server/storage/'],
  '@redis/client': ['server/storage/'],
  undici: ['server/storage/'],
  '@node-rs/argon2': ['server/accounts/'],
  otpauth: ['server/accounts/'],
  openseadragon: ['client/viewer/'],
  ws: ['server/live/'],
  zustand: ['client/state/'],
  dexie: ['client/local/'],
};

/** Who may open a line to somewhere else. */
export const NETWORK_CALLERS = ['client/api/', 'server/cli/'];
