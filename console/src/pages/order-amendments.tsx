import { useTranslation } from 'react-i18next';
import type { Amendment, Change, Units } from '../api/fulfilment-types';
import type { PresentedOrder } from '../api/types';
import { Doc, UnitList, useLineName } from '../components/doc';
import { StateChip } from '../components/state-chip';
import { formatMoney, formatQuantity } from '../format/money';
import { useLang, useSay } from '../i18n/i18n';
import { AMENDMENT_STATES, ASK_ANSWERS } from '../state/fulfilment-words';
import { lookOf } from '../state/states';

/** A change as a sentence. */
function useChangeWords(order: PresentedOrder): (change: Change) => string {
  const { t } = useTranslation();
  const lang = useLang();
  const say = useSay();
  const { currency } = order;
  const name = (lineId: string): string => {
    const line = order.lines.find((l) => l.lineId === lineId);
    if (line === undefined) return lineId;
    return t('amend.said.line', { number: line.lineNo, name: say({ en: line.name, zh: line.nameZh }) });
  };
  const price = (text: string): string => `${formatMoney(text, currency, lang)} ${currency}`;
  const more = (c: { quantity?: string; unitPrice?: string }): string =>
    [
      c.quantity === undefined ? '' : t('amend.said.quantity', { quantity: formatQuantity(c.quantity, lang) }),
      c.unitPrice === undefined ? '' : t('amend.said.price', { price: price(c.unitPrice) }),
    ].join('');
  return (change) => {
    if (change.do === 'cancel') return t('amend.said.cancel', { line: name(change.lineId) });
    if (change.do === 'reduce')
      return t('amend.said.reduce', {
        line: name(change.lineId),
        quantity: formatQuantity(change.quantity, lang),
      });
    if (change.do === 'renew')
      return t('amend.said.renew', { line: name(change.lineId), date: change.termEnd }) + more(change);
    const words = { quantity: formatQuantity(change.line.quantity, lang), price: price(change.line.unitPrice) };
    return change.of === undefined
      ? t('amend.said.add', { ...words, product: change.line.product })
      : t('amend.said.seats', { ...words, line: name(change.of) });
  };
}

function AmendmentDoc({ amendment, order }: { amendment: Amendment; order: PresentedOrder }) {
  const { t } = useTranslation();
  const say = useSay();
  const lang = useLang();
  const words = useChangeWords(order);
  const name = useLineName(order);
  const units = (of: readonly Units[]) => of.map((u) => ({ ...u, text: formatQuantity(u.quantity, lang) }));
  const { frozen, asks, cutDown, refusal, instead } = amendment;
  return (
    <Doc
      number={amendment.number}
      chip={<StateChip look={AMENDMENT_STATES[amendment.state]} />}
      note={
        <span className="oh-caption">
          {t('amend.from', { date: amendment.effectiveDate })} · {amendment.by}
        </span>
      }
    >
      <p>{amendment.reason}</p>
      <ul className="oh-said">
        {amendment.changes.map((change) => (
          <li key={JSON.stringify(change)}>{words(change)}</li>
        ))}
      </ul>
      {refusal !== undefined && <p className="oh-text-refused">{t('amend.refused', { why: say(refusal) })}</p>}
      {cutDown !== undefined && cutDown.length > 0 && (
        <>
          <h4>{t('amend.cutDown')}</h4>
          <UnitList
            name={name}
            units={cutDown.map((cut) => ({
              lineId: cut.lineId,
              text: t('amend.cut', { done: formatQuantity(cut.done, lang), asked: formatQuantity(cut.asked, lang) }),
            }))}
          />
        </>
      )}
      {instead !== undefined && instead.return.length > 0 && (
        <>
          <h4>{t('amend.instead')}</h4>
          <UnitList name={name} units={units(instead.return)} />
        </>
      )}
      {amendment.state === 'frozen' && frozen.length > 0 && (
        <>
          <h4>{t('amend.frozen')}</h4>
          <UnitList name={name} units={units(frozen)} />
        </>
      )}
      {asks.length > 0 && (
        <ul className="oh-asks" aria-label={t('amend.asks')}>
          {asks.map((ask) => (
            <li key={ask.number}>
              <span>{t(ask.target === 'shipment' ? 'amend.askShipment' : 'amend.askSubscription')}</span>
              <span className="oh-number">{ask.number}</span>
              <StateChip look={lookOf(ASK_ANSWERS, ask.answer ?? 'open')} />
            </li>
          ))}
        </ul>
      )}
    </Doc>
  );
}

/** What was to change, what came of it, and why not more. The latest first. */
export function Amendments({ order }: { order: PresentedOrder }) {
  return order.amendments
    .toReversed()
    .map((amendment) => <AmendmentDoc key={amendment.number} amendment={amendment} order={order} />);
}
