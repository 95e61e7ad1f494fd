import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A number that people paste elsewhere. A click on it selects it all, which also works where the clipboard is closed. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const clipboard: Clipboard | undefined = navigator.clipboard;
  const copy = (): void => {
    void clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <span className="oh-copy">
      <code>{text}</code>
      {clipboard !== undefined && (
        <button
          type="button"
          className="oh-why"
          aria-label={`${t('common.copyJson')}: ${label} ${text}`}
          onClick={copy}
        >
          {copied ? t('common.copied') : t('common.copyJson')}
        </button>
      )}
    </span>
  );
}
