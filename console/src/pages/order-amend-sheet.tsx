import { App, Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReport } from '../api/queries';
import type { OrderDetail, PresentedLine } from '../api/types';
import { Chips } from '../components/chips';
import { problemOf } from '../components/error-panel';
import { Field, FormSheet } from '../components/form-sheet';
import { today } from '../components/plan-steps';
import { formatMoney, formatQuantity } from '../format/money';
import { useLang, useSay } from '../i18n/i18n';
import {
  CHANGE_KINDS,
  type ChangeDraft,
  changesOf,
  type DraftField,
  FIELDS,
  linesFor,
  missingIn,
  saysByField,
} from '../state/amend';

const emptyDraft = (id: number): ChangeDraft => ({
  id,
  do: 'reduce',
  lineId: '',
  quantity: '',
  termEnd: '',
  unitPrice: '',
});

interface ChangeProps {
  draft: ChangeDraft;
  lines: readonly PresentedLine[];
  currency: string;
  wrong: (field: DraftField) => string | undefined;
  onChange: (draft: ChangeDraft) => void;
  onRemove: (() => void) | undefined;
}

/** One change: its kind, its line, and what that kind asks for. */
function ChangeFields({ draft, lines, currency, wrong, onChange, onRemove }: ChangeProps) {
  const { t } = useTranslation();
  const say = useSay();
  const lang = useLang();
  const fields = FIELDS[draft.do];
  const choices = linesFor(draft.do, lines);
  const line = lines.find((l) => l.lineId === draft.lineId);
  const set = (part: Partial<ChangeDraft>): void => onChange({ ...draft, ...part });
  return (
    <fieldset className="oh-fieldset" data-testid="change">
      <legend className="oh-hidden">{t('amend.change')}</legend>
      <Chips
        label={t('amend.kind')}
        value={draft.do}
        onChange={(kind) => {
          const stays = linesFor(kind, lines).some((l) => l.lineId === draft.lineId);
          set({ do: kind, ...(stays ? {} : { lineId: '' }) });
        }}
        options={CHANGE_KINDS.map((kind) => ({ value: kind, text: t(`amend.kind.${kind}`) }))}
      />
      {choices.length === 0 && <p className="oh-caption">{t('amend.noneToRenew')}</p>}
      <Field label={t('amend.line')} wrong={wrong('lineId')}>
        {(props) => (
          <select
            {...props}
            className="oh-input"
            value={draft.lineId}
            onChange={(e) => set({ lineId: e.target.value })}
          >
            <option value="">–</option>
            {choices.map((l) => (
              <option key={l.lineId} value={l.lineId}>
                {l.lineNo} · {say({ en: l.name, zh: l.nameZh })} · {formatQuantity(l.effectiveQuantity, lang)} {l.unit}
              </option>
            ))}
          </select>
        )}
      </Field>
      {fields.termEnd !== undefined && (
        <Field label={t('amend.termEnd')} wrong={wrong('termEnd')}>
          {(props) => (
            <input
              {...props}
              type="date"
              className="oh-input"
              value={draft.termEnd}
              min={line?.termEnd}
              onChange={(e) => set({ termEnd: e.target.value })}
            />
          )}
        </Field>
      )}
      {fields.quantity !== undefined && (
        <Field
          label={t(`amend.quantity.${draft.do === 'cancel' ? 'reduce' : draft.do}`)}
          {...(fields.quantity === 'may' ? { hint: t('amend.asBefore') } : {})}
          wrong={wrong('quantity')}
        >
          {(props) => (
            <Input
              {...props}
              inputMode="decimal"
              value={draft.quantity}
              onChange={(e) => set({ quantity: e.target.value })}
            />
          )}
        </Field>
      )}
      {fields.unitPrice !== undefined && (
        <Field
          label={`${t('lines.unitPrice')} ${currency}`}
          {...(line === undefined
            ? {}
            : { hint: t('amend.priceBefore', { price: formatMoney(line.unitPrice, currency, lang) }) })}
          wrong={wrong('unitPrice')}
        >
          {(props) => (
            <Input
              {...props}
              inputMode="decimal"
              value={draft.unitPrice}
              onChange={(e) => set({ unitPrice: e.target.value })}
            />
          )}
        </Field>
      )}
      {onRemove !== undefined && (
        <Button size="small" onClick={onRemove}>
          {t('amend.removeChange')}
        </Button>
      )}
    </fieldset>
  );
}

/** Proposes changes of an accepted order. Nothing moves before every system that holds affected units agreed. */
export function AmendSheet({ order, open, onClose }: { order: OrderDetail; open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const say = useSay();
  const { message } = App.useApp();
  const report = useReport(order.orderId, 'amendments');
  const [drafts, setDrafts] = useState([emptyDraft(0)]);
  const [effectiveDate, setEffectiveDate] = useState(today);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const { lines, currency } = order.order;
  const problem = report.error === null ? undefined : problemOf(report.error);
  const says = saysByField(problem, 'changes');
  const said = (field: string): string | undefined => {
    const words = says.get(field);
    return words === undefined ? undefined : say(words);
  };
  const needed = (empty: boolean): string | undefined => (tried && empty ? t('form.needed') : undefined);

  const close = (): void => {
    report.reset();
    setDrafts([emptyDraft(0)]);
    setEffectiveDate(today());
    setReason('');
    setTried(false);
    onClose();
  };
  const confirm = (key: string): void => {
    setTried(true);
    const complete = drafts.every((draft) => missingIn(draft).length === 0);
    if (!complete || effectiveDate === '' || reason.trim() === '') return;
    const body = { effectiveDate, reason: reason.trim(), changes: changesOf(drafts, lines) };
    report.mutate(
      { body, key },
      {
        onSuccess: () => {
          void message.success(t('amend.done', { order: order.orderNumber }));
          close();
        },
      },
    );
  };
  return (
    <FormSheet
      open={open}
      title={t('amend.title', { order: order.orderNumber })}
      text={t('amend.text')}
      verb={t('amend.verb')}
      busy={report.isPending}
      problem={problem}
      testId="confirm-amend"
      onConfirm={confirm}
      onClose={close}
    >
      {drafts.map((draft, at) => (
        <ChangeFields
          key={draft.id}
          draft={draft}
          lines={lines}
          currency={currency}
          wrong={(field) => needed(missingIn(draft).includes(field)) ?? said(`${at} ${field}`)}
          onChange={(changed) => setDrafts(drafts.map((d) => (d.id === draft.id ? changed : d)))}
          onRemove={drafts.length === 1 ? undefined : () => setDrafts(drafts.filter((d) => d.id !== draft.id))}
        />
      ))}
      <p>
        <Button
          size="small"
          onClick={() => setDrafts([...drafts, emptyDraft(Math.max(...drafts.map((d) => d.id)) + 1)])}
        >
          {t('amend.addChange')}
        </Button>
      </p>
      <Field label={t('amend.effectiveDate')} wrong={needed(effectiveDate === '') ?? said('effectiveDate')}>
        {(props) => (
          <input
            {...props}
            type="date"
            className="oh-input"
            value={effectiveDate}
            onChange={(e) => setEffectiveDate(e.target.value)}
          />
        )}
      </Field>
      <Field label={t('amend.reason')} wrong={needed(reason.trim() === '') ?? said('reason')}>
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
