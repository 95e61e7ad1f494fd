import { App, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReport } from '../api/queries';
import type { OrderDetail } from '../api/types';
import { problemOf } from '../components/error-panel';
import { Field, FormSheet } from '../components/form-sheet';
import { formatQuantity } from '../format/money';
import { useLang, useSay } from '../i18n/i18n';
import { saysByField } from '../state/amend';
import { returnables } from '../state/returns';

/** Announces that delivered units come back: how many of which lines, why, and of which shipment. */
export function ReturnSheet({ order, open, onClose }: { order: OrderDetail; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const say = useSay();
  const lang = useLang();
  const { message } = App.useApp();
  const report = useReport(order.orderId, 'returns');
  const [quantities, setQuantities] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const [shipment, setShipment] = useState('');
  const [missing, setMissing] = useState(false);
  const choices = returnables(order.order.lines, order.order.returns);
  const lines = choices
    .map(({ line }) => ({ lineId: line.lineId, quantity: (quantities[line.lineId] ?? '').trim() }))
    .filter(({ quantity }) => quantity !== '');
  const problem = report.error === null ? undefined : problemOf(report.error);
  const says = saysByField(problem, 'lines');
  const wrong = (field: string): string | undefined => {
    const said = says.get(field);
    return said === undefined ? undefined : say(said);
  };
  const close = (): void => {
    report.reset();
    setQuantities({});
    setReason('');
    setShipment('');
    setMissing(false);
    onClose();
  };
  const confirm = (key: string): void => {
    setMissing(true);
    if (lines.length === 0 || reason.trim() === '') return;
    const body = { lines, reason: reason.trim(), ...(shipment === '' ? {} : { shipment }) };
    report.mutate(
      { body, key },
      {
        onSuccess: () => {
          void message.success(t('return.done', { order: order.orderNumber }));
          close();
        },
      },
    );
  };
  return (
    <FormSheet
      open={open}
      title={t('return.title', { order: order.orderNumber })}
      text={t('return.text')}
      verb={t('return.verb')}
      busy={report.isPending}
      problem={problem}
      testId="confirm-return"
      onConfirm={confirm}
      onClose={close}
    >
      <fieldset className="oh-fieldset">
        <legend>{t('return.lines')}</legend>
        {choices.map(({ line, most }) => {
          const at = lines.findIndex((l) => l.lineId === line.lineId);
          return (
            <Field
              key={line.lineId}
              label={`${line.lineNo} · ${say({ en: line.name, zh: line.nameZh })}`}
              hint={t('return.most', { most: formatQuantity(most, lang), unit: line.unit })}
              wrong={wrong(`${at} quantity`) ?? wrong(`${at} lineId`)}
            >
              {(props) => (
                <Input
                  {...props}
                  inputMode="decimal"
                  value={quantities[line.lineId] ?? ''}
                  onChange={(e) => setQuantities({ ...quantities, [line.lineId]: e.target.value })}
                />
              )}
            </Field>
          );
        })}
        {missing && lines.length === 0 && (
          <p className="oh-text-refused" role="alert">
            {t('return.linesNeeded')}
          </p>
        )}
      </fieldset>
      {order.order.shipments.length > 0 && (
        <Field label={t('return.shipment')} wrong={wrong('shipment')}>
          {(props) => (
            <select {...props} className="oh-input" value={shipment} onChange={(e) => setShipment(e.target.value)}>
              <option value="">–</option>
              {order.order.shipments.map((s) => (
                <option key={s.number}>{s.number}</option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label={t('return.reason')} wrong={missing && reason.trim() === '' ? t('form.needed') : wrong('reason')}>
        {(props) => (
          <Input.TextArea
            {...props}
            rows={2}
            maxLength={500}
            value={reason}
            onChange={(e) => setReason(e.target.value)}
          />
        )}
      </Field>
    </FormSheet>
  );
}
