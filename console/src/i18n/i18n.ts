import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Label } from '../api/types';
import type { Lang } from '../format/money';
import type { Words } from './en';

const KEPT_AS = 'orderhub.language';

declare module 'i18next' {
  interface CustomTypeOptions {
    keySeparator: false;
    nsSeparator: false;
    resources: { translation: Words };
  }
}

/** Only the words of one language are loaded. */
const LOADERS: Record<Lang, () => Promise<Record<string, string>>> = {
  en: () => import('./en').then((m) => m.en),
  'zh-CN': () => import('./zh').then((m) => m.zh),
};

/** What the reader chose before, else what the browser prefers, else English. */
export function chooseLang(kept: string | null, preferred: readonly string[]): Lang {
  if (kept === 'en' || kept === 'zh-CN') return kept;
  const first = preferred.find((l) => /^(zh|en)\b/i.test(l));
  return first !== undefined && /^zh/i.test(first) ? 'zh-CN' : 'en';
}

async function load(lang: Lang): Promise<void> {
  if (!i18next.hasResourceBundle(lang, 'translation')) {
    i18next.addResourceBundle(lang, 'translation', await LOADERS[lang]());
  }
  document.documentElement.lang = lang;
}

export async function startI18n(): Promise<void> {
  const lang = chooseLang(localStorage.getItem(KEPT_AS), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: lang,
    fallbackLng: false,
    resources: {},
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  await load(lang);
}

export async function switchLang(lang: Lang): Promise<void> {
  localStorage.setItem(KEPT_AS, lang);
  await load(lang);
  await i18next.changeLanguage(lang);
}

/** The language in use. */
export function useLang(): Lang {
  const { i18n } = useTranslation();
  return i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
}

/** Picks the text of a two-language label in the language in use. */
export function useSay(): (label: Label) => string {
  const lang = useLang();
  return (label) => (lang === 'zh-CN' ? label.zh : label.en);
}
