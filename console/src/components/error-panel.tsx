import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../api/client';
import type { Problem } from '../api/types';
import { useLang } from '../i18n/i18n';
import { Glyph } from './glyph';

/** Anything thrown, as a problem to show. */
export const problemOf = (error: unknown): Problem =>
  error instanceof ApiError
    ? error.problem
    : { code: 'CONSOLE_UNEXPECTED', cure: 'code', title: error instanceof Error ? error.message : String(error) };

/** What happened, why, what you can do; then code and a copy for support. What did load stays around it. */
export function ErrorPanel({ problem, onRetry }: { problem: Problem; onRetry?: () => void }) {
  const { t } = useTranslation();
  const zh = useLang() === 'zh-CN';
  const [copied, setCopied] = useState(false);
  const what = zh ? (problem.titleZh ?? problem.title) : problem.title;
  const action = zh ? (problem.detailZh ?? problem.fixZh) : (problem.detail ?? problem.fix);
  const copy = (): void => {
    void navigator.clipboard.writeText(JSON.stringify(problem, null, 2)).then(() => setCopied(true));
  };
  return (
    <section className="oh-error" role="alert">
      <p className="oh-error-what">
        <Glyph tone="refused" />
        <span>{what}</span>
      </p>
      {problem.cure !== undefined && <p className="oh-error-why">{t(`error.cure.${problem.cure}`)}</p>}
      {problem.issues?.map((issue) => (
        <p key={`${issue.path} ${issue.why}`} className="oh-error-why">
          <code>{issue.path}</code> {zh ? issue.whyZh : issue.why}
        </p>
      ))}
      {action !== undefined && <p>{action}</p>}
      <p className="oh-error-foot">
        <code>{problem.code}</code>
        {problem.instance !== undefined && <code>{problem.instance}</code>}
        <button type="button" className="oh-why" onClick={copy}>
          {copied ? t('common.copied') : t('common.copy')}
        </button>
        {onRetry !== undefined && (
          <Button size="small" onClick={onRetry}>
            {t('common.retry')}
          </Button>
        )}
      </p>
    </section>
  );
}
