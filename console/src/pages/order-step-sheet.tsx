import { App, Input } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PlanStep } from '../api/fulfilment-types';
import { useReport } from '../api/queries';
import { problemOf } from '../components/error-panel';
import { Field, FormSheet } from '../components/form-sheet';
import { today, useAction } from '../components/plan-steps';
import { formatQuantity } from '../format/money';
import { useLang, useSay } from '../i18n/i18n';
import { saysByField } from '../state/amend';
import { less } from '../state/plan';

/** Says that a step is done: when, and how much of it. @param step the sheet is open while there is one. */
export function StepSheet({
  order,
  step,
  onClose,
}: {
  order: string;
  step: PlanStep | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const say = useSay();
  const lang = useLang();
  const action = useAction();
  const { message } = App.useApp();
  const report = useReport(order, 'steps');
  const [date, setDate] = useState(today);
  const [quantity, setQuantity] = useState('');
  const kept = useRef(step);
  if (step !== undefined) kept.current = step;
  const shown = step ?? kept.current;
  const problem = report.error === null ? undefined : problemOf(report.error);
  const says = saysByField(problem, 'lines');
  const wrong = (field: string): string | undefined => {
    const said = says.get(field);
    return said === undefined ? undefined : say(said);
  };
  const close = (): void => {
    report.reset();
    setDate(today());
    setQuantity('');
    onClose();
  };
  const confirm = (key: string): void => {
    if (step === undefined || date === '') return;
    const some = quantity.trim();
    const body = { evidenceId: key, stepId: step.stepId, date, ...(some === '' ? {} : { quantity: some }) };
    report.mutate(
      { body, key },
      {
        onSuccess: () => {
          void message.success(t('step.done', { step: action(step.action) }));
          close();
        },
      },
    );
  };
  const rest = shown === undefined ? '0' : less(shown.quantity, shown.done);
  return (
    <FormSheet
      open={step !== undefined}
      title={shown === undefined ? '' : t('step.title', { step: action(shown.action), line: shown.lineNo })}
      text={t(shown?.passesControl === true ? 'step.textControl' : 'step.text')}
      verb={t('plan.report')}
      busy={report.isPending}
      problem={problem}
      testId="confirm-step"
      onConfirm={confirm}
      onClose={close}
    >
      <Field label={t('step.date')} wrong={date === '' ? t('form.needed') : wrong('date')}>
        {(props) => (
          <input {...props} type="date" className="oh-input" value={date} onChange={(e) => setDate(e.target.value)} />
        )}
      </Field>
      <Field
        label={t('step.quantity')}
        hint={t('step.quantityHint', { rest: formatQuantity(rest, lang) })}
        wrong={wrong('quantity')}
      >
        {(props) => (
          <Input {...props} inputMode="decimal" value={quantity} onChange={(e) => setQuantity(e.target.value)} />
        )}
      </Field>
    </FormSheet>
  );
}
