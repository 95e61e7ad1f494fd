import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession, useSettle } from '../api/queries';
import type { Effect, Settle } from '../api/types';
import { useSay } from '../i18n/i18n';
import { may } from '../state/may';
import { EFFECT_STATES } from '../state/states';
import { ErrorPanel, problemOf } from './error-panel';
import { JsonView } from './json-view';
import { Sheet, type SheetPlan } from './sheet';
import { StateChip } from './state-chip';
import { TimeText, useRelative } from './time-text';

/** Which ways to settle are offered in which state. */
const OFFERS: Record<Effect['state'], readonly Settle[]> = {
  planned: [],
  sending: [],
  confirmed: [],
  unknown: ['ask', 'there', 'not-there'],
  refused: ['retry'],
  parked: ['ask', 'there', 'not-there', 'retry'],
};

/** State of an effect; an unknown one says since when nobody knows. */
export function EffectState({ effect }: { effect: Effect }) {
  const relative = useRelative();
  const first = effect.attempts[0]?.at;
  const note = effect.state === 'unknown' && first !== undefined ? relative(first) : undefined;
  return <StateChip look={EFFECT_STATES[effect.state]} {...(note === undefined ? {} : { note })} />;
}

function Actions({ effect }: { effect: Effect }) {
  const { t } = useTranslation();
  const say = useSay();
  const { message } = App.useApp();
  const settle = useSettle(effect.key);
  const [claim, setClaim] = useState<'there' | 'not-there'>();
  const offers = OFFERS[effect.state];
  if (offers.length === 0) return null;
  const facts = { connection: effect.connection, number: effect.businessKey };
  const words: Record<Settle, string> = {
    ask: t('effects.ask'),
    there: t('effects.there'),
    'not-there': t('effects.notThere'),
    retry: t('effects.replay'),
  };
  const run = (as: Settle, evidence?: string): void =>
    settle.mutate(evidence === undefined ? { as } : { as, evidence }, {
      onSuccess: (after) => {
        const state = say(EFFECT_STATES[after.state]);
        setClaim(undefined);
        void message.info(
          as === 'ask' ? t('effects.asked', { connection: effect.connection, state }) : t('effects.settled', { state }),
        );
      },
    });
  const plan: SheetPlan | undefined =
    claim === undefined
      ? undefined
      : {
          title: t('effects.claim', { verb: words[claim], number: effect.businessKey }),
          text: t(claim === 'there' ? 'effects.thereText' : 'effects.notThereText', facts),
          field: t('effects.evidence'),
          needed: t('effects.evidenceNeeded'),
          verb: words[claim],
        };
  return (
    <>
      <div className="oh-actions">
        {offers.map((as, i) => (
          <Button
            key={as}
            size="small"
            type={i === 0 && effect.state === 'unknown' ? 'primary' : 'default'}
            loading={settle.isPending && settle.variables.as === as}
            onClick={() => (as === 'there' || as === 'not-there' ? setClaim(as) : run(as))}
          >
            {words[as]}
          </Button>
        ))}
      </div>
      {settle.error !== null && claim === undefined && <ErrorPanel problem={problemOf(settle.error)} />}
      <Sheet
        plan={plan}
        busy={settle.isPending}
        problem={settle.error === null ? undefined : problemOf(settle.error)}
        onConfirm={(evidence) => claim !== undefined && run(claim, evidence)}
        onClose={() => {
          settle.reset();
          setClaim(undefined);
        }}
      />
    </>
  );
}

function Attempts({ effect }: { effect: Effect }) {
  const { t } = useTranslation();
  if (effect.attempts.length === 0) return <p className="oh-caption">{t('effects.noAttempt')}</p>;
  return (
    <ol className="oh-attempts" aria-label={t('effects.attempts')}>
      {effect.attempts.map((a) => (
        <li key={`${a.at} ${a.did}`}>
          <TimeText instant={a.at} kind="exact" />
          <span>{t(`effects.did.${a.did}`)}</span>
          <span className="oh-caption">{a.outcome}</span>
        </li>
      ))}
    </ol>
  );
}

/** One effect in full: what it is, how it stands, what a person may do about it, and the proof. */
export function EffectPanel({ effect }: { effect: Effect }) {
  const { t } = useTranslation();
  const session = useSession().data;
  return (
    <article className="oh-effect">
      <header>
        <EffectState effect={effect} />
        <h2>
          {effect.connection} · {effect.operation}
        </h2>
        <code className="oh-caption">{effect.businessKey}</code>
      </header>
      {effect.state === 'unknown' && (
        <p>{t('effects.unknownText', { connection: effect.connection, number: effect.businessKey })}</p>
      )}
      {effect.problem !== undefined && effect.state !== 'unknown' && <ErrorPanel problem={effect.problem} />}
      {effect.nextAt !== undefined && (
        <p className="oh-caption">
          {t('effects.next')} <TimeText instant={effect.nextAt} />
        </p>
      )}
      {may(session, 'effect:settle') && <Actions effect={effect} />}
      <Attempts effect={effect} />
      <details>
        <summary>{t('common.details')}</summary>
        <dl className="oh-facts">
          <dt>{t('effects.key')}</dt>
          <dd>
            <code>{effect.key}</code>
          </dd>
          <dt>{t('effects.settlement')}</dt>
          <dd>
            <code>{effect.settlement}</code>
          </dd>
        </dl>
        {effect.payload !== undefined && <JsonView value={effect.payload} label={t('effects.payload')} />}
        {effect.receipt !== undefined && <JsonView value={effect.receipt} label={t('effects.receipt')} />}
        {effect.parts !== undefined && <JsonView value={effect.parts} label={t('effects.parts')} />}
      </details>
    </article>
  );
}
