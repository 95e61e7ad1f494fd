import { useTranslation } from 'react-i18next';
import { useEffects } from '../api/queries';
import { EffectPanel } from '../components/effect-panel';
import { Loaded, StatePage } from '../components/state-page';

/** What the hub wrote elsewhere for this order, and how each stands. */
export function EffectsTab({ order }: { order: string }) {
  const { t } = useTranslation();
  const effects = useEffects({ order, limit: 100 });
  return (
    <Loaded result={effects}>
      {(page) =>
        page.items.length === 0 ? (
          <StatePage title={t('effects.none')} text={t('effects.noneText')} />
        ) : (
          <section className="oh-panel">
            {page.items.map((e) => (
              <EffectPanel key={e.key} effect={e} />
            ))}
          </section>
        )
      }
    </Loaded>
  );
}
