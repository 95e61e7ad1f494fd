import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { PlanStep } from '../api/fulfilment-types';
import { formatQuantity } from '../format/money';
import { dayOf } from '../format/time';
import { useLang, useSay } from '../i18n/i18n';
import { ACTIONS, EVIDENCE_KINDS, STEP_STATES } from '../state/fulfilment-words';
import { isOverdue, isReportable, summarisePlan } from '../state/plan';
import { Glyph } from './glyph';
import { StateChip } from './state-chip';

/** Today where the reader is. */
export const today = (): string => dayOf(new Date().toISOString());

/**
 * A due date; once it has passed and the step is open, in amber with the word.
 * @param bare the head or label says already that it is a due date.
 */
export function DueDate({ step, bare = false }: { step: Pick<PlanStep, 'state' | 'dueDate'>; bare?: boolean }) {
  const { t } = useTranslation();
  if (step.dueDate === undefined) return null;
  if (!isOverdue(step, today()))
    return <span className="oh-time">{bare ? step.dueDate : t('plan.due', { date: step.dueDate })}</span>;
  return (
    <span className="oh-chip oh-tone-attention">
      <Glyph tone="attention" />
      {t('plan.overdue', { date: step.dueDate })}
    </span>
  );
}

export const useAction = (): ((action: string) => string) => {
  const say = useSay();
  return (action) => say(ACTIONS[action] ?? { en: action, zh: action });
};

function Step({ step, onDone }: { step: PlanStep; onDone: ((step: PlanStep) => void) | undefined }) {
  const { t } = useTranslation();
  const say = useSay();
  const lang = useLang();
  const action = useAction();
  const quantities = { done: formatQuantity(step.done, lang), of: formatQuantity(step.quantity, lang) };
  return (
    <li data-testid="plan-step">
      <span className="oh-plan-name">
        {action(step.action)}
        {step.passesControl && <span className="oh-caption">{t('plan.control')}</span>}
      </span>
      <StateChip look={STEP_STATES[step.state]} />
      <span className="oh-number">{t('plan.quantity', quantities)}</span>
      <span className="oh-plan-due">
        {(step.state === 'ready' || step.state === 'waiting') && <DueDate step={step} />}
      </span>
      {onDone !== undefined && isReportable(step) && (
        <Button
          size="small"
          aria-label={t('plan.reportOf', { step: action(step.action), line: step.lineNo })}
          onClick={() => onDone(step)}
        >
          {t('plan.report')}
        </Button>
      )}
      {step.evidence.length > 0 && (
        <ul className="oh-plan-proof oh-caption">
          {step.evidence.map((e) => (
            <li key={e.id} className="oh-plan-mark">
              <span className="oh-time">{e.date}</span>
              <span className="oh-number">{formatQuantity(e.quantity, lang)}</span>
              <span>{e.by ?? say(EVIDENCE_KINDS[e.kind] ?? { en: e.kind, zh: e.kind })}</span>
              {e.by === undefined && <code>{e.id}</code>}
              {(e.attachments?.length ?? 0) > 0 && (
                <span>{t('plan.files', { count: e.attachments?.length ?? 0 })}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** The plan of one line: a sentence that unfolds into its steps with dates, proof and who said so. */
export function PlanSteps({ steps, onDone }: { steps: readonly PlanStep[]; onDone?: (step: PlanStep) => void }) {
  const { t } = useTranslation();
  const action = useAction();
  if (steps.length === 0) return null;
  const { total, done, overdue, next } = summarisePlan(steps, today());
  return (
    <details className="oh-fold oh-plan">
      <summary>
        {t('plan.summary', { done, total })}
        {next !== undefined && ` · ${t('plan.next', { step: action(next.action) })}`}
        {overdue > 0 && (
          <span className="oh-chip oh-tone-attention oh-plan-late">
            <Glyph tone="attention" />
            {t('plan.overdueCount', { count: overdue })}
          </span>
        )}
      </summary>
      <ol>
        {steps.map((step) => (
          <Step key={step.stepId} step={step} onDone={onDone} />
        ))}
      </ol>
    </details>
  );
}
