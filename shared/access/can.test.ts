import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ROLES } from '../account/account.ts';
import { HospitalId, AccountId } from '../ids.ts';
import { ACTIONS, can, roleMay, type Actor, type Resource, type ShareGrant } from './can.ts';
import { TOKEN_PURPOSES } from './token.ts';
import { isVisible } from './visible.ts';

const hospital = fc.constantFrom(
  ...['a', 'b', 'c'].map((last) => HospitalId.parse(`0198f1c2-0000-7000-8000-00000000000${last}`)),
);
const account = fc.constantFrom(
  ...['1', '2'].map((last) => AccountId.parse(`0198f1c2-0000-7000-8000-00000000000${last}`)),
);
const actor: fc.Arbitrary<Actor> = fc.record({
  accountId: account,
  role: fc.constantFrom(...ROLES),
  hospitalId: hospital,
});
const share: fc.Arbitrary<ShareGrant> = fc.record({
  hospitalId: hospital,
  includeLabel: fc.boolean(),
  expiresAtMs: fc.option(fc.integer({ min: 0, max: 2_000 })),
});
const slide = fc.record({
  kind: fc.constant('slide' as const),
  hospitalId: hospital,
  deleted: fc.boolean(),
  shares: fc.array(share, { maxLength: 4 }),
  uploadedBy: account,
});
const resource: fc.Arbitrary<Resource> = fc.oneof(
  slide,
  fc.record({ kind: fc.constant('upload' as const), hospitalId: hospital, accountId: account }),
  fc.record({
    kind: fc.constant('account' as const),
    hospitalId: hospital,
    role: fc.constantFrom(...ROLES),
  }),
  fc.record({ kind: fc.constant('hospital' as const), hospitalId: hospital }),
);
const action = fc.constantFrom(...ACTIONS);
const NOW = 1_000;

test('nobody may with a thing what the role may not at all', () => {
  fc.assert(
    fc.property(actor, action, resource, (who, what, thing) => {
      expect(can(who, what, thing, NOW) && !roleMay(who.role, what)).toBe(false);
    }),
  );
});

test('a slide of another hospital is looked at, or asked to be scanned again, under a live share only, and never changed', () => {
  fc.assert(
    fc.property(actor, action, slide, (who, what, thing) => {
      fc.pre(who.role !== 'administrator' && who.hospitalId !== thing.hospitalId);
      const live = thing.shares.filter(
        ({ hospitalId, expiresAtMs }) =>
          hospitalId === who.hospitalId && (expiresAtMs === null || NOW < expiresAtMs),
      );
      if (live.length === 0 || thing.deleted) expect(can(who, what, thing, NOW)).toBe(false);
      if (what !== 'slide.view' && what !== 'slide.label' && what !== 'rescan.ask') {
        expect(can(who, what, thing, NOW)).toBe(false);
      }
    }),
  );
});

test('a label of another hospital is seen only where a live share says so', () => {
  fc.assert(
    fc.property(actor, slide, (who, thing) => {
      fc.pre(who.role !== 'administrator' && who.hospitalId !== thing.hospitalId);
      const named = thing.shares.some(
        ({ hospitalId, includeLabel }) => hospitalId === who.hospitalId && includeLabel,
      );
      if (!named) expect(can(who, 'slide.label', thing, NOW)).toBe(false);
    }),
  );
});

test('nobody but the one who uploaded a slide is told who looks at it, administrators included', () => {
  fc.assert(
    fc.property(actor, slide, (who, thing) => {
      const isOwn = who.accountId === thing.uploadedBy && who.hospitalId === thing.hospitalId;
      if (!isOwn) expect(can(who, 'slide.watch', thing, NOW)).toBe(false);
    }),
  );
});

test('teachers and trainees never see a label', () => {
  fc.assert(
    fc.property(actor, slide, (who, thing) => {
      fc.pre(who.role === 'teacher' || who.role === 'trainee');
      expect(can(who, 'slide.label', thing, NOW)).toBe(false);
    }),
  );
});

test('nobody but an administrator manages an account of another hospital, or an administrator', () => {
  fc.assert(
    fc.property(actor, account, hospital, fc.constantFrom(...ROLES), (who, _id, where, role) => {
      fc.pre(who.role !== 'administrator');
      const thing = { kind: 'account', hospitalId: where, role } as const;
      if (where !== who.hospitalId || role === 'administrator') {
        expect(can(who, 'account.manage', thing, NOW)).toBe(false);
      }
    }),
  );
});

test('whoever may do something with a thing may know that it is there', () => {
  fc.assert(
    fc.property(actor, action, resource, (who, what, thing) => {
      const sensible = what.startsWith(`${thing.kind}.`);
      if (sensible && can(who, what, thing, NOW)) expect(isVisible(who, thing, NOW)).toBe(true);
    }),
  );
});

test('a token never opens what its account may not, nor anything beside its purpose', () => {
  const purposes = fc.constantFrom(...TOKEN_PURPOSES);
  fc.assert(
    fc.property(actor, action, resource, purposes, (who, what, thing, tokenPurpose) => {
      const program = { ...who, tokenPurpose };
      if (!what.startsWith(`${thing.kind}.`) || !can(program, what, thing, NOW)) return;
      expect(can(who, what, thing, NOW)).toBe(true);
      const named = { upload: /^upload\./, read: /^slide\.(list|view)$/ }[tokenPurpose];
      expect(what).toMatch(named);
      if (thing.kind === 'upload') expect(thing.accountId).toBe(who.accountId);
    }),
    { numRuns: 2_000 },
  );
});
