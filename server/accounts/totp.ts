import { Secret, TOTP } from 'otpauth';

/** RFC 6238: SHA-1, six digits, 30 s; what every authenticator app understands. */
const PERIOD_SECONDS = 30;
const RULES = { issuer: 'Farscope', algorithm: 'SHA1', digits: 6, period: PERIOD_SECONDS } as const;

/** A new secret in base32, 160 bits (RFC 4226, R6). */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What the QR code for the app says. */
export function otpauthUri(secret: string, username: string): string {
  return new TOTP({ ...RULES, label: username, secret: Secret.fromBase32(secret) }).toString();
}

/**
 * The time step whose code was given, or undefined. The step before and after count too, for clocks that
 * differ; a step that was used, or is older than one that was, does not (RFC 6238, 5.2).
 * @param lastStep the last step that was accepted
 */
export function acceptedStep(
  secret: string,
  code: string,
  nowMs: number,
  lastStep: number | null,
): number | undefined {
  const totp = new TOTP({ ...RULES, secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code, timestamp: nowMs, window: 1 });
  if (delta === null) return undefined;
  const step = Math.floor(nowMs / 1000 / PERIOD_SECONDS) + delta;
  return lastStep === null || step > lastStep ? step : undefined;
}
