import { Button, Drawer } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useTimeline } from '../api/queries';
import { Chips } from '../components/chips';
import { Journey, JourneyElement } from '../components/journey';
import { Loaded, StatePage } from '../components/state-page';
import { useSay } from '../i18n/i18n';
import { filterJourney, foldJourney, type JourneyFilter } from '../state/journey';
import { useRoomy } from '../theme/use-media';

const FILTERS = ['all', 'problems', 'money'] as const;

/** The order's journey with its inspector: beside the list when there is room, over it on a small screen. */
export function JourneyTab({ order }: { order: string }) {
  const { t } = useTranslation();
  const say = useSay();
  const roomy = useRoomy();
  const timeline = useTimeline(order);
  const [params, setParams] = useSearchParams();
  const [filter, setFilter] = useState<JourneyFilter>('all');
  const chosen = params.get('el');
  const choose = (el: string | undefined): void =>
    setParams({ tab: 'journey', ...(el === undefined || el === chosen ? {} : { el }) }, { replace: true });

  return (
    <Loaded result={timeline}>
      {(data) => {
        const all = foldJourney(data.pages.flatMap((p) => p.items));
        const rows = filterJourney(all, filter);
        const row = all.find((r) => r.steps.some((s) => s.id === chosen));
        const counts = { all: undefined, problems: filterJourney(all, 'problems').length, money: undefined };
        return (
          <div className="oh-beside">
            <section className="oh-panel">
              <Chips
                label={t('journey.filter')}
                value={filter}
                onChange={setFilter}
                options={FILTERS.map((value) => {
                  const count = counts[value];
                  return { value, text: t(`journey.${value}`), ...(count ? { count } : {}) };
                })}
              />
              {rows.length === 0 ? (
                <StatePage title={t(all.length === 0 ? 'journey.empty' : 'journey.emptyFiltered')} />
              ) : (
                <Journey rows={rows} selected={row?.id ?? null} onSelect={choose} />
              )}
              {timeline.hasNextPage && (
                <div className="oh-pager">
                  <Button
                    size="small"
                    loading={timeline.isFetchingNextPage}
                    onClick={() => void timeline.fetchNextPage()}
                  >
                    {t('journey.more')}
                  </Button>
                </div>
              )}
            </section>
            {roomy ? (
              <aside className="oh-panel oh-inspector" aria-label={t('journey.what')} aria-live="polite">
                {row === undefined ? <p className="oh-caption">{t('journey.choose')}</p> : <JourneyElement row={row} />}
              </aside>
            ) : (
              <Drawer
                open={row !== undefined}
                onClose={() => choose(undefined)}
                size="100%"
                title={row === undefined ? '' : say(row.head.title)}
                destroyOnHidden
              >
                {row !== undefined && <JourneyElement row={row} />}
              </Drawer>
            )}
          </div>
        );
      }}
    </Loaded>
  );
}
