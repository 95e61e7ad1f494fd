import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A JSON value as indented text, to read and to copy. */
export function JsonView({ value, label }: { value: unknown; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const id = useId();
  const text = JSON.stringify(value, null, 2);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => setCopied(true));
  };
  return (
    <section className="oh-json" aria-labelledby={id}>
      <header>
        <span id={id} className="oh-caption">
          {label}
        </span>
        <button type="button" className="oh-why" onClick={copy}>
          {copied ? t('common.copied') : t('common.copyJson')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </section>
  );
}
