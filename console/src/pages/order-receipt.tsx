import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ReturnOrder } from '../api/fulfilment-types';
import { useReport } from '../api/queries';
import { problemOf } from '../components/error-panel';
import { Field, FormSheet } from '../components/form-sheet';
import { today } from '../components/plan-steps';

/** Says that the goods of a return are back, where no warehouse does. */
export function Receipt({ order, returned }: { order: string; returned: ReturnOrder }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const report = useReport(order, 'return-receipts');
  const [open, setOpen] = useState(false);
  const [date, setDate] = useState(today);
  const { number } = returned;
  const close = (): void => {
    report.reset();
    setOpen(false);
  };
  const confirm = (key: string): void => {
    if (date === '') return;
    report.mutate(
      { body: { receiptId: key, return: number, date }, key },
      {
        onSuccess: () => {
          void message.success(t('return.received', { number }));
          close();
        },
      },
    );
  };
  return (
    <>
      <Button size="small" data-testid="receive" onClick={() => setOpen(true)}>
        {t('return.receive')}
      </Button>
      <FormSheet
        open={open}
        title={t('return.receiveTitle', { number })}
        text={t('return.receiveText')}
        verb={t('return.receiveVerb')}
        busy={report.isPending}
        problem={report.error === null ? undefined : problemOf(report.error)}
        testId="confirm-receipt"
        onConfirm={confirm}
        onClose={close}
      >
        <Field label={t('return.receivedOn')} wrong={date === '' ? t('form.needed') : undefined}>
          {(props) => (
            <input {...props} type="date" className="oh-input" value={date} onChange={(e) => setDate(e.target.value)} />
          )}
        </Field>
      </FormSheet>
    </>
  );
}
