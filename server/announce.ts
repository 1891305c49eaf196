import { networkInterfaces } from 'node:os';
import type { ServerConfig } from './config.ts';
import type { KnownSignIns } from './demo/first-run.ts';

export interface Announcement {
  readonly version: string;
  readonly config: Pick<ServerConfig, 'host' | 'dataDir' | 'secureCookies' | 'trustProxy'>;
  readonly port: number;
  readonly logFile: string | undefined;
  readonly signIns: KnownSignIns | undefined;
}

/** Addresses under which this machine can be reached, when the server listens on all of them. */
function addressesOf(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return [host.includes(':') ? `[${host}]` : host];
  const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const reachable = others.filter(({ family, internal }) => family === 'IPv4' && !internal);
  return ['localhost', ...reachable.map(({ address }) => address)];
}

function signInLines(known: KnownSignIns | undefined): string[] {
  if (known === undefined || known.signIns.length === 0) return [];
  const width = Math.max(...known.signIns.map(({ username }) => username.length));
  const lines = known.signIns.map(
    ({ username, password, nameZh, nameEn }) =>
      `    ${username.padEnd(width)}   ${password}   ${nameZh} ${nameEn}`,
  );
  const title =
    known.kind === 'demo'
      ? '  演示账户  Demo sign-ins'
      : '  首个管理员（登录后须更改密码）  First administrator (the password must be changed)';
  return ['', title, ...lines];
}

function plainHttpLines({ secureCookies, trustProxy }: Announcement['config']): string[] {
  if (secureCookies || trustProxy !== false) return [];
  return [
    '',
    '  明文 http：登录 Cookie 不带 Secure，仅供本机或内网试用；正式使用请置于 https 反向代理之后。',
    '  Plain http: the sign-in cookie is not Secure. For this machine or a trial in your own network;',
    '  put an https proxy in front for real use (TRUST_PROXY, SECURE_COOKIES in docs/deployment.md).',
  ];
}

/** What a person reads at the terminal when the server is up, in both languages. */
export function announce(announcement: Announcement): string {
  const { version, config, port, logFile, signIns } = announcement;
  return [
    '',
    `  远镜 Farscope ${version}`,
    '',
    ...addressesOf(config.host).map((address) => `    http://${address}:${port}`),
    ...signInLines(signIns),
    '',
    `  数据 Data   ${config.dataDir}`,
    ...(logFile === undefined ? [] : [`  日志 Log    ${logFile}`]),
    ...plainHttpLines(config),
    '',
    '  按 Ctrl+C 停止  Ctrl+C stops it',
    '',
  ].join('\n');
}
