import { useTranslation } from 'react-i18next';
import type { Period } from '../api/books-types';
import { progressOf } from '../state/period';
import { Glyph } from './glyph';

/** How far a close is, in contracts; what blocks it is counted beside it. Nothing before it was asked for. */
export function PeriodProgress({ period }: { period: Period }) {
  const { t } = useTranslation();
  const share = progressOf(period);
  const { progress } = period;
  if (share === undefined || progress === undefined || period.state === 'closed') return null;
  const done = progress.total - progress.due;
  const words = t('period.done', { done, total: progress.total });
  return (
    <span className="oh-progress">
      <progress value={done} max={Math.max(1, progress.total)} aria-label={words} />
      <span className="oh-caption">{words}</span>
      {progress.blockers.length > 0 && (
        <span className="oh-chip oh-tone-attention">
          <Glyph tone="attention" />
          {t('period.blocked', { count: progress.blockers.length })}
        </span>
      )}
    </span>
  );
}
