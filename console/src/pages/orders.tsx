import { Button, Input, type InputRef } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { useOrders } from '../api/queries';
import { Chips } from '../components/chips';
import { Icon } from '../components/icon';
import { OrderTable } from '../components/order-table';
import { PageHead } from '../components/page-head';
import { Pager } from '../components/pager';
import { Loaded, StatePage } from '../components/state-page';
import { useKeys } from '../components/use-keys';

const VIEWS = ['all', 'waiting', 'held', 'rejected'] as const;
type View = (typeof VIEWS)[number];
const isView = (text: string | null): text is View => VIEWS.some((v) => v === text);

/** Milliseconds without a key before a search starts. */
const PAUSE = 300;

/** Filters live in the address, so a view can be linked and Back works. */
function useFilter() {
  const [params, setParams] = useSearchParams();
  const view = params.get('view');
  const set = (values: Record<string, string>, replace = false): void =>
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        next.delete('cursor');
        next.delete('find');
        for (const [key, value] of Object.entries(values)) {
          if (value === '' || value === 'all') next.delete(key);
          else next.set(key, value);
        }
        return next;
      },
      { replace },
    );
  return {
    search: params.get('search') ?? '',
    view: isView(view) ? view : ('all' as const),
    cursor: params.get('cursor') ?? '',
    find: params.get('find') ?? '',
    set,
  };
}

function SearchBox({ value, focusOn, onSearch }: { value: string; focusOn: string; onSearch: (text: string) => void }) {
  const { t } = useTranslation();
  const box = useRef<InputRef>(null);
  const [text, setText] = useState(value);
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => search.current(text.trim()), PAUSE);
    return () => clearTimeout(timer);
  }, [text, value]);
  useEffect(() => {
    if (focusOn !== '') box.current?.focus();
  }, [focusOn]);
  useKeys({ '/': () => box.current?.focus() });
  return (
    <Input
      ref={box}
      className="oh-search"
      data-testid="order-search"
      type="search"
      allowClear
      prefix={<Icon name="search" />}
      aria-label={t('app.searchLabel')}
      placeholder={t('app.search')}
      value={text}
      onChange={(e) => setText(e.target.value)}
      onPressEnter={() => onSearch(text.trim())}
    />
  );
}

export function Page() {
  const { t } = useTranslation();
  const { search, view, cursor, find, set } = useFilter();
  const orders = useOrders({ search, view, cursor, limit: 50 });
  const views = VIEWS.map((v) => ({ value: v, text: t(`orders.view.${v}`) }));
  return (
    <>
      <PageHead title={t('orders.title')} name={t('orders.title')} />
      <div className="oh-filters">
        <SearchBox value={search} focusOn={find} onSearch={(text) => set({ search: text }, true)} />
        <Chips label={t('orders.views')} options={views} value={view} onChange={(v) => set({ view: v })} />
      </div>
      <Loaded result={orders} rows={12}>
        {(page) =>
          page.items.length > 0 ? (
            <section className="oh-panel" aria-busy={orders.isPlaceholderData}>
              <OrderTable rows={page.items} caption={t('orders.list')} />
              <Pager
                text={t('orders.range', { count: page.items.length })}
                cursor={cursor}
                next={page.next}
                onGo={(to) => set({ cursor: to })}
              />
            </section>
          ) : search === '' && view === 'all' ? (
            <StatePage title={t('orders.empty')} text={t('orders.emptyText')}>
              <Link to="/connections">{t('orders.emptyGo')}</Link>
            </StatePage>
          ) : (
            <StatePage title={t('orders.none')} text={t('orders.noneText', { search, view: t(`orders.view.${view}`) })}>
              <Button onClick={() => set({ search: '', view: '' })}>{t('orders.noneGo')}</Button>
            </StatePage>
          )
        }
      </Loaded>
    </>
  );
}
