import { useMemo } from 'react';
import { type Language, useLanguage } from './i18n.ts';

/** Numbers, sizes and dates as the reader's language writes them. */
export interface Formats {
  readonly language: Language;
  number(value: number, maximumFractionDigits?: number): string;
  /** 0..1 → "42 %" without decimals. */
  percent(share: number): string;
  /** Binary multiples, three significant digits. */
  bytes(bytes: number): string;
  date(iso: string): string;
  dateTime(iso: string): string;
  /** "3 minutes ago", "in 2 days", seen from nowMs. */
  relative(iso: string, nowMs: number): string;
}

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

function formatBytes(bytes: number, locale: string): string {
  // The next unit from 1000 on, so that there are never four digits before the point.
  const power = BYTE_UNITS.findIndex((_unit, step) => bytes / 1024 ** step < 999.5 || step === 4);
  const value = bytes / 1024 ** power;
  const digits = value >= 100 || power === 0 ? 0 : value >= 10 ? 1 : 2;
  const text = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
  return `${text} ${BYTE_UNITS[power] ?? 'B'}`;
}

function formatRelative(iso: string, nowMs: number, locale: string): string {
  const seconds = (Date.parse(iso) - nowMs) / 1000;
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return relative.format(Math.round(seconds / length), unit);
  }
  return relative.format(0, 'minute');
}

export function makeFormats(language: Language): Formats {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  return {
    language,
    number: (value, maximumFractionDigits = 0) =>
      new Intl.NumberFormat(locale, { maximumFractionDigits }).format(value),
    percent: (share) => percent.format(share),
    bytes: (bytes) => formatBytes(bytes, locale),
    date: (iso) => date.format(new Date(iso)),
    dateTime: (iso) => dateTime.format(new Date(iso)),
    relative: (iso, nowMs) => formatRelative(iso, nowMs, locale),
  };
}

export function useFormats(): Formats {
  const language = useLanguage();
  return useMemo(() => makeFormats(language), [language]);
}
