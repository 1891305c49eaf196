import { createInstance } from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Locale } from '../../shared/account/account.ts';
import { changePreferences, usePreferences } from '../state/preferences.ts';

/**
 * Words live beside the screens that say them, in `<folder>/<name>-words.ts`:
 *
 *   export const trayWords = defineWords({
 *     zh: { title: '切片托盘', count: '共 {count} 张' },
 *     en: { title: 'Slide tray', count: { one: '{count} slide', other: '{count} slides' } },
 *   });
 *   const t = useWords(trayWords);
 *   t('title'); t('count', { count: 3 });
 *
 * `en` must have exactly the keys of `zh`; a key or a {placeholder} that does not exist is a type error.
 * Numbers and dates are formatted before they get here (`useFormats` in formats.ts).
 */
export type Language = Locale;
type Phrase = string | { readonly one: string; readonly other: string };
type ZhWords = Readonly<Record<string, string>>;

export interface Words<Zh extends ZhWords> {
  readonly namespace: string;
  readonly zh: Zh;
  readonly en: { readonly [Key in keyof Zh]: Phrase };
}

type Placeholders<Text> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;
type Values<Text> = [Placeholders<Text>] extends [never]
  ? []
  : [values: { readonly [Name in Placeholders<Text>]: string | number }];

export type Translate<Zh extends ZhWords> = <Key extends keyof Zh & string>(
  key: Key,
  ...values: Values<Zh[Key]>
) => string;

/** The same text in both languages, for what is named in one place and shown in another. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

function browserLanguage(): Language {
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

function wantedLanguage(): Language {
  return usePreferences.getState().language ?? browserLanguage();
}

const i18next = createInstance();
void i18next.use(initReactI18next).init({
  lng: wantedLanguage(),
  fallbackLng: false,
  initAsync: false,
  resources: { zh: {}, en: {} },
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false, prefix: '{', suffix: '}' },
  react: { useSuspense: false },
});

function applyLanguage(language: Language): void {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  if (i18next.language !== language) void i18next.changeLanguage(language);
}
applyLanguage(wantedLanguage());
usePreferences.subscribe(() => applyLanguage(wantedLanguage()));

function flatten(phrases: Readonly<Record<string, Phrase>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(phrases).flatMap(([key, phrase]) =>
      typeof phrase === 'string'
        ? [[key, phrase]]
        : [
            [`${key}_one`, phrase.one],
            [`${key}_other`, phrase.other],
          ],
    ),
  );
}

let namespaces = 0;

export function defineWords<const Zh extends ZhWords>(words: {
  readonly zh: Zh;
  readonly en: { readonly [Key in keyof NoInfer<Zh>]: Phrase };
}): Words<Zh> {
  namespaces += 1;
  const namespace = `words${namespaces}`;
  i18next.addResourceBundle('zh', namespace, flatten(words.zh));
  i18next.addResourceBundle('en', namespace, flatten(words.en));
  return { namespace, zh: words.zh, en: words.en };
}

/** Words in the reader's language; re-renders when it is switched. */
export function useWords<const Zh extends ZhWords>(words: Words<Zh>): Translate<Zh> {
  const { t } = useTranslation(words.namespace);
  return t as unknown as Translate<Zh>; // keys and values are checked by our own types, not i18next's
}

export function bilingual<const Zh extends ZhWords>(
  words: Words<Zh>,
  key: keyof Zh & string,
): Bilingual {
  const en = words.en[key];
  return { zh: words.zh[key] ?? '', en: typeof en === 'string' ? en : (en?.other ?? '') };
}

export function useLanguage(): Language {
  const chosen = usePreferences((preferences) => preferences.language);
  return chosen ?? browserLanguage();
}

/** Switches at once and remembers it on this computer; the account remembers it too (see frame/). */
export function chooseLanguage(language: Language): void {
  changePreferences({ language });
}
