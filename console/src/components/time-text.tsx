import { useEffect, useState } from 'react';
import { clockOf, exactTime, relativeTime } from '../format/time';
import { useLang } from '../i18n/i18n';

/** Re-renders every half minute, so that "3 min ago" stays true. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 30_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** The relative form of an instant, kept up to date. */
export function useRelative(): (instant: string) => string {
  const now = useNow();
  const lang = useLang();
  return (instant) => relativeTime(instant, now, lang);
}

/** An instant: relative in lists, the clock with seconds in journeys; the exact form on hover. */
export function TimeText({ instant, kind = 'relative' }: { instant: string; kind?: 'relative' | 'clock' | 'exact' }) {
  const relative = useRelative();
  const shown = { relative, clock: (i: string) => clockOf(i), exact: (i: string) => exactTime(i) }[kind](instant);
  return (
    <time className="oh-time" dateTime={instant} title={exactTime(instant)}>
      {shown}
    </time>
  );
}
