export type Language = 'en' | 'zh';

/** The better of the two languages by an Accept-Language header; English when it prefers neither. */
export function preferredLanguage(header: string | undefined): Language {
  const weights = { en: 0, zh: 0 };
  for (const part of (header ?? '').toLowerCase().split(',')) {
    const [range = '', ...parameters] = part.trim().split(';');
    const quality = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((q) => q !== undefined);
    const language = range.split('-')[0];
    if (language === 'en' || language === 'zh') weights[language] = Math.max(weights[language], Number(quality ?? 1));
  }
  return weights.zh > weights.en ? 'zh' : 'en';
}
