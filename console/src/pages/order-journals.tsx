import { useTranslation } from 'react-i18next';
import type { Journal } from '../api/books-types';
import { useJournals } from '../api/queries';
import { LedgerTable } from '../components/ledger-table';
import { MoneyCell } from '../components/money-cell';
import { StateChip } from '../components/state-chip';
import { Loaded, StatePage } from '../components/state-page';
import { signOf } from '../format/money';
import { useSay } from '../i18n/i18n';
import { lookOf, VOUCHER_STATES } from '../state/states';

/** Same account and side with a minus: what is taken back. Said in words, so that it needs no colour. */
const RedLetter = () => <span className="oh-red-letter">{useTranslation().t('revenue.redLetter')}</span>;

function JournalPanel({ journal }: { journal: Journal }) {
  const { t } = useTranslation();
  const say = useSay();
  const red = journal.lines.some((l) => signOf(l.amount) < 0);
  const money = (amount: string) => <MoneyCell amount={amount} currency={journal.currency} bare />;
  const lines = journal.lines.map((line, i) => ({ ...line, id: `${i} ${line.account}` }));
  const ties = journal.debit === journal.credit;
  return (
    <article className="oh-journal">
      <header>
        <span className="oh-time">{journal.date}</span>
        <h3>{say(journal.memo)}</h3>
        <span className="oh-caption">{t('revenue.period', { period: journal.period })}</span>
        {red && <RedLetter />}
        {journal.voucher !== undefined && (
          <span className="oh-caption">
            {t('revenue.voucher')} {journal.voucher.number}{' '}
            <StateChip look={lookOf(VOUCHER_STATES, journal.voucher.state)} />
          </span>
        )}
      </header>
      <LedgerTable
        caption={say(journal.memo)}
        rows={lines}
        rowKey={(l) => l.id}
        columns={[
          {
            key: 'account',
            head: t('revenue.account'),
            width: '34%',
            cell: (l) => (
              <>
                <code>{l.code}</code> {say(l.name)} {signOf(l.amount) < 0 && <RedLetter />}
              </>
            ),
          },
          { key: 'why', head: t('revenue.reason'), cell: (l) => <span className="oh-caption">{say(l.why)}</span> },
          {
            key: 'debit',
            head: `${t('revenue.debit')} ${journal.currency}`,
            align: 'end',
            width: '150px',
            cell: (l) => l.side === 'debit' && money(l.amount),
          },
          {
            key: 'credit',
            head: `${t('revenue.credit')} ${journal.currency}`,
            align: 'end',
            width: '150px',
            cell: (l) => l.side === 'credit' && money(l.amount),
          },
        ]}
        card={(l) => ({
          name: (
            <>
              {say(l.name)} {signOf(l.amount) < 0 && <RedLetter />}
            </>
          ),
          amount: money(l.amount),
          second: (
            <>
              <span>{t(l.side === 'debit' ? 'revenue.debit' : 'revenue.credit')}</span>
              <code>{l.code}</code>
            </>
          ),
          foot: <span className="oh-caption">{say(l.why)}</span>,
        })}
        total={
          <span className="oh-total">
            <span>
              {t('revenue.debit')} {money(journal.debit)}
            </span>
            <span>
              {t('revenue.credit')} {money(journal.credit)}
            </span>
            {ties && <StateChip look={{ tone: 'confirmed', en: t('revenue.ties'), zh: t('revenue.ties') }} />}
          </span>
        }
      />
    </article>
  );
}

/** Journal entries of an order, oldest first. */
export function Journals({ order }: { order: string }) {
  const { t } = useTranslation();
  const journals = useJournals(order);
  return (
    <section className="oh-panel">
      <h2>{t('revenue.journals')}</h2>
      <Loaded result={journals} rows={4}>
        {(page) =>
          page.items.length === 0 ? (
            <StatePage title={t('revenue.noJournals')} />
          ) : (
            page.items.map((j) => <JournalPanel key={j.key} journal={j} />)
          )
        }
      </Loaded>
    </section>
  );
}
