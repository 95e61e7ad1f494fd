import { useTranslation } from 'react-i18next';
import type { Contract, Modification } from '../api/books-types';
import type { PresentedOrder } from '../api/types';
import { useLineName } from '../components/doc';
import { type Column, LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { useSay } from '../i18n/i18n';
import { TREATMENTS } from '../state/fulfilment-words';

/** How changes of the contract were accounted for, each with its paragraph of the standard. */
export function Modifications({ contract, order }: { contract: Contract; order: PresentedOrder }) {
  const { t } = useTranslation();
  const say = useSay();
  const name = useLineName(order);
  const { currency } = order;
  if (contract.modifications.length === 0) return null;
  const treatment = (m: Modification): string => say(TREATMENTS[m.treatment] ?? { en: m.treatment, zh: m.treatment });
  const columns: Column<Modification>[] = [
    {
      key: 'date',
      head: t('modification.date'),
      width: '110px',
      cell: (m) => <span className="oh-time">{m.date}</span>,
    },
    {
      key: 'what',
      head: t('modification.cause'),
      cell: (m) => (
        <span className="oh-two">
          <span className="oh-number">{m.id}</span>
          <span className="oh-caption">{m.lineIds.map(name).join(', ')}</span>
        </span>
      ),
    },
    {
      key: 'how',
      head: t('modification.treatment'),
      cell: (m) => (
        <span className="oh-two">
          {treatment(m)}
          <span className="oh-caption">{m.paragraph}</span>
        </span>
      ),
    },
    {
      key: 'change',
      head: `${t('modification.change')} ${currency}`,
      align: 'end',
      width: '170px',
      cell: (m) => <MoneyCell amount={m.change} currency={currency} bare sign="always" />,
    },
    {
      key: 'again',
      head: `${t('modification.reallocated')} ${currency}`,
      align: 'end',
      width: '170px',
      cell: (m) => <MoneyCell amount={m.reallocated} currency={currency} bare />,
    },
  ];
  return (
    <section className="oh-panel">
      <h2>{t('modification.title')}</h2>
      <LedgerTable
        caption={t('modification.title')}
        testId="modification-row"
        columns={columns}
        rows={contract.modifications}
        rowKey={(m) => m.id}
        card={(m) => ({
          name: treatment(m),
          amount: <MoneyCell amount={m.change} currency={currency} sign="always" />,
          second: (
            <>
              <span>{m.paragraph}</span>
              <span className="oh-time">{m.date}</span>
            </>
          ),
          foot: <span className="oh-caption">{m.lineIds.map(name).join(', ')}</span>,
        })}
      />
    </section>
  );
}
